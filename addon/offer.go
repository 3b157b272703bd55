package addon

import (
	"strings"
	"time"

	"baton/addon/card"
	"baton/desk"
)

// offeredFor is how long a share lasts that a mention asks for, when nobody says
// otherwise.
const offeredFor = 14 * 24 * time.Hour

// offerForm offers to share the conversation with those whom a note names and who
// cannot see it. Leaving it leaves them out, and the note as it is.
func (d drawing) offerForm(n desk.Note, fault string) card.Card {
	may, never := d.a.o.Desk.Shut(&d.v.Conversation, n)
	chosen, again := d.rq.ev.FormList("to"), fault != ""
	var items []card.Item
	for _, e := range may {
		items = append(items, card.Item{Text: d.personName(e), Value: string(e), Selected: !again || containsFold(chosen, string(e))})
	}
	role := d.typed("role")
	until := d.rq.r.now.Add(offeredFor)
	if day, ok := d.rq.ev.FormDate("until"); ok && again {
		until = endOfDay(day, d.rq.r.zone)
	}
	text := "Your note is saved. " + d.a.names(may) + " cannot see this conversation, and learns nothing of it unless you share it."
	if len(may) > 1 {
		text = "Your note is saved. " + d.a.names(may) + " cannot see this conversation, and learn nothing of it unless you share it."
	}
	if len(never) > 0 {
		text += " " + d.a.names(never) + " cannot be let in: they are outside your organisation."
	}
	c := d.form("Share with whom you named?", fault, d.submit("Share", "offer-share", "n", string(n.ID)),
		card.TextParagraph{Text: card.Text(text)},
		card.Selection{Name: "to", Label: "Share with", Kind: card.CheckBoxes, Items: items},
		card.Selection{Name: "role", Label: "They may", Kind: card.Dropdown, Items: []card.Item{
			{Text: "Read", Value: string(desk.ShareView), Selected: again && role == string(desk.ShareView)},
			{Text: "Read and comment", Value: string(desk.ShareComment), Selected: !again || role == string(desk.ShareComment)},
			{Text: "Read, comment and answer as the mailbox", Value: string(desk.ShareReply), Selected: again && role == string(desk.ShareReply)},
		}},
		card.DateTime{Name: "until", Label: "Until", Kind: card.DateOnly, Zone: d.rq.r.zone, Value: until},
		card.TextParagraph{Text: card.Text("Nothing is copied: they read the live thread, and see this card with all of its notes. You can stop it at any time.")},
	)
	c.Footer.Secondary.Text = "Leave it"
	return c
}

// offerShare shares the conversation with those who are ticked, of those whom the
// note names. Parameters: c, n; fields: to, role, until. One read and one commit
// for each person.
func (a *Addon) offerShare(rq *request, id desk.ConversationID, _ desk.Seen) (desk.Conversation, error) {
	v, n, err := a.o.Desk.Note(rq.Context(), rq.who, id, desk.NoteID(rq.ev.Parameter("n")))
	if err == nil && !v.May(desk.RightShare) {
		err = &desk.Problem{Kind: desk.ErrForbidden, Say: desk.RightShare.Refusal()}
	}
	if err != nil {
		return desk.Conversation{}, err
	}
	chosen, c := rq.ev.FormList("to"), v.Conversation
	in := desk.Invite{Role: desk.ShareRole(rq.ev.Form("role")), Why: "named in a note", Until: rq.r.now.Add(offeredFor)}
	if day, ok := rq.ev.FormDate("until"); ok {
		in.Until = endOfDay(day, rq.r.zone)
	}
	may, _ := a.o.Desk.Shut(&c, n)
	done := 0
	for _, e := range may {
		if !containsFold(chosen, string(e)) {
			continue
		}
		in.To = e
		if c, err = a.o.Desk.Share(rq.Context(), rq.who, id, in); err != nil {
			return c, err
		}
		done++
	}
	if done == 0 && len(may) > 0 {
		return c, &desk.Problem{Kind: desk.ErrInvalid, Say: "Tick at least one person, or leave it."}
	}
	return c, nil
}

// names lists people in a sentence.
func (a *Addon) names(list []desk.Email) string {
	var out []string
	for _, e := range list {
		out = append(out, named(a.o.Desk.Policy(), e))
	}
	if n := len(out); n > 1 {
		return strings.Join(out[:n-1], ", ") + " and " + out[n-1]
	}
	return strings.Join(out, "")
}

// personName is a person with their address.
func (d drawing) personName(e desk.Email) string {
	if name := d.p.NameOf(e); name != string(e) {
		return name + " <" + string(e) + ">"
	}
	return string(e)
}
