package main

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sync/errgroup"

	"baton/desk"
	"baton/desk/outbox"
	"baton/infra/need"
)

// tries notes when which intents are tried.
type tries struct {
	outbox.Performer
	mu  *sync.Mutex
	got *[]desk.Intent
}

func (o tries) Perform(ctx context.Context, c desk.Conversation, in desk.Intent) (desk.Settlement, error) {
	o.mu.Lock()
	*o.got = append(*o.got, in)
	o.mu.Unlock()
	return o.Performer.Perform(ctx, c, in)
}

// Three thousand promises, or ten, are overdue when a Baton starts, as after a long sleep.
// Gmail is asked no faster than it allows, the oldest come first, and a person
// who comes in between does not wait for the rest.
func TestThousandsOverdue(t *testing.T) {
	const allowed = 6000
	n := need.Count(3_000, 10_000)
	longest := time.Duration(n)*5*time.Minute/allowed*6/5 + 2*time.Minute // 5 units each, less the reserve
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := newShop(t, dir, 1, allowed)
		var mu sync.Mutex
		var got []desk.Intent
		s.perform = func(p outbox.Performer) outbox.Performer { return tries{p, &mu, &got} }
		s.open("baton.db")
		id, _ := s.mail(0, "While they wait")
		time.Sleep(10 * time.Minute)
		rank := s.overdue(n)
		s.close()
		time.Sleep(5 * time.Minute)
		mu.Lock()
		got = nil
		mu.Unlock()

		s.open("baton.db") // a minute passes
		began := time.Now()
		_, err := s.desk.Take(t.Context(), ana, id, 0)
		s.must(err)
		time.Sleep(5 * time.Second)
		s.agrees(s.boxes[0], string(s.thread(id)), s.thread(id))
		most, units := 0, s.sim.Units(s.boxes[0])
		for s.unkept() > 0 && time.Since(began) < 20*time.Minute {
			time.Sleep(time.Minute)
			now := s.sim.Units(s.boxes[0])
			most, units = max(most, now-units), now
		}
		took := time.Since(began).Round(time.Second) + time.Minute
		s.mu.Lock()
		slow := s.slow
		s.mu.Unlock()
		t.Logf("%d intents in %v, at most %d units a minute, %d refused", n, took, most, slow)
		if took > longest {
			t.Errorf("they took %v, want at most %v: %d intents of 5 units at %d a minute, less the reserve", took, longest, n, allowed)
		}
		if most > allowed || slow > n/100 {
			t.Errorf("%d units in a minute and %d calls refused; want at most %d, and a hundredth", most, slow, allowed)
		}
		// Eight workers with sixteen intents each, and what one claim takes.
		const ahead = 8*16 + 100
		i := 0
		mu.Lock()
		defer mu.Unlock()
		for _, in := range got {
			at, ok := rank[in.ID]
			if !ok {
				continue
			}
			if off := at - i; off > ahead || off < -ahead {
				t.Fatalf("the %d. try was at the %d. oldest", i, at)
			}
			i++
		}
		if i < n {
			t.Errorf("%d intents were tried, want %d", i, n)
		}
	})
}

// overdue promises labels for as many messages, one second apart, and gives each
// intent's place by age.
func (s *shop) overdue(n int) map[desk.IntentID]int {
	s.Helper()
	rank := make(map[desk.IntentID]int, n)
	box := desk.Mailbox(s.boxes[0])
	at := time.Now().Add(-time.Duration(n) * time.Second)
	var g errgroup.Group
	g.SetLimit(64)
	for i := range n {
		thread := desk.ThreadID(fmt.Sprintf("%016x", 0xf000+i)) // Gmail has forgotten it: a call, and nothing to do
		in := desk.Intent{
			ID: desk.IntentID(fmt.Sprintf("overdue%05d", i)), Kind: desk.IntentLabels, State: desk.IntentPending, Mailbox: box,
			Conversation: desk.ConversationOf(box, thread), Message: desk.MessageID(thread), CreatedAt: at.Add(time.Duration(i) * time.Second),
		}
		rank[in.ID] = i
		g.Go(func() error {
			_, err := s.store.Update(context.Background(), in.Conversation, func(c *desk.Conversation) (desk.Change, error) {
				c.Mailbox, c.Thread, c.Status, c.OpenedAt = box, thread, desk.Open, in.CreatedAt
				in.NotBefore = time.Now().Add(2 * time.Minute) // nobody claims it before the restart
				return desk.Change{Intents: []desk.Intent{in}}, nil
			})
			return err
		})
	}
	s.must(g.Wait())
	return rank
}

// unkept counts promises that are open.
func (s *shop) unkept() int {
	s.Helper()
	n, err := s.store.Intents(s.Context())
	s.must(err)
	return n[desk.IntentPending] + n[desk.IntentClaimed]
}

func (s *shop) thread(id desk.ConversationID) desk.ThreadID {
	s.Helper()
	c, err := s.store.Conversation(s.Context(), id)
	s.must(err)
	return c.Thread
}
