package desk_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
)

var carla = []desk.Address{{Name: "Carla Customer", Email: "carla@shop.example"}}

// answer is a reply that nothing is wrong with.
func answer(once string) desk.Answer {
	return desk.Answer{Once: once, Text: "We have sent it.", To: carla}
}

// undoable gives replies ten seconds in which they can be taken back.
func (h *house) undoable() *house {
	p := acme()
	p.Mailboxes[0].Undo = 10 * time.Second
	p.Mailboxes[0].Signature = "{name}\nAcme support"
	h.desk.SetPolicy(p, h.rules)
	return h
}

// sent gives the send intents that were promised, oldest first.
func (h *house) sent() []desk.Intent {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []desk.Intent
	for _, p := range h.promises {
		for _, in := range p.Intents {
			if in.Kind == desk.IntentSend {
				out = append(out, in)
			}
		}
	}
	return out
}

func (h *house) record(id desk.ConversationID) desk.Conversation {
	h.Helper()
	return must[desk.Conversation](h.T)(h.store.Conversation(h.Context(), id))
}

func TestReplyRefused(t *testing.T) {
	h := newHouse(t)
	c := h.receive("", desk.Person, "Refund")
	must[desk.Conversation](t)(h.desk.Share(t.Context(), ana, c.ID, desk.Invite{To: olga, Role: desk.ShareComment}))
	for name, tc := range map[string]struct {
		by   desk.Email
		edit func(*desk.Answer)
		kind error
		say  string
	}{
		"a stranger":           {by: eve, kind: desk.ErrNotFound},
		"a commenting guest":   {by: olga, kind: desk.ErrForbidden, say: "not to answer it"},
		"no text":              {edit: func(a *desk.Answer) { a.Text = " \n\u200b\t" }, kind: desk.ErrInvalid, say: "Write the reply first"},
		"too long":             {edit: func(a *desk.Answer) { a.Text = strings.Repeat("ü", desk.MaxReply+1) }, kind: desk.ErrInvalid, say: "at most 8000"},
		"nobody":               {edit: func(a *desk.Answer) { a.To = nil }, kind: desk.ErrInvalid, say: "nobody in To"},
		"copies only":          {edit: func(a *desk.Answer) { a.To, a.Cc = nil, carla }, kind: desk.ErrInvalid, say: "nobody in To"},
		"a bad address":        {edit: func(a *desk.Answer) { a.Cc = []desk.Address{{Email: "carla@"}} }, kind: desk.ErrInvalid, say: "“carla@” is not"},
		"two in one":           {edit: func(a *desk.Answer) { a.Cc = []desk.Address{{Email: "a@x.test,b@x.test"}} }, kind: desk.ErrInvalid, say: "is not a mail address"},
		"a header in it":       {edit: func(a *desk.Answer) { a.Cc = []desk.Address{{Email: "a@x.test\r\nbcc: b@x.test"}} }, kind: desk.ErrInvalid, say: "is not a mail address"},
		"the mailbox itself":   {edit: func(a *desk.Answer) { a.Cc = []desk.Address{{Email: "help@acme.test"}} }, kind: desk.ErrInvalid, say: "this mailbox itself"},
		"an unknown follow up": {edit: func(a *desk.Answer) { a.Then = "burn" }, kind: desk.ErrInvalid, say: "Choose what becomes"},
		"too many": {edit: func(a *desk.Answer) {
			for i := range desk.MaxRecipients {
				a.Cc = append(a.Cc, desk.Address{Email: desk.Email(fmt.Sprintf("p%d@x.test", i))})
			}
		}, kind: desk.ErrInvalid, say: "at most 50 people"},
	} {
		a, by := answer("o"), ana
		if tc.edit != nil {
			tc.edit(&a)
		}
		if tc.by != "" {
			by = tc.by
		}
		_, err := h.desk.Reply(t.Context(), by, c.ID, 0, a)
		if !errors.Is(err, tc.kind) || !strings.Contains(err.Error(), tc.say) {
			t.Errorf("%s: %v, want %v with %q", name, err, tc.kind, tc.say)
		}
	}
	if now := h.record(c.ID); len(now.Outgoing) != 0 || len(h.sent()) != 0 || now.Status != desk.Open {
		t.Errorf("refused replies left %+v, %d intents, %s", now.Outgoing, len(h.sent()), now.Status)
	}
}

