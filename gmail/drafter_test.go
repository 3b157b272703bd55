package gmail_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"

	"baton/desk"
	"baton/gmail"
	"baton/gmail/gmailsim"
)

// unsent commits a reply that is to be finished in Gmail.
func (p *post) unsent() desk.Intent {
	p.Helper()
	return p.promise(func(in *desk.Intent) {
		in.Kind, in.ID = desk.IntentDraft, "draft"+in.ID
	})
}

func (w *worker) drafter() *gmail.Drafter {
	w.Helper()
	d, err := gmail.NewDrafter(w.sender())
	if err != nil {
		w.Fatal(err)
	}
	return d
}

// make has the draft made once, as a person's tap does; one that is killed says
// nothing.
func (w *worker) make(in desk.Intent) (got desk.Intent, err error) {
	defer func() {
		if r := recover(); r == errKilled {
			err = errKilled
		} else if r != nil {
			panic(r)
		}
	}()
	return w.drafter().Make(w.Context(), desk.ThreadID(threadOf(w.post, in)), in)
}

// Every call fails in every way: in the end there is one draft, in the thread,
// for its person, and the sweeper leaves that alone and nothing else.
func TestDraftNthCallFails(t *testing.T) {
	p := newPost(t, nil)
	kept := map[string]bool{}
	for _, name := range slices.Sorted(maps.Keys(faults)) {
		in := p.unsent()
		p.step.set(nth(1, faults[name]), nil)
		made, err := p.make(in)
		p.step.set(nil, nil)
		bad := strings.HasPrefix(name, "400") || strings.HasPrefix(name, "404")
		for range 3 {
			made, err = p.make(p.intent(in.ID))
		}
		if is := p.intent(in.ID); bad {
			if err == nil || is.Draft != "-" {
				t.Errorf("%s: %v, draft %q; want it given up", name, err, is.Draft)
			}
		} else if err != nil || made.Draft == "" || made.Draft != is.Draft {
			t.Errorf("%s: %v, draft %q of %q", name, err, made.Draft, is.Draft)
		} else {
			kept[made.Draft] = true
		}
		if n := len(p.sent(in)); n != 0 {
			t.Errorf("%s: it was sent %d times", name, n)
		}
	}
	p.clock.pass(time.Hour)
	s := p.sweeper("one", nil)
	for range 4 {
		if _, err := s.Sweep(t.Context(), support); err != nil {
			t.Fatal(err)
		}
	}
	left := map[string]bool{}
	for _, id := range p.drafts() {
		left[id] = true
	}
	for id := range kept {
		if !left[id] {
			t.Errorf("the sweeper took a person's draft %s", id)
		}
	}
	if len(left) != len(kept) {
		t.Errorf("%d drafts left, want the %d that people asked for", len(left), len(kept))
	}
}

// Many taps and processes at a time: one draft.
func TestDraftRaces(t *testing.T) {
	p := newPost(t, nil)
	in := p.unsent()
	thread := desk.ThreadID(threadOf(p, in))
	d := []*gmail.Drafter{p.drafter(), p.another(10 * time.Second).drafter()}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			if got, err := d[i%2].Make(t.Context(), thread, in); err != nil || got.Draft == "" {
				t.Errorf("%+v, %v", got.Draft, err)
			}
		})
	}
	wg.Wait()
	is := p.intent(in.ID)
	if left := p.drafts(); len(left) != 1 || left[0] != is.Draft {
		t.Errorf("drafts %v, want %s alone", left, is.Draft)
	}
	there, err := p.drafter().InThread(t.Context(), support, thread)
	if err != nil || !slices.Equal(there, []string{is.Draft}) {
		t.Errorf("in the thread: %v, %v", there, err)
	}
	if there, err := p.drafter().InThread(t.Context(), support, "1234"); err != nil || len(there) != 0 {
		t.Errorf("in another thread: %v, %v", there, err)
	}
	// A person goes on with it: it is theirs, and gone when it was sent.
	u := p.person().Users
	raw := "To: carla@customer.test\r\nSubject: Re: Question 1\r\n\r\nMy own words.\r\n"
	if _, err := u.Drafts.Update("me", is.Draft, &gmailapi.Draft{Message: &gmailapi.Message{ThreadId: string(thread), Raw: b64([]byte(raw))}}).Do(); err != nil {
		t.Fatal(err)
	}
	p.clock.pass(2 * time.Hour)
	if n, err := p.sweeper("one", nil).Sweep(t.Context(), support); n != 0 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	if _, err := p.person().Users.Drafts.Send("me", &gmailapi.Draft{Id: is.Draft}).Do(); err != nil {
		t.Fatal(err)
	}
	if there, err := p.drafter().InThread(t.Context(), support, thread); err != nil || len(there) != 0 {
		t.Errorf("sent: %v, %v", there, err)
	}
	if got, err := p.drafter().Make(t.Context(), thread, p.intent(in.ID)); err != nil || got.Draft != is.Draft || len(p.drafts()) != 0 {
		t.Errorf("made anew after it was sent: %+v, %v, %v", got.Draft, err, p.drafts())
	}
}

