package gmail_test

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"baton/desk"
	"baton/desk/outbox"
	"baton/gmail"
	"baton/gmail/gmailsim"
	"baton/store/sqlite"
)

// shop is a whole Baton in a synctest bubble: simulated Gmail, real reading,
// desk, store and outbox. People change labels in Gmail and press buttons.
type shop struct {
	*bubble
	store    *sqlite.Store
	mu       sync.Mutex  // guards hints
	hints    []uint64    // that Gmail gave; the test says which come, and when
	live     atomic.Bool // all come at once
	accounts *gmail.Accounts
	room     atomic.Pointer[gmail.Room]
	desk     *desk.Desk
	outbox   *outbox.Outbox
	stop     func()
	born     int // processes so far
	ids      map[string]string
	slow     atomic.Int64 // how long a change of labels takes before it is sent, in ns
	way      atomic.Int64 // how long it is under way, in ns
	underway sync.WaitGroup
	dead     chan struct{} // closed when the process is killed
}

// Publish implements gmailsim.Publisher.
func (s *shop) Publish(_ context.Context, _ string, data []byte) error {
	hint, err := gmail.ReadHint(data)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.hints = append(s.hints, hint.History)
	s.mu.Unlock()
	if room := s.room.Load(); room != nil && s.live.Load() {
		room.Hint(support, hint.History)
	}
	return nil
}

func shopPolicy() *desk.Policy {
	return &desk.Policy{
		Version: "1", Zone: time.UTC,
		Mailboxes: []desk.MailboxPolicy{{Address: support, Members: []desk.Email{"ana@acme.test", "ben@acme.test"}}},
		Members: []desk.Member{
			{Email: "ana@acme.test", Name: "Ana Silva", Label: "Ana", Role: desk.Agent},
			{Email: "ben@acme.test", Name: "Ben Okafor", Label: "Ben", Role: desk.Agent},
		},
	}
}

// nobody routes nothing.
type nobody struct{}

func (nobody) Route(desk.Facts) desk.Routing { return desk.Routing{Reason: "no rule matched"} }
func (nobody) Needs(desk.Mailbox) desk.Needs { return desk.Needs{} }

func newShop(t *testing.T) *shop {
	t.Helper()
	s := &shop{bubble: &bubble{t: t}}
	var err error
	if s.sim, err = gmailsim.New(gmailsim.Options{Seed: 7, FirstHistoryID: 1000, Publisher: s}); err != nil {
		t.Fatal(err)
	}
	if err := s.sim.AddMailbox(gmailsim.Mailbox{Address: string(support)}); err != nil {
		t.Fatal(err)
	}
	if s.store, err = sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "baton.db"), sqlite.Options{PutOff: 100 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	s.ids = map[string]string{}
	s.start()
	return s
}

// label gives the id of a label of ours, made if need be.
func (s *shop) label(name string) string {
	s.t.Helper()
	for tries := 0; s.ids[name] == ""; tries++ {
		var list struct{ Labels []struct{ ID, Name string } }
		if err := json.Unmarshal([]byte(s.person("GET", "labels", "")), &list); err != nil {
			s.t.Fatal(err)
		}
		for _, l := range list.Labels {
			s.ids[l.Name] = l.ID
		}
		if s.ids[name] != "" {
			break
		}
		// Baton may make it at the same time, which is a conflict for one of the two.
		code, answer := s.asked("POST", "labels", fmt.Sprintf(`{"name":%q}`, name))
		if code >= 300 && (code != 409 || tries > 0) {
			s.t.Fatalf("making label %s: %d %s", name, code, answer)
		}
	}
	return s.ids[name]
}

// change puts labels on a thread or message by hand, and takes them off.
func (s *shop) change(path string, on, off []string) {
	quoted := func(names []string) string {
		var out []string
		for _, n := range names {
			out = append(out, fmt.Sprintf("%q", s.label("Baton/"+n)))
		}
		return strings.Join(out, ",")
	}
	s.person("POST", path+"/modify", fmt.Sprintf(`{"addLabelIds":[%s],"removeLabelIds":[%s]}`, quoted(on), quoted(off)))
}

