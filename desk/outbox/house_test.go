package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"baton/desk"
	"baton/store/sqlite"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	support desk.Mailbox = "support@acme.test"
	ana     desk.Email   = "ana@acme.test"
	ben     desk.Email   = "ben@acme.test"
)

func acme() *desk.Policy {
	return &desk.Policy{
		Version: "p1", Desk: "Acme", Zone: time.UTC,
		Mailboxes: []desk.MailboxPolicy{{Address: support, Members: []desk.Email{ana, ben}}},
		Members: []desk.Member{
			{Email: ana, Name: "Ana Silva", Label: "Ana", Role: desk.Agent},
			{Email: ben, Name: "Ben Okafor", Label: "Ben", Role: desk.Agent},
		},
	}
}

type noRules struct{}

func (noRules) Route(desk.Facts) desk.Routing { return desk.Routing{Reason: "no rule matched"} }
func (noRules) Needs(desk.Mailbox) desk.Needs { return desk.Needs{} }

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock { return &clock{t: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.t }

func (c *clock) pass(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.t = c.t.Add(d) }

// gmail is a performer: what each thread wears, and a hook that may block or
// fail a call before or after it took effect.
type gmail struct {
	mu      sync.Mutex
	worn    map[desk.ConversationID][]string
	calls   []desk.Intent
	before  func(in desk.Intent) error
	after   func(in desk.Intent) error
	running map[desk.ConversationID]int
	overlap bool                      // two calls of one conversation ran at once
	cut     func(in desk.Intent) bool // the call's deadline is over: it has no effect
}

func newGmail() *gmail {
	return &gmail{worn: map[desk.ConversationID][]string{}, running: map[desk.ConversationID]int{}}
}

func (g *gmail) Perform(ctx context.Context, c desk.Conversation, in desk.Intent) (desk.Settlement, error) {
	return desk.Settlement{}, g.perform(ctx, c, in)
}

func (g *gmail) perform(_ context.Context, c desk.Conversation, in desk.Intent) error {
	g.mu.Lock()
	g.calls = append(g.calls, in)
	g.running[c.ID]++
	g.overlap = g.overlap || g.running[c.ID] > 1
	before, after := g.before, g.after
	g.mu.Unlock()
	defer func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.running[c.ID]--
	}()
	if before != nil {
		if err := before(in); err != nil {
			return err
		}
	}
	g.mu.Lock()
	late := g.cut != nil && g.cut(in)
	if !late {
		g.worn[c.ID] = desk.WantedLabels(acme(), &c)
	}
	g.mu.Unlock()
	if late {
		return context.DeadlineExceeded
	}
	if after != nil {
		return after(in)
	}
	return nil
}

// performed lists the intents of all calls so far, in order.
func (g *gmail) performed() []desk.Intent {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]desk.Intent(nil), g.calls...)
}

// watched is a store that tells of settlements and may refuse them.
type watched struct {
	*sqlite.Store
	settled chan []desk.Settlement
	refuse  func([]desk.Settlement) error
}

func (w *watched) Settle(ctx context.Context, all []desk.Settlement) ([]desk.Intent, error) {
	var again []desk.Intent
	err := error(nil)
	if w.refuse != nil {
		err = w.refuse(all)
	}
	if err == nil {
		again, err = w.Store.Settle(ctx, all)
	}
	w.settled <- all
	return again, err
}

// house is a desk, a store and one outbox that keeps its promises.
type house struct {
	*testing.T
	store *watched
	desk  *desk.Desk
	clock *clock
	gmail *gmail
	box   *Outbox
	n     int
}

// newHouse makes a house whose outbox does not run yet; edit changes its
// options.
func newHouse(t *testing.T, edit func(*Options)) *house {
	t.Helper()
	h := &house{T: t, clock: newClock(), gmail: newGmail()}
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "baton.db"), sqlite.Options{PutOff: time.Microsecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close(context.Background()) })
	h.store = &watched{Store: s, settled: make(chan []desk.Settlement, 1000)}
	h.box = h.outbox("one", edit)
	h.desk = h.deskOf("one", h.box.Promised)
	return h
}

func (h *house) outbox(holder string, edit func(*Options)) *Outbox {
	h.Helper()
	o := Options{
		Store: h.store, Performers: map[desk.IntentKind]Performer{desk.IntentLabels: h.gmail}, Holder: holder,
		Clock: h.clock.now, Logger: slog.New(slog.DiscardHandler), Poll: time.Hour, // tests poke
		Pause: func(n int) time.Duration { return time.Duration(n) * time.Minute },
	}
	if edit != nil {
		edit(&o)
	}
	b, err := New(o)
	if err != nil {
		h.Fatal(err)
	}
	return b
}

func (h *house) deskOf(holder string, promised func(desk.Promise)) *desk.Desk {
	h.Helper()
	d, err := desk.New(desk.Options{Store: h.store, Clock: h.clock.now, Holder: holder, Promised: promised}, acme(), noRules{})
	if err != nil {
		h.Fatal(err)
	}
	return d
}

// run starts an outbox; stop ends it and waits.
func (h *house) run(b *Outbox) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx) }()
	return sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			h.Errorf("run: %v", err)
		}
	})
}

// next waits for the next settlement.
func (h *house) next() desk.Settlement {
	h.Helper()
	all := <-h.store.settled
	if len(all) != 1 {
		h.Fatalf("%d settlements at once, want one", len(all))
	}
	return all[0]
}

func (h *house) mailed() desk.Conversation {
	h.Helper()
	h.n++
	id := fmt.Sprintf("%016x", 0x1000+h.n)
	c, err := h.desk.Receive(h.Context(), desk.Message{
		Mailbox: support, ID: desk.MessageID(id), Thread: desk.ThreadID(id), From: desk.Address{Email: "carla@shop.example"},
		Subject: "S", At: h.clock.now(), Verdict: desk.Person,
	}, desk.Facts{})
	if err != nil {
		h.Fatal(err)
	}
	return c
}

func (h *house) take(as desk.Email, id desk.ConversationID) desk.Conversation {
	h.Helper()
	c, err := h.desk.Take(h.Context(), as, id, 0)
	if err != nil {
		h.Fatal(err)
	}
	return c
}

func (h *house) intent(id desk.IntentID) desk.Intent {
	h.Helper()
	in, err := h.store.Intent(h.Context(), id)
	if err != nil {
		h.Fatal(err)
	}
	return in
}

// agrees fails the test unless the thread wears what its record wants.
func (h *house) agrees(id desk.ConversationID) {
	h.Helper()
	c, err := h.store.Conversation(h.Context(), id)
	if err != nil {
		h.Fatal(err)
	}
	h.gmail.mu.Lock()
	defer h.gmail.mu.Unlock()
	if got, want := fmt.Sprint(h.gmail.worn[id]), fmt.Sprint(desk.WantedLabels(acme(), &c)); got != want {
		h.Errorf("the thread wears %s, its record wants %s", got, want)
	}
}

var errGmail = errors.New("gmail: 503")
