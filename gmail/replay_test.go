package gmail_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A day's notifications come once, twice or five times over, the later ones in
// any order: what was received is the same, and there are no more readings of
// the history than notifications.
func TestNotificationsReplayed(t *testing.T) {
	day := func(times int) (subjects []string, behind uint64, readings int) {
		h := newHouse(t, nil)
		h.open()
		before := h.calls("history.list")
		var ids []uint64
		for i := range 40 {
			h.deliver(fmt.Sprintf("mail %d", i))
			id := h.sim.HistoryID(string(support))
			ids = append(ids, id)
			for n := range times {
				h.room.Hint(support, ids[(i*(n+1)*7)%len(ids)]) // old ones among them
			}
			h.room.Hint(support, id)
			if i%4 == 3 {
				h.idle()
			}
		}
		h.idle()
		if h.desk.twice != 0 {
			t.Errorf("times %d: %d mails were handed over twice", times, h.desk.twice)
		}
		return slices.Sorted(slices.Values(h.desk.subjects())), h.sim.HistoryID(string(support)) - h.desk.state(support).Cursor, h.calls("history.list") - before
	}
	once, _, _ := day(1)
	for _, times := range []int{2, 5} {
		got, behind, readings := day(times)
		if diff := cmp.Diff(once, got); diff != "" || behind != 0 {
			t.Errorf("times %d: the cursor is %d behind; received (-once +now):\n%s", times, behind, diff)
		}
		if readings > 40*(times+1) {
			t.Errorf("times %d: %d readings for %d notifications", times, readings, 40*(times+1))
		}
	}
}

// calls counts Gmail's calls of one method for support.
func (h *house) calls(method string) int {
	return h.sim.Calls()[string(support)]["gmail.users."+method].Calls
}
