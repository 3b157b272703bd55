package outbox

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"baton/desk"
)

func TestPerformsAndSettles(t *testing.T) {
	h := newHouse(t, nil)
	defer h.run(h.box)()
	c := h.mailed()
	s := h.next()
	if in := h.intent(s.ID); s.State != desk.IntentDone || s.LabelsRev != c.LabelsRev || in.State != desk.IntentDone || in.Holder != "" {
		t.Errorf("settled %+v, intent %+v; want done", s, in)
	}
	h.agrees(c.ID)
	h.take(ana, c.ID)
	h.next()
	h.agrees(c.ID)
	if n := len(h.gmail.performed()); n != 2 {
		t.Errorf("%d calls, want one for each promise", n)
	}
}

func TestFailureIsTriedAgainThenParked(t *testing.T) {
	h := newHouse(t, func(o *Options) { o.Attempts = 3 })
	h.gmail.before = func(desk.Intent) error { return errGmail }
	defer h.run(h.box)()
	h.mailed()
	for n := 1; n <= 2; n++ {
		s := h.next()
		pause := time.Duration(n) * time.Minute
		in := h.intent(s.ID)
		if in.State != desk.IntentPending || in.Attempts != n || !in.NotBefore.Equal(h.clock.now().Add(pause)) || in.Reason != "gmail: 503" {
			t.Fatalf("after failure %d: %+v", n, in)
		}
		h.clock.pass(pause - time.Microsecond)
		if claimed, err := h.store.Claim(t.Context(), "other", h.clock.now(), h.clock.now(), 10); err != nil || len(claimed) != 0 {
			t.Fatalf("claimable before its time: %v, %v", claimed, err)
		}
		h.clock.pass(time.Microsecond)
		h.box.poke()
	}
	s := h.next()
	in := h.intent(s.ID)
	if in.State != desk.IntentParked || in.Attempts != 3 || in.Reason != "gmail: 503" {
		t.Errorf("after the last failure: %+v, want parked with its reason", in)
	}
	parked, _, err := h.store.Parked(t.Context(), desk.Page{Limit: 10})
	if err != nil || len(parked) != 1 {
		t.Errorf("parked = %v, %v", parked, err)
	}
}

type unreachable struct{}

func (unreachable) Error() string     { return "consent was withdrawn" }
func (unreachable) Unreachable() bool { return true }

func TestUnreachableIsNeverParked(t *testing.T) {
	h := newHouse(t, func(o *Options) { o.Attempts = 2 })
	h.gmail.before = func(desk.Intent) error { return fmt.Errorf("labels: %w", unreachable{}) }
	defer h.run(h.box)()
	c := h.mailed()
	for range 5 {
		s := h.next()
		if in := h.intent(s.ID); in.State != desk.IntentPending || in.Attempts != 0 || !in.NotBefore.Equal(h.clock.now().Add(unreachablePause)) {
			t.Fatalf("%+v, want it to wait without a count", in)
		}
		h.clock.pass(unreachablePause)
		h.box.poke()
	}
	h.gmail.mu.Lock()
	h.gmail.before = nil
	h.gmail.mu.Unlock()
	for h.next().State != desk.IntentDone {
		h.clock.pass(unreachablePause)
		h.box.poke()
	}
	h.agrees(c.ID)
}

func TestPanicIsAFailure(t *testing.T) {
	h := newHouse(t, nil)
	h.gmail.before = func(desk.Intent) error { panic("index out of range") }
	defer h.run(h.box)()
	c := h.mailed()
	s := h.next()
	if in := h.intent(s.ID); in.State != desk.IntentPending || in.Attempts != 1 || !strings.Contains(in.Reason, "index out of range") {
		t.Errorf("%+v, want a failure that says what it was", in)
	}
	h.gmail.mu.Lock()
	h.gmail.before = nil
	h.gmail.mu.Unlock()
	h.clock.pass(time.Minute)
	h.box.poke()
	h.next()
	h.agrees(c.ID)
}

func TestUnknownKindParks(t *testing.T) {
	h := newHouse(t, func(o *Options) { o.Performers = map[desk.IntentKind]Performer{desk.IntentNotify: newGmail()} })
	defer h.run(h.box)()
	h.mailed()
	s := h.next()
	if in := h.intent(s.ID); in.State != desk.IntentParked || !strings.Contains(in.Reason, "labels: this version cannot") {
		t.Errorf("%+v, want parked", in)
	}
	if st := h.box.Stats(); st.Parked != 1 || st.Failed != 1 || st.Performed != 0 {
		t.Errorf("stats = %+v", st)
	}
}

