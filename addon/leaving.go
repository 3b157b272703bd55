package addon

import "baton/addon/card"

// leaving says, before a reply is sent, until when it can be taken back.
func (d drawing) leaving() card.Widget {
	mb, _ := d.p.Mailbox(d.v.Mailbox)
	say := "It goes out at once and cannot be taken back."
	switch {
	case d.needsYes():
		say = "It goes when somebody has said yes. Until then you can change it or take it back."
	case mb.Undo > 0:
		say = "It can be taken back for " + seconds(mb.Undo) + " after Send. What has gone out cannot."
	}
	return card.DecoratedText{Icon: card.Clock, Wrap: true, Text: card.Text(say)}
}
