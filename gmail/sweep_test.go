package gmail_test

import (
	"context"
	"encoding/base64"
	"errors"
	"runtime"
	"slices"
	"testing"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"

	"baton/desk"
	"baton/gmail"
	"baton/gmail/gmailsim"
)

func (p *post) sweeper(holder string, edit func(*gmail.SweeperOptions)) *gmail.Sweeper {
	p.Helper()
	o := gmail.SweeperOptions{
		Accounts: p.accounts, Store: p.store, Mailboxes: func() []desk.Mailbox { return []desk.Mailbox{support} },
		Holder: holder, Logger: quiet(), Now: p.clock.now,
	}
	if edit != nil {
		edit(&o)
	}
	s, err := gmail.NewSweeper(o)
	if err != nil {
		p.Fatal(err)
	}
	return s
}

// personal makes a draft of a person's own.
func personal(p *post, raw string) string {
	p.Helper()
	d, err := p.person().Users.Drafts.Create("me", &gmailapi.Draft{Message: &gmailapi.Message{Raw: base64.URLEncoding.EncodeToString([]byte(raw))}}).Do()
	if err != nil {
		p.Fatal(err)
	}
	return d.Id
}

// What a killed or slower process left is deleted; what people wrote, what they
// changed, and what is still to be sent, stays.
func TestSweep(t *testing.T) {
	p := newPost(t, nil)
	keep := []string{
		personal(p, "To: x@customer.test\r\nSubject: mine\r\n\r\nhello\r\n"),
		personal(p, "To: x@customer.test\r\nSubject: copied\r\nX-Baton-Intent: send1\r\n\r\nhello\r\n"),
		personal(p, "To: x@customer.test\r\nSubject: another's\r\nX-Baton-Intent: send999\r\nX-Baton-Seal: 00\r\n\r\nhello\r\n"),
	}
	// Made, then killed before it was set; then sent with a second one.
	done := p.promise(nil)
	p.step.set(nth(1, faults["killed after"]), nil)
	p.try("one")
	p.step.set(nil, nil)
	if is := p.settle(done.ID); is.State != desk.IntentDone {
		t.Fatalf("%+v", is)
	}
	// The same, with the second one still to be sent.
	living := p.promise(nil)
	p.step.set(nth(1, faults["killed after"]), nil)
	p.try("one")
	p.clock.pass(time.Minute) // later it would be looked for before another draft is made
	p.step.set(nth(2, faults["killed before"]), nil)
	p.try("one")
	p.step.set(nil, nil)
	keep = append(keep, p.intent(living.ID).Draft)
	// Made, and nothing is known of it yet: its maker may only be slow.
	before := p.drafts()
	slow := p.promise(nil)
	p.step.set(nth(1, faults["killed after"]), nil)
	p.try("one")
	p.step.set(nil, nil)
	for _, id := range p.drafts() {
		if !slices.Contains(before, id) {
			keep = append(keep, id)
		}
	}
	if len(keep) != 5 || len(p.drafts()) != 7 {
		t.Fatalf("%d drafts, %d to be kept; want 7 and 5", len(p.drafts()), len(keep))
	}
	units := gmail.Total(p.accounts.Usage()[support])
	s := p.sweeper("one", nil)
	n, err := s.Sweep(t.Context(), support)
	if err != nil || n != 2 {
		t.Errorf("%d drafts deleted, %v; want 2", n, err)
	}
	if got := gmail.Total(p.accounts.Usage()[support]) - units; got != 5+7*20+2*10 {
		t.Errorf("%d units, want 165", got)
	}
	left := p.drafts()
	for _, id := range keep {
		if !slices.Contains(left, id) {
			t.Errorf("draft %s was deleted", id)
		}
	}
	// People's drafts cost nothing the second time, and are looked at again when
	// they change.
	units = gmail.Total(p.accounts.Usage()[support])
	if n, err := s.Sweep(t.Context(), support); err != nil || n != 0 {
		t.Errorf("second sweep: %d, %v", n, err)
	}
	if got := gmail.Total(p.accounts.Usage()[support]) - units; got != 5+2*20 {
		t.Errorf("second sweep: %d units, want 45", got)
	}
	for _, in := range []desk.Intent{living, slow} {
		if is := p.settle(in.ID); is.State != desk.IntentDone {
			t.Errorf("%+v", is)
		}
		p.once(in)
	}
	if n, err := s.Sweep(t.Context(), support); err != nil || n != 1 {
		t.Errorf("last sweep: %d, %v; want the slow one's", n, err)
	}
}

