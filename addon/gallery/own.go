package gallery

import (
	"context"
	"fmt"
	"time"

	"baton/addon"
	"baton/desk"
)

// quote is the message that somebody has open in their own mailbox: no
// conversation, but a thread that can be handed to the team.
const quote = "msg-f:1784256312533700001"

// inOwn is the gmail part of an event beside that message.
func inOwn() map[string]any {
	return map[string]any{"messageId": quote, "threadId": "thread-f:1784256312533700001", "accessToken": "message-token"}
}

// huge is the Message-ID of a mail that is too large to be handed in.
const huge desk.RFCID = "huge@shop.example"

// personal is a thread of somebody's own mailbox, and what came of it in a shared
// one.
type personal struct {
	thread []desk.RFCID // oldest first
	held   []desk.Message
	stopAt int // the import that fails, from 1; 0 = none
	n      int
}

// quoted has the open message be the newest of a thread.
func (s *stage) quoted(ids ...desk.RFCID) *stage {
	s.gmail.own.thread, s.gmail.handles[quote] = ids, nil
	for i := len(ids) - 1; i >= 0; i-- {
		s.gmail.handles[quote] = append(s.gmail.handles[quote], ids[i])
	}
	return s
}

// Original implements addon.Mail.
func (g *gmail) Original(addon.Opened, desk.ThreadID) (addon.Original, error) { return &g.own, nil }

// Close implements addon.Original.
func (*personal) Close() {}

// Parts implements desk.Original.
func (o *personal) Parts(context.Context) (out []desk.Part, err error) {
	for i, id := range o.thread {
		size := int64(1000)
		if id == huge {
			size = desk.MaxIntakeSize + 1
		}
		out = append(out, desk.Part{ID: desk.MessageID(fmt.Sprintf("own-%d", i)), RFC: id, Size: size})
	}
	return out, nil
}

// Copy implements desk.Original.
func (*personal) Copy(_ context.Context, p desk.Part, _ []desk.RFCID) (desk.Copy, error) {
	return desk.Copy{RFC: p.RFC, Raw: []byte(p.RFC)}, nil
}

// Find implements desk.Importer.
func (o *personal) Find(_ context.Context, _ desk.Mailbox, id desk.RFCID) (desk.Landing, error) {
	for _, m := range o.held {
		if m.RFC == id {
			return desk.Landing{ID: m.ID, Thread: m.Thread}, nil
		}
	}
	return desk.Landing{}, desk.ErrNotFound
}

// Import implements desk.Importer.
func (o *personal) Import(_ context.Context, m desk.Mailbox, t desk.ThreadID, c desk.Copy) (desk.Landing, error) {
	if o.n++; o.n == o.stopAt {
		return desk.Landing{}, &desk.Problem{Kind: desk.ErrMail, Say: "Gmail does not answer just now."}
	}
	id := desk.MessageID(fmt.Sprintf("%x", 0x18c2f3a9b0d1f000+o.n))
	if t == "" {
		t = desk.ThreadID(id)
	}
	o.held = append(o.held, desk.Message{Mailbox: m, ID: id, Thread: t, RFC: c.RFC, Verdict: desk.Person, Subject: "Quote for 40 kettles", From: customer,
		At: time.Date(2026, 2, 27, 16, o.n, 0, 0, time.UTC)})
	return desk.Landing{ID: id, Thread: t}, nil
}

// Arrived implements desk.Importer.
func (o *personal) Arrived(_ context.Context, _ desk.Mailbox, id desk.MessageID, _ desk.Needs) (desk.Arrival, error) {
	for _, m := range o.held {
		if m.ID == id {
			return arrival(m), nil
		}
	}
	return desk.Arrival{}, desk.ErrNotFound
}

// Thread implements desk.Importer.
func (o *personal) Thread(_ context.Context, _ desk.Mailbox, t desk.ThreadID) (out []desk.Arrival, err error) {
	for _, m := range o.held {
		if m.Thread == t {
			out = append(out, arrival(m))
		}
	}
	return out, nil
}

func arrival(m desk.Message) desk.Arrival {
	return desk.Arrival{Message: m, Facts: desk.Facts{Mailbox: m.Mailbox, From: m.From, Subject: m.Subject, Verdict: m.Verdict, At: m.At}}
}
