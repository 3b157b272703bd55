package addon

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"baton/addon/card"
	"baton/desk"
)

// customer shows what is known of the conversation's customer.
func (a *Addon) customer(rq *request, id desk.ConversationID) (desk.View, func(drawing) card.Card, error) {
	v, err := a.o.Desk.Customer(rq.Context(), rq.who, id)
	return v.View, func(d drawing) card.Card { return d.customerCard(v) }, err
}

// samePerson says that the address in the field person is the customer's too.
func (a *Addon) samePerson(rq *request, id desk.ConversationID, _ desk.Seen) (desk.Conversation, error) {
	return a.o.Desk.SamePerson(rq.Context(), rq.who, id, desk.Email(rq.ev.Form("address")))
}

// otherPerson says that the address in the parameter a is not the customer's.
func (a *Addon) otherPerson(rq *request, id desk.ConversationID, _ desk.Seen) (desk.Conversation, error) {
	return a.o.Desk.OtherPerson(rq.Context(), rq.who, id, desk.Email(rq.ev.Parameter("a")))
}

// customerSection leads to the customer's card; what it shows is read when
// somebody asks for it.
func (d drawing) customerSection() card.Section {
	line := card.DecoratedText{Icon: card.Person, Wrap: true, Text: card.Text(nameOf(d.v.Customer)),
		End: card.Button{Text: "Look", Alt: "Earlier conversations, and who answered", Click: d.do("customer")}}
	if d.v.Customer.Name != "" {
		line.Bottom = string(d.v.Customer.Email)
	}
	return card.Section{Header: card.Text("Customer"), Widgets: []card.Widget{line}}
}

// customerCard is what records say of a customer.
func (d drawing) customerCard(v desk.CustomerView) card.Card {
	c := card.Card{Name: "customer", Header: card.Header{Title: nameOf(v.Customer), Subtitle: string(v.Customer.Email)}}
	var about []card.Widget
	var open []string
	for _, p := range v.Past {
		if p.Status.Active() {
			open = append(open, d.openWhere(p))
		}
	}
	if len(open) > 0 {
		about = append(about, card.TextParagraph{Text: card.Bold("Also open " + strings.Join(slices.Compact(open), ", ") + ".")})
	}
	if v.Language != "" {
		about = append(about, card.DecoratedText{Top: "Usual language", Text: card.Text(languageName(v.Language)), Bottom: "As their mail program says"})
	}
	c.Sections = append(c.Sections, card.Section{Widgets: about}, d.pastSection(v), d.addressSection(v))
	return c
}

// openWith says who holds another open conversation.
func (d drawing) openWith(c desk.Conversation) string {
	switch c.Assignee {
	case "":
		return "in the queue"
	case d.rq.who:
		return "with you"
	}
	return "with " + named(d.p, c.Assignee)
}

// openWhere is openWith, with the mailbox when it is another one.
func (d drawing) openWhere(c desk.Conversation) string {
	switch {
	case c.Mailbox == d.v.Mailbox:
		return d.openWith(c)
	case c.Assignee == "":
		return "in the queue of " + string(c.Mailbox)
	}
	return d.openWith(c) + " in " + string(c.Mailbox)
}

func (d drawing) pastSection(v desk.CustomerView) card.Section {
	s := card.Section{Header: card.Text("Other conversations")}
	for _, p := range v.Past {
		s.Widgets = append(s.Widgets, d.pastLine(p))
		var can card.Buttons
		if p.Mailbox == d.v.Mailbox && p.Status != desk.Spam && d.v.Status != desk.Spam && d.v.May(desk.RightProgress) {
			can = append(can, card.Button{Text: "Merge into this one …", Alt: "Merge into this conversation: that of " + d.rq.r.at(p.LastAt) + ", “" + subject(p.Subject) + "”", Click: d.do("merge-form", "o", string(p.ID))})
		}
		if len(can) > 0 && p.Status.Active() {
			s.Widgets = append(s.Widgets, can)
		}
	}
	if len(v.Past) == 0 {
		s.Widgets = append(s.Widgets, card.TextParagraph{Text: card.Text("None in the mailboxes where you work.")})
	}
	if v.More {
		s.Widgets = append(s.Widgets, card.TextParagraph{Text: card.Text("There are more. Search for the address in Gmail to see all mail.")})
	}
	return s
}

// pastLine is one of the customer's other conversations.
func (d drawing) pastLine(p desk.Conversation) card.Widget {
	top := p.Status.Name() + " · " + d.rq.r.at(p.LastAt)
	if p.Mailbox != d.v.Mailbox {
		top = string(p.Mailbox) + " · " + top
	}
	bottom := "not answered yet"
	switch {
	case p.AnsweredBy != "":
		bottom = named(d.p, p.AnsweredBy) + " answered last"
	case !p.OutboundAt.IsZero():
		bottom = "the team answered last " + d.rq.r.at(p.OutboundAt)
	}
	switch {
	case p.Status.Active():
		bottom = upperFirst(d.openWith(p)) + " · " + bottom
	case p.AnsweredBy == "":
		bottom = upperFirst(bottom)
	}
	return card.DecoratedText{Top: top, Text: card.Text(subject(p.Subject)), Bottom: bottom, Wrap: true, Click: d.a.action("open", "c", string(p.ID))}
}

