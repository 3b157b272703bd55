package outbox

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"baton/desk"
	"baton/store/sqlite"
)

// scripted is a Gmail whose calls end as a script says: well (0), failed before
// they took effect (1) or after (2). A call may be held back (3) while others
// go on.
type scripted struct {
	*gmail
	mu     sync.Mutex
	script []int
	held   []chan bool // calls that are held back
	over   bool        // hold nothing back any more
}

func (s *scripted) Perform(ctx context.Context, c desk.Conversation, in desk.Intent) (desk.Settlement, error) {
	return desk.Settlement{}, s.perform(ctx, c, in)
}

func (s *scripted) perform(ctx context.Context, c desk.Conversation, in desk.Intent) error {
	step, hold := s.next()
	if hold != nil {
		<-hold
	}
	if step == 1 {
		return errGmail
	}
	err := s.gmail.perform(ctx, c, in)
	if err == nil && step == 2 {
		err = errGmail
	}
	return err
}

func (s *scripted) next() (step int, hold chan bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.script) > 0 {
		step, s.script = s.script[0], s.script[1:]
	}
	if step == 3 && !s.over {
		hold = make(chan bool)
		s.held = append(s.held, hold)
	}
	return step, hold
}

// letGo releases the call that is held back longest; with all, every one, and
// from now on the script is over.
func (s *scripted) letGo(all bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for len(s.held) > 0 {
		close(s.held[0])
		s.held = s.held[1:]
		if !all {
			return
		}
	}
	if all {
		s.over, s.script = true, nil
	}
}

// Whatever is changed, however calls end and whichever of two processes makes
// them: once all is quiet, threads wear what their records want.
func TestLabelsAgreeAtRest(t *testing.T) {
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "baton.db"), sqlite.Options{PutOff: time.Microsecond})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close(context.Background())
	clk, round := newClock(), 0
	rapid.Check(t, func(rt *rapid.T) {
		round++
		play(rt, s, clk, round)
	})
}

// play makes one round of changes in three conversations of its own.
func play(rt *rapid.T, s *sqlite.Store, clk *clock, round int) {
	g := &scripted{gmail: newGmail()}
	g.cut = func(in desk.Intent) bool { return !clk.now().Before(in.ClaimedUntil) }
	g.script = rapid.SliceOfN(rapid.IntRange(0, 3), 0, 30).Draw(rt, "script")
	ctx, cancel := context.WithCancel(context.Background())
	var boxes []*Outbox
	var desks []*desk.Desk
	var runs sync.WaitGroup
	for _, holder := range []string{"one", "two"} {
		b, err := New(Options{
			Store: s, Performers: map[desk.IntentKind]Performer{desk.IntentLabels: g}, Holder: holder, Clock: clk.now,
			Logger: slog.New(slog.DiscardHandler), Poll: time.Hour, Attempts: 1000, Workers: 2,
			Pause: func(int) time.Duration { return time.Second },
		})
		if err != nil {
			rt.Fatal(err)
		}
		d, err := desk.New(desk.Options{Store: s, Clock: clk.now, Holder: holder, Promised: b.Promised}, acme(), noRules{})
		if err != nil {
			rt.Fatal(err)
		}
		boxes, desks = append(boxes, b), append(desks, d)
		runs.Go(func() { b.Run(ctx) })
	}
	defer runs.Wait()
	defer cancel()
	defer g.letGo(true)
	changes(rt, g, clk, desks, boxes, round)
	g.letGo(true)
	rest(rt, s, clk, boxes)
	for i := range 3 {
		c, err := s.Conversation(ctx, conversation(round, i))
		if err != nil {
			continue // never mailed
		}
		g.gmail.mu.Lock()
		got, want := g.worn[c.ID], desk.WantedLabels(acme(), &c)
		g.gmail.mu.Unlock()
		if !slices.Equal(got, want) {
			rt.Fatalf("at rest the thread wears %q, its record wants %q", got, want)
		}
	}
}

func thread(round, i int) desk.ThreadID { return desk.ThreadID(fmt.Sprintf("%x%d", round+1, i)) }

func conversation(round, i int) desk.ConversationID {
	return desk.ConversationOf(support, thread(round, i))
}

// changes makes random changes through both processes, lets time pass and
// releases held calls in between.
func changes(rt *rapid.T, g *scripted, clk *clock, desks []*desk.Desk, boxes []*Outbox, round int) {
	ctx := context.Background()
	mails := 0
	for range rapid.IntRange(1, 25).Draw(rt, "steps") {
		i := rapid.IntRange(0, 2).Draw(rt, "conversation")
		by := rapid.SampledFrom([]desk.Email{ana, ben}).Draw(rt, "by")
		at := rapid.IntRange(0, 1).Draw(rt, "process")
		d := desks[at]
		var err error
		switch rapid.SampledFrom([]string{"mail", "mail", "take", "release", "close", "tag", "high", "pass", "release call", "poke"}).Draw(rt, "step") {
		case "mail":
			mails++
			_, err = d.Receive(ctx, desk.Message{Mailbox: support, ID: desk.MessageID(fmt.Sprint(thread(round, i), "-", mails)), Thread: thread(round, i), At: clk.now(), Verdict: desk.Person}, desk.Facts{})
			if err != nil {
				rt.Fatal(err)
			}
		case "take":
			d.Take(ctx, by, conversation(round, i), 0)
		case "release":
			d.Release(ctx, by, conversation(round, i), 0)
		case "close":
			d.Close(ctx, by, conversation(round, i), 0)
		case "tag":
			d.AddTag(ctx, by, conversation(round, i), rapid.SampledFrom([]string{"a", "b"}).Draw(rt, "tag"))
		case "high":
			d.SetPriority(ctx, by, conversation(round, i), 0, desk.High)
		case "pass":
			clk.pass(time.Duration(rapid.IntRange(1, 90).Draw(rt, "seconds")) * time.Second)
		case "release call":
			g.letGo(false)
		case "poke":
			boxes[at].poke()
		}
	}
}

// rest lets time pass, whenever no process has anything in hand, until no
// intent is open.
func rest(rt *rapid.T, s *sqlite.Store, clk *clock, boxes []*Outbox) {
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); runtime.Gosched() {
		if !boxes[0].Idle() || !boxes[1].Idle() {
			continue
		}
		got, err := s.Intents(context.Background())
		if err != nil {
			rt.Fatal(err)
		}
		if got[desk.IntentPending]+got[desk.IntentClaimed] == 0 {
			return
		}
		clk.pass(2 * time.Minute)
		for _, b := range boxes {
			b.poke()
		}
	}
	rt.Fatal("intents are still open after a minute")
}
