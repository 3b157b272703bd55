package addon

import (
	"errors"

	"baton/addon/card"
	"baton/addon/wire"
	"baton/desk"
)

// scopeRead lets the add-on read the open message and the others of its thread.
const scopeRead = "https://www.googleapis.com/auth/gmail.addons.current.message.readonly"

// openedOf gives the message that is open, with the event's tokens.
func openedOf(rq *request) Opened {
	return Opened{Message: string(rq.ev.Gmail.MessageID), UserToken: string(rq.ev.Auth.UserOAuthToken), MessageToken: string(rq.ev.Gmail.AccessToken)}
}

// handsIn lists the mailboxes to which the person may hand the open message;
// none when no message is open that could be read.
func (a *Addon) handsIn(rq *request) []desk.Mailbox {
	if o := openedOf(rq); o.Message == "" || o.UserToken == "" {
		return nil
	}
	return a.o.Desk.Policy().WorksIn(rq.who)
}

// intake hands the thread of the open message to the team. Parameters: m, the
// mailbox, unless the field mailbox says it; or c, the conversation to which
// messages are missing. Fields: mailbox, person, why.
func (a *Addon) intake(rq *request) (wire.Answer, error) {
	id, _ := target(rq)
	in := desk.Intake{Mailbox: chosenMailbox(rq), Why: rq.ev.Form("why"), Onto: id}
	if id != "" {
		// Who may not know of it is told so before Google asks them for anything.
		if _, err := a.o.Desk.OpenID(rq.Context(), rq.who, id); err != nil {
			return nil, err
		}
	} else if !a.o.Desk.Policy().Works(rq.who, in.Mailbox) {
		return nil, desk.ErrNotFound
	}
	if len(a.handsIn(rq)) == 0 {
		return nil, &desk.Problem{Kind: desk.ErrInvalid, Say: "Open the message in Gmail first, then press the button on its card."}
	}
	if len(rq.ev.Auth.AuthorizedScopes) > 0 && !rq.ev.Granted(scopeRead) {
		// Gmail asks the person for it and repeats the press.
		return wire.AskScopes{Scopes: []string{scopeRead}}, nil
	}
	if id == "" {
		to, err := a.person(rq)
		if err != nil {
			return nil, err
		}
		in.To = to
	}
	thread, _ := rq.ev.ThreadHex()
	o, err := a.o.Mail.Original(openedOf(rq), desk.ThreadID(thread))
	if err != nil {
		return nil, err
	}
	defer o.Close()
	r, err := a.o.Desk.HandIn(rq.Context(), rq.who, in, o)
	if err != nil {
		if errors.Is(err, desk.ErrMail) {
			a.o.Logger.Warn("addon: a thread cannot be handed in", "request", rq.id, "error", err)
		}
		return nil, err
	}
	return a.handedIn(rq, r)
}

// handedIn shows the conversation that an intake made or found.
func (a *Addon) handedIn(rq *request, r desk.Receipt) (wire.Answer, error) {
	if hex, ok := rq.ev.MessageHex(); ok {
		if err := a.o.Desk.Learn(rq.Context(), rq.who, desk.MessageID(hex), r.Conversation.ID); err != nil {
			a.o.Logger.Warn("addon: handle not remembered; the next opening asks Gmail again", "request", rq.id, "error", err)
		}
	}
	if r.Stopped != "" {
		a.o.Logger.Warn("addon: an intake stopped before its end", "request", rq.id, "conversation", r.Conversation.ID, "left", r.Left)
	}
	v, err := a.o.Desk.SeenAs(rq.who, r.Conversation)
	if err != nil {
		return nil, err
	}
	rq.changed, rq.receipt = true, r.Left > 0
	return a.back(rq, a.messageCard(rq, v, receiptText(r)), receiptLine(r), true), nil
}

// apart tells whether the open message is a copy of mail that the conversation
// has not got.
func (d drawing) apart() bool {
	t, ok := d.rq.ev.ThreadHex()
	if ok && desk.ThreadID(t) == d.v.Thread || !d.v.May(desk.RightAssign) || len(d.a.handsIn(d.rq)) == 0 {
		return false
	}
	return d.rq.apart || d.left() > 0
}

func (d drawing) left() int {
	if d.v.HandedIn == nil {
		return 0
	}
	return d.v.HandedIn.Left
}

// intakeLines say that mail is missing from the conversation, and bring it in
// where the person has it open.
func (d drawing) intakeLines() (ws []card.Widget) {
	h := d.v.HandedIn
	if h != nil && h.Out > 0 {
		ws = append(ws, card.DecoratedText{Icon: card.Email, Wrap: true, Bottom: "Too large, or not taken by Gmail; " + named(d.p, h.By) + " has the original",
			Text: card.Text(count(h.Out, "message") + " of this thread " + wasOrWere(h.Out) + " left out")})
	}
	if n := d.left(); n > 0 && !d.rq.receipt {
		line := card.DecoratedText{Icon: card.Email, Wrap: true,
			Text:   card.Bold(count(n, "message") + " of this thread " + areOrIs(n) + " not here yet"),
			Bottom: named(d.p, h.By) + " handed it in. It goes on from their own copy of the mail."}
		if d.apart() {
			line.Bottom = "" // the button below says how
		}
		ws = append(ws, line)
	}
	switch {
	case !d.apart():
	case d.left() > 0:
		ws = append(ws, card.Buttons{{Text: "Hand in the rest", Alt: "Bring the missing messages into the shared mailbox", Fill: accent, Click: d.do("intake")}})
	default:
		ws = append(ws, card.DecoratedText{Icon: card.Email, Wrap: true,
			Text:   card.Text("The team has not got the message that you have open"),
			Bottom: "Adding it copies what is missing of the thread into " + string(d.v.Mailbox) + ", for good"},
			card.Buttons{{Text: "Add it", Alt: "Copy what is missing into the shared mailbox", Click: d.do("intake")}})
	}
	return ws
}
