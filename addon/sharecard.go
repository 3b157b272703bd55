package addon

import (
	"fmt"

	"baton/addon/card"
	"baton/desk"
)

// shareForm asks with whom to share what. msg is the message that a part may
// begin with; "" = the newest.
func (d drawing) shareForm(msg desk.MessageID, fault string) card.Card {
	which := "this message"
	if msg == "" {
		msg, which = d.v.LastID, "the newest message"
	}
	scope := d.typed("scope")
	ws := d.shareFields(
		card.Selection{Name: "scope", Label: "What they see of the mail", Kind: card.Radio, Items: []card.Item{
			{Text: "The whole thread", Value: "whole", Selected: scope != "from" && scope != "one"},
			{Text: "From " + which + " on", Value: "from", Selected: scope == "from"},
			{Text: "Only " + which, Value: "one", Selected: scope == "one"},
			{Text: "Some messages, to be chosen next", Value: "choose"},
		}})
	return d.form("Share …", fault, d.submit("Share", "share", "msg", string(msg)), ws...)
}

// pickForm is shareForm for chosen messages.
func (d drawing) pickForm(heads []desk.Head, fault string) card.Card {
	chosen := d.rq.ev.FormList("messages")
	var items []card.Item
	for _, h := range heads {
		items = append(items, card.Item{Text: nameOf(h.From) + ", " + d.rq.r.at(h.At), Value: string(h.ID), Selected: containsFold(chosen, string(h.ID))})
	}
	label := "Messages, newest first"
	if d.v.Messages > len(heads) {
		label = fmt.Sprintf("The newest %d messages", len(heads))
	}
	ws := d.shareFields(
		card.Selection{Name: "scope", Label: "What they see of the mail", Kind: card.Dropdown, Items: []card.Item{{Text: "The messages chosen below", Value: "chosen", Selected: true}}},
		card.Selection{Name: "messages", Label: label, Kind: card.CheckBoxes, Items: items})
	return d.form("Share messages …", fault, d.submit("Share", "share", "pick", "1"), ws...)
}

func (d drawing) shareFields(scope ...card.Widget) []card.Widget {
	role, with := d.typed("role"), d.rq.ev.FormList("with")
	ws := []card.Widget{
		d.personInput("With whom", "A name, or an address in your organisation", "all"),
		card.Selection{Name: "role", Label: "They may", Kind: card.Dropdown, Items: []card.Item{
			{Text: "Read", Value: string(desk.ShareView), Selected: role != string(desk.ShareComment) && role != string(desk.ShareReply)},
			{Text: "Read and comment", Value: string(desk.ShareComment), Selected: role == string(desk.ShareComment)},
			{Text: "Read, comment and answer as the mailbox", Value: string(desk.ShareReply), Selected: role == string(desk.ShareReply)},
		}},
	}
	ws = append(ws, scope...)
	return append(ws,
		card.Selection{Name: "with", Label: "They also see", Kind: card.CheckBoxes, Items: []card.Item{
			{Text: "Names and sizes of files", Value: "files", Selected: containsFold(with, "files")},
			{Text: "Card and account numbers in full", Value: "numbers", Selected: containsFold(with, "numbers")},
		}},
		card.DateTime{Name: "until", Label: "Until", Kind: card.DateOnly, Zone: d.rq.r.zone, Value: d.untilValue()},
		card.TextInput{Name: "why", Label: "Why (optional)", Value: d.typed("why"), Limit: desk.MaxWhy},
		card.TextParagraph{Text: card.Text("Nothing is copied: they read the live thread, and see this conversation's card: with the whole thread all of its notes, with a part of it those from now on and those that name them. You can stop it at any time. Each look is logged.")},
	)
}

// shareScopeName says which part of the mail a share opens, and with what; ""
// for the usual.
func shareScopeName(s desk.Share) string {
	out := ""
	switch n := len(s.Scope.Messages); {
	case s.Scope.Extent == desk.FromMessage:
		out = ", from a message on"
	case s.Scope.Extent == desk.Chosen && n == 1:
		out = ", one message"
	case s.Scope.Extent == desk.Chosen:
		out = fmt.Sprintf(", %d messages", n)
	}
	if s.Attachments {
		out += ", with files"
	}
	if s.Unmasked {
		out += ", with card and account numbers"
	}
	return out
}
