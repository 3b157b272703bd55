package firestore

import (
	"fmt"
	"testing"
	"time"

	"baton/desk"

	"google.golang.org/grpc/codes"
)

// claimHere claims the one intent in the store that settles it, without which
// nothing would be remembered.
func claimHere(t *testing.T, s *Store, holder string, now time.Time) {
	t.Helper()
	if got, err := s.Claim(t.Context(), holder, now, now.Add(time.Minute), 5); err != nil || len(got) != 1 {
		t.Fatalf("claimed %v, %v; want one", got, err)
	}
}

var failedOnce = []desk.Settlement{{ID: "i-m0", Holder: "w", State: desk.IntentPending, Failed: true}}

// TestRememberedClaimLost has another process take an intent over that this
// one remembers as its own: what this one says has no effect.
func TestRememberedClaimLost(t *testing.T) {
	where := project()
	s, other := openAt(t, where, Options{}), openAt(t, where, Options{})
	begin(t, s)
	claimHere(t, s, "w", noon)
	claimHere(t, other, "x", noon.Add(time.Hour))
	if _, err := s.Settle(t.Context(), failedOnce); err != nil {
		t.Error(err)
	}
	in, err := s.Intent(t.Context(), "i-m0")
	if err != nil || in.Holder != "x" || in.Attempts != 0 {
		t.Errorf("got %+v, %v; want the other's claim as it was", in, err)
	}
	theirs := []desk.Settlement{{ID: "i-m0", Holder: "x", State: desk.IntentParked, Reason: "why"}}
	if _, err := other.Settle(t.Context(), theirs); err != nil {
		t.Error(err)
	}
	if in, err = s.Intent(t.Context(), "i-m0"); err != nil || in.State != desk.IntentParked {
		t.Errorf("got %+v, %v; want it parked by the other", in, err)
	}
}

// TestRememberedSettleFails settles what is remembered while commits fail.
func TestRememberedSettleFails(t *testing.T) {
	for _, code := range []codes.Code{codes.Unavailable, codes.Aborted} {
		for _, applied := range []bool{true, false} {
			t.Run(fmt.Sprint(code, applied), func(t *testing.T) {
				t.Parallel()
				f := &fault{code: code, applied: applied, skip: 2, times: 1}
				b := &bill{}
				s := openAt(t, project(), Options{}, append(b.dial(), f.dial())...)
				begin(t, s)
				claimHere(t, s, "w", noon)
				if _, err := s.Settle(t.Context(), failedOnce); err != nil {
					t.Error(err)
				}
				in, err := s.Intent(t.Context(), "i-m0")
				if err != nil || in.Attempts != 1 || in.State != desk.IntentPending {
					t.Errorf("got %+v, %v; want it settled once", in, err)
				}
				got := b.since(func() {
					if _, err := s.Settle(t.Context(), failedOnce); err != nil {
						t.Error(err)
					}
				})
				if got.reads != 1 || got.writes != 0 {
					t.Errorf("settling again: %+v, want one read: nothing is remembered", got)
				}
			})
		}
	}
}

// TestRememberedIsBounded claims more than is remembered.
func TestRememberedIsBounded(t *testing.T) {
	var h heldHere
	s := openTest(t)
	f := fields{"state": string(desk.IntentClaimed), "data": make([]byte, maxHeldSize)}
	for i := range 3 * maxHeldHere {
		h.note(s.intentDoc(desk.IntentID(fmt.Sprint(i))), f, noon)
	}
	if n := len(h.docs); n == 0 || n > maxHeldHere {
		t.Errorf("%d are remembered, want some and at most %d", n, maxHeldHere)
	}
	large := s.intentDoc("large")
	h.note(large, fields{"state": string(desk.IntentClaimed), "data": make([]byte, maxHeldSize+1)}, noon)
	h.note(s.doc(conversations, "c"), f, noon)
	if _, ok := h.take(large); ok {
		t.Error("a large one is remembered")
	}
	if _, ok := h.take(s.doc(conversations, "c")); ok {
		t.Error("what is no intent is remembered")
	}
}
