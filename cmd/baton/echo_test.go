package main

import (
	"maps"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// spent is how often each of Gmail's methods was called since an earlier look.
func (s *shop) spent(box int, before map[string]int) map[string]int {
	out := s.methods(box)
	maps.DeleteFunc(out, func(m string, n int) bool { return n == before[m] })
	for m := range out {
		out[m] -= before[m]
	}
	return out
}

func (s *shop) methods(box int) map[string]int {
	out := map[string]int{}
	for m, c := range s.sim.Calls()[s.boxes[box]] {
		out[m] = c.Calls
	}
	return out
}

// Baton's own labels, draft and sent mail come back as notifications. They are
// looked at once and answered with nothing: after a mail and a reply there is
// soon no call but the sweeps' own.
func TestEchoDiesAway(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := newShop(t, dir, 1, 6000)
		s.open("baton.db")
		s.mail(0, "makes the labels")
		time.Sleep(30 * time.Minute)

		before := s.methods(0)
		id, _ := s.mail(0, "Where is my kettle?")
		time.Sleep(time.Minute)
		_, err := s.desk.Take(t.Context(), ana, id, 0)
		s.must(err)
		time.Sleep(time.Minute)
		s.reply(id, "On its way.")
		time.Sleep(3 * time.Minute)
		got := s.spent(0, before)
		delete(got, "gmail.users.history.list") // sweeps are among them
		if diff := cmp.Diff(map[string]int{
			"gmail.users.messages.get":    1, // the mail; what was sent is known
			"gmail.users.messages.modify": 2, // each wears what its thread does
			"gmail.users.threads.modify":  2, // taken; waiting for the customer
			"gmail.users.labels.create":   3, // of both, and the parent of one
			"gmail.users.labels.list":     1,
			"gmail.users.drafts.create":   1,
			"gmail.users.drafts.send":     1,
		}, got); diff != "" {
			t.Errorf("calls for a mail and a reply (-want +got):\n%s", diff)
		}
		s.atRest()

		before = s.methods(0)
		time.Sleep(time.Hour)
		got = s.spent(0, before)
		// Twelve sweeps in an hour, give or take a tenth, and one for drafts.
		if n := got["gmail.users.history.list"]; n < 10 || n > 14 || got["gmail.users.drafts.list"] > 2 {
			t.Errorf("calls in a quiet hour: %v, want only the sweeps' own", got)
		}
		delete(got, "gmail.users.history.list")
		delete(got, "gmail.users.drafts.list")
		if len(got) != 0 {
			t.Errorf("calls in a quiet hour beside the sweeps: %v", got)
		}
	})
}
