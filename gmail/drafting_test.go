package gmail_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"testing"

	"baton/desk"
	"baton/gmail"
)

// pen is somebody who writes drafts in the mailbox with Gmail itself.
type pen struct {
	*real
	thread string
}

func (p pen) mail(text string) string {
	return base64.URLEncoding.EncodeToString([]byte("From: support@acme.test\r\nTo: carla@customer.test\r\nSubject: Re: one\r\nReferences: <6f6e65@customer.test>\r\n\r\n" + text + "\r\n"))
}

func (p pen) begin() (id string) {
	p.t.Helper()
	var d struct{ ID string }
	body := p.raw("POST", "drafts", fmt.Sprintf(`{"message":{"threadId":%q,"raw":%q}}`, p.thread, p.mail("Dear")))
	if err := json.Unmarshal([]byte(body), &d); err != nil || d.ID == "" {
		p.t.Fatalf("draft: %v, %s", err, body)
	}
	return d.ID
}

func (p pen) save(id string) {
	p.t.Helper()
	p.raw("PUT", "drafts/"+id, fmt.Sprintf(`{"message":{"threadId":%q,"raw":%q}}`, p.thread, p.mail("Dear Carla, and so on")))
}

func (p pen) conversation() desk.Conversation {
	p.t.Helper()
	c, err := p.store.Conversation(p.t.Context(), desk.ConversationOf(support, desk.ThreadID(p.thread)))
	if err != nil {
		p.t.Fatal(err)
	}
	return c
}

func (p pen) want(what string, drafts int, version int64) {
	p.t.Helper()
	if c := p.conversation(); len(c.Drafts.Since) != drafts || c.Version != version {
		p.t.Errorf("%s: %d drafts at version %d, want %d at %d", what, len(c.Drafts.Since), c.Version, drafts, version)
	}
}

func newPen(t *testing.T) pen {
	t.Helper()
	p := pen{real: newReal(t)}
	p.open()
	p.thread = p.deliver("one").ThreadID
	p.done()
	return p
}

// TestDraftsByHand: a draft that somebody writes in Gmail is one fact however
// often it is saved, and costs no unit beyond the history.
func TestDraftsByHand(t *testing.T) {
	p := newPen(t)
	v := p.conversation().Version
	before := p.accounts.Usage()[support]
	id := p.begin()
	p.done()
	p.want("begun", 1, v+1)
	for range 5 {
		p.save(id)
		p.done()
	}
	p.want("saved five times", 1, v+1)
	other := p.begin()
	p.done()
	p.want("another one", 2, v+2)
	p.raw("DELETE", "drafts/"+other, "")
	p.done()
	p.want("thrown away", 1, v+3)
	p.sweep()
	p.want("swept", 1, v+3)
	for m, u := range p.accounts.Usage()[support] {
		if m != gmail.HistoryList && u.Calls != before[m].Calls {
			t.Errorf("%d calls of %s", u.Calls-before[m].Calls, m)
		}
	}
	p.raw("POST", "drafts/send", fmt.Sprintf(`{"id":%q}`, id))
	p.done()
	if c := p.conversation(); len(c.Drafts.Since) != 0 || len(c.Answers) != 1 || c.Status != desk.WaitingCustomer {
		t.Errorf("sent: %d drafts, %d answers, %s", len(c.Drafts.Since), len(c.Answers), c.Status)
	}
}

// TestDraftsReadAgain reads the same history again and again, as after a crash
// that came before the cursor was stored: nothing is counted twice.
func TestDraftsReadAgain(t *testing.T) {
	p := newPen(t)
	p.room.Close()
	state, err := p.store.MailboxState(t.Context(), support)
	if err != nil {
		t.Fatal(err)
	}
	again := func() {
		t.Helper()
		p.room.Close()
		if _, err := p.store.SetMailboxState(t.Context(), support, func(st *desk.MailboxState) { st.Cursor, st.Restart = state.Cursor, true }); err != nil {
			t.Fatal(err)
		}
		p.open()
		p.done()
	}
	v := p.conversation().Version
	one := p.begin()
	again()
	p.want("begun", 1, v+1)
	again()
	p.want("read again", 1, v+1)
	p.save(one)
	again()
	p.want("read again with a save after it", 1, v+1)
	p.raw("DELETE", "drafts/"+one, "")
	again()
	p.want("read again with its end after it", 0, v+2)
	again()
	p.want("all read again", 0, v+2)
}

// A draft that begins a thread of its own is no answer to anybody.
func TestDraftOfANewThread(t *testing.T) {
	p := newPen(t)
	v := p.conversation().Version
	p.raw("POST", "drafts", fmt.Sprintf(`{"message":{"raw":%q}}`, base64.URLEncoding.EncodeToString([]byte("To: new@customer.test\r\nSubject: New\r\n\r\nx\r\n"))))
	p.done()
	p.want("of another thread", 0, v)
	if n, err := p.store.Statuses(t.Context(), support); err != nil || len(n) != 1 {
		t.Errorf("conversations %v, %v", n, err)
	}
}
