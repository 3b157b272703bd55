package gmail_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
	"baton/gmail"
)

func TestNothingOldIsReadWithoutFirstImport(t *testing.T) {
	h := newHouse(t, nil)
	h.deliver("before")
	h.open()
	h.deliver("after")
	h.sweep()
	if diff := cmp.Diff([]string{"after"}, h.desk.subjects()); diff != "" {
		t.Error(diff)
	}
}

func TestFirstImportReachesBack(t *testing.T) {
	h := newHouse(t, func(o *gmail.RoomOptions) { o.FirstImport = time.Hour })
	h.deliver("one")
	h.deliver("two")
	h.open()
	h.deliver("three")
	h.sweep()
	if diff := cmp.Diff([]string{"one", "three", "two"}, sorted(h.desk.subjects())); diff != "" {
		t.Error(diff)
	}
}

func TestMailIsReceivedOnce(t *testing.T) {
	h := newHouse(t, nil)
	h.open()
	before := gmail.Total(h.accounts.Usage()[support])
	want := h.deliver("refund")
	h.sweep()
	h.sweep()
	h.reopen()
	got := h.desk.received
	if len(got) != 1 || h.desk.twice != 0 {
		t.Fatalf("received %d messages, %d of them twice; want 1 and 0", len(got), h.desk.twice)
	}
	m := got[0]
	if m.ID != desk.MessageID(want.ID) || m.Thread != desk.ThreadID(want.ThreadID) || m.Verdict != desk.Person ||
		m.From != (desk.Address{Name: "Carla Customer", Email: "carla@customer.test"}) {
		t.Errorf("got %+v", m)
	}
	// history 2, message 20, and 2 for each of the two readings that found nothing
	if got := gmail.Total(h.accounts.Usage()[support]) - before; got != 26 {
		t.Errorf("%d units, want 26: %+v", got, h.accounts.Usage()[support])
	}
	if got, want := h.desk.state(support).Cursor, h.sim.HistoryID(string(support)); got != want {
		t.Errorf("cursor %d, want %d", got, want)
	}
}

func TestThreadIsReceivedInOrder(t *testing.T) {
	h := newHouse(t, nil)
	h.open()
	var want []string
	h.deliver("Order 1042", "X-N: 0")
	want = append(want, "Order 1042")
	for range 9 {
		h.deliver("Re: Order 1042", "In-Reply-To: <4f726465722031303432@customer.test>")
		want = append(want, "Re: Order 1042")
	}
	h.sweep()
	if diff := cmp.Diff(want, h.desk.subjects()); diff != "" {
		t.Error(diff)
	}
	for i, m := range h.desk.received {
		if m.Thread != h.desk.received[0].Thread {
			t.Errorf("message %d is in another thread", i)
		}
		if i > 0 && m.ID < h.desk.received[i-1].ID {
			t.Errorf("message %d came before its predecessor", i)
		}
	}
}
