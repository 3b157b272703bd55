package addon

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"baton/desk"
)

// letterBox is the Gmail of people's own mailboxes and of the shared ones, as
// far as handing in needs it: threads of own mail by the message that is open.
type letterBox struct {
	mu     sync.Mutex
	own    map[string][]desk.RFCID
	held   map[desk.RFCID]desk.Message
	stopAt int // the import that fails, from 1; 0 = none
	n      int
	closed int
}

// heldOpen is the thread of one message that is open.
type heldOpen struct {
	b   *letterBox
	ids []desk.RFCID
}

func (m *mailbox) Original(o Opened, _ desk.ThreadID) (Original, error) {
	if o.MessageToken == "" {
		return nil, errors.New("the event's message token is missing")
	}
	return &heldOpen{&m.letters, m.letters.own[o.Message]}, nil
}

func (o *heldOpen) Close() { o.b.closed++ }

func (o *heldOpen) Parts(context.Context) (out []desk.Part, err error) {
	for i, id := range o.ids {
		size := int64(1000)
		if id == "huge" {
			size = desk.MaxIntakeSize + 1
		}
		out = append(out, desk.Part{ID: desk.MessageID(fmt.Sprintf("%s-%d", id, i)), RFC: id, Size: size})
	}
	return out, nil
}

func (o *heldOpen) Copy(_ context.Context, p desk.Part, _ []desk.RFCID) (desk.Copy, error) {
	return desk.Copy{RFC: p.RFC, Raw: []byte(p.RFC)}, nil
}

func (b *letterBox) Find(_ context.Context, _ desk.Mailbox, id desk.RFCID) (desk.Landing, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if m, ok := b.held[id]; ok {
		return desk.Landing{ID: m.ID, Thread: m.Thread}, nil
	}
	return desk.Landing{}, desk.ErrNotFound
}

func (b *letterBox) Import(_ context.Context, m desk.Mailbox, t desk.ThreadID, c desk.Copy) (desk.Landing, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.n++; b.n == b.stopAt {
		return desk.Landing{}, &desk.Problem{Kind: desk.ErrMail, Say: "Gmail is away."}
	}
	id := desk.MessageID(fmt.Sprintf("%x", 0x18c2f3a9b0d1f000+b.n))
	if t == "" {
		t = desk.ThreadID(id)
	}
	b.held[c.RFC] = desk.Message{Mailbox: m, ID: id, Thread: t, RFC: c.RFC, Verdict: desk.Person, Subject: "Quote for 40 kettles",
		From: desk.Address{Name: "Carla Customer", Email: "carla@shop.example"}, At: time.Date(2026, 2, 27, 16, b.n, 0, 0, time.UTC)}
	return desk.Landing{ID: id, Thread: t}, nil
}

func (b *letterBox) Arrived(_ context.Context, _ desk.Mailbox, id desk.MessageID, _ desk.Needs) (desk.Arrival, error) {
	all, _ := b.Thread(context.Background(), "", "")
	for _, a := range all {
		if a.Message.ID == id {
			return a, nil
		}
	}
	return desk.Arrival{}, desk.ErrNotFound
}

func (b *letterBox) Thread(_ context.Context, _ desk.Mailbox, t desk.ThreadID) (out []desk.Arrival, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.held {
		if t == "" || m.Thread == t {
			out = append(out, desk.Arrival{Message: m, Facts: desk.Facts{Mailbox: m.Mailbox, From: m.From, Subject: m.Subject, Verdict: m.Verdict, At: m.At}})
		}
	}
	return out, nil
}
