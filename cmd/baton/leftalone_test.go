package main

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"baton/desk"
	"baton/store"
)

// promiseIn puts a promise to change labels into a stopped desk's store, and has
// somebody else hold the lease of the mailbox, as another process would.
func (h *house) promiseIn(m, thread string) desk.IntentID {
	h.Helper()
	s := openStore(h.T, h.dir)
	now := time.Now().UTC()
	if _, err := s.Acquire(h.Context(), "sync:"+m, "another", now, now.Add(time.Hour)); err != nil {
		h.Fatal(err)
	}
	id := desk.ConversationOf(desk.Mailbox(m), desk.ThreadID(thread))
	in := desk.Intent{ID: "left-over", Kind: desk.IntentLabels, State: desk.IntentPending, Mailbox: desk.Mailbox(m),
		Conversation: id, LabelsRev: 100, CreatedAt: now.Add(-time.Hour)}
	if _, err := s.Update(h.Context(), id, func(c *desk.Conversation) (desk.Change, error) {
		c.LabelsRev, c.Priority = 100, desk.High
		return desk.Change{Intents: []desk.Intent{in}}, nil
	}); err != nil {
		h.Fatal(err)
	}
	if err := s.Close(h.Context()); err != nil {
		h.Fatal(err)
	}
	return in.ID
}

// TestDisconnectedFromTheStart: a process that has just started keeps off a
// mailbox that people took out, also while another process has its lease and it
// has not looked at the mailbox itself.
func TestDisconnectedFromTheStart(t *testing.T) {
	h := newHouse(t)
	_, stop := h.open()
	first := h.deliver(support, "First")
	h.wearsIn(support, first, "Baton/Status/Open")
	h.did("disconnect", support)
	stop()
	id := h.promiseIn(support, first)
	_, stop = h.serveOne()
	h.wearsIn(sales, h.deliver(sales, "Goes on"), "Baton/Status/Open") // what is older was tried before
	stop()
	h.leftAlone(support, first, id)
}

// leftAlone wants a promise tried in vain, and its thread as it was.
func (h *house) leftAlone(m, thread string, id desk.IntentID) {
	h.Helper()
	mails, err := h.sim.Thread(m, thread)
	if err != nil || strings.Contains(strings.Join(mails[0].Labels, " "), "High") {
		h.Errorf("the disconnected mailbox's mail wears %v, %v", mails[0].Labels, err)
	}
	s := openStore(h.T, h.dir)
	in, err := s.Intent(h.Context(), id)
	if err != nil || in.Attempts == 0 || !in.State.Open() {
		h.Errorf("the promise is %+v, %v; want it tried and waiting", in, err)
	}
	if err := s.Close(h.Context()); err != nil {
		h.Error(err)
	}
}

// eraseFails is a store whose erasing fails.
type eraseFails struct{ store.Opened }

// EraseMailbox implements store.Opened.
func (eraseFails) EraseMailbox(context.Context, desk.Mailbox) error { return desk.ErrUnavailable }

// rooms is a reader that only knows which mailboxes it has.
type rooms map[desk.Mailbox]bool

func (r rooms) Refresh(context.Context) error { return nil }
func (r rooms) Leave(m desk.Mailbox)          { delete(r, m) }
func (r rooms) Open(m desk.Mailbox) error     { r[m] = true; return nil }

// TestEraseThatFails: the mailbox is in the room again, which alone knows that it
// is to be left alone.
func TestEraseThatFails(t *testing.T) {
	st := openStore(t, t.TempDir())
	defer func() {
		if err := st.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	policy := &desk.Policy{Mailboxes: []desk.MailboxPolicy{{Address: support}}}
	room := rooms{support: true}
	b := &mailboxes{store: eraseFails{st}, policy: func() *desk.Policy { return policy }, now: time.Now, reader: room}
	if _, err := b.Disconnect(t.Context(), support, true); !errors.Is(err, desk.ErrUnavailable) {
		t.Errorf("got %v, want that the store failed", err)
	}
	if !room[support] {
		t.Error("the mailbox is not in the room any more")
	}
}

// lacks is a store that others set up, without an index.
type lacks struct{ store.Opened }

// Alone implements store.Opened.
func (lacks) Alone() bool { return false }

// Check implements store.Opened.
func (lacks) Check(context.Context) error { return errors.New("an index is missing") }

// TestStoreThatLacksSomething: it is said at once and not when somebody needs it.
func TestStoreThatLacksSomething(t *testing.T) {
	said := make(chan string, 1)
	sv := &service{store: lacks{}, log: newLog(saying(said), slog.LevelInfo)}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); sv.lookOver(ctx) }()
	if line := <-said; !strings.Contains(line, "an index is missing") || !strings.Contains(sv.hampered(), "the store lacks something") {
		t.Errorf("log %s, hampered %q", line, sv.hampered())
	}
	cancel()
	<-ended
}

// saying gives what is written to it, line by line.
type saying chan string

// Write implements io.Writer.
func (l saying) Write(p []byte) (int, error) { l <- string(p); return len(p), nil }

// TestKeyRotatedWhilePaused: the consent of a mailbox for which nobody asks for a
// token is encrypted with the new key at the next start.
func TestKeyRotatedWhilePaused(t *testing.T) {
	h := newHouse(t)
	_, stop := h.open()
	h.agreed(support)
	h.did("pause", support)
	stop()
	before, err := h.grant(support)
	if err != nil {
		t.Fatal(err)
	}
	if r := h.mailbox("key", filepath.Join(h.dir, "token.key"), "--rotate"); r.code != exitOK {
		t.Fatal(r)
	}
	_, stop = h.serveOne()
	h.wearsIn(sales, h.deliver(sales, "Goes on"), "Baton/Status/Open")
	stop()
	if after, err := h.grant(support); err != nil || after.Key == before.Key {
		t.Errorf("sealed with %q, %v; want another key than %q", after.Key, err, before.Key)
	}
}
