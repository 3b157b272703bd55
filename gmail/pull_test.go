package gmail_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"

	"baton/desk"
	"baton/gmail"
)

// What tells nothing is acknowledged, once and for all, and counted as the push
// endpoint counts it.
func TestPullThatTellsNothing(t *testing.T) {
	w := newWell(t)
	w.open(w.server.Addr, nil)
	b := newBell(t, "")
	for _, data := range []string{
		"hello", "[]", "null", "{}", `{"historyId":7}`, `{"emailAddress":"support@acme.test"}`,
		notification("support@acme.test", -1), notification("support@acme.test", 7.5), notification("support@acme.test", "1e3"),
		notification("support@acme.test", "18446744073709551616"), notification("x@other.test", 7),
		notification("support@acme.test", uint64(1)<<63+1), notification("support@acme.test", `"7"`),
		strings.Repeat("[", 40_000), notification("support@acme.test", 7) + strings.Repeat(" ", 64<<10),
	} {
		w.publish(data)
		if got := b.post("Bearer good", strings.NewReader(wrap(base64.StdEncoding, data))); got != http.StatusNoContent {
			t.Errorf("push of %.40q: %d", data, got)
		}
	}
	w.wait("all is acknowledged", w.acked)
	if diff := cmp.Diff(b.push.Stats(), w.pull.Stats()); diff != "" {
		t.Errorf("the two ways judge differently (-push +pull):\n%s", diff)
	}
	want := gmail.HintStats{Taken: 2, Unknown: 1, Garbage: 11, TooLarge: 1}
	if diff := cmp.Diff(want, w.pull.Stats()); diff != "" {
		t.Errorf("counters (-want +got):\n%s", diff)
	}
	for _, m := range w.server.Messages() {
		if m.Deliveries != 1 || nacked(m) > 0 {
			t.Errorf("%.40q was delivered %d times, nacked %d times", m.Data, m.Deliveries, nacked(m))
		}
	}
	if diff := cmp.Diff(map[string]int{"support@acme.test 7": 1, "support@acme.test 9223372036854775809": 1}, w.rung); diff != "" {
		t.Error(diff)
	}
}

// A notification is acknowledged after it was handed over, never before; while
// that blocks nothing else is done.
func TestPullAcknowledgesAfterwards(t *testing.T) {
	w := newWell(t)
	let, inside := make(chan struct{}), make(chan struct{}, 100)
	w.open(w.server.Addr, func(o *gmail.PullOptions) {
		o.Hint = func(m desk.Mailbox, id uint64) bool {
			inside <- struct{}{}
			<-let
			return w.hint(m, id)
		}
	})
	for i := range 50 {
		w.publish(notification("support@acme.test", i+1))
	}
	<-inside
	for _, m := range w.server.Messages() {
		if m.Acks > 0 {
			t.Errorf("%s was acknowledged before it was handed over", m.Data)
		}
	}
	if n := len(inside); n > 0 {
		t.Errorf("%d more are handed over at the same time", n)
	}
	close(let)
	w.wait("all is acknowledged", w.acked)
	if got := w.pull.Stats().Taken; got != 50 {
		t.Errorf("%d taken, want 50", got)
	}
}

// 5,000 notifications, half of them doubled and some garbage, for ten processes
// that share the subscription: pstest hands each stream one in 10 ms.
func TestPullOfThousands(t *testing.T) {
	const processes = 10
	w := newWell(t)
	now := time.Now()
	w.server.SetTimeNowFunc(func() time.Time { return now }) // however slow this machine is, nothing comes again for being late
	before := runtime.NumGoroutine()
	var all []*gmail.Pull
	for range processes {
		w.open(w.server.Addr, nil)
		all = append(all, w.pull)
	}
	for i := range 5_000 {
		data := notification(fmt.Sprintf("box%d@acme.test", i%50), 1+i/100)
		if i%100 == 99 {
			data = "garbage"
		}
		w.publish(data)
	}
	most := 0
	sum := func() (s gmail.HintStats) {
		for _, p := range all {
			s.Taken += p.Stats().Taken
			s.Garbage += p.Stats().Garbage
		}
		return s
	}
	w.wait("all is taken", func() bool {
		most = max(most, runtime.NumGoroutine()-before)
		return counted(sum()) >= 5_000
	})
	w.wait("all is acknowledged", w.acked)
	if diff := cmp.Diff(gmail.HintStats{Taken: 4_950, Garbage: 50}, sum()); diff != "" {
		t.Errorf("counters (-want +got):\n%s", diff)
	}
	if got := len(w.rung); got != 2_500 {
		t.Errorf("%d different hints, want 2,500", got)
	}
	if most > processes*25 {
		t.Errorf("%d goroutines more than before", most)
	}
}

