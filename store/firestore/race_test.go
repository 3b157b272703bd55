package firestore

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"baton/desk"
	"baton/store/storetest"
)

var errTaken = errors.New("somebody has it")

// TestFiftyTake lets fifty callers, in five processes' worth of stores, take
// one conversation at once: one gets it, the others learn who has it, and soon.
func TestFiftyTake(t *testing.T) {
	stores := fleet(t, 5)
	mustUpdate(t, stores[0], "c", arrive("m0"))
	began := time.Now()
	var winners atomic.Int64
	var holder atomic.Value
	fifty(t, stores, func(i int, s *Store) error {
		me := desk.Email(fmt.Sprintf("agent%d@example.com", i))
		seen := desk.Email("")
		_, err := s.Update(t.Context(), "c", func(c *desk.Conversation) (desk.Change, error) {
			if seen = c.Assignee; seen != "" {
				return desk.Change{}, errTaken
			}
			c.Assignee = me
			return desk.Change{}, nil
		})
		if err == nil {
			winners.Add(1)
			holder.Store(me)
			return nil
		}
		if !errors.Is(err, errTaken) || seen == "" {
			return fmt.Errorf("loser saw holder %q: %w", seen, err)
		}
		return nil
	})
	quick(t, began)
	c, err := stores[0].Conversation(t.Context(), "c")
	if err != nil || winners.Load() != 1 || c.Assignee != holder.Load() || c.Version != 2 {
		t.Errorf("%d winners, last %v; record held by %s in version %d, %v; want one winner, version 2",
			winners.Load(), holder.Load(), c.Assignee, c.Version, err)
	}
}

// TestFiftyChange lets fifty callers change one record: every version has one
// maker, and no change is lost, and soon.
func TestFiftyChange(t *testing.T) {
	stores := fleet(t, 5)
	mustUpdate(t, stores[0], "c", arrive("m0"))
	began := time.Now()
	var mu sync.Mutex
	makers := map[int64]int{}
	fifty(t, stores, func(i int, s *Store) error {
		c, err := s.Update(t.Context(), "c", func(c *desk.Conversation) (desk.Change, error) {
			return arrive(desk.MessageID(fmt.Sprint("m", i+1)))(c), nil
		})
		mu.Lock()
		defer mu.Unlock()
		makers[c.Version]++
		return err
	})
	quick(t, began)
	for v := int64(2); v <= 51; v++ {
		if makers[v] != 1 {
			t.Errorf("version %d: %d makers, want 1", v, makers[v])
		}
	}
	if got := messages(t, stores[0]); got != 51 {
		t.Errorf("got %d messages, want 51", got)
	}
}

// fleet opens several stores on one new database.
func fleet(t *testing.T, n int) []*Store {
	where := project()
	stores := make([]*Store, n)
	for i := range stores {
		stores[i] = openAt(t, where, Options{})
	}
	return stores
}

func fifty(t *testing.T, stores []*Store, call func(i int, s *Store) error) {
	t.Helper()
	errs := make([]error, 50)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() { errs[i] = call(i, stores[i%len(stores)]) })
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
}

// quick holds a test to the time that contention may take. It takes less than
// 3 s; the rest is for a machine that is busy with other tests. Firestore's
// transactions would wait for each other's locks for half a minute.
func quick(t *testing.T, began time.Time) {
	t.Helper()
	took := time.Since(began)
	t.Logf("took %v", took.Round(time.Millisecond))
	if took > 15*time.Second {
		t.Errorf("took %v, want less than 15 s", took)
	}
}

// TestTwoProcessesOnPeople is storetest's race of two desks with a store each.
func TestTwoProcessesOnPeople(t *testing.T) {
	where := project()
	storetest.People(t, openAt(t, where, Options{}), openAt(t, where, Options{}))
}
