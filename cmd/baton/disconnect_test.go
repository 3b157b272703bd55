package main

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"baton/desk"
)

// TestHealing: a mailbox that loses its access is marked, the other goes on,
// and it heals when access returns.
func TestHealing(t *testing.T) {
	h := newHouse(t)
	h.agreed(support)
	_, stop := h.open()
	defer stop()
	h.until(support, "being read", func(s standing) bool { return s.State == stateConnected && s.Mode == desk.ByConsent })
	if err := h.sim.EndConsents(support); err != nil {
		t.Fatal(err)
	}
	missed := h.deliver(support, "Nobody reads this")
	s := h.until(support, "a problem", func(s standing) bool { return s.State == stateProblem })
	if !strings.Contains(s.Problem, "consent for this mailbox was withdrawn") || !strings.Contains(s.Problem, "baton mailbox connect") {
		t.Errorf("the problem is %q", s.Problem)
	}
	if r := h.mailbox("status", support); r.code != exitFault || !strings.Contains(r.stdout, "withdrawn") || !strings.Contains(r.stderr, "1 mailbox has a problem") {
		t.Errorf("status: %+v", r)
	}
	h.wearsIn(sales, h.deliver(sales, "Goes on"), "Baton/Status/Open")
	if r := h.mailbox("status", sales); r.code != exitOK {
		t.Errorf("status of the other: %+v", r)
	}
	h.agreed(support)
	h.until(support, "being well", func(s standing) bool { return s.State == stateConnected && s.Problem == "" })
	h.wearsIn(support, missed, "Baton/Status/Open")
}

// agreed connects a mailbox by its owner's consent.
func (h *house) agreed(m string) {
	h.Helper()
	a := h.ask(m)
	if code, _, text := h.page(http.DefaultClient, a.visit); code != http.StatusOK {
		h.Fatalf("the owner sees %d %s", code, text)
	}
	if <-a.ended; a.err != nil {
		h.Fatalf("connect: %v", a.err)
	}
	http.DefaultClient.CloseIdleConnections()
}

// TestDisconnect: what a disconnected mailbox leaves, and how it begins anew.
func TestDisconnect(t *testing.T) {
	h := newHouse(t)
	h.agreed(support)
	_, stop := h.open()
	first := h.deliver(support, "First")
	h.wearsIn(support, first, "Baton/Status/Open")
	o := h.did("disconnect", support)
	if s := steps(o); s["disconnect"] != stepDone || s["watch"] != stepDone || s["consent"] != stepDone || o.Status.State != stateDisconnected {
		t.Errorf("disconnect: %+v", o)
	}
	second := h.deliver(support, "Second")
	h.wearsIn(sales, h.deliver(sales, "Goes on"), "Baton/Status/Open")
	for _, args := range [][]string{{"pause", support}, {"resume", support}, {"resync", support}} {
		if r := h.mailbox(args...); r.code != exitFault || !strings.Contains(r.stderr, "baton mailbox connect") {
			t.Errorf("%q: %+v", args, r)
		}
	}
	if r := h.mailbox("status", support); r.code != exitOK || !strings.Contains(r.stdout, ": disconnected") {
		t.Errorf("status: %+v", r)
	}
	if again := h.did("disconnect", support); again.Changed {
		t.Errorf("the second time it changed something: %+v", again)
	}
	if mails, err := h.sim.Thread(support, second); err != nil || len(ours(mails[0].Labels)) > 0 {
		t.Errorf("mail after it wears %v, %v", mails[0].Labels, err)
	}
	o = h.did("connect", support, "--mode", "delegation") // goes on where it was
	h.wearsIn(support, second, "Baton/Status/Open")

	o = h.did("disconnect", support, "--erase", "--yes")
	if steps(o)["erase"] != stepDone || !strings.Contains(o.Steps[len(o.Steps)-1].Say, "2 conversations") || o.Status.Cursor != 0 {
		t.Errorf("erase: %+v", o)
	}
	stop()
	s := openStore(t, h.dir)
	if n, err := s.Verdicts(t.Context(), support); err != nil || total(n) != 0 {
		t.Errorf("the ledger still has %v, %v", n, err)
	}
	if n, err := s.Verdicts(t.Context(), sales); err != nil || total(n) != 1 {
		t.Errorf("the other ledger has %v, %v", n, err)
	}
	if _, err := s.Grant(t.Context(), support); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("there is a grant: %v", err)
	}
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r := h.mailbox("disconnect", support, "--erase", "--yes"); r.code != exitOK || !strings.Contains(r.stdout, "0 conversations") {
		t.Errorf("erase again, without a server: %+v", r)
	}

	_, stop = h.serveOne()
	defer stop()
	third := h.deliver(support, "Third")
	h.wearsIn(sales, h.deliver(sales, "Still on"), "Baton/Status/Open")
	if got := h.standing(support); got.State != stateDisconnected || got.Cursor != 0 {
		t.Errorf("after a restart it is %+v", got)
	}
	h.did("connect", support)
	h.until(support, "being read", func(s standing) bool { return s.State == stateConnected })
	h.wearsIn(support, h.deliver(support, "Anew"), "Baton/Status/Open")
	if mails, err := h.sim.Thread(support, third); err != nil || len(ours(mails[0].Labels)) > 0 {
		t.Errorf("mail from before it began anew wears %v, %v", mails[0].Labels, err)
	}
}

// serveOne serves while one mailbox is not read.
func (h *house) serveOne() (serving, func()) {
	at, stop := h.serve()
	h.lead(at.Address)
	return at, stop
}

// performed counts what was performed.
type performed struct{ n *int }

// Perform implements outbox.Performer.
func (p performed) Perform(context.Context, desk.Conversation, desk.Intent) (desk.Settlement, error) {
	*p.n++
	return desk.Settlement{}, nil
}

// TestConnectedOnly: nothing is written into a mailbox that people took out,
// though delegation may still open it.
func TestConnectedOnly(t *testing.T) {
	n := 0
	p := connectedOnly{performed{&n}, func(m desk.Mailbox) bool { return m == support }}
	if _, err := p.Perform(t.Context(), desk.Conversation{}, desk.Intent{Mailbox: support}); err == nil || n != 0 {
		t.Errorf("a disconnected mailbox: %v, performed %d times", err, n)
	}
	if _, err := p.Perform(t.Context(), desk.Conversation{}, desk.Intent{Mailbox: sales}); err != nil || n != 1 {
		t.Errorf("another mailbox: %v, performed %d times", err, n)
	}
}
