package gmail_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
	"baton/gmail"
	"baton/gmail/gmailsim"
)

// forgetful loses messages from the history that it gives, as nobody hopes that
// Gmail does: their ids do not occur in it.
type forgetful struct {
	mu   sync.Mutex
	lost map[string]bool
}

func (f *forgetful) lose(id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.lost[id] = true
}

// filter takes the lost messages out of a page of history.
func (f *forgetful) filter(page map[string]any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	records, _ := page["history"].([]any)
	page["history"] = slices.DeleteFunc(records, func(r any) bool {
		text := fmt.Sprint(r)
		for id := range f.lost {
			if strings.Contains(text, "id:"+id) {
				return true
			}
		}
		return false
	})
}

// lossy runs a test with a Gmail whose history forgets.
func lossy(t *testing.T, test func(t *testing.T, b *bubble, f *forgetful)) {
	t.Helper()
	inBubble(t, func(t *testing.T, b *bubble) {
		f := &forgetful{lost: map[string]bool{}}
		b.history = f.filter
		test(t, b, f)
	})
}

// nextNight sleeps until five in the morning, UTC.
func nextNight() {
	now := time.Now().UTC()
	at := now.Truncate(day).Add(5 * time.Hour)
	if !at.After(now) {
		at = at.Add(day)
	}
	pass(at.Sub(now))
}

// Mail that the history never told of is found in the night, taken in once,
// with the time at which it came, and counted by the hour.
func TestAuditFindsWhatTheHistoryLost(t *testing.T) {
	lossy(t, func(t *testing.T, b *bubble, f *forgetful) {
		b.deliver("from before Baton")
		pass(time.Hour)
		p := b.process("one", nil).open()
		pass(30 * time.Minute)
		came := map[string]time.Time{}
		for i := range 40 {
			subject := fmt.Sprint("mail ", i)
			d := b.deliver(subject)
			came[subject] = time.Now().Truncate(time.Millisecond)
			if i%10 == 3 {
				f.lose(d.ID)
			}
			p.hint()
			pass(time.Hour)
		}
		nextNight()
		nextNight()
		if got := len(b.desk.subjects()); got != 40 || b.desk.twice != 0 {
			t.Errorf("%d mails, %d twice; want all 40 and none from before", got, b.desk.twice)
		}
		for _, m := range b.desk.received {
			if !m.At.Equal(came[m.Subject]) {
				t.Errorf("%s came at %v, want %v", m.Subject, m.At, came[m.Subject])
			}
		}
		// The second night found what was lost after the first.
		a := b.state().Audit
		if a.Open != 0 || a.Failed != "" || a.Gmail != 40 || len(a.Gaps) != 0 || time.Since(a.At) > 3*time.Hour {
			t.Errorf("%+v", a)
		}
	})
}

// One night's findings, to the letter.
func TestAuditCountsByHour(t *testing.T) {
	lossy(t, func(t *testing.T, b *bubble, f *forgetful) {
		p := b.process("one", nil).open()
		began := time.Now()
		pass(4*time.Hour + 10*time.Minute) // past the first night
		var want []desk.Gap
		for h := range 3 {
			for i := range h + 1 {
				f.lose(b.deliver(fmt.Sprint(h, i)).ID)
			}
			hour := time.Now().UTC().Truncate(time.Hour)
			want = append([]desk.Gap{{Hour: hour, Missing: h + 1, Mended: h + 1}}, want...)
			b.deliver(fmt.Sprint("told ", h))
			p.hint()
			pass(2 * time.Hour)
		}
		b.person("POST", "drafts", `{"message":{"raw":"`+b64(letter("draft"))+`"}}`)
		nextNight()
		got := b.state().Audit
		got.At = time.Time{}
		if diff := cmp.Diff(desk.Audit{Since: began, Gmail: 9, Ledger: 3, Gaps: want}, got); diff != "" {
			t.Error(diff)
		}
		if len(b.desk.ledger) != 9 {
			t.Errorf("%d ledger lines", len(b.desk.ledger))
		}
	})
}