// What was sent is handed to the desk as it is in the mailbox, without a fetch.
func TestSentIsTakenIn(t *testing.T) {
	p := newPost(t, nil)
	var took []desk.Message
	var unread []desk.Mailbox
	fail := error(nil)
	s, err := gmail.NewSender(gmail.SenderOptions{
		Accounts: p.accounts, Drafts: p.store, Now: p.clock.now, Unread: func(m desk.Mailbox) { unread = append(unread, m) },
		Receive: func(_ context.Context, m desk.Message, f desk.Facts) (desk.Conversation, error) {
			if f.Mailbox != support || f.Verdict != desk.Own || !slices.Equal(f.To, []desk.Email{"carla@customer.test"}) {
				t.Errorf("facts %+v", f)
			}
			took = append(took, m)
			return desk.Conversation{}, fail
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	in := p.promise(nil)
	thread := desk.ThreadID(threadOf(p, in))
	out, err := s.Send(t.Context(), thread, in)
	if err != nil || len(took) != 1 || len(unread) != 0 {
		t.Fatalf("%+v, %v, took %d, unread %v", out, err, len(took), unread)
	}
	m := took[0]
	if m.ID != out.Sent || m.Thread != thread || m.Intent != in.ID || m.Verdict != desk.Own || m.RFC != "" || m.At.After(p.clock.now()) || m.From.Email != "support@acme.test" {
		t.Errorf("message %+v", m)
	}
	if got := gmail.Total(p.accounts.Usage()[support]); got != 110 {
		t.Errorf("%d units, want 110", got)
	}
	// The store does not take it, or the mail went elsewhere: the mailbox is read.
	fail = errors.New("store")
	in = p.promise(nil)
	if _, err := s.Send(t.Context(), desk.ThreadID(threadOf(p, in)), in); err != nil || len(unread) != 1 {
		t.Errorf("%v, unread %v", err, unread)
	}
	fail, took = nil, nil
	in = p.promise(func(in *desk.Intent) { in.Mail.Subject = "Another matter" })
	if _, err := s.Send(t.Context(), "", in); err != nil || len(unread) != 2 || len(took) != 0 {
		t.Errorf("%v, unread %v, took %+v", err, unread, took)
	}
}

// mailboxWithAliases has an alias that was confirmed and one that was not.
var mailboxWithAliases = gmailsim.Mailbox{Address: string(support), Name: "Acme Support", Aliases: []gmailsim.Alias{
	{Address: "help@acme.test", Name: "Help"}, {Address: "old@acme.test", Name: "Old", Pending: true},
}}

func TestSenders(t *testing.T) {
	p := newPost(t, nil)
	if err := p.sim.AddMailbox(mailboxWithAliases); err != nil {
		t.Fatal(err)
	}
	s, err := gmail.NewSenders(p.accounts, p.clock.now)
	if err != nil {
		t.Fatal(err)
	}
	p.sim.SetFault(func(gmailsim.Call) *gmailsim.Fault {
		return &gmailsim.Fault{Status: 403, Reason: "forbidden", Message: "no"}
	})
	for range 2 {
		if got, err := s.Accepted(t.Context(), support); err == nil || len(got) != 0 {
			t.Errorf("%v, %v; want the failure", got, err)
		}
	}
	p.sim.SetFault(nil)
	p.clock.pass(time.Minute)
	want := []desk.Address{{Name: "Help", Email: "help@acme.test"}}
	before := p.sim.Units(string(support))
	for range 3 {
		if got, err := s.Accepted(t.Context(), support); err != nil || !slices.Equal(got, want) {
			t.Errorf("%v, %v; want %v", got, err, want)
		}
	}
	if got := p.sim.Units(string(support)) - before; got != 1 {
		t.Errorf("%d units, want 1", got)
	}
	p.clock.pass(11 * time.Minute)
	if _, err := s.Accepted(t.Context(), support); err != nil || p.sim.Units(string(support))-before != 2 {
		t.Errorf("%v: it is never asked again", err)
	}
}