// Handing over panics for one in twenty: each is counted and comes again
// until it was handed over.
func TestPullSurvivesPanics(t *testing.T) {
	w := newWell(t)
	var mu sync.Mutex
	tries := map[uint64]int{}
	w.open(w.server.Addr, func(o *gmail.PullOptions) {
		o.Hint = func(m desk.Mailbox, id uint64) bool {
			mu.Lock()
			tries[id]++
			first := tries[id] == 1
			mu.Unlock()
			if id%20 == 0 && first {
				panic("secret of " + string(m))
			}
			return w.hint(m, id)
		}
	})
	for i := range 200 {
		w.publish(notification("support@acme.test", i+1))
	}
	w.wait("all is acknowledged", func() bool { return len(w.keys()) == 200 && w.acked() })
	if diff := cmp.Diff(gmail.HintStats{Taken: 200, Panicked: 10}, w.pull.Stats()); diff != "" {
		t.Errorf("counters (-want +got):\n%s", diff)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if strings.Contains(w.log.String(), "secret") || strings.Count(w.log.String(), "panicked") != 10 {
		t.Errorf("the log: %s", w.log.String())
	}
}

func (w *well) keys() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Collect(maps.Keys(w.rung))
}

// Closed in the middle, it waits for what is under way, acknowledges that, and
// leaves the rest for whoever comes next.
func TestPullClosedInTheMiddle(t *testing.T) {
	w := newWell(t)
	w.open(w.server.Addr, nil)
	for i := range 300 {
		w.publish(notification("support@acme.test", i+1))
	}
	w.wait("some are taken", func() bool { return w.pull.Stats().Taken > 50 })
	began := time.Now()
	if err := w.pull.Close(); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("closing took %v", took)
	}
	taken := w.pull.Stats().Taken
	acks := 0
	for _, m := range w.server.Messages() {
		acks += min(m.Acks, 1)
	}
	if int64(acks) != taken {
		t.Errorf("%d taken, %d acknowledged", taken, acks)
	}
	w.pull.Start() // a closed one stays closed
	if err := w.pull.Close(); err != nil || w.pull.Stats().Taken != taken {
		t.Errorf("after closing: %v, %d taken, before %d", err, w.pull.Stats().Taken, taken)
	}
	w.open(w.server.Addr, nil)
	w.wait("the rest is taken", func() bool { return len(w.keys()) == 300 && w.acked() })
}

// What cannot be pulled from is told with its remedy, and tried again after
// growing pauses until it can.
func TestPullFromNowhere(t *testing.T) {
	w := newWell(t)
	ctx := context.Background()
	var mu sync.Mutex
	var pauses []int
	w.deleteSubscription(ctx)
	w.open(w.server.Addr, func(o *gmail.PullOptions) {
		o.Pause = func(n int) time.Duration {
			mu.Lock()
			defer mu.Unlock()
			pauses = append(pauses, n)
			return time.Duration(n) * time.Millisecond
		}
	})
	tried := func() bool { mu.Lock(); defer mu.Unlock(); return len(pauses) >= 4 }
	w.wait("it was tried four times", tried)
	p := w.pull.Problem()
	if p == nil || p.Code != codes.NotFound || !strings.Contains(p.Error(), subscription) || !strings.Contains(p.Error(), "Create it on the topic") {
		t.Errorf("problem %v", p)
	}
	mu.Lock()
	if want := []int{1, 2, 3, 4}; !slices.Equal(pauses[:4], want) {
		t.Errorf("pauses after failures %v, want %v", pauses[:4], want)
	}
	mu.Unlock()
	w.createSubscription(ctx)
	w.publish(notification("support@acme.test", 7))
	w.wait("it is pulled again", func() bool { return w.pull.Stats().Taken == 1 && w.pull.Problem() == nil })
}

// TestPullOptions: what cannot work is refused at once.
func TestPullOptions(t *testing.T) {
	good := gmail.PullOptions{Subscription: subscription, Hint: func(desk.Mailbox, uint64) bool { return true }, Logger: quiet()}
	for name, change := range map[string]func(*gmail.PullOptions){
		"no hint":   func(o *gmail.PullOptions) { o.Hint = nil },
		"no logger": func(o *gmail.PullOptions) { o.Logger = nil },
		"a topic":   func(o *gmail.PullOptions) { o.Subscription = pulledTopic },
		"a name":    func(o *gmail.PullOptions) { o.Subscription = "gmail" },
		"none":      func(o *gmail.PullOptions) { o.Subscription = "" },
		"no name":   func(o *gmail.PullOptions) { o.Subscription = "projects/acme/subscriptions/" },
	} {
		o := good
		change(&o)
		if _, err := gmail.NewPull(o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	p, err := gmail.NewPull(good)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil { // never started
		t.Error(err)
	}
}
