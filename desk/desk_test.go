package desk_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"baton/desk"
	"baton/store/sqlite"
)

const (
	support desk.Mailbox = "support@acme.test"
	sales   desk.Mailbox = "sales@acme.test"
	ana     desk.Email   = "ana@acme.test"
	ben     desk.Email   = "ben@acme.test"
	mia     desk.Email   = "mia@acme.test"
	olga    desk.Email   = "olga@acme.test" // works in no mailbox
	adam    desk.Email   = "adam@acme.test" // admin, on no mailbox's list
	eve     desk.Email   = "eve@evil.test"
)

// router answers by subject; tests set what it says.
type router map[string]desk.Routing

func (r router) Route(f desk.Facts) desk.Routing {
	if got, ok := r[f.Subject]; ok {
		return got
	}
	return desk.Routing{Reason: "no rule matched"}
}

func (router) Needs(desk.Mailbox) desk.Needs { return desk.Needs{} }

func acme() *desk.Policy {
	return &desk.Policy{
		Version: "p1", Desk: "Acme", Zone: time.UTC,
		Mailboxes: []desk.MailboxPolicy{
			{Address: support, Name: "Support", Aliases: []desk.Email{"help@acme.test"}, Members: []desk.Email{ana, ben, mia}, FirstReply: 4 * time.Hour, FollowUp: 30 * 24 * time.Hour},
			{Address: sales, Name: "Sales", Members: []desk.Email{ben}},
		},
		Members: []desk.Member{
			{Email: ana, Name: "Ana Silva", Label: "Ana", Role: desk.Agent},
			{Email: ben, Name: "Ben Okafor", Label: "Ben", Role: desk.Agent},
			{Email: mia, Name: "Mia Lindqvist", Label: "Mia", Role: desk.Manager},
			{Email: adam, Name: "Adam Root", Label: "Adam", Role: desk.Admin},
			{Email: olga, Name: "Olga Novak", Label: "Olga", Role: desk.Agent},
		},
		Teams: []desk.Team{{Name: "Billing", Members: []desk.Email{ana, ben}}},
	}
}

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.t }
func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// house is a desk on a store of its own, with a clock and what was promised.
type house struct {
	*testing.T
	desk     *desk.Desk
	store    *sqlite.Store
	clock    *clock
	rules    router
	mu       sync.Mutex
	promises []desk.Promise
	n        int
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{T: t, clock: &clock{t: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}, rules: router{}}
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "baton.db"), sqlite.Options{PutOff: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close(context.Background()) })
	h.store = s
	h.desk, err = desk.New(desk.Options{Store: s, Clock: h.clock.now, Promised: func(p desk.Promise) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.promises = append(h.promises, p)
	}}, acme(), h.rules)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// mail makes the next message; thread "" opens one of its own.
func (h *house) mail(thread desk.ThreadID, v desk.Verdict, subject string) (desk.Message, desk.Facts) {
	h.n++
	id := desk.MessageID(fmt.Sprintf("%016x", 0x1000+h.n))
	if thread == "" {
		thread = desk.ThreadID(id)
	}
	from := desk.Address{Name: "Carla Customer", Email: "carla@shop.example"}
	if v == desk.Own {
		from = desk.Address{Email: desk.Email(support)}
	}
	m := desk.Message{
		Mailbox: support, ID: id, Thread: thread, RFC: desk.RFCID(fmt.Sprintf("m%d@shop.example", h.n)), From: from,
		Subject: subject, At: h.clock.now(), Size: 1000, Verdict: v, Reason: "test",
	}
	return m, desk.Facts{Mailbox: support, From: from, Subject: subject, Verdict: v, At: m.At}
}

func (h *house) receive(thread desk.ThreadID, v desk.Verdict, subject string) desk.Conversation {
	h.Helper()
	m, f := h.mail(thread, v, subject)
	c, err := h.desk.Receive(h.Context(), m, f)
	if err != nil {
		h.Fatalf("receive: %v", err)
	}
	return c
}

// must fails the test on an error.
func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func kinds(events []desk.Event) []desk.EventKind {
	var out []desk.EventKind
	for _, e := range events {
		out = append(out, e.Kind)
	}
	return out
}
