package gmail_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
	"baton/gmail"
	"baton/gmail/gmailsim"
)

// reading is a house whose threads people read; the time is the test's.
type reading struct {
	*house
	threads *gmail.Threads
	passed  atomic.Int64 // nanoseconds
}

func newReading(t testing.TB) *reading {
	t.Helper()
	r := &reading{house: newHouse(t, nil)}
	var err error
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	r.threads, err = gmail.NewThreads(gmail.ThreadsOptions{Accounts: r.accounts, Bytes: 4 << 20,
		Now: func() time.Time { return start.Add(time.Duration(r.passed.Load())) }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.threads.Close)
	return r
}

// thread delivers a thread of so many mails with a body.
func (r *reading) thread(n int, body func(i int) string) (desk.ThreadID, []desk.MessageID) {
	r.t.Helper()
	var ids []desk.MessageID
	var thread string
	for i := range n {
		refs := ""
		if i > 0 {
			refs = "In-Reply-To: <first@customer.test>\r\nReferences: <first@customer.test>\r\n"
		}
		id := fmt.Sprintf("m%d@customer.test", i)
		if i == 0 {
			id = "first@customer.test"
		}
		raw := "From: Carla Customer <carla@customer.test>\r\nTo: support@acme.test, kim@customer.test\r\nCc: lee@customer.test\r\nSubject: Kettle\r\nMessage-ID: <" + id + ">\r\n" + refs + body(i)
		d, err := r.sim.Deliver(context.Background(), string(support), []byte(raw))
		if err != nil {
			r.t.Fatal(err)
		}
		thread = d.ThreadID
		ids = append(ids, desk.MessageID(d.ID))
	}
	return desk.ThreadID(thread), ids
}

func says(i int) string { return fmt.Sprintf("Content-Type: text/plain\r\n\r\nword %d\r\n", i) }

// units gives what something cost the mailbox.
func (r *reading) units(do func()) int {
	before := r.sim.Units(string(support))
	do()
	return r.sim.Units(string(support)) - before
}

func (r *reading) letters(thread desk.ThreadID, newest desk.MessageID, n int, ids ...desk.MessageID) []desk.Letter {
	r.t.Helper()
	heads, err := r.threads.Heads(r.context(), support, thread, newest, n)
	if err != nil {
		r.t.Fatal(err)
	}
	if len(ids) == 0 {
		for _, h := range heads {
			ids = append(ids, h.ID)
		}
	}
	ls, err := r.threads.Letters(r.context(), support, thread, ids)
	if err != nil {
		r.t.Fatal(err)
	}
	return ls
}

func TestThreadOf20Costs40UnitsThenNothing(t *testing.T) {
	r := newReading(t)
	thread, ids := r.thread(20, says)
	newest := ids[19]
	read := func() {
		if ls := r.letters(thread, newest, 20); len(ls) != 20 || strings.TrimSpace(ls[19].Text) != "word 19" || ls[0].From.Email != "carla@customer.test" || len(ls[0].To) != 2 || len(ls[0].Cc) != 1 {
			t.Errorf("%d letters, the last %+v", len(ls), ls[len(ls)-1])
		}
	}
	if got := r.units(read); got != 40 {
		t.Errorf("the first reading cost %d units, want 40", got)
	}
	if got := r.units(read); got != 0 {
		t.Errorf("the second reading cost %d units, want 0", got)
	}
	r.passed.Add(int64(2 * time.Minute))
	if got := r.units(read); got != 40 {
		t.Errorf("after two minutes it cost %d units, want 40", got)
	}
	newest = "ffff" // a mail came that is not in what is kept
	if got := r.units(read); got != 40 {
		t.Errorf("after new mail it cost %d units, want 40", got)
	}
	r.threads.Close()
	if got := r.units(read); got == 0 {
		t.Error("read from what was closed")
	}
}

func TestThreadOf500(t *testing.T) {
	r := newReading(t)
	body := strings.Repeat("All work and no play. ", 1000) // 22 kB
	thread, ids := r.thread(500, func(i int) string { return says(i) + body })
	newest := ids[499]
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	if got := r.units(func() {
		if ls := r.letters(thread, newest, 500, ids[495:]...); len(ls) != 5 || !strings.HasPrefix(ls[4].Text, "word 499") {
			t.Errorf("%d letters", len(ls))
		}
	}); got != 140 {
		t.Errorf("a page of 5 of 500 cost %d units, want 40 and 5 times 20", got)
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > 8<<20 {
		t.Errorf("the heap grew by %d bytes", grown)
	}
	if got := r.units(func() { r.letters(thread, newest, 500, ids[490:]...) }); got != 100 {
		t.Errorf("5 more and the same 5 cost %d units, want 100", got)
	}
	// All of it is more than what may be kept: it is read, and not kept.
	for i := 0; i < 500; i += 10 {
		if ls := r.letters(thread, newest, 500, ids[i:i+10]...); len(ls) != 10 {
			t.Fatalf("%d letters from %d on", len(ls), i)
		}
	}
}

// A thread that the record takes for short, with more text than can be held.
func TestThreadTooLargeAtOnce(t *testing.T) {
	r := newReading(t)
	thread, ids := r.thread(3, func(i int) string {
		return says(i) + strings.Repeat("word word word word word word word word word word word\r\n", 70_000)
	})
	ls := r.letters(thread, ids[2], 3)
	if len(ls) != 3 || !ls[0].Cut || len(ls[0].Text) > 64<<10 || !strings.HasPrefix(ls[2].Text, "word 2") {
		t.Errorf("%d letters, cut %v, %d bytes", len(ls), ls[0].Cut, len(ls[0].Text))
	}
}

func TestLettersOnlyOfTheThread(t *testing.T) {
	r := newReading(t)
	thread, ids := r.thread(2, says)
	other := r.deliver("another")
	if ls := r.letters(thread, ids[1], 2, desk.MessageID(other.ID), ids[0], "18c2f3a9b0d1ffff"); len(ls) != 1 || ls[0].ID != ids[0] {
		t.Errorf("letters = %+v, want the thread's own alone", ls)
	}
}

func TestDraftsAndTheBinAreNotRead(t *testing.T) {
	r := newReading(t)
	thread, ids := r.thread(3, says)
	c := r.client()
	if _, err := c.CreateDraft(r.context(), string(thread), []byte("To: carla@customer.test\r\nSubject: Re: Kettle\r\nIn-Reply-To: <first@customer.test>\r\nReferences: <first@customer.test>\r\n\r\nunsent words")); err != nil {
		t.Fatal(err)
	}
	if err := c.ChangeMessage(r.context(), string(ids[1]), []string{"TRASH"}, nil); err != nil {
		t.Fatal(err)
	}
	var got []desk.MessageID
	for _, l := range r.letters(thread, ids[2], 3) {
		got = append(got, l.ID)
	}
	if diff := cmp.Diff([]desk.MessageID{ids[0], ids[2]}, got); diff != "" {
		t.Errorf("letters (-want +got):\n%s", diff)
	}
	if ls, err := r.threads.Letters(r.context(), support, thread, ids[1:2]); err != nil || len(ls) != 0 {
		t.Errorf("a message in the bin: %v, %v", ls, err)
	}
}

func TestThreadFailures(t *testing.T) {
	r := newReading(t)
	thread, ids := r.thread(1, says)
	if _, err := r.threads.Heads(r.context(), support, "18c2f3a9b0d1ffff", "", 1); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("a thread that is gone: %v, want not found", err)
	}
	r.sim.SetFault(func(gmailsim.Call) *gmailsim.Fault { return &gmailsim.Fault{Status: 503} })
	if _, err := r.threads.Heads(r.context(), support, thread, ids[0], 1); gmail.StatusCode(err) != 503 || errors.Is(err, desk.ErrNotFound) {
		t.Errorf("Gmail is down: %v, want 503", err)
	}
	r.sim.SetFault(nil)
	if ls := r.letters(thread, ids[0], 1); len(ls) != 1 {
		t.Errorf("afterwards: %d letters", len(ls))
	}
	ctx, cancel := context.WithCancel(r.context())
	cancel()
	if _, err := r.threads.Heads(ctx, support, thread, "other", 1); !errors.Is(err, context.Canceled) {
		t.Errorf("nobody waits any more: %v", err)
	}
}
