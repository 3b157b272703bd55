package gmail_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"baton/desk"
	"baton/gmail"
)

// firstDraft keeps the draft of one intent, as a store does.
type firstDraft struct {
	mu sync.Mutex
	in desk.Intent
}

func (f *firstDraft) Draft(_ context.Context, _ desk.IntentID, draft string) (desk.Intent, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.in.Draft == "" {
		f.in.Draft = draft
	}
	return f.in, nil
}

func replyTo(m desk.Message, text string) desk.Intent {
	return desk.Intent{
		ID: "reply1", Kind: desk.IntentSend, State: desk.IntentClaimed, Mailbox: support, CreatedAt: time.Now(), Interactive: true,
		Mail: &desk.Mail{To: []desk.Address{m.From}, Subject: "Re: " + m.Subject, Text: text, InReplyTo: m.RFC, References: []desk.RFCID{m.RFC}},
	}
}

// The draft never looks like mail, and what was sent comes in as our own with
// its intent: 110 units for sending, 20 for taking it in, and 2 for each look
// into the history.
func TestReplyIsTakenInAsOwn(t *testing.T) {
	for _, automatic := range []bool{false, true} {
		h := newHouse(t, func(o *gmail.RoomOptions) { o.Topic = "projects/acme/topics/gmail"; o.Own = nil })
		h.open()
		h.deliver("one")
		h.settled()
		in := replyTo(h.desk.received[0], "Hello")
		in.Mail.Automatic = automatic
		s, err := gmail.NewSender(gmail.SenderOptions{Accounts: h.accounts, Drafts: &firstDraft{in: in}, Unread: func(m desk.Mailbox) { h.room.Read(m) }})
		if err != nil {
			t.Fatal(err)
		}
		before, looks := gmail.Total(h.accounts.Usage()[support]), h.accounts.Usage()[support][gmail.HistoryList].Calls
		out, err := s.Send(h.context(), h.desk.received[0].Thread, in)
		if err != nil || out.State != desk.IntentDone {
			t.Fatalf("%+v, %v", out, err)
		}
		h.wait(func() bool { return len(h.desk.subjects()) == 2 })
		h.settled()
		if err := h.room.Flush(h.context()); err != nil {
			t.Fatal(err)
		}
		h.sweep()
		u := h.accounts.Usage()[support]
		looks = u[gmail.HistoryList].Calls - looks
		if got := gmail.Total(u) - before; got-2*looks != 130 || looks > 4 {
			t.Errorf("%d units with %d looks into the history, want 130 and 2 for each look: %+v", got, looks, u)
		}
		m := h.desk.received[1]
		if m.Verdict != desk.Own || m.Intent != in.ID || m.ID != out.Sent || m.Thread != h.desk.received[0].Thread {
			t.Errorf("automatic %v: taken in as %+v, want our own with its intent", automatic, m)
		}
		if got := h.desk.verdicts(); len(got) != 2 || got[desk.Own] != 1 || got[desk.Person] != 1 {
			t.Errorf("ledger %v: the draft left a trace", got)
		}
	}
}

// Drafts that come, change and go between readings, or are read while they are
// there, are no mail.
func TestDraftsAreNoMail(t *testing.T) {
	h := newHouse(t, nil)
	h.open()
	c := h.client()
	mail := []byte("To: carla@customer.test\r\nSubject: draft\r\nX-Baton-Intent: reply1\r\n\r\nHello\r\n")
	for i := range 4 {
		id, err := c.CreateDraft(t.Context(), "", mail)
		if err != nil {
			t.Fatal(err)
		}
		if i%2 == 0 {
			h.sweep()
		}
		if err := c.DeleteDraft(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		h.sweep()
	}
	if got := h.desk.verdicts(); len(got) != 0 {
		t.Errorf("ledger %v, want nothing", got)
	}
	if got := h.accounts.Usage()[support][gmail.MessagesGet].Calls; got != 0 {
		t.Errorf("%d messages fetched", got)
	}
}

// Our header in a mail from outside names no intent.
func TestForgedIntentIsNotTakenIn(t *testing.T) {
	h := newHouse(t, nil)
	h.open()
	h.deliver("one", "X-Baton-Intent: reply1")
	h.deliver("two", "X-Baton-Intent: reply1", "From: support@acme.test")
	h.sweep()
	for _, m := range h.desk.received {
		if m.Intent != "" || m.Verdict == desk.Own {
			t.Errorf("%+v", m)
		}
	}
}