func TestReply(t *testing.T) {
	h := newHouse(t).undoable()
	c := h.receive("", desk.Person, "Réfund 👋")
	second, facts := h.mail(c.Thread, desk.Person, "Re: Réfund 👋")
	second.References = []desk.RFCID{c.LastRFC, second.RFC, "between@shop.example"}
	must[desk.Conversation](t)(h.desk.Receive(t.Context(), second, facts))
	a := answer("o")
	a.Text = "\r\nHello,\r\n\r\nit is on its way. 👋\x00\r\n"
	a.Cc = []desk.Address{{Name: "Evil\r\nBcc: x@y.test", Email: "eve@evil.test"}, carla[0]}
	got := must[desk.Conversation](t)(h.desk.Reply(t.Context(), ana, c.ID, 0, a))
	sent := h.sent()
	if len(sent) != 1 {
		t.Fatalf("%d intents, want one", len(sent))
	}
	want := desk.Intent{
		ID: desk.AnswerID(c.ID, ana, "o"), Kind: desk.IntentSend, State: desk.IntentPending, Mailbox: support, Conversation: c.ID, Interactive: true,
		CreatedAt: h.clock.now(), NotBefore: h.clock.now().Add(10 * time.Second),
		Mail: &desk.Mail{
			From: desk.Address{Name: "Support", Email: "support@acme.test"}, To: carla,
			Cc:      []desk.Address{{Name: "Evil Bcc: x@y.test", Email: "eve@evil.test"}},
			Subject: "Re: Réfund 👋", Text: "Hello,\n\nit is on its way. 👋\n\n-- \nAna Silva\nAcme support",
			InReplyTo: second.RFC, References: []desk.RFCID{c.LastRFC, "between@shop.example", second.RFC}, Author: ana,
		},
	}
	if diff := cmp.Diff(want, sent[0]); diff != "" {
		t.Errorf("intent (-want +got):\n%s", diff)
	}
	if got.Status != desk.WaitingCustomer || got.Version != 3 || got.Unanswered.IsZero() {
		t.Errorf("%s in version %d, unanswered since %v: want waiting for the customer in one commit, and the customer still waiting", got.Status, got.Version, got.Unanswered)
	}
	if o := got.Sending(); len(o) != 1 || !slices.Equal(o[0].New, []desk.Email{"eve@evil.test"}) || !o[0].GoesAt.Equal(want.NotBefore) {
		t.Errorf("on its way: %+v, want one with eve as new", o)
	}
}

func TestReplyPressedTwice(t *testing.T) {
	h := newHouse(t)
	c := h.receive("", desk.Person, "Refund")
	first := must[desk.Conversation](t)(h.desk.Reply(t.Context(), ana, c.ID, c.Version, answer("o")))
	for range 12 { // what the record remembers has an end
		must[desk.Conversation](t)(h.desk.Reply(t.Context(), ana, c.ID, c.Version, answer("o")))
		h.own(c.Thread, h.sent()[len(h.sent())-1].ID)
		must[desk.Conversation](t)(h.desk.Reply(t.Context(), ana, c.ID, 0, answer(fmt.Sprint("other ", h.n))))
	}
	h.own(c.Thread, h.sent()[len(h.sent())-1].ID)
	must[desk.Conversation](t)(h.desk.Reply(t.Context(), ana, c.ID, c.Version, answer("o")))
	if n := len(h.sent()); n != 13 {
		t.Errorf("%d intents, want 13: one for each of the thirteen replies", n)
	}
	if first.Outgoing[0].Intent != desk.AnswerID(c.ID, ana, "o") {
		t.Errorf("intent %s does not follow from the press", first.Outgoing[0].Intent)
	}
	// The same word pressed by somebody else is another reply.
	a := answer("o")
	a.Anyway = true
	must[desk.Conversation](t)(h.desk.Reply(t.Context(), ben, c.ID, 0, a))
	if n := len(h.sent()); n != 14 {
		t.Errorf("%d intents, want ben's as well", n)
	}
}

// own lets the thread have a mail of the team that was sent for an intent.
func (h *house) own(thread desk.ThreadID, in desk.IntentID) desk.Conversation {
	h.Helper()
	m, f := h.mail(thread, desk.Own, "Re: Refund")
	m.Intent = in
	return must[desk.Conversation](h.T)(h.desk.Receive(h.Context(), m, f))
}

