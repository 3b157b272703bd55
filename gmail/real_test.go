package gmail_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
	"baton/desk/outbox"
	"baton/gmail"
	"baton/store/sqlite"
)

// real is a house with the real desk, store and outbox in it.
type real struct {
	*house
	store  *sqlite.Store
	desk   *desk.Desk
	outbox *outbox.Outbox
}

// anaFirst gives everything to Ana.
type anaFirst struct{}

func (anaFirst) Route(desk.Facts) desk.Routing {
	return desk.Routing{Matched: []string{"all"}, Person: "ana@acme.test", Reason: "rule all matched"}
}

func (anaFirst) Needs(desk.Mailbox) desk.Needs { return desk.Needs{} }

type performer struct{ r *real }

// Perform implements outbox.Performer.
func (p performer) Perform(ctx context.Context, c desk.Conversation, in desk.Intent) (desk.Settlement, error) {
	want := desk.WantedLabels(p.r.desk.Policy(), &c)
	return desk.Settlement{}, gmail.NewLabeler(p.r.accounts).Apply(ctx, c.Mailbox, c.Thread, in.Message, want, c.Worn, in.Interactive)
}

func newReal(t testing.TB) *real {
	t.Helper()
	r := &real{}
	r.house = newHouse(t, func(o *gmail.RoomOptions) { o.Topic = "projects/acme/topics/gmail" })
	var err error
	if r.store, err = sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "baton.db"), sqlite.Options{PutOff: time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	r.desk, err = desk.New(desk.Options{Store: r.store, Holder: "one", Promised: func(p desk.Promise) { r.outbox.Promised(p) }}, &desk.Policy{
		Version: "1", Zone: time.UTC,
		Mailboxes: []desk.MailboxPolicy{{Address: support, Members: []desk.Email{"ana@acme.test"}}},
		Members:   []desk.Member{{Email: "ana@acme.test", Name: "Ana Silva", Label: "Ana", Role: desk.Agent}},
	}, anaFirst{})
	if err != nil {
		t.Fatal(err)
	}
	r.outbox, err = outbox.New(outbox.Options{
		Store: r.store, Holder: "one", Logger: quiet(), Poll: 10 * time.Millisecond,
		Performers: map[desk.IntentKind]outbox.Performer{desk.IntentLabels: performer{r}},
		Pause:      func(int) time.Duration { return time.Millisecond },
	})
	if err != nil {
		t.Fatal(err)
	}
	r.opts.Receiver, r.opts.Store = r.desk, r.store
	ctx, cancel := context.WithCancel(context.Background())
	ran := make(chan error, 1)
	go func() { ran <- r.outbox.Run(ctx) }()
	t.Cleanup(func() { // before the house's own, which were registered first
		if r.room != nil {
			r.room.Close()
		}
		cancel()
		if err := <-ran; err != nil {
			t.Error(err)
		}
		if err := r.store.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return r
}

// done waits until all is read, promised and performed, echoes included.
func (r *real) done() {
	r.t.Helper()
	r.wait(func() bool {
		if !r.sim.Push().Idle() || !r.outbox.Idle() {
			return false
		}
		if err := r.room.Flush(r.context()); err != nil {
			r.t.Fatal(err)
		}
		st, err := r.store.MailboxState(r.context(), support)
		if err != nil {
			r.t.Fatal(err)
		}
		return r.outbox.Idle() && st.Cursor == r.sim.HistoryID(string(support))
	})
}

func TestRealMailGetsItsLabels(t *testing.T) {
	r := newReal(t)
	r.open()
	var ids []string
	for i := range 50 {
		d := r.deliver(fmt.Sprintf("mail %d", i%40))
		ids = append(ids, d.ID)
	}
	r.done()
	for _, id := range ids {
		want := []string{"Baton/Assigned/Ana", "Baton/Status/Open"}
		if diff := cmp.Diff(want, r.worn(id)); diff != "" {
			t.Fatalf("%s: %s", id, diff)
		}
	}
	got, err := r.store.Verdicts(t.Context(), support)
	if err != nil || got[desk.Person] != 50 {
		t.Errorf("ledger %v, %v", got, err)
	}
	intents, err := r.store.Intents(t.Context())
	if err != nil || len(intents) != 1 || intents[desk.IntentDone] != 50 {
		t.Errorf("intents %v, %v", intents, err)
	}
	before := gmail.Total(r.accounts.Usage()[support])
	r.done()
	if got := gmail.Total(r.accounts.Usage()[support]) - before; got != 0 {
		t.Errorf("%d units after all was done", got)
	}
}

// A label that names nobody is refused and put right, with what was refused shown, and
// the record and the thread agree again.
func TestRealRefusedLabelIsPutRight(t *testing.T) {
	r := newReal(t)
	r.open()
	d := r.deliver("one")
	r.done()
	r.raw("POST", "labels", `{"name":"Baton/Assigned/Ben"}`)
	ids := r.labels()
	r.raw("POST", "threads/"+d.ThreadID+"/modify", fmt.Sprintf(`{"addLabelIds":[%q],"removeLabelIds":[%q]}`, ids["Baton/Assigned/Ben"], ids["Baton/Status/Open"]))
	r.done()
	if diff := cmp.Diff([]string{"Baton/Assigned/Ana", "Baton/Refused", "Baton/Status/Open"}, r.worn(d.ID)); diff != "" {
		t.Error(diff)
	}
}

func TestRealSpamAndBack(t *testing.T) {
	r := newReal(t)
	r.open()
	d := r.deliver("one")
	r.done()
	r.raw("POST", "messages/"+d.ID+"/modify", `{"addLabelIds":["SPAM"],"removeLabelIds":["INBOX"]}`)
	r.done()
	c, err := r.store.Conversation(t.Context(), desk.ConversationOf(support, desk.ThreadID(d.ThreadID)))
	if err != nil || c.Status != desk.Spam {
		t.Errorf("status %s, %v", c.Status, err)
	}
	if got := r.worn(d.ID); !slices.Contains(got, "Baton/Status/Spam") || slices.ContainsFunc(got, func(s string) bool { return strings.HasSuffix(s, "/Open") }) {
		t.Errorf("worn %v", got)
	}
}

// BenchmarkReal is the whole way: simulator, reading, desk, store, outbox and
// labels, in one process.
func BenchmarkReal(b *testing.B) {
	r := newReal(b)
	r.opts.Topic = ""
	r.open()
	for i := range b.N {
		r.deliver(fmt.Sprintf("mail %d", i))
	}
	b.ResetTimer()
	start := time.Now()
	r.room.Sweep()
	r.idle()
	r.wait(r.outbox.Idle)
	b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "mails/s")
}
