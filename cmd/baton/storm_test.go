package main

import (
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"baton/infra/need"
)

const (
	stormBoxes = 50
	stormWires = 32 // pushes at a time
)

// storm is what many pushes came to.
type storm struct {
	times      []time.Duration // of answers, by length
	took, done time.Duration   // until the last answer, and until all mail was taken in
	goroutines int             // most, more than before
}

// brew posts so many pushes for 50 mailboxes while mail comes, one with each
// tenth push, as Pub/Sub does with what waited while nobody answered.
func brew(f *fleet, pushes int) (s storm) {
	f.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: stormWires, MaxIdleConns: stormWires}}
	defer client.CloseIdleConnections()
	before := runtime.NumGoroutine()
	var most, next atomic.Int64
	all := make([][]time.Duration, stormWires)
	var wg sync.WaitGroup
	began := time.Now()
	for w := range stormWires {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= pushes {
					return
				}
				box := i % stormBoxes
				if i/stormBoxes%10 == 0 {
					f.deliver(box, i)
				}
				t, err := f.push(client, box)
				if err != nil {
					f.Error(err)
					return
				}
				all[w] = append(all[w], t)
				if n := int64(runtime.NumGoroutine()); n > most.Load() {
					most.Store(n)
				}
			}
		})
	}
	wg.Wait()
	s.took = time.Since(began)
	f.until("all mail is taken in", func() (bool, error) {
		n, err := f.recorded()
		return n >= pushes/10, err
	})
	s.done = time.Since(began)
	s.goroutines = int(most.Load()) - before
	s.times = slices.Concat(all...)
	slices.Sort(s.times)
	return s
}

// TestStormOfPushes: whatever is pushed at once, 3,000 times or 10,000, each push is acknowledged, no
// mailbox is read twice at a time, goroutines stay few and no mail is missed.
func TestStormOfPushes(t *testing.T) {
	pushes := need.Count(3_000, 10_000)
	f := newFleet(t, stormBoxes, 0, "24h")
	s := brew(f, pushes)
	f.until("all is labelled", f.settled)
	if len(s.times) != pushes {
		t.Errorf("%d pushes were acknowledged, want %d", len(s.times), pushes)
	}
	if n := f.gmail.most(); n != 1 {
		t.Errorf("a mailbox was read %d times at once", n)
	}
	if n, err := f.recorded(); err != nil || n != pushes/10 {
		t.Errorf("%d mails recorded, want %d: %v", n, pushes/10, err)
	}
	p := f.service.push.Stats()
	if p.Taken != int64(pushes) || p.Refused+p.Garbage+p.Unknown+p.Foreign+p.Panicked > 0 {
		t.Errorf("counted %+v", p)
	}
	if s.goroutines > 1_000 {
		t.Errorf("%d goroutines more than before for %d pushes", s.goroutines, pushes)
	}
	reads := 0
	for _, st := range f.service.room.Statuses() {
		reads += st.Reads
	}
	// A mail brings a reading, and so may its label.
	if reads > pushes/3 {
		t.Errorf("%d readings for %d pushes: they did not coalesce", reads, pushes)
	}
	t.Logf("p50 %v, p99 %v, slowest %v; %d readings, %d goroutines more", percentile(s.times, .5), percentile(s.times, .99), s.times[len(s.times)-1], reads, s.goroutines)
}

// TestPushesForNobody: pushes of mailboxes that Baton does not know, and of other
// subscriptions, are acknowledged at no cost.
func TestPushesForNobody(t *testing.T) {
	f := newFleet(t, 1, 0, "24h")
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	f.quiet()
	before, calls := f.service.store.Costs(), f.gmail.count()
	for i := range 1_000 {
		subscription, box := demoSubscription, fmt.Sprintf("stranger%d@acme.test", i)
		if i%2 == 0 {
			subscription, box = "projects/other/subscriptions/gmail", f.boxes[0]
		}
		if _, err := f.post(client, envelope(box, 1<<62, subscription)); err != nil {
			t.Fatal(err)
		}
	}
	// The outbox looks for work of its own now and then.
	after := f.service.store.Costs()
	if reads, commits := after.Reads-before.Reads, after.Commits-before.Commits; reads > 50 || commits > 0 || f.gmail.count() != calls {
		t.Errorf("%d calls to Gmail, %d reads, %d commits", f.gmail.count()-calls, reads, commits)
	}
	if p := f.service.push.Stats(); p.Unknown != 500 || p.Foreign != 500 {
		t.Errorf("counted %+v", p)
	}
}
