package desk_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
)

var errGmail = errors.Join(&desk.Problem{Kind: desk.ErrMail, Say: "Gmail is away."}, errors.New("503"))

func TestHandInRefused(t *testing.T) {
	h, g := takesIn(t, 0)
	o := h.carlas(1)
	c := h.receive("", desk.Person, "S")
	must[desk.Conversation](t)(h.desk.Share(t.Context(), ana, c.ID, desk.Invite{To: olga, Role: desk.ShareReply}))
	for name, tc := range map[string]struct {
		by   desk.Email
		in   desk.Intake
		want error
	}{
		"works in no mailbox":       {olga, desk.Intake{Mailbox: support}, desk.ErrNotFound},
		"works in another":          {ana, desk.Intake{Mailbox: sales}, desk.ErrNotFound},
		"no such mailbox":           {ana, desk.Intake{Mailbox: "none@acme.test"}, desk.ErrNotFound},
		"on no roster":              {eve, desk.Intake{Mailbox: support}, desk.ErrNotFound},
		"to somebody from outside":  {ana, desk.Intake{Mailbox: support, To: olga}, desk.ErrInvalid},
		"a long reason":             {ana, desk.Intake{Mailbox: support, Why: strings.Repeat("x", desk.MaxWhy+1)}, desk.ErrInvalid},
		"a guest adds mail":         {olga, desk.Intake{Onto: c.ID}, desk.ErrForbidden},
		"onto what one may not see": {eve, desk.Intake{Onto: c.ID}, desk.ErrNotFound},
	} {
		if _, err := h.desk.HandIn(t.Context(), tc.by, tc.in, o); !errors.Is(err, tc.want) {
			t.Errorf("%s: %v, want %v", name, err, tc.want)
		}
	}
	if _, err := h.desk.HandIn(t.Context(), ana, desk.Intake{Mailbox: support}, h.carlas(0)); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("an empty thread: %v", err)
	}
	if _, err := h.desk.HandIn(t.Context(), ana, desk.Intake{Mailbox: support}, h.carlas(desk.MaxIntakeParts+1)); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("a thread without end: %v", err)
	}
	large := h.carlas(1)
	large.mails[0].Size = desk.MaxIntakeSize + 1
	if _, err := h.desk.HandIn(t.Context(), ana, desk.Intake{Mailbox: support}, large); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("too large: %v", err)
	}
	o.parts = errGmail
	if _, err := h.desk.HandIn(t.Context(), ana, desk.Intake{Mailbox: support}, o); !errors.Is(err, desk.ErrMail) {
		t.Errorf("a grant that has run out: %v", err)
	}
	g.before = func(int) error { return errGmail }
	if _, err := h.desk.HandIn(t.Context(), ana, desk.Intake{Mailbox: support}, h.carlas(3)); !errors.Is(err, desk.ErrMail) {
		t.Errorf("no access to the mailbox: %v", err)
	}
	if g.imports != 1 || len(g.held[support]) != 0 {
		t.Errorf("%d imports, want the one that was refused", g.imports)
	}
}