// What cannot be taken in stays open and is reported; it is tried again every
// hour, until it is in.
func TestAuditReportsWhatStaysOpen(t *testing.T) {
	lossy(t, func(t *testing.T, b *bubble, f *forgetful) {
		b.process("one", nil).open()
		pass(6 * time.Hour)
		for i := range 3 {
			f.lose(b.deliver(fmt.Sprint(i)).ID)
		}
		stuck := b.deliver("stuck").ID
		f.lose(stuck)
		b.broken.Store(stuck)
		nextNight()
		a := b.state().Audit
		if a.Open != 1 || len(b.desk.subjects()) != 3 {
			t.Errorf("%+v, %d mails", a, len(b.desk.subjects()))
		}
		b.broken.Store("")
		pass(61 * time.Minute)
		if a := b.state().Audit; a.Open != 0 || len(b.desk.subjects()) != 4 {
			t.Errorf("an hour later: %+v, %d mails", a, len(b.desk.subjects()))
		}
	})
}

// Mail of the last minutes is on its way and no gap.
func TestAuditLeavesNewMailAlone(t *testing.T) {
	lossy(t, func(t *testing.T, b *bubble, f *forgetful) {
		p := b.process("one", nil).open()
		pass(3 * time.Hour)
		var ids []string
		for p.calls(gmail.MessagesList) == 0 {
			d := b.deliver("new")
			f.lose(d.ID)
			ids = append(ids, d.ID)
			pass(time.Minute)
		}
		if got := len(ids) - len(b.desk.subjects()); got < 4 || got > 7 {
			t.Errorf("of %d mails %d were left alone, want those of five minutes", len(ids), got)
		}
	})
}

// The audit runs once a night in the desk's own zone, whichever of several
// processes does it, and by day when it is overdue.
func TestAuditRunsOnceANight(t *testing.T) {
	vienna, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		t.Fatal(err)
	}
	inBubble(t, func(t *testing.T, b *bubble) {
		zoned := func(o *gmail.RoomOptions) { o.Zone, o.Sweep, o.Roll = vienna, time.Hour, time.Hour }
		ps := []*process{b.process("one", zoned).open(), b.process("two", zoned).open()}
		lists := func() (n int64) { return ps[0].calls(gmail.MessagesList) + ps[1].calls(gmail.MessagesList) }
		pass(90 * day) // over the end of March
		if got := lists(); got < 89 || got > 92 {
			t.Errorf("%d audits in 90 days", got)
		}
		local := b.state().Audit.At.In(vienna)
		if local.Hour() != 3 && local.Hour() != 4 {
			t.Errorf("the audit was at %v", local)
		}
		ps[0].room.Close()
		ps[1].room.Close()
		last := b.state().Audit.At
		pass(time.Until(last.Add(37 * time.Hour)))
		b.process("three", zoned).open()
		pass(time.Minute)
		if got := b.state().Audit.At; time.Since(got) > 2*time.Minute {
			t.Errorf("a day and a half after the last audit there is none since %v", got)
		}
	})
}

// The span moves on with time, and never reaches before the first reading.
func TestAuditSpan(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		b.deliver("from before Baton")
		pass(time.Hour)
		b.process("one", func(o *gmail.RoomOptions) { o.Sweep, o.Roll = time.Hour, time.Hour }).open()
		began := time.Now()
		pass(20 * day)
		if got := b.state().Audit.Since; got.Sub(began).Abs() > time.Second {
			t.Errorf("since %v, want since the first reading", got)
		}
		pass(20 * day)
		if got := time.Since(b.state().Audit.Since); got < 30*day || got > 32*day {
			t.Errorf("since %v ago", got)
		}
		if len(b.desk.ledger) != 0 {
			t.Errorf("ledger %v", b.desk.ledger)
		}
	})
}

// An audit that fails is told of, does not keep mail from coming in, and is
// done again.
func TestAuditFails(t *testing.T) {
	inBubble(t, func(t *testing.T, b *bubble) {
		p := b.process("one", nil).open()
		b.sim.SetFault(func(c gmailsim.Call) *gmailsim.Fault {
			if c.Method == "gmail.users.messages.list" {
				return &gmailsim.Fault{Status: 500}
			}
			return nil
		})
		nextNight()
		b.deliver("mail")
		p.hint()
		synctest.Wait()
		st := b.state()
		if len(b.desk.subjects()) != 1 || !strings.Contains(st.Audit.Failed, "could not be finished") || st.Problem != "" {
			t.Errorf("%+v", st)
		}
		b.sim.SetFault(nil)
		pass(2 * time.Hour)
		if a := b.state().Audit; a.Failed != "" || a.At.IsZero() || a.Gmail != 1 {
			t.Errorf("%+v", a)
		}
	})
}
