package outbox

import (
	"context"
	"errors"
	"testing"
	"time"

	"baton/desk"
)

// outcomes is a performer that gives what it is told to.
type outcomes func(in desk.Intent) (desk.Settlement, error)

func (o outcomes) Perform(_ context.Context, _ desk.Conversation, in desk.Intent) (desk.Settlement, error) {
	return o(in)
}

// posting makes a house with one send intent and a performer for it. edit
// changes the options.
func posting(t *testing.T, do outcomes, edit func(*Options)) (*house, desk.Intent) {
	t.Helper()
	h := newHouse(t, func(o *Options) {
		o.Performers[desk.IntentSend] = do
		if edit != nil {
			edit(o)
		}
	})
	in := desk.Intent{
		ID: "send1", Kind: desk.IntentSend, State: desk.IntentPending, Mailbox: support, Conversation: desk.ConversationOf(support, "t1"),
		CreatedAt: h.clock.now(), Mail: &desk.Mail{Subject: "S", Text: "T"},
	}
	_, err := h.store.Update(t.Context(), in.Conversation, func(c *desk.Conversation) (desk.Change, error) {
		c.Mailbox, c.Thread, c.Status, c.OpenedAt = support, "t1", desk.Open, h.clock.now()
		return desk.Change{Intents: []desk.Intent{in}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return h, in
}

func TestPerformerSaysTheOutcome(t *testing.T) {
	for name, c := range map[string]struct {
		out  desk.Settlement
		want func(in desk.Intent, now time.Time) bool
	}{
		"done": {desk.Settlement{Sent: "m1"}, func(in desk.Intent, _ time.Time) bool {
			return in.State == desk.IntentDone && in.Sent == "m1" && in.Mail == nil
		}},
		"waits": {desk.Settlement{State: desk.IntentPending, Reason: "later"}, func(in desk.Intent, _ time.Time) bool {
			return in.State == desk.IntentPending && in.Attempts == 0 && in.Reason == "later"
		}},
		"absent": {desk.Settlement{State: desk.IntentPending, AbsentAt: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}, func(in desk.Intent, now time.Time) bool {
			return in.State == desk.IntentPending && in.AbsentAt.Equal(now)
		}},
		"parks": {desk.Settlement{State: desk.IntentParked, Reason: "no such address"}, func(in desk.Intent, _ time.Time) bool {
			return in.State == desk.IntentParked && in.Reason == "no such address" && in.Mail != nil
		}},
		"cancels": {desk.Settlement{State: desk.IntentCancelled}, func(in desk.Intent, _ time.Time) bool {
			return in.State == desk.IntentCancelled && in.Mail == nil
		}},
	} {
		told := 0
		h, in := posting(t, func(desk.Intent) (desk.Settlement, error) { return c.out, nil }, func(o *Options) {
			o.Parked = func(_ context.Context, in desk.Intent, reason string) error {
				if told++; in.ID != "send1" || reason != "no such address" || in.Mail == nil {
					t.Errorf("%s: told of %+v, %q", name, in, reason)
				}
				return nil
			}
		})
		stop := h.run(h.box)
		h.next()
		stop()
		if is := h.intent(in.ID); !c.want(is, h.clock.now()) {
			t.Errorf("%s: %+v", name, is)
		}
		if want := map[bool]int{true: 1}[name == "parks"]; told != want {
			t.Errorf("%s: told %d times", name, told)
		}
	}
}

// Errors alone park no send: whether the mail left is not the outbox's to say.
func TestSendIsNotParkedForErrors(t *testing.T) {
	h, in := posting(t, func(desk.Intent) (desk.Settlement, error) { return desk.Settlement{}, errGmail }, func(o *Options) { o.Attempts = 2 })
	defer h.run(h.box)()
	for range 5 {
		h.next()
		h.clock.pass(time.Hour)
		h.box.poke()
	}
	if is := h.intent(in.ID); !is.State.Open() || is.Attempts < 4 {
		t.Errorf("%+v, want it open", is)
	}
}

// Nothing is parked before people were told; a panic or an error has it wait.
func TestParkedOnlyWhenTold(t *testing.T) {
	n := 0
	h, in := posting(t, func(desk.Intent) (desk.Settlement, error) {
		return desk.Settlement{State: desk.IntentParked, Reason: "no"}, nil
	}, func(o *Options) {
		o.Parked = func(context.Context, desk.Intent, string) error {
			switch n++; n {
			case 1:
				return errors.New("store is down")
			case 2:
				panic("index out of range")
			}
			return nil
		}
	})
	defer h.run(h.box)()
	for want := 1; want <= 2; want++ {
		h.next()
		if is := h.intent(in.ID); is.State != desk.IntentPending || is.Reason != "no" || !is.NotBefore.After(h.clock.now()) {
			t.Fatalf("after failure %d: %+v, want it to wait", want, is)
		}
		h.clock.pass(tellPause)
		h.box.poke()
	}
	h.next()
	if is := h.intent(in.ID); is.State != desk.IntentParked || n != 3 {
		t.Errorf("%+v after %d calls, want parked after the third", is, n)
	}
}

// A try whose claim was taken over tells nobody, and settles nothing.
func TestParkingTooLateTellsNobody(t *testing.T) {
	told, tried := 0, make(chan bool, 1)
	var h *house
	h, in := posting(t, func(in desk.Intent) (desk.Settlement, error) {
		defer func() { tried <- true }()
		h.clock.pass(2 * time.Minute)
		other, err := h.store.Claim(context.Background(), "two", h.clock.now(), h.clock.now().Add(time.Minute), 1)
		if err != nil || len(other) != 1 {
			t.Errorf("claimed %v, %v", other, err)
		}
		_, err = h.store.Store.Settle(context.Background(), []desk.Settlement{{ID: in.ID, Holder: "two", State: desk.IntentDone, Sent: "m1"}})
		if err != nil {
			t.Error(err)
		}
		return desk.Settlement{State: desk.IntentParked, Reason: "not found"}, nil
	}, func(o *Options) {
		o.Parked = func(context.Context, desk.Intent, string) error { told++; return nil }
	})
	stop := h.run(h.box)
	<-tried
	stop() // waits for what is under way
	if is := h.intent(in.ID); is.State != desk.IntentDone || is.Sent != "m1" || told != 0 {
		t.Errorf("%+v, told %d times", is, told)
	}
}