func TestSweepIsBoundedAndAlone(t *testing.T) {
	p := newPost(t, nil)
	for range 40 {
		personal(p, "To: x@customer.test\r\nSubject: mine\r\n\r\nhello\r\n")
	}
	s := p.sweeper("one", nil)
	for _, want := range []int64{5 + 25*20, 5 + 15*20, 5} {
		units := gmail.Total(p.accounts.Usage()[support])
		if _, err := s.Sweep(t.Context(), support); err != nil {
			t.Fatal(err)
		}
		if got := gmail.Total(p.accounts.Usage()[support]) - units; got != want {
			t.Errorf("%d units, want %d", got, want)
		}
	}
	units := gmail.Total(p.accounts.Usage()[support])
	if _, err := p.sweeper("two", nil).Sweep(t.Context(), support); !errors.Is(err, desk.ErrHeld) || gmail.Total(p.accounts.Usage()[support]) != units {
		t.Errorf("another process swept too: %v", err)
	}
	p.clock.pass(61 * time.Minute)
	if _, err := p.sweeper("two", nil).Sweep(t.Context(), support); err != nil {
		t.Errorf("after the hour: %v", err)
	}
}

// The loser of a race deletes its draft itself; when it cannot, the sweeper
// hears of it and runs soon.
func TestSweepSoonAfterTrouble(t *testing.T) {
	p := newPost(t, nil)
	in := p.promise(nil)
	s := p.sweeper("one", func(o *gmail.SweeperOptions) { o.Delay = time.Millisecond; o.Now = time.Now })
	sender, err := gmail.NewSender(gmail.SenderOptions{Accounts: p.accounts, Drafts: p.store, Now: p.clock.now, Stray: s.Soon})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- s.Run(ctx) }()
	p.step.set(nth(1, faults["500 after"]), nil)
	thread := desk.ThreadID(threadOf(p, in))
	if out, err := sender.Send(t.Context(), thread, in); err != nil || !out.Failed {
		t.Errorf("%+v, %v", out, err)
	}
	p.step.set(nil, nil)
	if out, err := sender.Send(t.Context(), thread, in); err != nil || out.State != desk.IntentDone {
		t.Errorf("%+v, %v", out, err)
	}
	if _, err := p.store.Claim(t.Context(), "one", p.clock.now(), p.clock.now().Add(time.Hour), 1); err != nil {
		t.Fatal(err)
	}
	if _, err := p.store.Settle(t.Context(), []desk.Settlement{{ID: in.ID, Holder: "one", State: desk.IntentDone}}); err != nil {
		t.Fatal(err)
	}
	changed, stop := p.sim.Subscribe()
	defer stop()
	s.Soon(support)
	deadline := time.After(time.Minute)
	for {
		if slices.ContainsFunc(p.sim.Effects(), func(e gmailsim.Effect) bool { return e.Kind == gmailsim.EffectDraftDelete }) {
			break
		}
		select {
		case <-changed:
		case <-deadline:
			t.Fatal("not swept")
		}
	}
	cancel()
	if err := <-ran; err != nil {
		t.Error(err)
	}
}

// A process that is asked to stop gives its leases back: nobody who wants the
// store for themselves has to wait for an hour.
func TestSweeperGivesItsLeasesBack(t *testing.T) {
	p := newPost(t, nil)
	s := p.sweeper("one", func(o *gmail.SweeperOptions) { o.Now = time.Now; o.Delay = time.Nanosecond })
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- s.Run(ctx) }()
	deadline := time.Now().Add(time.Minute)
	held := func() bool {
		_, err := p.store.Acquire(t.Context(), "drafts:"+string(support), "other", time.Now(), time.Now().Add(-time.Hour))
		return errors.Is(err, desk.ErrHeld)
	}
	for !held() {
		if time.Now().After(deadline) {
			t.Fatal("it never took its lease")
		}
		runtime.Gosched()
	}
	cancel()
	if err := <-ran; err != nil {
		t.Fatal(err)
	}
	if held() {
		t.Error("the lease of the drafts is still held after the sweeper ended")
	}
}
