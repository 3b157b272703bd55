package gmail_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"baton/desk"
	"baton/gmail"
	"baton/gmail/gmailsim"
	"baton/infra/need"
)

const agent = "ana@acme.test"

// clicks are what a person does every so often while a backlog drains: open a
// message in their own mailbox, and press a button that changes labels.
type clicks struct {
	labels, opens []time.Duration
	failed        []error
}

func (c *clicks) run(ctx context.Context, h *house, every time.Duration, thread desk.ThreadID, own gmailsim.Delivered, o *gmail.Openings) {
	l := gmail.NewLabeler(h.accounts)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		names := []string{"Baton/Assigned/Ana", "Baton/Assigned/Ben"}
		began := time.Now()
		err := l.Apply(ctx, support, thread, "", names[n%2:n%2+1], names, true)
		c.note(ctx, &c.labels, began, err)
		began = time.Now()
		_, err = o.Handles(ctx, gmail.Opened{Message: own.ID, UserToken: h.sim.UserToken(agent), MessageToken: h.sim.MessageToken(agent, own.ID)})
		c.note(ctx, &c.opens, began, err)
	}
}

func (c *clicks) note(ctx context.Context, to *[]time.Duration, began time.Time, err error) {
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		c.failed = append(c.failed, err)
	}
	*to = append(*to, time.Since(began))
}

func share(list []time.Duration, p float64) time.Duration {
	if len(list) == 0 {
		return 0
	}
	list = slices.Sorted(slices.Values(list))
	return list[min(len(list)-1, int(p*float64(len(list))))]
}

// A backlog of 3,000 mails, or 10,000, drains at Gmail's limit of 6,000 units a
// minute, in virtual time: a quarter of an hour, or three, in which people click
// on. No click waits for the backlog, and hardly a call comes too fast.
func TestBacklogStarvesNoClick(t *testing.T) {
	const limit, latency = 6_000, 60 * time.Millisecond
	mails := need.Count(3_000, 10_000)
	synctest.Test(t, func(t *testing.T) {
		var l *labelled
		h, g := newInside(t, limit, latency, nil)
		defer h.leave()
		l = newLabelled(h, 4)
		h.opts.Receiver = l
		h.addMailbox(ana)
		own, err := h.sim.Deliver(t.Context(), agent, letter("own"))
		if err != nil {
			t.Fatal(err)
		}
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
		first := h.deliver("first")
		for i := range mails {
			if _, err := h.sim.Deliver(t.Context(), string(support), letter(fmt.Sprintf("mail %d", i))); err != nil {
				t.Fatal(err)
			}
		}
		openings := gmail.NewOpenings(gmail.Options{Endpoint: h.url, Transport: g})
		ctx, stop := context.WithCancel(context.Background())
		var c clicks
		done := make(chan struct{})
		go func() {
			defer close(done)
			c.run(ctx, h, 3*time.Second, desk.ThreadID(first.ThreadID), own, openings)
		}()
		began := time.Now()
		r.Sweep()
		if err := r.Idle(t.Context()); err != nil {
			t.Fatal(err)
		}
		failed := l.finish()
		took := time.Since(began)
		stop()
		<-done

		ideal := time.Duration(mails) * 25 * time.Minute / limit
		t.Logf("%d mails in %v of virtual time (%v at the limit); %d calls, %d too fast; labels behind a click p50 %v p95 %v p99 %v of %d; opened messages p95 %v of %d",
			mails, took.Round(time.Second), ideal.Round(time.Second), g.calls, g.refused, share(c.labels, .5), share(c.labels, .95), share(c.labels, .99), len(c.labels), share(c.opens, .95), len(c.opens))
		if got := len(h.desk.subjects()); got != mails+1 || h.desk.twice > 0 {
			t.Errorf("%d mails received, %d twice, want %d", got, h.desk.twice, mails+1)
		}
		if len(failed) > 0 {
			t.Errorf("%d mails could not be labelled: %v", len(failed), failed[0])
		}
		if len(c.failed) > 0 {
			t.Errorf("%d clicks failed: %v", len(c.failed), c.failed[0])
		}
		if p := share(c.labels, .95); p >= 200*time.Millisecond || len(c.labels) < mails/20 {
			t.Errorf("labels behind a click: p95 %v of %d", p, len(c.labels))
		}
		if p := share(c.opens, .95); p >= 200*time.Millisecond {
			t.Errorf("opened messages: p95 %v", p)
		}
		if g.refused*100 >= g.calls {
			t.Errorf("%d of %d calls were too fast", g.refused, g.calls)
		}
		if g.together > 1 {
			t.Errorf("%d readings of the history at a time", g.together)
		}
		if took > ideal*5/4 {
			t.Errorf("it took %v, a quarter more than the %v at the limit", took, ideal)
		}
		if u := openings.Usage()[gmail.MessagesGet]; u.Calls < int64(len(c.opens)) || u.Units != u.Calls*20 {
			t.Errorf("opened messages counted: %+v for %d", u, len(c.opens))
		}
	})
}
