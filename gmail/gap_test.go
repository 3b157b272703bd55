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

// record has the desk know a conversation of a delivered mail.
func (b *bubble) record(d gmailsim.Delivered, s desk.Status, events ...desk.Event) desk.ThreadID {
	thread := desk.ThreadID(d.ThreadID)
	id := desk.ConversationOf(support, thread)
	b.desk.set(func(f *fakeDesk) {
		f.records[id] = desk.Conversation{
			ID: id, Mailbox: support, Thread: thread, LastID: desk.MessageID(d.ID), LastAt: time.Now(), Status: s, Recent: events,
		}
		f.wants[thread] = []string{"Baton/Status/" + s.Name()}
	})
	return thread
}

func (b *bubble) expire() {
	b.t.Helper()
	if err := b.sim.ExpireHistory(string(support)); err != nil {
		b.t.Fatal(err)
	}
}

// While the history was lost, people moved threads to spam and back. What they
// did is followed; what the team or a rule called spam stays so.
func TestSpamMovedWhileHistoryWasLost(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		p := b.process("one", nil).open()
		byGmail := desk.Event{Kind: desk.EventStatus, To: string(desk.Spam)}
		byAna := desk.Event{Kind: desk.EventStatus, To: string(desk.Spam), By: "ana@acme.test"}
		reported, answered := b.deliver("reported"), b.deliver("answered since")
		rescued, judged, trashed, deleted := b.deliver("rescued"), b.deliver("judged by Ana"), b.deliver("trashed"), b.deliver("deleted")
		still := b.deliver("still spam")
		p.hint()
		synctest.Wait()
		b.record(reported, desk.Open)
		b.record(rescued, desk.Spam, byGmail)
		b.record(judged, desk.Spam, byGmail, byAna)
		b.record(trashed, desk.Spam, byGmail)
		b.record(deleted, desk.Spam, byGmail)
		b.record(still, desk.Spam, byGmail)
		b.record(answered, desk.Open)
		b.desk.set(func(f *fakeDesk) {
			id := desk.ConversationOf(support, desk.ThreadID(answered.ThreadID))
			c := f.records[id]
			c.LastID = "ffff" // a newer mail, which is not in spam
			f.records[id] = c
		})
		for _, d := range []gmailsim.Delivered{reported, answered, still} {
			b.person("POST", "messages/"+d.ID+"/modify", `{"addLabelIds":["SPAM"]}`)
		}
		b.person("POST", "messages/"+trashed.ID+"/trash", "")
		b.person("DELETE", "messages/"+deleted.ID, "")
		b.expire()
		b.deliver("new")
		units := gmail.Total(p.accounts.Usage()[support])
		p.hint()
		synctest.Wait()
		want := map[desk.ThreadID]bool{desk.ThreadID(reported.ThreadID): true, desk.ThreadID(rescued.ThreadID): false}
		if diff := cmp.Diff(want, b.desk.spam); diff != "" {
			t.Error(diff)
		}
		// profile 1, history 2 and 2, search 5, mail 20, spam 5, three looks at 20,
		// labels 1, audit 5
		if got := gmail.Total(p.accounts.Usage()[support]) - units; got > 110 {
			t.Errorf("%d units", got)
		}
	})
}

// Labels of ours that people put on meanwhile are put right; those that the
// records want are left alone, and so are threads that are nobody's.
func TestLabelsMovedWhileHistoryWasLost(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		p := b.process("one", nil).open()
		right, wrong, foreign := b.deliver("right"), b.deliver("wrong"), b.deliver("foreign")
		p.hint()
		synctest.Wait()
		b.record(right, desk.Open)
		thread := b.record(wrong, desk.Open)
		lab := gmail.NewLabeler(p.accounts)
		for d, want := range map[gmailsim.Delivered]string{right: "Baton/Status/Open", wrong: "Baton/Assigned/Ana", foreign: "Baton/Assigned/Ana"} {
			if err := lab.Apply(t.Context(), support, desk.ThreadID(d.ThreadID), "", []string{want}, nil, false); err != nil {
				t.Fatal(err)
			}
		}
		b.expire()
		p.hint()
		p.room.Sweep()
		synctest.Wait()
		if diff := cmp.Diff([]relabel{{thread, []string{"Baton/Assigned/Ana"}}}, b.desk.relabels); diff != "" {
			t.Error(diff)
		}
	})
}