func TestHandIn(t *testing.T) {
	h, g := takesIn(t, 0)
	o := h.carlas(5) // carla, carla, ana, carla, carla
	before := h.store.Costs()
	r := must[desk.Receipt](t)(h.desk.HandIn(t.Context(), ana, desk.Intake{Mailbox: support, To: ben, Why: "you sold it"}, o))
	cost := h.store.Costs()
	if reads, commits := cost.Reads-before.Reads, cost.Commits-before.Commits; reads > 12 || commits > 9 {
		t.Errorf("5 messages: %d reads, %d commits; want at most 2n+2, n+4", reads, commits)
	}
	c := r.Conversation
	if r.Brought != 5 || r.Left != 0 || r.Already || r.Apart != 0 || g.imports != 5 {
		t.Errorf("receipt %+v, %d imports", r, g.imports)
	}
	if c.Assignee != ben || c.Status != desk.Open || c.Messages != 5 || c.Delegation.By != ana || c.Delegation.Why != "you sold it" {
		t.Errorf("held by %q (%+v), %s, %d messages", c.Assignee, c.Delegation, c.Status, c.Messages)
	}
	if !c.OpenedAt.Equal(o.mails[0].At) || !c.Unanswered.Equal(o.mails[3].At) || !c.InboundAt.Equal(o.mails[4].At) || !c.OutboundAt.Equal(o.mails[2].At) {
		t.Errorf("opened %v, unanswered %v, in %v, out %v; want the mails' own times", c.OpenedAt, c.Unanswered, c.InboundAt, c.OutboundAt)
	}
	if due := c.Due(); !due.Equal(h.clock.now().Add(4 * time.Hour)) {
		t.Errorf("due %v, want the promise to begin now", due)
	}
	if c.Customer.Email != "carla@shop.example" || c.Heard.From.Email != "carla@shop.example" {
		t.Errorf("customer %v, heard from %v", c.Customer, c.Heard.From)
	}
	want := []desk.EventKind{desk.EventOpened, desk.EventHandedIn, desk.EventGiven, desk.EventReceived, desk.EventReceived, desk.EventReceived, desk.EventReceived, desk.EventHandedIn}
	if diff := cmp.Diff(want, kinds(c.Recent)); diff != "" {
		t.Fatalf("events (-want +got):\n%s", diff)
	}
	given, end := c.Recent[2], c.Recent[7]
	if given.By != ana || given.Who != ben || given.Why != "you sold it" || end.By != ana || end.From != "5" || end.To != "5" {
		t.Errorf("%+v, %+v", given, end)
	}
	for i := range o.mails {
		v, err := h.desk.Open(t.Context(), ana, desk.HandleGmail(ana, ownID(ana, i, o.mails[i])))
		if err != nil || v.ID != c.ID {
			t.Errorf("message %d in Ana's own mailbox opens %q: %v", i, v.ID, err)
		}
	}
	if v, err := h.desk.OpenBest(t.Context(), ben, desk.HandleRFC(o.mails[2].RFC)); err != nil || v.ID != c.ID {
		t.Errorf("Ben's copy opens %q: %v", v.ID, err)
	}
	back := must[desk.Conversation](t)(h.desk.Undo(t.Context(), ana, c.ID, given.Seq))
	if back.Assignee != "" {
		t.Errorf("after undoing who got it %q holds it", back.Assignee)
	}
	if _, err := h.desk.Undo(t.Context(), ana, c.ID, end.Seq); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("undoing the intake: %v, want it refused", err)
	}
}

// Mail that came by itself, or was handed in before, is not touched.
func TestHandInWhatIsThere(t *testing.T) {
	h, g := takesIn(t, 0)
	o := h.carlas(2)
	in := desk.Intake{Mailbox: support, To: ben}
	first := must[desk.Receipt](t)(h.desk.HandIn(t.Context(), ana, in, o))
	bens := *o
	bens.owner = ben
	again := must[desk.Receipt](t)(h.desk.HandIn(t.Context(), ben, desk.Intake{Mailbox: support, To: mia}, &bens))
	if !again.Already || again.Conversation.Version != first.Conversation.Version || g.imports != 2 {
		t.Errorf("Ben's copy: %+v, %d imports", again, g.imports)
	}
	c := h.receive("", desk.Person, "S")
	cc := &own{owner: ana, mails: []mail{{RFC: c.LastRFC, From: "carla@shop.example", At: h.clock.now()}}}
	was := must[desk.Receipt](t)(h.desk.HandIn(t.Context(), ana, in, cc))
	if !was.Already || was.Conversation.ID != c.ID || was.Conversation.Assignee != "" || g.imports != 2 {
		t.Errorf("the team was in Cc: %+v, %d imports", was, g.imports)
	}
	// The same mail in another mailbox is another conversation.
	other := must[desk.Receipt](t)(h.desk.HandIn(t.Context(), ben, desk.Intake{Mailbox: sales}, &bens))
	if other.Already || other.Conversation.Mailbox != sales || g.imports != 4 {
		t.Errorf("into sales: %+v", other)
	}
}

// Gmail has the mail, but from before Baton's time: it is in the ledger and is
// no conversation.
func TestHandInOldMail(t *testing.T) {
	h, g := takesIn(t, 0)
	o := h.carlas(1)
	at := g.put(support, "", o.mails[0])
	err := h.store.Record(t.Context(), desk.LedgerLine{Mailbox: support, Message: at.ID, Thread: at.Thread, Verdict: desk.Person, At: o.mails[0].At, RecordedAt: h.clock.now()})
	if err != nil {
		t.Fatal(err)
	}
	r := must[desk.Receipt](t)(h.desk.HandIn(t.Context(), ana, desk.Intake{Mailbox: support, To: ana}, o))
	if g.imports != 0 || r.Brought != 0 || r.Conversation.Assignee != ana || r.Conversation.Messages != 1 {
		t.Errorf("%+v, %d imports", r, g.imports)
	}
}

