package addon

import (
	"strings"

	"baton/addon/card"
	"baton/addon/wire"
	"baton/desk"
)

// fewTexts is up to how many saved texts are offered as a plain list; more are
// found by typing.
const fewTexts = 10

// textPicker offers the mailbox's saved texts below a reply's text field.
// Choosing one puts it behind what was typed.
func (d drawing) textPicker(l letter) []card.Widget {
	list := d.p.TextsFor(d.rq.who, d.v.Mailbox)
	if len(list) == 0 {
		return nil
	}
	pick := d.do("reply-text", "once", l.once, "r", string(l.again), "form", "1")
	if len(list) > fewTexts {
		complete := d.a.suggestAction(d.v.Conversation, "texts")
		return []card.Widget{
			card.TextInput{Name: "saved", Label: "Saved text", Hint: "Begin with a word of its name", Complete: &complete},
			card.Buttons{{Text: "Insert", Alt: "Put the saved text behind what is written", Click: pick}},
		}
	}
	items := []card.Item{{Text: "Choose one to insert", Selected: true}}
	for _, t := range list {
		items = append(items, card.Item{Text: t.Name, Value: tagMark(t.Name)})
	}
	return []card.Widget{card.Selection{Name: "saved", Label: "Saved text", Items: items, OnChange: &pick}}
}

// replyText puts a saved text behind what was typed, with the conversation's
// own values, and draws the form again.
func (a *Addon) replyText(rq *request) (wire.Answer, error) {
	id, _ := target(rq)
	v, err := a.may(rq, id, desk.RightReply)
	if err != nil {
		return nil, err
	}
	p := a.o.Desk.Policy()
	l, fault := typedLetter(rq), ""
	l.braces = false
	if l.once == "" {
		l.once = a.o.Once()
	}
	t, found := pickText(p.TextsFor(rq.who, v.Mailbox), rq.ev.Form("saved"))
	switch chosen := rq.ev.Form("saved"); {
	case found:
		text, missing := t.Fill(p.ValuesFor(&v.Conversation, rq.who))
		if before := strings.TrimRight(l.text, " \t\r\n"); before != "" {
			text = before + "\n\n" + text
		}
		l.text = text
		fault = unfilled(missing)
	case chosen != "" && chosen != card.NoValue:
		fault = "There is no saved text called “" + echoed(chosen) + "”. Begin with a word of its name and choose from the list."
	}
	d := drawing{a: a, rq: rq, p: p, v: v}
	return wire.Submit{Render: wire.Render{Navigations: []wire.Navigation{wire.Update(d.replyCard(l, fault))}}}, nil
}

// unfilled says what a saved text needs that is not known, or "".
func unfilled(missing []desk.Placeholder) string {
	if len(missing) == 0 {
		return ""
	}
	var names []string
	for _, m := range missing {
		names = append(names, lowerFirst(m.Name()))
	}
	return "This is not known here: " + strings.Join(names, ", ") + ". Write it where the braces stand; nothing is sent before."
}

// pickText finds a saved text by its mark, by its whole name, or by the only
// name that has what was typed in it.
func pickText(list []desk.SavedText, chosen string) (desk.SavedText, bool) {
	if chosen == "" || chosen == card.NoValue {
		return desk.SavedText{}, false
	}
	for _, t := range list {
		if tagMark(t.Name) == chosen || strings.EqualFold(t.Name, strings.TrimSpace(chosen)) {
			return t, true
		}
	}
	if found := matching(list, chosen); len(found) == 1 {
		return found[0], true
	}
	return desk.SavedText{}, false
}

// matching gives the texts whose names have all the words that were typed.
func matching(list []desk.SavedText, typed string) (out []desk.SavedText) {
	words := strings.Fields(strings.ToLower(typed))
	for _, t := range list {
		name, all := strings.ToLower(t.Name), true
		for _, w := range words {
			all = all && strings.Contains(name, w)
		}
		if all {
			out = append(out, t)
		}
	}
	return out
}

// suggestTexts offers names of saved texts while somebody types: those of a
// conversation's mailbox, or in the compose window all of theirs.
func (a *Addon) suggestTexts(rq *request) (wire.Answer, error) {
	m, typed := desk.Mailbox(""), rq.ev.Form("q")
	if id, _ := target(rq); id != "" {
		v, err := a.o.Desk.OpenID(rq.Context(), rq.who, id)
		if err != nil || !v.May(desk.RightReply) {
			return wire.Suggestions{}, ignore(err)
		}
		m, typed = v.Mailbox, rq.ev.Form("saved")
	}
	var out wire.Suggestions
	for _, t := range matching(a.o.Desk.Policy().TextsFor(rq.who, m), typed) {
		if len(out) < suggestions {
			out = append(out, t.Name)
		}
	}
	return out, nil
}
