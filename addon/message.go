package addon

import (
	"errors"

	"baton/addon/card"
	"baton/addon/wire"
	"baton/desk"
)

// message answers the opening of a message: the card of its conversation.
//
// In the shared mailbox the thread's id tells which it is. In somebody's own
// mailbox ids are others; the Message-ID, read with the event's own short-lived
// tokens (20 quota units), tells it once and is remembered.
func (a *Addon) message(rq *request) (wire.Answer, error) {
	v, err := a.opened(rq)
	if isNotFound(err) && !rq.unread && len(a.handsIn(rq)) > 0 {
		return wire.Show(a.withHome(rq, a.outsideCard())), nil
	}
	if err != nil {
		return nil, err
	}
	return wire.Show(a.messageCard(rq, v, card.HTML{})), nil
}

func (a *Addon) opened(rq *request) (desk.View, error) {
	var handles []desk.Handle
	if t, ok := rq.ev.ThreadHex(); ok {
		handles = append(handles, desk.HandleThread(desk.ThreadID(t)))
	}
	message, known := rq.ev.MessageHex()
	if known {
		handles = append(handles, desk.HandleGmail(rq.who, desk.MessageID(message)))
	}
	if len(handles) > 0 {
		v, err := a.o.Desk.Open(rq.Context(), rq.who, handles...)
		if !errors.Is(err, desk.ErrNotFound) && !errors.Is(err, desk.ErrAmbiguous) {
			return v, err
		}
	}
	v, err := a.byHeaders(rq)
	if err == nil && known && !rq.apart {
		if err := a.o.Desk.Learn(rq.Context(), rq.who, desk.MessageID(message), v.ID); err != nil {
			a.o.Logger.Warn("addon: handle not remembered; the next opening asks Gmail again", "request", rq.id, "error", err)
		}
	}
	return v, err
}

// triedHeaders bounds how many Message-IDs of one message are looked up, each
// one read.
const triedHeaders = 12

// byHeaders finds the conversation by the message's own Message-ID, else by
// those that it answers. What cannot be read is a message that is none of ours.
func (a *Addon) byHeaders(rq *request) (desk.View, error) {
	o := openedOf(rq)
	if o.Message == "" || o.UserToken == "" {
		return desk.View{}, desk.ErrNotFound
	}
	ids, err := a.o.Mail.Handles(rq.Context(), o)
	if err != nil {
		rq.unread = true
		a.o.Logger.Warn("addon: the open message's headers cannot be read", "request", rq.id, "error", err)
		return desk.View{}, desk.ErrNotFound
	}
	for i, id := range ids[:min(len(ids), triedHeaders)] {
		v, err := a.o.Desk.OpenBest(rq.Context(), rq.who, desk.HandleRFC(id))
		if !errors.Is(err, desk.ErrNotFound) {
			rq.apart = err == nil && i > 0 && v.Role != desk.Guest
			return v, err
		}
	}
	return desk.View{}, desk.ErrNotFound
}

// home answers when no message is open.
func (a *Addon) home(rq *request) (wire.Answer, error) {
	h, err := a.o.Desk.Home(rq.Context(), rq.who)
	if err != nil {
		return nil, err
	}
	return wire.Show(a.homeCard(rq, h, card.HTML{})), nil
}
