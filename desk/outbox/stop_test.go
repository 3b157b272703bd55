package outbox

import (
	"context"
	"errors"
	"testing"
	"time"

	"baton/desk"
)

// What is being performed when the context ends is finished and settled; what
// waits in line is given back, and another outbox performs it at once.
func TestStop(t *testing.T) {
	h := newHouse(t, func(o *Options) { o.Workers = 1 })
	entered, leave := make(chan context.Context), make(chan bool)
	blocking := performer(func(ctx context.Context, c desk.Conversation, in desk.Intent) error {
		entered <- ctx
		<-leave
		return h.gmail.perform(ctx, c, in)
	})
	h.box.o.Performers = map[desk.IntentKind]Performer{desk.IntentLabels: blocking}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- h.box.Run(ctx) }()
	var ids []desk.ConversationID
	for range 5 {
		ids = append(ids, h.mailed().ID)
	}
	call := <-entered
	cancel()
	if call.Err() != nil {
		t.Error("the call under way was cut off")
	}
	leave <- true
	if err := <-ended; err != nil {
		t.Errorf("run: %v", err)
	}
	if s := h.next(); s.State != desk.IntentDone {
		t.Errorf("settled %+v, want done", s)
	}
	h.agrees(ids[0])
	got, err := h.store.Intents(t.Context())
	if err != nil || got[desk.IntentDone] != 1 || got[desk.IntentPending] != 4 {
		t.Fatalf("intents = %v, %v; want 1 done, 4 given back", got, err)
	}
	b := h.outbox("two", nil) // the clock has not moved: no claim ran out
	defer h.run(b)()
	for settled := 0; settled < 4; {
		settled += len(<-h.store.settled)
	}
	for _, id := range ids {
		h.agrees(id)
	}
}

type performer func(ctx context.Context, c desk.Conversation, in desk.Intent) error

func (p performer) Perform(ctx context.Context, c desk.Conversation, in desk.Intent) (desk.Settlement, error) {
	return desk.Settlement{}, p(ctx, c, in)
}

func TestStopTellsWhenClaimsStay(t *testing.T) {
	h := newHouse(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := h.store.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := h.box.Run(ctx); !errors.Is(err, desk.ErrUnavailable) {
		t.Errorf("run on a closed store: %v, want unavailable", err)
	}
}

// A store that cannot be asked is asked again.
func TestClaimFailing(t *testing.T) {
	h := newHouse(t, nil)
	h.desk = h.deskOf("", nil)
	c := h.mailed()
	asked := make(chan bool, 10)
	b := h.outbox("one", func(o *Options) { o.Store = &unclaimable{watched: h.store, asked: asked} })
	defer h.run(b)()
	<-asked
	b.poke()
	h.next()
	h.agrees(c.ID)
}

// unclaimable fails the first claim.
type unclaimable struct {
	*watched
	asked chan bool
	once  bool
}

func (u *unclaimable) Claim(ctx context.Context, holder string, now, until time.Time, limit int) ([]desk.Intent, error) {
	u.asked <- true
	if !u.once {
		u.once = true
		return nil, desk.ErrUnavailable
	}
	return u.watched.Claim(ctx, holder, now, until, limit)
}

func TestIdle(t *testing.T) {
	h := newHouse(t, nil)
	if !h.box.Idle() {
		t.Error("busy before anything was promised")
	}
	h.mailed()
	h.mailed()
	if h.box.Idle() || h.box.Stats().Pending != 2 {
		t.Errorf("idle = %v, stats = %+v; want two pending", h.box.Idle(), h.box.Stats())
	}
	stop := h.run(h.box)
	for settled := 0; settled < 2; {
		settled += len(<-h.store.settled)
	}
	stop()
	if st := h.box.Stats(); !h.box.Idle() || st.Performed != 2 || st.Failed != 0 || st.Pending != 0 {
		t.Errorf("idle = %v, stats = %+v; want two performed, none pending", h.box.Idle(), st)
	}
}

// A call does not outlive its claim, or it could overwrite what the next holder
// of the claim did.
func TestCallsEndWithTheirClaims(t *testing.T) {
	h := newHouse(t, func(o *Options) {
		o.Performers = map[desk.IntentKind]Performer{desk.IntentLabels: performer(func(ctx context.Context, _ desk.Conversation, in desk.Intent) error {
			<-ctx.Done() // a Gmail that never answers
			return ctx.Err()
		})}
		o.Claim = 50 * time.Millisecond
	})
	h.desk = h.deskOf("", nil)
	h.mailed()
	defer h.run(h.box)()
	if s := h.next(); s.State != desk.IntentPending || !s.Failed {
		t.Errorf("settled %+v, want a failure", s)
	}
}