// A record that moves on while its labels are being set: the late settlement
// opens the intent again, and the newer want is performed.
func TestStaleSettlement(t *testing.T) {
	h := newHouse(t, nil)
	entered, leave := make(chan bool), make(chan bool)
	h.gmail.before = func(desk.Intent) error { entered <- true; <-leave; return nil }
	defer h.run(h.box)()
	c := h.mailed()
	<-entered
	// Another process takes it, and dies before it performs anything.
	other := h.deskOf("two", nil)
	c, err := other.Take(t.Context(), ben, c.ID, 0)
	if err != nil {
		t.Fatal(err)
	}
	leave <- true
	first := h.next()
	<-entered // performed again, without anybody's poke
	leave <- true
	again := h.next()
	if again.ID != first.ID || again.LabelsRev != c.LabelsRev {
		t.Errorf("performed %+v after %+v; want the same intent at revision %d", again, first, c.LabelsRev)
	}
	h.agrees(c.ID)
	if in := h.intent(first.ID); in.State != desk.IntentDone {
		t.Errorf("intent = %+v, want done", in)
	}
}

func TestSettleFailing(t *testing.T) {
	h := newHouse(t, nil)
	fail := true
	h.store.refuse = func([]desk.Settlement) error {
		if fail {
			fail = false
			return fmt.Errorf("settle: %w", desk.ErrUnavailable)
		}
		return nil
	}
	defer h.run(h.box)()
	c := h.mailed()
	s := h.next()
	if in := h.intent(s.ID); in.State != desk.IntentClaimed {
		t.Fatalf("intent = %+v, want it still claimed", in)
	}
	h.clock.pass(time.Minute) // the claim runs out
	h.box.poke()
	h.next()
	if in := h.intent(s.ID); in.State != desk.IntentDone {
		t.Errorf("intent = %+v, want done", in)
	}
	h.agrees(c.ID)
}

func TestClaimsOfTheDead(t *testing.T) {
	h := newHouse(t, nil)
	dead := h.deskOf("dead", nil)
	h.desk = dead
	c := h.mailed()
	defer h.run(h.box)()
	h.clock.pass(time.Minute - time.Microsecond)
	if claimed, err := h.store.Claim(t.Context(), "other", h.clock.now(), h.clock.now(), 10); err != nil || len(claimed) != 0 {
		t.Fatalf("claimed early: %v, %v", claimed, err)
	}
	h.clock.pass(time.Microsecond)
	h.box.poke()
	if s := h.next(); s.State != desk.IntentDone || s.Holder != "one" {
		t.Errorf("settled %+v, want done by the living", s)
	}
	h.agrees(c.ID)
}

// A claim that ran out while its intent waited in line is not used: whoever
// claims it next performs it.
func TestClaimThatRanOutInLine(t *testing.T) {
	h := newHouse(t, nil)
	c := h.mailed()
	h.clock.pass(2 * time.Minute)
	defer h.run(h.box)()
	if s := h.next(); s.State != desk.IntentDone {
		t.Errorf("settled %+v", s)
	}
	calls := h.gmail.performed()
	if len(calls) != 1 || !calls[0].ClaimedUntil.Equal(h.clock.now().Add(time.Minute)) {
		t.Errorf("calls = %+v, want one, with a claim that lives", calls)
	}
	h.agrees(c.ID)
}

func TestRecordThatCannotBeRead(t *testing.T) {
	h := newHouse(t, nil)
	h.desk = h.deskOf("", nil) // intents are born pending
	c := h.mailed()
	broken := &unreadable{watched: h.store, fail: true}
	b := h.outbox("one", func(o *Options) { o.Store = broken })
	defer h.run(b)()
	if s := h.next(); s.State != desk.IntentPending || !s.Failed || !strings.Contains(s.Reason, "read the record") {
		t.Errorf("settled %+v, want a failure", s)
	}
	h.clock.pass(time.Minute)
	b.poke()
	h.next()
	h.agrees(c.ID)
}

// unreadable fails the first reading of a record.
type unreadable struct {
	*watched
	fail bool
}

func (u *unreadable) Conversation(ctx context.Context, id desk.ConversationID) (desk.Conversation, error) {
	if u.fail {
		u.fail = false
		return desk.Conversation{}, desk.ErrUnavailable
	}
	return u.watched.Conversation(ctx, id)
}

func TestNewRefuses(t *testing.T) {
	h := newHouse(t, nil)
	for name, edit := range map[string]func(*Options){
		"no store":      func(o *Options) { o.Store = nil },
		"no holder":     func(o *Options) { o.Holder = "" },
		"no logger":     func(o *Options) { o.Logger = nil },
		"no performers": func(o *Options) { o.Performers = nil },
	} {
		o := h.box.o
		edit(&o)
		if _, err := New(o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestBackoff(t *testing.T) {
	for n, most := range map[int]time.Duration{1: time.Second, 2: 2 * time.Second, 9: 256 * time.Second, 10: 5 * time.Minute, 1000: 5 * time.Minute} {
		for range 100 {
			if d := Backoff(n); d < most/2 || d > most {
				t.Fatalf("pause after %d failures: %v, want %v to %v", n, d, most/2, most)
			}
		}
	}
}
