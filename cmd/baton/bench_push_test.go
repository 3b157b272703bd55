package main

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"baton/desk"
	"baton/gmail"
	"baton/gmail/gmailsim"
)

// BenchmarkStorm posts 10,000 pushes for 50 mailboxes at once; see
// TestStormOfPushes. The mails of the storm are delivered by the same process.
func BenchmarkStorm(b *testing.B) {
	for range b.N {
		f := newFleet(b, stormBoxes, 0, "24h")
		s := brew(f, 10_000)
		report("10,000 pushes for 50 mailboxes, 32 at a time, 1,000 mails among them", "p99 < 200 ms", "p50 %v, p99 %v, %.1f s in all", percentile(s.times, .5), percentile(s.times, .99), s.took.Seconds())
		report("all mail of that storm taken in", "seconds", "%.1f s after it began", s.done.Seconds())
		report("readings of one mailbox at a time; goroutines more than before the storm", "1; bounded", "%d; %d", f.gmail.together, s.goroutines)
	}
}

// BenchmarkLostPushes has every push dropped, with a sweep every 10 s.
func BenchmarkLostPushes(b *testing.B) {
	const mails = 200
	for range b.N {
		f := newFleet(b, 10, 0, "10s")
		came, boxOf := make(map[desk.MessageID]time.Time), make(map[desk.MessageID]desk.Mailbox)
		tick := time.NewTicker(100 * time.Millisecond)
		for i := range mails {
			<-tick.C
			d := f.deliver(i%len(f.boxes), i)
			id := desk.MessageID(d.ID)
			came[id], boxOf[id] = time.Now(), desk.Mailbox(f.boxes[i%len(f.boxes)])
		}
		tick.Stop()
		f.until("all mail is found", func() (bool, error) { n, err := f.recorded(); return n >= mails, err })
		var waits []time.Duration
		for id, at := range came {
			line, err := f.service.store.Line(b.Context(), boxOf[id], id)
			if err != nil {
				b.Fatal(err)
			}
			waits = append(waits, line.RecordedAt.Sub(at))
		}
		slices.Sort(waits)
		report("every push lost, a sweep every 10 s: mail found after", "≤ 11 s and a reading", "p50 %v, slowest %v of %d", percentile(waits, .5), percentile(waits, 1), len(waits))
	}
}

// BenchmarkBacklog drains a backlog for a minute at Gmail's limit, while
// somebody clicks; TestBacklogStarvesNoClick drains all of it in virtual time.
func BenchmarkBacklog(b *testing.B) {
	const mails, length = 1_000, 75 * time.Second
	for range b.N {
		f := newFleet(b, 1, 6000, "24h")
		first := f.deliver(0, 0)
		for i := range mails {
			f.deliver(0, i+1)
		}
		if err := f.sim.AddMailbox(gmailsim.Mailbox{Address: "ana@acme.test"}); err != nil {
			b.Fatal(err)
		}
		own, err := f.sim.Deliver(b.Context(), "ana@acme.test", []byte("From: c@shop.example\r\nTo: ana@acme.test\r\nSubject: x\r\n\r\nx\r\n"))
		if err != nil {
			b.Fatal(err)
		}
		ctx, stop := context.WithTimeout(b.Context(), length)
		var labels, opens []time.Duration
		var wg sync.WaitGroup
		wg.Go(func() { labels, opens = f.click(ctx, desk.ThreadID(first.ThreadID), own.ID) })
		calls, refused := f.gmail.count(), f.gmail.refused
		f.service.room.Sweep()
		<-ctx.Done()
		wg.Wait()
		stop()
		n, err := f.recorded()
		if err != nil {
			b.Fatal(err)
		}
		report("a backlog at 6,000 units a minute: mails in 75 s", "240 a minute, as the units allow", "%d of %d", n, mails)
		report("labels behind a click meanwhile", "p95 < 200 ms", "p50 %v, p95 %v of %d", percentile(labels, .5), percentile(labels, .95), len(labels))
		report("headers of an opened message meanwhile", "p95 < 200 ms", "p50 %v, p95 %v of %d", percentile(opens, .5), percentile(opens, .95), len(opens))
		report("calls that Gmail refused for speed", "< 1 %", "%d of %d", f.gmail.refused-refused, f.gmail.count()-calls)
	}
}

// click changes labels and reads an opened message once a second until ctx ends.
func (f *fleet) click(ctx context.Context, thread desk.ThreadID, message string) (labels, opens []time.Duration) {
	l, o := gmail.NewLabeler(f.service.accounts), f.service.openings
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	names := []string{"Baton/Assigned/Ana", "Baton/Assigned/Ben"}
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			slices.Sort(labels)
			slices.Sort(opens)
			return labels, opens
		case <-tick.C:
		}
		began := time.Now()
		err := l.Apply(ctx, desk.Mailbox(f.boxes[0]), thread, "", names[n%2:n%2+1], names, true)
		if err != nil && ctx.Err() == nil {
			f.Error(err)
		}
		labels = append(labels, time.Since(began))
		began = time.Now()
		_, err = o.Handles(ctx, gmail.Opened{Message: message, UserToken: f.sim.UserToken("ana@acme.test"), MessageToken: f.sim.MessageToken("ana@acme.test", message)})
		if err != nil && ctx.Err() == nil {
			f.Error(err)
		}
		opens = append(opens, time.Since(began))
	}
}