// Mail that somebody imported with an old date while the history was lost is
// not in a search by date; the audit that follows finds it.
func TestOldMailImportedWhileHistoryWasLost(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		p := b.process("one", nil).open()
		pass(3 * day)
		if _, err := b.sim.DeliverAs(t.Context(), string(support), letter("imported"), gmailsim.Arrival{Date: time.Now().Add(-2 * day)}); err != nil {
			t.Fatal(err)
		}
		b.expire()
		b.deliver("new")
		p.hint()
		pass(10 * time.Second)
		if got := sorted(b.desk.subjects()); !slices.Equal(got, []string{"imported", "new"}) {
			t.Errorf("received %q", got)
		}
		if a := b.state().Audit; a.Failed != "" || time.Since(a.At) > time.Minute || len(a.Gaps) != 1 {
			t.Errorf("%+v", a)
		}
	})
}

// The history is lost again in the middle of the search: what was taken in
// stays so, and the search goes on.
func TestHistoryLostAgain(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		p := b.process("one", nil).open()
		for i := range 300 {
			b.deliver(fmt.Sprint("old ", i))
		}
		p.hint()
		synctest.Wait()
		pass(2 * time.Hour)
		p.room.Sweep()
		synctest.Wait()
		b.expire()
		for i := range 7 {
			b.deliver(fmt.Sprint("new ", i))
		}
		gets, again := p.calls(gmail.MessagesGet), 0
		b.sim.SetFault(func(c gmailsim.Call) *gmailsim.Fault {
			if c.Method == "gmail.users.messages.get" {
				return &gmailsim.Fault{Delay: time.Second}
			}
			// Three times the fresh cursor is too old by the time that it is used.
			if c.Method == "gmail.users.history.list" {
				if again++; again > 1 && again <= 7 {
					return &gmailsim.Fault{Status: 404, Reason: "notFound", Message: "Requested entity was not found."}
				}
			}
			return nil
		})
		p.hint()
		pass(time.Minute)
		if got := len(b.desk.subjects()); got != 307 || b.desk.twice != 0 {
			t.Errorf("%d mails, %d twice", got, b.desk.twice)
		}
		if got := p.calls(gmail.MessagesGet) - gets; got != 7 {
			t.Errorf("%d mails fetched, want the 7 new ones", got)
		}
		if got := b.state().Cursor; got != b.sim.HistoryID(string(support)) {
			t.Errorf("cursor %d", got)
		}
	})
}

// A process that dies in a recovery leaves it, and the audit it owes, to the
// next.
func TestRecoveryOwesAnAudit(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		p := b.process("one", nil).open()
		pass(2 * day)
		b.sim.SetFault(func(c gmailsim.Call) *gmailsim.Fault {
			if c.Method == "gmail.users.history.list" && b.state().Audit.Failed != "" {
				return &gmailsim.Fault{Status: 500}
			}
			return nil
		})
		b.expire()
		b.deliver("new")
		p.hint()
		pass(5 * time.Second)
		p.room.Close()
		if a := b.state().Audit; a.Failed == "" || b.state().Cursor == 0 {
			t.Fatalf("%+v", a)
		}
		b.sim.SetFault(nil)
		b.process("two", nil).open()
		pass(10 * time.Second)
		if a := b.state().Audit; a.Failed != "" || time.Since(a.At) > time.Minute {
			t.Errorf("%+v", a)
		}
	})
}
