package storetest

import (
	"fmt"
	"testing"
	"time"

	"baton/desk"
)

var leaseTests = []test{
	{"held", testLeaseHeld},
	{"renewed", testLeaseRenewed},
	{"runs out", testLeaseExpires},
	{"released", testLeaseReleased},
	{"race", testLeaseRace},
}

func acquire(t *testing.T, s desk.Store, holder string, now, until int) desk.Lease {
	t.Helper()
	l, err := s.Acquire(t.Context(), "sync", holder, at(now), at(until))
	noErr(t, "acquire", err)
	if l.Name != "sync" || l.Holder != holder || l.Until != at(until) {
		t.Errorf("got %+v, want holder %s until %v", l, holder, at(until))
	}
	return l
}

func testLeaseHeld(t *testing.T, s desk.Store) {
	acquire(t, s, "a", 0, 10)
	_, err := s.Acquire(t.Context(), "sync", "b", at(10).Add(-time.Microsecond), at(20))
	wantErr(t, "while it lives", err, desk.ErrHeld)
	if _, err := s.Acquire(t.Context(), "other", "b", at(5), at(20)); err != nil {
		t.Errorf("another name: %v", err)
	}
}

func testLeaseRenewed(t *testing.T, s desk.Store) {
	first := acquire(t, s, "a", 0, 10)
	if again := acquire(t, s, "a", 5, 20); again.Fence != first.Fence {
		t.Errorf("fence when renewed: got %d, want %d", again.Fence, first.Fence)
	}
	_, err := s.Acquire(t.Context(), "sync", "b", at(15), at(20))
	wantErr(t, "after the renewal", err, desk.ErrHeld)
}

func testLeaseExpires(t *testing.T, s desk.Store) {
	first := acquire(t, s, "a", 0, 10)
	second := acquire(t, s, "b", 10, 20)
	if second.Fence <= first.Fence {
		t.Errorf("fence of the next holder: got %d after %d", second.Fence, first.Fence)
	}
	_, err := s.Acquire(t.Context(), "sync", "a", at(11), at(20))
	wantErr(t, "renewal by the holder before", err, desk.ErrHeld)
	if third := acquire(t, s, "a", 30, 40); third.Fence <= second.Fence {
		t.Errorf("fence of the third holder: got %d after %d", third.Fence, second.Fence)
	}
}

func testLeaseReleased(t *testing.T, s desk.Store) {
	first := acquire(t, s, "a", 0, 10)
	noErr(t, "release by a stranger", s.Release(t.Context(), "sync", "b"))
	_, err := s.Acquire(t.Context(), "sync", "b", at(1), at(20))
	wantErr(t, "after a stranger's release", err, desk.ErrHeld)
	for range 2 {
		noErr(t, "release", s.Release(t.Context(), "sync", "a"))
	}
	noErr(t, "release of no lease", s.Release(t.Context(), "none", "a"))
	second := acquire(t, s, "b", 1, 20)
	if second.Fence <= first.Fence {
		t.Errorf("fence after a release: got %d after %d", second.Fence, first.Fence)
	}
	noErr(t, "late release", s.Release(t.Context(), "sync", "a"))
	_, err = s.Acquire(t.Context(), "sync", "a", at(2), at(20))
	wantErr(t, "after a late release", err, desk.ErrHeld)
}

func testLeaseRace(t *testing.T, s desk.Store) {
	fences := map[int64]bool{}
	for round := range 3 {
		leases := make([]desk.Lease, 16)
		errs := together(len(leases), func(i int) (err error) {
			leases[i], err = s.Acquire(t.Context(), "sync", fmt.Sprintf("%d-%d", round, i), at(round*10), at(round*10+10))
			return err
		})
		winners := 0
		for i, err := range errs {
			if err != nil {
				wantErr(t, "loser", err, desk.ErrHeld)
				continue
			}
			winners++
			if fences[leases[i].Fence] {
				t.Errorf("fence %d was handed out twice", leases[i].Fence)
			}
			fences[leases[i].Fence] = true
		}
		if winners != 1 {
			t.Errorf("round %d: %d winners, want 1", round, winners)
		}
	}
}
