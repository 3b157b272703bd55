package addon

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"baton/addon/card"
	"baton/addon/wire"
	"baton/desk"
)

// writingShown is for how long a card tells of a reply that somebody writes in
// Gmail. Nobody tells Baton when a draft is thrown away.
const writingShown = 24 * time.Hour

// draftButton begins or goes on with a reply in Gmail. A guest could not open
// what lies in the mailbox's own Gmail.
func (d drawing) draftButton(l letter) []card.Widget {
	if d.v.Role == desk.Guest || d.needsYes() {
		return nil
	}
	b := d.submit("Open as draft", "draft", "once", l.once, "r", string(l.again))
	b.Fill, b.Alt = card.Colour{}, "Go on writing in Gmail, with all that stands here"
	return []card.Widget{card.Buttons{b}}
}

// draft puts what stands in the form into a Gmail draft and has Gmail open it.
// Parameters and fields are those of reply.
func (a *Addon) draft(rq *request) (wire.Answer, error) {
	id, _ := target(rq)
	l := typedLetter(rq)
	to, errTo := desk.ParseRecipients(l.to)
	cc, errCc := desk.ParseRecipients(l.cc)
	if err := errors.Join(errTo, errCc); err != nil {
		if _, seen := a.o.Desk.OpenID(rq.Context(), rq.who, id); seen != nil {
			return nil, seen
		}
		return nil, err
	}
	made, err := a.o.Desk.Draft(rq.Context(), rq.who, id, desk.Answer{Once: l.once, Text: l.text, To: to, Cc: cc, Then: l.then, Again: l.again, Braces: l.braces})
	if err != nil {
		return nil, err
	}
	v, err := a.o.Desk.SeenAs(rq.who, made.Conversation)
	if err != nil {
		return nil, err
	}
	rq.changed = true
	out := a.back(rq, a.messageCard(rq, v, card.HTML{}), "", true).(wire.Submit)
	a.openInGmail(rq, &out.Render, v, made.Draft, made.Thread)
	return out, nil
}

// draftOpen opens a draft again.
func (a *Addon) draftOpen(rq *request) (wire.Answer, error) {
	id, _ := target(rq)
	reply := desk.IntentID(rq.ev.Parameter("r"))
	v, draft, err := a.o.Desk.OpenDraft(rq.Context(), rq.who, id, reply)
	if err != nil {
		return nil, err
	}
	var out wire.Render
	a.openInGmail(rq, &out, v, draft, v.DraftThread(reply))
	return wire.Submit{Render: out}, nil
}

// openInGmail has Gmail open a draft. Gmail opens drafts of the mailbox that it
// shows, and of no other: over somebody's own mailbox, the thread is opened in
// the shared one, in a window of its own, if they are signed in to it there.
func (a *Addon) openInGmail(rq *request, out *wire.Render, v desk.View, draft string, thread desk.ThreadID) {
	switch {
	case draft == "":
		out.Notify = "Gmail does not answer just now. The draft is made as soon as it does; this card then opens it."
	case inItsMailbox(rq, v):
		out.Host = wire.OpenDraft{DraftID: draft, ThreadID: string(thread)}
	default:
		out.Notify = "The draft is in the thread, in " + string(v.Mailbox) + "'s own Gmail. Nothing was sent."
		out.Open = &card.OpenLink{URL: gmailThread(v, thread)}
	}
}

// inItsMailbox tells whether the panel stands beside one of the conversation's
// own threads: ids are each mailbox's own, so in anybody else's copy they differ.
func inItsMailbox(rq *request, v desk.View) bool {
	t, ok := rq.ev.ThreadHex()
	return ok && (desk.ThreadID(t) == v.Thread ||
		slices.ContainsFunc(v.Joined, func(j desk.Joined) bool { return j.Thread == desk.ThreadID(t) }))
}

// gmailThread is where Gmail on the web shows a conversation's thread to who is
// signed in to the mailbox. Delegated mailboxes have addresses that only Gmail
// knows.
func gmailThread(v desk.View, thread desk.ThreadID) string {
	return "https://mail.google.com/mail/?authuser=" + url.QueryEscape(string(v.Mailbox)) + "#all/" + url.PathEscape(string(thread))
}

// writing tells who writes a reply in Gmail.
func (d drawing) writing() (ws []card.Widget) {
	if d.v.Role == desk.Guest {
		return nil
	}
	all := d.v.Writing(d.rq.r.now.Add(-writingShown))
	for i, o := range all {
		by := func(other desk.Outgoing) bool { return other.By == o.By }
		if slices.ContainsFunc(all[i+1:], by) {
			continue // told with their newest draft
		}
		since := all[slices.IndexFunc(all, by)].At
		place, drafts := "A draft", 0
		for _, other := range all {
			if by(other) {
				drafts++
			}
		}
		if drafts > 1 {
			place = fmt.Sprintf("%d drafts, of which this opens the newest,", drafts)
		}
		who, whose := named(d.p, o.By)+" has", "the draft of "+named(d.p, o.By)
		if o.By == d.rq.who {
			who, whose = "You have", "your draft"
		}
		ws = append(ws, card.DecoratedText{
			Icon: card.Email, Wrap: true, Text: card.Text(who + " been writing a reply in Gmail since " + d.rq.r.at(since)),
			Bottom: place + " in the thread, in " + strings.TrimSpace(string(d.v.Mailbox)) + "'s own Gmail",
			End:    card.Button{Text: "Open", Alt: "Open " + whose + " in Gmail", Click: d.do("draft-open", "r", string(o.Intent))},
		})
	}
	return ws
}

// sender is the address that a reply goes out from.
func (d drawing) sender() desk.Address {
	if d.rq.sender == nil {
		from := d.a.o.Desk.Sender(d.rq.Context(), &d.v.Conversation)
		d.rq.sender = &from
	}
	return *d.rq.sender
}
