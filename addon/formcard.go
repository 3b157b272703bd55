package addon

import (
	"strings"
	"time"

	"baton/addon/card"
	"baton/desk"
)

// A form is a card pushed over the conversation's card. Its submit button
// posts to an action that goes back on success and shows the form again, with
// what was typed, on a fault.

// form makes a form card. fault is what was wrong with the last try.
func (d drawing) form(title, fault string, submit card.Button, widgets ...card.Widget) card.Card {
	c := card.Card{Header: card.Header{Title: title, Subtitle: subject(d.v.Subject)}}
	if fault != "" {
		c.Sections = append(c.Sections, card.Section{Widgets: []card.Widget{
			card.TextParagraph{Text: card.Bold(fault)},
		}})
	}
	c.Sections = append(c.Sections, card.Section{Widgets: widgets})
	c.Footer = &card.Footer{Primary: submit, Secondary: &card.Button{Text: "Cancel", Click: d.do("back")}}
	return c
}

// typed gives what the person had put into a field, for drawing it again.
func (d drawing) typed(name string) string { return d.rq.ev.Form(name) }

// chosen gives the moment that the person had picked, or the zero time.
func (d drawing) chosen(name string) time.Time {
	t, _ := d.rq.ev.FormDate(name)
	return t
}

// untilValue is the day on which a share ends: the one picked before, or the
// usual length from today.
func (d drawing) untilValue() time.Time {
	if day, ok := d.rq.ev.FormDate("until"); ok {
		return endOfDay(day, d.rq.r.zone)
	}
	return d.rq.r.now.Add(desk.DefaultShare)
}

func (d drawing) submit(text, verb string, more ...string) card.Button {
	act := d.do(verb, append(more, "form", "1")...)
	act.Persist = true
	return card.Button{Text: text, Fill: accent, Click: act}
}

// personInput asks for a person: typed with suggestions, so that a large roster
// stays usable. who limits the suggestions: "workers" of the mailbox, or all.
func (d drawing) personInput(label, hint, who string) card.TextInput {
	complete := d.a.suggestAction(d.v.Conversation, who)
	return card.TextInput{Name: "person", Label: label, Hint: hint, Value: d.typed("person"), Complete: &complete}
}

func (d drawing) giveForm(fault string) card.Card {
	return d.form("Give to …", fault, d.submit("Give", "give"),
		d.personInput("Who", "Begin with a name", "workers"),
		card.TextInput{Name: "why", Label: "Why", Hint: "What they should know; the team sees it", Value: d.typed("why"), Multiline: true, Limit: desk.MaxWhy},
		card.DateTime{Name: "due", Label: "Due by (optional)", Kind: card.DateAndTime, Zone: d.rq.r.zone, Value: d.chosen("due")},
	)
}

func (d drawing) declineForm(fault string) card.Card {
	return d.form("Decline", fault, d.submit("Decline", "decline"),
		card.TextInput{Name: "why", Label: "Why", Hint: "It goes back to the queue with your reason", Value: d.typed("why"), Multiline: true, Limit: desk.MaxWhy},
	)
}

// maxTags bounds a field for tags, in characters: several, or one at its longest.
const maxTags = 4 * desk.MaxTag

func (d drawing) sortForm(fault string) card.Card {
	// A form that was refused comes back with what was chosen in it.
	again := d.rq.ev.Parameter("form") != ""
	high, keep := d.v.Priority == desk.High, d.rq.ev.FormList("keep")
	if p := d.typed("priority"); again && p != "" {
		high = p == "high"
	}
	items := []card.Item{
		{Text: "Normal", Value: "normal", Selected: !high},
		{Text: "High", Value: "high", Selected: high},
	}
	ws := []card.Widget{
		card.Selection{Name: "priority", Label: "Priority", Kind: card.Dropdown, Items: items},
		card.TextInput{Name: "tag", Label: "Add a tag", Hint: "Commas part them: refund, vip", Value: d.typed("tag"), Limit: maxTags},
	}
	var shown []string
	if len(d.v.Tags) > 0 {
		var tags []card.Item
		for _, t := range d.v.Tags {
			if card.Plain(t, len(t)) != t {
				continue // a box cannot answer with it; it stays as it is
			}
			shown = append(shown, tagMark(t))
			tags = append(tags, card.Item{Text: t, Value: t, Selected: !again || containsFold(keep, t)})
		}
		ws = append(ws, card.Selection{Name: "keep", Label: "Tags (clear the box to remove one)", Kind: card.CheckBoxes, Items: tags})
	}
	return d.form("Tags and priority", fault, d.submit("Save", "sort", "tags", strings.Join(shown, " ")), ws...)
}

func (d drawing) historyCard(events []desk.Event, next desk.Next, can map[int64]bool) card.Card {
	c := card.Card{Header: card.Header{Title: "History", Subtitle: subject(d.v.Subject)}}
	s := card.Section{}
	for _, run := range folded(events, next != "") {
		s.Widgets = append(s.Widgets, d.runLine(run, can, "form", "1"))
	}
	if next != "" {
		s.Widgets = append(s.Widgets, card.Buttons{{Text: "Show earlier", Click: d.do("history", "after", string(next))}})
	}
	c.Sections = append(c.Sections, s)
	return c
}