// addressSection lists the addresses of one person and takes another.
func (d drawing) addressSection(v desk.CustomerView) card.Section {
	s := card.Section{Header: card.Text("Addresses"), Collapsible: true}
	for _, e := range v.Identity.Addresses() {
		line := card.DecoratedText{Text: card.Text(string(e)), Wrap: true}
		if e != v.Customer.Email {
			line.Bottom = "The same person, " + named(d.p, v.Identity.By) + " said " + d.rq.r.at(v.Identity.At)
			line.End = card.Button{Text: "Not the same", Alt: string(e) + " is not the same person", Click: d.do("not-same", "a", string(e), "form", "1")}
		}
		s.Widgets = append(s.Widgets, line)
	}
	add := d.do("same-person", "form", "1")
	add.Required = []string{"address"}
	s.Widgets = append(s.Widgets,
		card.TextInput{Name: "address", Label: "Another address of this person", Hint: "Only if you know it. It shows both addresses' conversations here; mail stays as it is.", Value: d.typed("address")},
		card.Buttons{{Text: "Is the same person", Click: add}})
	return s
}

// languageName names a language in English, by its code when nobody knows it.
func languageName(tag string) string {
	t, err := language.Parse(tag)
	if err != nil {
		return tag
	}
	if name := display.English.Languages().Name(t); name != "" {
		return name
	}
	return tag
}

// customerAgain draws the customer's card once more, with what was wrong.
func (d drawing) customerAgain(fault string) (card.Card, bool) {
	v, err := d.a.o.Desk.Customer(d.rq.Context(), d.rq.who, d.v.ID)
	if err != nil {
		return card.Card{}, false
	}
	c := d.customerCard(v)
	c.Sections = append([]card.Section{{Widgets: []card.Widget{card.TextParagraph{Text: card.Bold(fault)}}}}, c.Sections...)
	return c, true
}

// same says how many addresses stand together now.
func same(_ *request, v desk.View) string {
	return "Noted. " + nameOf(v.Customer) + " has that address too."
}

// mergedLines say which threads were merged into the conversation, and which of
// them was opened.
func (d drawing) mergedLines() (ws []card.Widget) {
	if d.v.Role == desk.Guest {
		return nil // what was shared is this thread alone
	}
	for _, j := range d.v.Joined {
		line := card.DecoratedText{Icon: card.Email, Wrap: true, Text: card.Join(card.Text("Merged: "), card.Bold(subject(j.Subject))),
			Bottom: fmt.Sprintf("%s, by %s, %s", count(j.Messages, "message"), d.you(j.By), d.rq.r.at(j.At))}
		if j.ID == d.v.Via {
			line.Top = "You opened a message of this thread"
		}
		if d.v.May(desk.RightProgress) {
			line.End = card.Button{Text: "Separate", Alt: "Separate what was merged " + d.rq.r.at(j.At) + ", “" + subject(j.Subject) + "”", Click: d.do("separate", "o", string(j.ID))}
		}
		ws = append(ws, line)
	}
	if f := d.v.Facing(); f.Thread != d.v.Thread {
		ws = append(ws, card.TextParagraph{Text: card.Text("A reply goes into the thread “" + subject(f.Subject) + "”, where the customer wrote last.")})
	}
	return ws
}

// alikeLines suggest conversations that may be about the same matter.
func (d drawing) alikeLines() (ws []card.Widget) {
	if !d.v.May(desk.RightCustomer) || !d.v.Status.Active() {
		return nil
	}
	for _, x := range d.v.Alike {
		merged := slices.ContainsFunc(d.v.Joined, func(j desk.Joined) bool { return j.ID == x.ID })
		if merged || d.rq.r.now.Sub(x.At) > desk.AlikeShown || !d.p.Works(d.rq.who, x.Mailbox) {
			continue
		}
		line := card.DecoratedText{Icon: card.Star, Wrap: true, Bottom: alikeWhy(x.Why), Click: d.a.action("open", "c", string(x.ID))}
		if x.Mailbox != d.v.Mailbox {
			line.Text = card.Join(card.Bold("The same mail went to "+string(x.Mailbox)), card.Text(": agree on who answers"))
			ws = append(ws, line)
			continue
		}
		line.Text = card.Join(card.Bold("Maybe a duplicate: "), card.Text(subject(x.Subject)))
		line.End = card.Button{Text: "Merge …", Alt: "Merge into this conversation: that of " + d.rq.r.at(x.At) + ", “" + subject(x.Subject) + "”", Click: d.do("merge-form", "o", string(x.ID))}
		ws = append(ws, line)
	}
	return ws
}

func alikeWhy(why string) string {
	switch why {
	case desk.AlikeReference:
		return "The same customer named the same number"
	case desk.AlikeMail:
		return "It is the very same mail"
	}
	return "The same customer wrote with the same subject"
}
