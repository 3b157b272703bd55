package addon

import (
	"baton/addon/card"
	"baton/desk"
)

// labelLines tell those who work here what became of labels that were changed
// by hand in Gmail: one that was refused, or that is fought over.
func (d drawing) labelLines() []card.Widget {
	if d.v.Role == desk.Guest {
		return nil
	}
	var ws []card.Widget
	if r := d.v.Refusal; r != nil {
		ws = append(ws, card.DecoratedText{
			Icon: card.Bookmark, Wrap: true, Top: d.rq.r.at(r.At), Bottom: r.Why,
			Text: card.Join(card.Bold("Refused"), card.Text(": the label "+r.Label+" in Gmail")),
		})
	}
	if s := d.v.Standoff; d.v.StandsOff(d.rq.r.now) {
		ws = append(ws, card.DecoratedText{
			Icon: card.Bookmark, Wrap: true, Bottom: "Then they are put right once. The buttons here work meanwhile.",
			Text: card.Text("A filter or person keeps changing " + s.Label + "; Baton leaves the labels alone until " + d.rq.r.at(s.Until)),
		})
	}
	return ws
}
