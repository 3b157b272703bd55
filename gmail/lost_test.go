package gmail_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"baton/desk"
	"baton/gmail"
)

// Every push is lost. For half a day mail comes at odd moments, and each is
// taken in within one sweep, whose interval varies by a tenth, and the time that
// a reading takes.
func TestEveryPushLost(t *testing.T) {
	const sweep, latency = 5 * time.Minute, 60 * time.Millisecond
	synctest.Test(t, func(t *testing.T) {
		h, _ := newInside(t, 6_000, latency, func(o *gmail.RoomOptions) { o.Sweep = sweep })
		defer h.leave()
		h.sim.Push().Drop(1)
		came := map[desk.MessageID]time.Time{}
		var worst time.Duration
		h.opts.Receiver = timed{h.desk, func(m desk.Message) { worst = max(worst, time.Since(came[m.ID])) }}
		r, err := gmail.NewRoom(h.opts)
		if err != nil {
			t.Fatal(err)
		}
		h.enter(r)
		if err := r.Open(support); err != nil {
			t.Fatal(err)
		}
		if err := r.Idle(t.Context()); err != nil {
			t.Fatal(err)
		}
		const mails = 100
		for i := range mails {
			<-time.After(7*time.Minute + time.Duration(i*i)*time.Second/7)
			d, err := h.sim.Deliver(t.Context(), string(support), letter(fmt.Sprintf("mail %d", i)))
			if err != nil {
				t.Fatal(err)
			}
			h.desk.set(func(*fakeDesk) { came[desk.MessageID(d.ID)] = time.Now() })
		}
		<-time.After(2 * sweep)
		if got := len(h.desk.subjects()); got != mails {
			t.Errorf("%d mails received, want %d", got, mails)
		}
		if most := sweep + sweep/10 + time.Second; worst > most || worst < sweep/2 {
			t.Errorf("a mail waited for %v, want more than %v and at most %v", worst, sweep/2, most)
		}
		t.Logf("the longest wait of %d mails was %v, at a sweep every %v", mails, worst, sweep)
	})
}

// timed tells of each mail that the desk receives.
type timed struct {
	*fakeDesk
	tell func(desk.Message)
}

// Receive implements gmail.Receiver.
func (d timed) Receive(ctx context.Context, m desk.Message, f desk.Facts) (desk.Conversation, error) {
	c, err := d.fakeDesk.Receive(ctx, m, f)
	d.set(func(*fakeDesk) { d.tell(m) })
	return c, err
}
