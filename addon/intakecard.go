package addon

import (
	"fmt"
	"slices"
	"strings"

	"baton/addon/card"
	"baton/addon/wire"
	"baton/desk"
)

// outsideCard is the stranger's card for somebody who could hand the open
// message to a team.
func (a *Addon) outsideCard() card.Card {
	c := a.strangerCard()
	c.Sections = append(c.Sections, card.Section{Widgets: []card.Widget{
		card.Buttons{{Text: "Hand to the team …", Alt: "Copy this thread into a shared mailbox and give it to somebody", Click: a.action("intake-form")}},
	}})
	return c
}

// intakeForm answers the button that begins an intake.
func (a *Addon) intakeForm(rq *request) (wire.Answer, error) {
	if id, _ := target(rq); id != "" { // the button names none
		if _, err := a.o.Desk.OpenID(rq.Context(), rq.who, id); err != nil {
			return nil, err
		}
	}
	c, ok := a.intakeAgain(rq, "")
	if !ok {
		return nil, desk.ErrNotFound
	}
	return wire.Submit{Render: wire.Show(c)}, nil
}

// chosenMailbox gives the mailbox that an intake's form names.
func chosenMailbox(rq *request) desk.Mailbox {
	if m := rq.ev.Form("mailbox"); m != "" {
		return desk.Mailbox(m)
	}
	return desk.Mailbox(rq.ev.Parameter("m"))
}

// intakeAgain draws the form of an intake, with what was typed and what was
// wrong with it; false for somebody who works in no mailbox.
func (a *Addon) intakeAgain(rq *request, fault string) (card.Card, bool) {
	boxes := a.o.Desk.Policy().WorksIn(rq.who)
	if len(boxes) == 0 {
		return card.Card{}, false
	}
	chosen := chosenMailbox(rq)
	if !slices.Contains(boxes, chosen) {
		chosen = boxes[0]
	}
	var ws []card.Widget
	if len(boxes) == 1 {
		ws = append(ws, card.DecoratedText{Icon: card.Email, Top: "Shared mailbox", Text: card.Text(string(chosen)), Wrap: true})
	} else {
		var items []card.Item
		for _, m := range boxes {
			items = append(items, card.Item{Text: string(m), Value: string(m), Selected: m == chosen})
		}
		ws = append(ws, card.Selection{Name: "mailbox", Label: "Shared mailbox", Kind: card.Dropdown, Items: items})
	}
	complete := card.Action{URL: a.o.PublicURL + "/addon/suggest", Quiet: true, Parameters: map[string]string{"m": string(chosen), "who": "intake"}}
	ws = append(ws,
		card.TextInput{Name: "person", Label: "Who (optional)", Hint: "Empty: as the rules say, else the queue", Value: rq.ev.Form("person"), Complete: &complete},
		card.TextInput{Name: "why", Label: "Why (optional)", Hint: "What they should know; the team sees it", Value: rq.ev.Form("why"), Multiline: true, Limit: desk.MaxWhy},
		card.TextParagraph{Text: card.Text("The whole thread is copied into the shared mailbox, with its files and without its Bcc. Your own copy stays as it is and shows the team's card from then on.")},
		card.TextParagraph{Text: card.Bold("The copy in the shared mailbox cannot be taken back.")},
	)
	c := card.Card{Header: card.Header{Title: "Hand to the team"}}
	if fault != "" {
		c.Sections = append(c.Sections, card.Section{Widgets: []card.Widget{card.TextParagraph{Text: card.Bold(fault)}}})
	}
	c.Sections = append(c.Sections, card.Section{Widgets: ws})
	submit := a.action("intake", "m", string(chosen), "form", "1")
	submit.Persist = true
	c.Footer = &card.Footer{
		Primary:   card.Button{Text: "Hand in", Fill: accent, Click: submit},
		Secondary: &card.Button{Text: "Cancel", Click: a.action("back")},
	}
	return c, true
}

// suggestIntake offers who works in the mailbox that an intake's form names.
func (a *Addon) suggestIntake(rq *request) (wire.Answer, error) {
	m := chosenMailbox(rq)
	if !a.o.Desk.Policy().Works(rq.who, m) {
		return wire.Suggestions{}, nil
	}
	found, err := a.o.Desk.Candidates(rq.Context(), m, rq.ev.Form("person"), suggestions)
	var out wire.Suggestions
	for _, c := range found {
		out = append(out, suggestion(c))
	}
	return out, err
}

// receiptText says what a person must know of an intake beside the card; empty
// when all went as asked.
func receiptText(r desk.Receipt) card.HTML {
	var bold string
	var rest []string
	m := string(r.Conversation.Mailbox)
	switch h := r.Conversation.HandedIn; {
	case r.Already:
		bold = "The team has this already."
		rest = append(rest, "Nothing was brought in again, and nobody was given it.")
	case r.Left > 0 && h != nil:
		bold = fmt.Sprintf("%d of %d messages are in %s.", h.There(), h.Messages, m)
		rest = append(rest, r.Stopped, "What is there stays there.")
	}
	if n := r.TooLarge; n > 0 {
		rest = append(rest, fmt.Sprintf("%s larger than %d MB and %s left out: forward it, or tell the team where the files are.",
			count(n, "message")+" "+areOrIs(n), desk.MaxIntakeSize>>20, areOrIs(n)))
	}
	if n := r.Refused; n > 0 {
		rest = append(rest, fmt.Sprintf("Gmail does not take %s; forward it there.", count(n, "message")))
	}
	if n := r.Apart; n > 0 {
		rest = append(rest, fmt.Sprintf("Gmail keeps a part of it in %s of %s own.", count(n, "other thread"), itsOrTheir(n)))
	}
	if bold != "" && len(rest) > 0 {
		bold += " "
	}
	return card.Join(card.Bold(bold), card.Text(strings.Join(rest, " ")))
}

// receiptLine is the line below the card.
func receiptLine(r desk.Receipt) string {
	m := string(r.Conversation.Mailbox)
	switch {
	case r.Already:
		return "The team has this already."
	case r.Left > 0:
		return "Handed in a part. See the card."
	case r.Brought == 0:
		return "All of it was in " + m + " already."
	}
	return "Handed to " + m + "."
}

// count counts things in words: "1 message", "3 messages".
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

func areOrIs(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

func itsOrTheir(n int) string {
	if n == 1 {
		return "its"
	}
	return "their"
}

func wasOrWere(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}
