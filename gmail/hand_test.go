package gmail_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
)

func inShop(t *testing.T, test func(t *testing.T, s *shop)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := newShop(t)
		defer s.close()
		s.live.Store(true)
		test(t, s)
	})
}

// Each command is seen and done in one reading, for at most 12 units.
func TestLabelCommandCosts12Units(t *testing.T) {
	inShop(t, func(t *testing.T, s *shop) {
		// A label that Baton has not seen so far costs one unit more, once.
		for _, n := range []string{"Assigned/Ana", "Assigned/Ben", "Status/Closed", "Tag/vip", "Tag/listed"} {
			s.label("Baton/" + n)
		}
		d := s.deliver("one")
		pass(time.Minute)
		if _, err := s.desk.AddTag(t.Context(), "ana@acme.test", s.record(d).ID, "listed"); err != nil {
			t.Fatal(err)
		}
		pass(time.Minute)
		for _, tc := range []struct {
			on, off []string
			want    []string
		}{
			{[]string{"Assigned/Ben"}, nil, []string{"Baton/Assigned/Ben", "Baton/Status/Open", "Baton/Tag/listed"}},
			{[]string{"Status/Closed"}, nil, []string{"Baton/Assigned/Ben", "Baton/Status/Closed", "Baton/Tag/listed"}},
			{[]string{"Tag/vip"}, nil, []string{"Baton/Assigned/Ben", "Baton/Status/Closed", "Baton/Tag/listed", "Baton/Tag/vip"}},
			{nil, []string{"Assigned/Ben"}, []string{"Baton/Status/Closed", "Baton/Tag/listed", "Baton/Tag/vip"}},
			{[]string{"Assigned/Ana"}, []string{"Tag/vip"}, []string{"Baton/Assigned/Ana", "Baton/Status/Closed", "Baton/Tag/listed"}},
		} {
			before, seq, looks := s.units(), s.record(d).EventSeq, s.looks()
			s.change("threads/"+d.ThreadID, tc.on, tc.off)
			pass(time.Second)
			if diff := cmp.Diff(tc.want, s.worn(d.ID)); diff != "" {
				t.Errorf("on %q, off %q, after a second:\n%s", tc.on, tc.off, diff)
			}
			// A second look, 2 units, is another hint's that came in between.
			looks = s.looks() - looks
			if got := s.units() - before; got-2*(looks-1) > 12 || looks > 2 {
				t.Errorf("on %q, off %q: %d units with %d looks into the history", tc.on, tc.off, got, looks)
			}
			pass(time.Minute)
			if got := s.record(d).EventSeq - seq; got != int64(len(tc.on)+len(tc.off)) {
				t.Errorf("on %q, off %q: %d events: %+v", tc.on, tc.off, got, s.record(d).Recent)
			}
		}
	})
}

// Gmail's filters put labels on with the mail itself; one message of a thread
// stands for all.
func TestLabelsThatAMailCameWith(t *testing.T) {
	inShop(t, func(t *testing.T, s *shop) {
		d := s.deliver("one")
		pass(time.Minute)
		s.live.Store(false)
		again := s.deliver("Re: one", fmt.Sprintf("In-Reply-To: <%x@customer.test>", "one"), fmt.Sprintf("References: <%x@customer.test>", "one"))
		if again.ThreadID != d.ThreadID {
			t.Fatal("not the same thread")
		}
		s.change("messages/"+again.ID, []string{"Assigned/Ben", "Tag/vip"}, nil)
		s.live.Store(true)
		s.room.Load().Sweep()
		pass(time.Minute)
		want := []string{"Baton/Assigned/Ben", "Baton/Status/Open", "Baton/Tag/vip"}
		for _, id := range []string{d.ID, again.ID} {
			if diff := cmp.Diff(want, s.worn(id)); diff != "" {
				t.Error(diff)
			}
		}
	})
}

// An automatic answer that comes after Status/Closed was put on moves nothing;
// a customer's does.
func TestAnswersThatComeAfterAClosingLabel(t *testing.T) {
	for header, want := range map[string]string{"Auto-Submitted: auto-replied": "Baton/Status/Closed", "X-Mailer: mail": "Baton/Status/Open"} {
		inShop(t, func(t *testing.T, s *shop) {
			d := s.deliver("one")
			pass(time.Minute)
			s.live.Store(false)
			s.change("threads/"+d.ThreadID, []string{"Status/Closed"}, nil)
			s.deliver("Re: one", header, fmt.Sprintf("In-Reply-To: <%x@customer.test>", "one"), fmt.Sprintf("References: <%x@customer.test>", "one"))
			s.room.Load().Sweep()
			pass(time.Minute)
			if diff := cmp.Diff([]string{want}, s.worn(d.ID)); diff != "" {
				t.Errorf("%s: (-want +worn)\n%s", header, diff)
			}
		})
	}
}

// Something puts a label on again whenever it is taken off.
func TestStubbornFilter(t *testing.T) {
	inShop(t, func(t *testing.T, s *shop) {
		d := s.deliver("one")
		pass(time.Minute)
		for range 20 {
			s.change("threads/"+d.ThreadID, []string{"Assigned/Zoe"}, nil)
			pass(20 * time.Second)
		}
		c := s.record(d)
		if c.Standoff == nil || c.Standoff.Label != "Baton/Assigned/Zoe" {
			t.Fatalf("no standoff: %+v", c.Recent)
		}
		n := s.modifies()
		if n > 20+5 {
			t.Errorf("%d changes of labels", n)
		}
		pass(2 * time.Hour)
		if got := s.modifies() - n; got != 1 {
			t.Errorf("put right %d times after the hour, want once", got)
		}
		if diff := cmp.Diff(desk.WantedLabels(shopPolicy(), &c), s.worn(d.ID)); len(s.worn(d.ID)) != len(desk.WantedLabels(shopPolicy(), &c)) {
			t.Error(diff)
		}
	})
}

// A change of ours that is read back after the record moved on is not taken for
// somebody's hand.
func TestOurOwnLateChangeIsNoCommand(t *testing.T) {
	inShop(t, func(t *testing.T, s *shop) {
		d := s.deliver("one")
		pass(time.Minute)
		id := s.record(d).ID
		s.slow.Store(int64(5 * time.Second))
		if _, err := s.desk.AddTag(t.Context(), "ana@acme.test", id, "vip"); err != nil {
			t.Fatal(err)
		}
		pass(time.Second)
		if _, err := s.desk.RemoveTag(t.Context(), "ben@acme.test", id, "vip"); err != nil {
			t.Fatal(err)
		}
		pass(4100 * time.Millisecond)
		s.room.Load().Sweep()
		pass(time.Second)
		pass(time.Minute)
		c := s.record(d)
		if len(c.Tags) != 0 || c.Recent[len(c.Recent)-1].Via != "" {
			t.Errorf("tags %q: %s", c.Tags, lines(c))
		}
		if diff := cmp.Diff([]string{"Baton/Status/Open"}, s.worn(d.ID)); diff != "" {
			t.Error(diff)
		}
	})
}
