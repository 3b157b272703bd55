package gmail_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"baton/desk"
	"baton/gmail"
)

// Whatever becomes of the hints (lost, doubled, late, in any order, made up),
// and whenever the cursor expires or the process restarts: at the end each
// mail was received once, and the cursor went only forward.
func TestHintsInAnyOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := newHouse(t, func(o *gmail.RoomOptions) { o.EchoDelay = -1 })
		h.open()
		var hints []uint64
		delivered, restarts := 0, 0
		steps := rapid.SliceOfN(rapid.IntRange(0, 9), 1, 30).Draw(rt, "steps")
		for _, step := range steps {
			switch step {
			case 0, 1, 2, 3:
				h.deliver(fmt.Sprintf("mail %d", delivered))
				delivered++
				hints = append(hints, h.sim.HistoryID(string(support)))
			case 4, 5, 6:
				if len(hints) > 0 {
					i := rapid.IntRange(0, len(hints)-1).Draw(rt, "hint")
					h.room.Hint(support, hints[i])
				}
			case 7:
				h.room.Hint(support, rapid.Uint64().Draw(rt, "forged"))
			case 8:
				if err := h.sim.ExpireHistory(string(support)); err != nil {
					rt.Fatal(err)
				}
			case 9:
				if restarts++; restarts < 3 {
					h.reopen()
				}
			}
		}
		h.sweep()
		var want []string
		for i := range delivered {
			want = append(want, fmt.Sprintf("mail %d", i))
		}
		slices.Sort(want)
		if got := sorted(h.desk.subjects()); !slices.Equal(got, want) {
			rt.Errorf("received %q, want %q", got, want)
		}
		if h.desk.twice != 0 {
			rt.Errorf("%d mails handed over again", h.desk.twice)
		}
		if !slices.IsSorted(h.desk.cursors) {
			rt.Errorf("cursors %v", h.desk.cursors)
		}
		if got, want := h.desk.state(support).Cursor, h.sim.HistoryID(string(support)); got != want {
			rt.Errorf("cursor %d, want %d", got, want)
		}
		h.room.Close()
	})
}

// Two mailboxes of one Gmail keep their mail apart.
func TestMailboxesAreApart(t *testing.T) {
	h := newHouse(t, nil)
	const sales = desk.Mailbox("sales@acme.test")
	h.addMailbox(sales)
	h.open(support, sales)
	h.deliver("for support")
	if _, err := h.sim.Deliver(t.Context(), string(sales), letter("for sales")); err != nil {
		t.Fatal(err)
	}
	h.sweep()
	got := map[desk.Mailbox]string{}
	for _, m := range h.desk.received {
		got[m.Mailbox] += m.Subject
	}
	if got[support] != "for support" || got[sales] != "for sales" {
		t.Errorf("got %v", got)
	}
}
