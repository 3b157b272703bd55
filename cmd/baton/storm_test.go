package main

import (
	"net/http"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	stormBoxes  = 50
	stormPushes = 10_000
	stormMails  = 1_000 // one with each tenth push
	stormWires  = 32    // pushes at a time
)

// storm is what 10,000 pushes came to.
type storm struct {
	times      []time.Duration // of answers, by length
	took, done time.Duration   // until the last answer, and until all mail was taken in
	goroutines int             // most, more than before
}

// brew posts 10,000 pushes for 50 mailboxes while mail comes, as Pub/Sub does
// with what waited while nobody answered.
func brew(f *fleet) (s storm) {
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
				if i >= stormPushes {
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
		return n >= stormMails, err
	})
	s.done = time.Since(began)
	s.goroutines = int(most.Load()) - before
	s.times = slices.Concat(all...)
	slices.Sort(s.times)
	return s
}

// TestStormOfPushes: whatever is pushed at once, each push is acknowledged, no
// mailbox is read twice at a time, goroutines stay few and no mail is missed.
func TestStormOfPushes(t *testing.T) {
	f := newFleet(t, stormBoxes, 0, "24h")
	s := brew(f)
	f.until("all is labelled", f.settled)
	if len(s.times) != stormPushes {
		t.Errorf("%d pushes were acknowledged, want %d", len(s.times), stormPushes)
	}
	if f.gmail.together != 1 {
		t.Errorf("a mailbox was read %d times at once", f.gmail.together)
	}
	if n, err := f.recorded(); err != nil || n != stormMails {
		t.Errorf("%d mails recorded, want %d: %v", n, stormMails, err)
	}
	p := f.service.push.Stats()
	if p.Taken != stormPushes || p.Refused+p.Garbage+p.Unknown+p.Foreign+p.Panicked > 0 {
		t.Errorf("counted %+v", p)
	}
	if s.goroutines > 1_000 {
		t.Errorf("%d goroutines more than before for %d pushes", s.goroutines, stormPushes)
	}
	reads := 0
	for _, st := range f.service.room.Statuses() {
		reads += st.Reads
	}
	if reads > stormPushes/5 {
		t.Errorf("%d readings for %d pushes: they did not coalesce", reads, stormPushes)
	}
	t.Logf("p50 %v, p99 %v, slowest %v; %d readings, %d goroutines more", percentile(s.times, .5), percentile(s.times, .99), s.times[len(s.times)-1], reads, s.goroutines)
}
