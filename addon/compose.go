package addon

import (
	"html"
	"net/mail"
	"strconv"
	"strings"

	"baton/addon/card"
	"baton/addon/wire"
	"baton/desk"
)

// compose answers the compose trigger: the saved texts of the mailboxes in
// which the person works, to be put into the mail that they are writing. Gmail
// tells nothing of that mail but, where it may, who gets it.
func (a *Addon) compose(rq *request) (wire.Answer, error) {
	list := a.o.Desk.Policy().TextsFor(rq.who, "")
	switch {
	case len(a.o.Desk.Policy().WorksIn(rq.who)) == 0:
		return nil, desk.ErrNotFound
	case len(list) == 0:
		return wire.Show(a.plainCard("Saved texts", "There are none yet. Your admin writes them into the policy file, under texts.")), nil
	}
	return wire.Show(a.textsCard(rq, list, "", 0)), nil
}

// texts answers the search for a saved text, and the way to the next page.
// Field: q; parameters: q, after = how many were shown.
func (a *Addon) texts(rq *request) (wire.Answer, error) {
	list := a.o.Desk.Policy().TextsFor(rq.who, "")
	if len(list) == 0 {
		return nil, desk.ErrNotFound
	}
	q, after := rq.ev.Form("q"), 0
	if n, err := strconv.Atoi(rq.ev.Parameter("after")); err == nil && n > 0 {
		q, after = rq.ev.Parameter("q"), n
	}
	return wire.Submit{Render: wire.Render{Navigations: []wire.Navigation{wire.Update(a.textsCard(rq, matching(list, q), q, after))}}}, nil
}

// textsCard lists saved texts.
func (a *Addon) textsCard(rq *request, list []desk.SavedText, q string, after int) card.Card {
	c := card.Card{Header: card.Header{Title: "Saved texts", Subtitle: a.o.Desk.Policy().Desk}}
	if len(a.o.Desk.Policy().TextsFor(rq.who, "")) > fewTexts {
		complete := a.suggestAction(desk.Conversation{}, "texts")
		c.Sections = append(c.Sections, card.Section{Widgets: []card.Widget{
			card.TextInput{Name: "q", Label: "Find", Hint: "A word of its name", Value: q, Complete: &complete},
			card.Buttons{{Text: "Find", Click: a.action("texts")}},
		}})
	}
	s := card.Section{}
	after = min(after, len(list))
	shown := list[after:min(len(list), after+pageRows)]
	for _, t := range shown {
		s.Widgets = append(s.Widgets, card.DecoratedText{
			Text: card.Text(t.Name), Wrap: true, Bottom: opening(t.Preview(a.composeValues(rq, t))),
			End: card.Button{Text: "Insert", Alt: "Insert " + card.Isolate(t.Name), Click: a.action("text-insert", "t", tagMark(t.Name))},
		})
	}
	if len(list) == 0 {
		s.Widgets = append(s.Widgets, card.TextParagraph{Text: card.Text("No saved text has these words in its name.")})
	}
	if next := after + len(shown); next < len(list) {
		s.Widgets = append(s.Widgets, card.Buttons{{Text: "Show more", Click: a.action("texts", "q", q, "after", strconv.Itoa(next))}})
	}
	c.Sections = append(c.Sections, s)
	return c
}

// opening is a text's first words, in one line.
func opening(text string) string { return card.Plain(strings.Join(strings.Fields(text), " "), 90) }

// textInsert puts a saved text into the mail that is being written, at the
// cursor. What it needs and nobody knows here is asked for first; with form=1
// the fields have it. Parameter: t; fields: named like placeholders.
func (a *Addon) textInsert(rq *request) (wire.Answer, error) {
	p := a.o.Desk.Policy()
	t, ok := pickText(p.TextsFor(rq.who, ""), rq.ev.Parameter("t"))
	if !ok {
		return nil, desk.ErrNotFound
	}
	values := a.composeValues(rq, t)
	asked := rq.ev.Parameter("form") != ""
	if asked {
		for _, name := range desk.Placeholders() {
			if v := strings.TrimSpace(rq.ev.Form(string(name))); v != "" {
				values[name] = card.Plain(v, 200)
			}
		}
	}
	text, missing := t.Fill(values)
	switch {
	case len(missing) == 0:
		return wire.Submit{Render: wire.Render{Host: wire.UpdateDraft{Insert: asHTML(text), HTML: true}}}, nil
	case asked:
		return wire.Submit{Render: wire.Render{Navigations: []wire.Navigation{wire.Update(a.missingCard(rq, t, missing))}, Notify: "Fill in every field. Nothing was inserted."}}, nil
	}
	return wire.Submit{Render: wire.Render{Navigations: []wire.Navigation{wire.Push(a.missingCard(rq, t, missing))}}}, nil
}

// composeValues gives what is known of a mail that is being written: its only
// recipient, its writer, and the mailbox, if it can be only one.
func (a *Addon) composeValues(rq *request, t desk.SavedText) map[desk.Placeholder]string {
	p := a.o.Desk.Policy()
	var to desk.Address
	if list := rq.ev.Gmail.ToRecipients; len(list) == 1 {
		if addr, err := mail.ParseAddress(list[0]); err == nil {
			to = desk.Address{Name: addr.Name, Email: desk.ParseEmail(addr.Address)}
		}
	}
	m := desk.Mailbox("")
	if works := p.WorksIn(rq.who); len(works) == 1 {
		m = works[0]
	} else if len(t.Mailboxes) == 1 {
		m = t.Mailboxes[0]
	}
	return p.ValuesOf(m, to, rq.who)
}

// missingCard asks for what a saved text needs.
func (a *Addon) missingCard(rq *request, t desk.SavedText, missing []desk.Placeholder) card.Card {
	ws := []card.Widget{card.TextParagraph{Text: card.Text("Gmail does not say this of the mail that you are writing. Fill it in, and the text is inserted.")}}
	for _, m := range missing {
		ws = append(ws, card.TextInput{Name: string(m), Label: m.Name(), Value: rq.ev.Form(string(m)), Limit: 200})
	}
	return card.Card{
		Header: card.Header{Title: t.Name, Subtitle: "Something is missing"}, Sections: []card.Section{{Widgets: ws}},
		Footer: &card.Footer{Primary: card.Button{Text: "Insert", Fill: accent, Click: a.action("text-insert", "t", tagMark(t.Name), "form", "1")}},
	}
}

// asHTML writes plain text as HTML that shows the same: nothing in it is markup,
// and lines end where they did.
func asHTML(text string) string {
	return strings.ReplaceAll(html.EscapeString(text), "\n", "<br>")
}
