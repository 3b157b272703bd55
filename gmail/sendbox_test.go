package gmail_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"baton/desk"
	"baton/desk/outbox"
	"baton/gmail"
	"baton/gmail/gmailsim"
)

// sending performs send intents as the service does.
type sending struct{ s *gmail.Sender }

// Perform implements outbox.Performer.
func (s sending) Perform(ctx context.Context, c desk.Conversation, in desk.Intent) (desk.Settlement, error) {
	return s.s.Send(ctx, c.Thread, in)
}

// Two whole outboxes work on one store while the clock runs so fast that claims
// end in the middle of calls, calls fail at random and Message-IDs are
// rewritten. Each mail leaves once; then the sweeper leaves no draft.
func TestTwoOutboxes(t *testing.T) {
	p := newPost(t, func(o *gmailsim.Options) { o.RewriteMessageID = true; o.SearchLag = 5 * time.Second })
	var all []desk.Intent
	for range 40 {
		all = append(all, p.promise(nil))
	}
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	var workers []*worker
	for k := range 2 {
		w := p.another(2 * time.Second)
		workers = append(workers, w)
		r, mu := rand.New(rand.NewPCG(uint64(k), 1)), sync.Mutex{}
		kinds := []string{"500 after", "500 before", "drop after", "drop before", "429", "404 after", "killed after", "killed before"}
		w.step.set(func(n int, _ string) fault {
			mu.Lock()
			defer mu.Unlock()
			if n > 150 || r.IntN(4) > 0 {
				return fault{}
			}
			return faults[kinds[r.IntN(len(kinds))]]
		}, nil)
		box, err := outbox.New(outbox.Options{
			Store: p.store, Holder: fmt.Sprint("w", k), Clock: p.clock.now, Logger: quiet(), Poll: time.Millisecond, Workers: 4,
			Performers: map[desk.IntentKind]outbox.Performer{desk.IntentSend: sending{w.sender()}},
			Pause:      func(int) time.Duration { return time.Second },
		})
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			if err := box.Run(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(60 * time.Second)
	for open := true; open; {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatal("not all mails are settled")
		}
		p.clock.pass(5 * time.Second)
		open = false
		for _, in := range all {
			open = open || p.intent(in.ID).State.Open()
		}
	}
	cancel()
	wg.Wait()
	for _, in := range all {
		p.once(in)
	}
	for _, w := range workers {
		w.step.set(nil, nil)
	}
	s := p.sweeper("w0", nil)
	for range 4 {
		if _, err := s.Sweep(t.Context(), support); err != nil {
			t.Fatal(err)
		}
	}
	if d := p.drafts(); len(d) != 0 {
		t.Errorf("%d drafts are left of %d made", len(d), drafted(p))
	}
}