// Many press at once, the same person twice and others with copies of the same
// mail: each message is imported once, and one of them gave it away.
func TestHandInTogether(t *testing.T) {
	h, g := takesIn(t, 0)
	o := h.carlas(6)
	g.blind = true // Gmail's search does not know yet what came seconds ago
	var wg sync.WaitGroup
	receipts := make([]desk.Receipt, 6)
	for i := range receipts {
		by := []desk.Email{ana, ben, mia}[i%3]
		mine := *o
		mine.owner = by
		wg.Go(func() {
			var err error
			if receipts[i], err = h.desk.HandIn(t.Context(), by, desk.Intake{Mailbox: support, To: by}, &mine); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	first := 0
	for _, r := range receipts {
		if !r.Already {
			first++
		}
		if r.Conversation.ID != receipts[0].Conversation.ID {
			t.Error("two conversations")
		}
	}
	if first != 1 || g.imports != 6 || len(g.held[support]) != 6 {
		t.Errorf("%d were first, %d imports, %d messages", first, g.imports, len(g.held[support]))
	}
}

// Gmail fails between two messages, before or after it did the work: what is
// there stays, the card knows what is missing, the next press goes on and brings
// nothing twice.
func TestHandInGoesOn(t *testing.T) {
	const n = 7
	for at := 1; at <= n; at++ {
		for name, set := range map[string]func(*gmailbox, *own, func(int) error){
			"import":       func(g *gmailbox, _ *own, f func(int) error) { g.before = f },
			"applied":      func(g *gmailbox, _ *own, f func(int) error) { g.after = f },
			"reading":      func(_ *gmailbox, o *own, f func(int) error) { o.fail = func(i int) error { return f(i + 1) } },
			"runs to late": func(g *gmailbox, _ *own, f func(int) error) { g.before = f },
		} {
			h, g := takesIn(t, 0)
			o := h.carlas(n)
			tell := errGmail
			if name == "runs to late" {
				tell = context.DeadlineExceeded
			}
			set(g, o, func(k int) error {
				if k == at {
					return tell
				}
				return nil
			})
			r, err := h.desk.HandIn(t.Context(), ana, desk.Intake{Mailbox: support, To: ben, Why: "w"}, o)
			if at == 1 {
				if !errors.Is(err, desk.ErrMail) {
					t.Fatalf("%s %d: %v", name, at, err)
				}
			} else if err != nil || r.Left != n-at+1 || r.Stopped == "" || r.Conversation.HandedIn.Left != r.Left || r.Conversation.Assignee != ben {
				t.Fatalf("%s %d: %+v %v", name, at, r, err)
			}
			set(g, o, func(int) error { return nil })
			h.clock.pass(time.Minute)
			r, err = h.desk.HandIn(t.Context(), ana, desk.Intake{Mailbox: support, To: ben, Why: "w"}, o)
			if err != nil || r.Left != 0 || r.Already || r.Conversation.HandedIn.Left != 0 || r.Conversation.Messages != n || r.Conversation.Assignee != ben {
				t.Fatalf("%s %d, again: %+v %v", name, at, r, err)
			}
			if len(g.held[support]) != n {
				t.Errorf("%s %d: %d messages in the mailbox", name, at, len(g.held[support]))
			}
		}
	}
}

// The time of one press is up: the rest is left for the next.
func TestHandInWithin(t *testing.T) {
	h, g := takesIn(t, 2*time.Second)
	n := 0
	g.paused = func(ctx context.Context) {
		if n++; n == 4 {
			<-ctx.Done()
		}
	}
	r := must[desk.Receipt](t)(h.desk.HandIn(t.Context(), ana, desk.Intake{Mailbox: support}, h.carlas(9)))
	if r.Brought+r.Left != 9 || r.Left == 0 || !strings.Contains(r.Stopped, "too slow") {
		t.Errorf("%+v", r)
	}
	// One that waits for another's press to end, in vain.
	if _, err := h.store.Acquire(t.Context(), "intake:"+string(support), "somebody", h.clock.now(), h.clock.now().Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if _, err := h.desk.HandIn(t.Context(), ana, desk.Intake{Mailbox: support}, h.carlas(1)); !errors.Is(err, desk.ErrConflict) {
		t.Errorf("while another intake works: %v", err)
	}
}
