package gmail_test

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
	"baton/gmail"
	"baton/gmail/gmailsim"
)

// 300 mails are read, the cursor expires, seven more come: the seven are taken
// in once each, oldest first.
func TestExpiredCursor(t *testing.T) {
	h := newHouse(t, nil)
	h.open()
	for i := range 300 {
		h.deliver(fmt.Sprintf("old %d", i))
	}
	h.sweep()
	if err := h.sim.ExpireHistory(string(support)); err != nil {
		t.Fatal(err)
	}
	var want []string
	for i := range 7 {
		want = append(want, fmt.Sprintf("new %d", i))
		h.deliver(want[i])
	}
	gets := h.accounts.Usage()[support][gmail.MessagesGet].Calls
	h.sweep()
	if diff := cmp.Diff(want, sorted(h.desk.subjects()[300:])); diff != "" {
		t.Error(diff)
	}
	if h.desk.twice != 0 {
		t.Errorf("%d messages handed over again", h.desk.twice)
	}
	if got := h.accounts.Usage()[support][gmail.MessagesGet].Calls - gets; got != 7 {
		t.Errorf("%d messages fetched, want 7", got)
	}
	if got, want := h.desk.state(support).Cursor, h.sim.HistoryID(string(support)); got != want {
		t.Errorf("cursor %d, want %d", got, want)
	}
	h.deliver("and on")
	h.sweep()
	if got := len(h.desk.subjects()); got != 308 {
		t.Errorf("%d messages, want 308", got)
	}
}

func sorted(s []string) []string { s = slices.Clone(s); slices.Sort(s); return s }

func TestRecoveryKeepsTheOrderOfAThread(t *testing.T) {
	h := newHouse(t, nil)
	h.open()
	if err := h.sim.ExpireHistory(string(support)); err != nil {
		t.Fatal(err)
	}
	h.deliver("Order 1042")
	for range 6 {
		h.deliver("Re: Order 1042", "In-Reply-To: <4f726465722031303432@customer.test>")
	}
	h.sweep()
	ids := make([]desk.MessageID, 0, 7)
	for _, m := range h.desk.received {
		ids = append(ids, m.ID)
	}
	if len(ids) != 7 || !slices.IsSorted(ids) {
		t.Errorf("received %v, want seven, oldest first", ids)
	}
}

// The history need not say what labels a message has.
func TestDraftIsSeenWhenItIsFetched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := newVirtual(t, nil)
		v.room.Open(support)
		synctest.Wait()
		v.set(func(method string) (int, string) {
			switch method {
			case "history.list":
				return 200, `{"historyId":"1001","history":[{"id":"1001","messagesAdded":[{"message":{"id":"a","threadId":"a"}}]}]}`
			case "messages.modify": // and messages.get
				return 200, `{"id":"a","threadId":"a","labelIds":["DRAFT"],"internalDate":"1"}`
			}
			return 0, ""
		})
		v.room.Hint(support, 1001)
		synctest.Wait()
		if st := v.desk.state(support); len(v.desk.ledger) != 0 || st.Cursor != 1001 {
			t.Errorf("ledger %v, cursor %d", v.desk.ledger, st.Cursor)
		}
	})
}

// The search that replaces the history fails at each of its calls in turn.
func TestRecoveryResumes(t *testing.T) {
	for n := 1; ; n++ {
		h := newHouse(t, func(o *gmail.RoomOptions) { o.Fetch = 1 })
		h.open()
		h.deliver("zero")
		h.sweep()
		if err := h.sim.ExpireHistory(string(support)); err != nil {
			t.Fatal(err)
		}
		for i := range 5 {
			h.deliver(fmt.Sprintf("new %d", i))
		}
		calls, hits := 0, 0
		h.sim.SetFault(func(gmailsim.Call) *gmailsim.Fault {
			if calls++; calls < n || hits >= 6 { // longer than one call is tried
				return nil
			}
			hits++
			return &gmailsim.Fault{Status: 503}
		})
		h.sweep()
		if got := sorted(h.desk.subjects()); len(got) != 6 || h.desk.twice != 0 {
			t.Errorf("fault from call %d on: received %q, %d twice", n, got, h.desk.twice)
		}
		h.room.Close()
		if hits == 0 {
			if n < 8 {
				t.Errorf("only %d calls", n-1)
			}
			return
		}
	}
}

