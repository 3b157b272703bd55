package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"baton/desk"

	"github.com/google/go-cmp/cmp"
)

const (
	support desk.Mailbox = "support@example.com"
	sales   desk.Mailbox = "sales@example.com"
	ana     desk.Email   = "ana@example.com"
	bo      desk.Email   = "bo@example.com"
)

var base = time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)

// at is a time some minutes after the tests' beginning.
func at(minutes int) time.Time { return base.Add(time.Duration(minutes) * time.Minute) }

func thread(i int) desk.ThreadID { return desk.ThreadID(fmt.Sprintf("%016x", i)) }

func message(i int) desk.MessageID { return desk.MessageID(fmt.Sprintf("%016x", 1<<32+i)) }

// record is an open conversation of the support mailbox.
func record(i int) desk.Conversation {
	return desk.Conversation{
		ID: desk.ConversationOf(support, thread(i)), Mailbox: support, Thread: thread(i),
		Subject: fmt.Sprintf("Question %d", i), Customer: desk.Address{Name: "Kim", Email: "kim@customer.example"},
		Status: desk.Open, OpenedAt: at(i), LastAt: at(i), LastID: message(i), Messages: 1,
	}
}

func line(i int) desk.LedgerLine {
	return desk.LedgerLine{
		Mailbox: support, Message: message(i), Thread: thread(i), Conversation: desk.ConversationOf(support, thread(i)),
		From: "kim@customer.example", Verdict: desk.Person, At: at(i), RecordedAt: at(i + 1),
	}
}

func intent(i int, c desk.ConversationID) desk.Intent {
	return desk.Intent{
		ID: desk.IntentID(fmt.Sprintf("intent-%04d", i)), Kind: desk.IntentLabels, State: desk.IntentPending,
		Mailbox: support, Conversation: c, CreatedAt: at(i),
	}
}

// put writes a record as it is, with what a change brings.
func put(t testing.TB, s desk.Store, c desk.Conversation, change desk.Change) desk.Conversation {
	t.Helper()
	return update(t, s, c.ID, func(now *desk.Conversation) desk.Change {
		c.Version = now.Version
		*now = c
		return change
	})
}

func update(t testing.TB, s desk.Store, id desk.ConversationID, fn func(c *desk.Conversation) desk.Change) desk.Conversation {
	t.Helper()
	c, err := s.Update(t.Context(), id, func(c *desk.Conversation) (desk.Change, error) { return fn(c), nil })
	if err != nil {
		t.Fatalf("update %s: %v", id, err)
	}
	return c
}

func read(t testing.TB, s desk.Store, id desk.ConversationID) desk.Conversation {
	t.Helper()
	c, err := s.Conversation(t.Context(), id)
	if err != nil {
		t.Fatalf("conversation %s: %v", id, err)
	}
	return c
}

func wantErr(t testing.TB, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Errorf("%s: got error %v, want %v", what, got, want)
	}
}

func noErr(t testing.TB, what string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("%s (-want +got):\n%s", what, d)
	}
}

// together runs n calls at once and gives their errors.
func together(n int, call func(i int) error) []error {
	errs := make([]error, n)
	ready := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-ready
			errs[i] = call(i)
		})
	}
	close(ready)
	wg.Wait()
	return errs
}

// walk reads a whole list in pages and fails when a page is over its limit or
// the list does not end.
func walk[T any](t testing.TB, limit int, list func(desk.Page) ([]T, desk.Next, error)) []T {
	t.Helper()
	var all []T
	page := desk.Page{Limit: limit}
	for range 1000 {
		rows, next, err := list(page)
		noErr(t, "page", err)
		if len(rows) > limit {
			t.Fatalf("page of %d rows, limit %d", len(rows), limit)
		}
		if next != "" && len(rows) < limit {
			t.Fatalf("page of %d rows says more follow, limit %d", len(rows), limit)
		}
		all = append(all, rows...)
		if next == "" {
			return all
		}
		page.After = next
	}
	t.Fatal("list does not end")
	return nil
}