// worn gives the names of our labels on a message, in order.
func (s *shop) worn(id string) []string {
	s.label("Baton/Status/Open")
	var m struct{ LabelIDs []string }
	if err := json.Unmarshal([]byte(s.person("GET", "messages/"+id+"?format=minimal", "")), &m); err != nil {
		s.t.Fatal(err)
	}
	var list struct{ Labels []struct{ ID, Name string } }
	if err := json.Unmarshal([]byte(s.person("GET", "labels", "")), &list); err != nil {
		s.t.Fatal(err)
	}
	var out []string
	for _, l := range list.Labels {
		if strings.HasPrefix(l.Name, "Baton/") && slices.Contains(m.LabelIDs, l.ID) {
			out = append(out, l.Name)
		}
	}
	slices.Sort(out)
	return out
}

// start begins a process.
func (s *shop) start() {
	s.t.Helper()
	s.born++
	holder := fmt.Sprint("process ", s.born)
	must := func(err error) {
		if err != nil {
			s.t.Fatal(err)
		}
	}
	var err error
	s.dead = make(chan struct{})
	s.accounts, err = gmail.NewAccounts(tokens{s.sim}, gmail.Options{
		Transport: lateGmail{s, frozenGmail{s.bubble, newIce()}, s.dead}, UnitsPerMinute: -1,
	})
	must(err)
	s.desk, err = desk.New(desk.Options{Store: s.store, Holder: holder, Promised: func(p desk.Promise) { s.outbox.Promised(p) }}, shopPolicy(), nobody{})
	must(err)
	s.outbox, err = outbox.New(outbox.Options{
		Store: s.store, Holder: holder, Logger: quiet(), Poll: time.Second,
		Performers: map[desk.IntentKind]outbox.Performer{desk.IntentLabels: shopLabels{s.desk, gmail.NewLabeler(s.accounts), &s.slow}},
	})
	must(err)
	room, err := gmail.NewRoom(gmail.RoomOptions{
		Receiver: s.desk, Store: s.store, Accounts: s.accounts, Holder: holder, Logger: quiet(), Topic: "projects/acme/topics/gmail",
	})
	must(err)
	s.room.Store(room)
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- s.outbox.Run(ctx) }()
	s.stop = func() {
		must(room.Close())
		cancel()
		must(<-ran)
		s.accounts.Close()
	}
	must(room.Open(support))
	pass(2 * time.Second) // commits may be put off
}

func (s *shop) close() {
	s.stop()
	s.underway.Wait()
	if err := s.store.Close(context.Background()); err != nil {
		s.t.Error(err)
	}
	if err := s.sim.Close(context.Background()); err != nil {
		s.t.Error(err)
	}
}

func (s *shop) record(d gmailsim.Delivered) desk.Conversation {
	s.t.Helper()
	c, err := s.store.Conversation(context.Background(), desk.ConversationOf(support, desk.ThreadID(d.ThreadID)))
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

func (s *shop) units() int64 { return gmail.Total(s.accounts.Usage()[support]) }

// looks counts the readings of the history.
func (s *shop) looks() int64 { return s.accounts.Usage()[support][gmail.HistoryList].Calls }

func (s *shop) modifies() int {
	n := 0
	for m, k := range s.sim.Calls()[string(support)] {
		if strings.HasSuffix(m, ".modify") {
			n += int(k.Calls)
		}
	}
	return n
}

// shopLabels performs labels intents.
type shopLabels struct {
	desk    *desk.Desk
	labeler *gmail.Labeler
	slow    *atomic.Int64
}

// Perform implements outbox.Performer.
func (l shopLabels) Perform(ctx context.Context, c desk.Conversation, in desk.Intent) (desk.Settlement, error) {
	want := desk.WantedLabels(l.desk.Policy(), &c)
	time.Sleep(time.Duration(l.slow.Load())) // the bubble's time
	return desk.Settlement{}, l.labeler.Apply(ctx, c.Mailbox, c.Thread, in.Message, want, c.Worn, in.Interactive)
}