func TestCursorNeverGoesBack(t *testing.T) {
	h := newHouse(t, nil)
	h.open()
	for i := range 5 {
		h.deliver(fmt.Sprint(i))
		h.sweep()
		if i == 2 {
			if err := h.sim.ExpireHistory(string(support)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if !slices.IsSorted(h.desk.cursors) {
		t.Errorf("cursors %v", h.desk.cursors)
	}
}

// Gmail has been seen to leave out that a message was added and to report only
// its labels.
func TestMailKnownByLabelsOnly(t *testing.T) {
	h := newHouse(t, nil)
	old := h.deliver("from before Baton")
	h.open()
	h.raw("POST", "messages/"+old.ID+"/modify", `{"removeLabelIds":["UNREAD"]}`)
	h.sweep()
	if got := h.desk.subjects(); len(got) != 1 {
		t.Fatalf("received %q: a recent mail that shows up by a label change is new", got)
	}

	long := newHouse(t, nil)
	past := long.deliver("from long before Baton")
	long.opts.Now = func() time.Time { return time.Now().Add(48 * time.Hour) }
	long.open()
	long.raw("POST", "messages/"+past.ID+"/modify", `{"removeLabelIds":["UNREAD"]}`)
	long.sweep()
	if got := long.desk.subjects(); len(got) != 0 {
		t.Errorf("received %q: reading an old mail makes no conversation", got)
	}
	if line := long.desk.ledger[desk.MessageID(past.ID)]; line.Conversation != "" || line.Verdict != desk.Person {
		t.Errorf("ledger line %+v", line)
	}
	long.raw("POST", "messages/"+past.ID+"/modify", `{"addLabelIds":["STARRED"]}`)
	before := long.accounts.Usage()[support][gmail.MessagesGet].Calls
	long.sweep()
	if got := long.accounts.Usage()[support][gmail.MessagesGet].Calls; got != before {
		t.Error("the old mail is fetched again and again")
	}
}

func TestDraftsAreNobodysBusiness(t *testing.T) {
	h := newHouse(t, nil)
	h.open()
	h.raw("POST", "drafts", `{"message":{"raw":"`+b64(letter("draft"))+`"}}`)
	before := h.accounts.Usage()[support][gmail.MessagesGet].Calls
	h.sweep()
	if len(h.desk.ledger) != 0 || h.accounts.Usage()[support][gmail.MessagesGet].Calls != before {
		t.Errorf("a draft was read: %v", h.desk.ledger)
	}
	h.raw("POST", "messages/send", `{"raw":"`+b64([]byte("From: support@acme.test\r\nTo: carla@customer.test\r\nSubject: answer\r\n\r\nHi\r\n"))+`"}`)
	h.sweep()
	if err := h.sim.AddMailbox(gmailsim.Mailbox{Address: string(support), Aliases: []gmailsim.Alias{{Address: "team@acme.test"}}}); err != nil {
		t.Fatal(err)
	}
	h.raw("POST", "messages/send", `{"raw":"`+b64([]byte("From: team@acme.test\r\nTo: carla@customer.test\r\nSubject: by alias\r\n\r\nHi\r\n"))+`"}`)
	h.sweep()
	if got := h.desk.verdicts(); got[desk.Own] != 2 || len(h.desk.ledger) != 2 {
		t.Errorf("verdicts %v", got)
	}
}

// TestCursorAheadOfTheMailbox has a mailbox made anew under a cursor of the old
// one: it is read from its own beginning, and once.
func TestCursorAheadOfTheMailbox(t *testing.T) {
	h := newHouse(t, nil)
	h.desk.states[support] = desk.MailboxState{Address: support, Cursor: 1 << 62, SyncedAt: time.Now().Add(-time.Hour)}
	h.deliver("before")
	h.open()
	h.deliver("after")
	h.sweep()
	if diff := cmp.Diff([]string{"after", "before"}, sorted(h.desk.subjects())); diff != "" {
		t.Error(diff)
	}
	if got, want := h.desk.state(support).Cursor, h.sim.HistoryID(string(support)); got != want {
		t.Errorf("cursor %d, want %d", got, want)
	}
}