func TestReplyThen(t *testing.T) {
	for then, want := range map[desk.Then]desk.Status{desk.ThenKeep: desk.Open, desk.ThenWait: desk.WaitingCustomer, desk.ThenClose: desk.Closed} {
		h := newHouse(t)
		c := h.receive("", desk.Person, "Refund")
		h.clock.pass(time.Minute)
		a := answer("o")
		a.Then = then
		got := must[desk.Conversation](t)(h.desk.Reply(t.Context(), ana, c.ID, 0, a))
		if got.Status != want {
			t.Errorf("%s: %s, want %s", then, got.Status, want)
		}
		h.clock.pass(time.Second)
		// The mail shows up in the thread: the status is not moved once more, the
		// first answer is counted once, and it is Ana's.
		got = h.own(c.Thread, h.sent()[0].ID)
		if got.Status != want || got.Outgoing[0].State != desk.Sent || !got.Unanswered.IsZero() || !got.Episode().RepliedAt.Equal(h.clock.now()) {
			t.Errorf("%s, when sent: %s, %+v, unanswered %v, first answer %v", then, got.Status, got.Outgoing, got.Unanswered, got.Episode().RepliedAt)
		}
		last := got.Recent[len(got.Recent)-1]
		if last.Kind != desk.EventReplied || last.By != ana || last.To != string(h.sent()[0].ID) {
			t.Errorf("%s: last event %+v, want the reply by ana", then, last)
		}
	}
}

// A customer who writes while a reply waits is still owed an answer when it has
// gone.
func TestCustomerWritesWhileAReplyWaits(t *testing.T) {
	h := newHouse(t).undoable()
	c := h.receive("", desk.Person, "Refund")
	h.clock.pass(time.Minute)
	must[desk.Conversation](t)(h.desk.Reply(t.Context(), ana, c.ID, 0, answer("o")))
	h.clock.pass(5 * time.Second)
	h.receive(c.Thread, desk.Person, "Re: Refund")
	wrote := h.clock.now()
	h.clock.pass(5 * time.Second)
	got := h.own(c.Thread, h.sent()[0].ID)
	if got.Status != desk.Open || !got.Unanswered.Equal(wrote) || got.Outgoing[0].State != desk.Sent {
		t.Errorf("%s, unanswered since %v; want open, since %v", got.Status, got.Unanswered, wrote)
	}
}

// The same when Baton sees the customer's mail only after what it sent itself.
func TestCustomerWroteWhileAReplyWaited(t *testing.T) {
	for _, then := range []desk.Then{desk.ThenWait, desk.ThenClose, desk.ThenKeep} {
		h := newHouse(t).undoable()
		c := h.receive("", desk.Person, "Refund")
		h.clock.pass(time.Minute)
		a := answer("o")
		a.Then = then
		must[desk.Conversation](t)(h.desk.Reply(t.Context(), ana, c.ID, 0, a))
		early, f := h.mail(c.Thread, desk.Person, "Re: Refund")
		early.At = early.At.Add(-time.Second)
		h.clock.pass(5 * time.Second)
		m, _ := h.mail(c.Thread, desk.Person, "Re: Refund")
		h.clock.pass(5 * time.Second)
		h.own(c.Thread, h.sent()[0].ID)
		if got := must[desk.Conversation](t)(h.desk.Receive(t.Context(), early, f)); then != desk.ThenKeep && got.Status == desk.Open || !got.Unanswered.IsZero() {
			t.Errorf("%s: a mail from before the reply was written: %s, unanswered since %v; want it answered", then, got.Status, got.Unanswered)
		}
		got := must[desk.Conversation](t)(h.desk.Receive(t.Context(), m, f))
		if got.Status != desk.Open || !got.Unanswered.Equal(m.At) {
			t.Errorf("%s: %s, unanswered since %v; want open, since %v", then, got.Status, got.Unanswered, m.At)
		}
	}
}

func TestReplyInGmailIsCredited(t *testing.T) {
	h := newHouse(t)
	for header, want := range map[string]desk.Email{"": "", "Ben <ben@acme.test>": ben, "eve@evil.test": "", "olga@acme.test": ""} {
		c := h.receive("", desk.Person, "Refund")
		m, f := h.mail(c.Thread, desk.Own, "Re: Refund")
		f.Headers = map[string]string{"sender": header}
		got := must[desk.Conversation](t)(h.desk.Receive(t.Context(), m, f))
		if last := got.Recent[len(got.Recent)-1]; last.Kind != desk.EventReplied || last.By != want || got.Status != desk.WaitingCustomer {
			t.Errorf("sender %q: %+v in %s, want by %q", header, last, got.Status, want)
		}
	}
}
