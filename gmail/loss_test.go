package gmail_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"baton/desk"
	"baton/gmail/gmailsim"
)

// Pushes are lost, doubled, late and out of order: each mail is taken in once,
// at the latest by the next sweep, and doubled pushes cost no readings.
func TestPushesGoAstray(t *testing.T) {
	for name, test := range map[string]struct {
		set     func(*gmailsim.PushSwitches)
		longest time.Duration
	}{
		"all is well":   {func(*gmailsim.PushSwitches) {}, 2 * time.Second},
		"1 in 10 lost":  {func(p *gmailsim.PushSwitches) { p.Drop(.1) }, 6 * time.Minute},
		"half are lost": {func(p *gmailsim.PushSwitches) { p.Drop(.5) }, 6 * time.Minute},
		"all are lost":  {func(p *gmailsim.PushSwitches) { p.Drop(1) }, 6 * time.Minute},
		"all are twice": {func(p *gmailsim.PushSwitches) { p.Double(1) }, 2 * time.Second},
		"out of order":  {func(p *gmailsim.PushSwitches) { p.Reorder(.5); p.Double(.5) }, 6 * time.Minute},
		"a minute late": {func(p *gmailsim.PushSwitches) { p.Delay(time.Minute) }, 63 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, b *bubble) {
				p := b.process("one", watched)
				b.push[p] = true
				p.open()
				pass(time.Minute)
				test.set(b.sim.Push())
				var longest time.Duration
				for i := range 60 {
					b.deliver(fmt.Sprint(i))
					at := time.Now()
					for len(b.desk.subjects()) <= i {
						pass(time.Second)
					}
					longest = max(longest, time.Since(at))
					pass(time.Duration(i%50) * time.Second)
				}
				if longest > test.longest {
					t.Errorf("a mail waited for %v", longest)
				}
				if b.desk.twice != 0 || !slices.IsSorted(b.desk.cursors) {
					t.Errorf("%d twice, cursors %v", b.desk.twice, b.desk.cursors)
				}
				sweeps := int(time.Since(b.state().WatchExpires.Add(-7*day)) / (4 * time.Minute))
				if got := p.status().Reads; got > 60+sweeps+10 {
					t.Errorf("%d readings for 60 mails and at most %d sweeps", got, sweeps)
				}
			})
		})
	}
}

// For a fifth of the mail the history tells only of labels and not that it was
// added; a twentieth is gone when it is fetched.
func TestHistoryThatTellsLess(t *testing.T) {
	lossy(t, func(t *testing.T, b *bubble, _ *forgetful) {
		b.history = func(page map[string]any) {
			records, _ := page["history"].([]any)
			for _, r := range records {
				r := r.(map[string]any)
				added, ok := r["messagesAdded"].([]any)
				if !ok || fmt.Sprint(r["id"])[0]%5 != 0 && len(fmt.Sprint(added))%5 != 0 {
					continue
				}
				message := added[0].(map[string]any)["message"]
				delete(r, "messagesAdded")
				r["labelsAdded"] = []any{map[string]any{"message": message, "labelIds": []any{"INBOX", "UNREAD"}}}
			}
		}
		gets := 0
		b.sim.SetFault(func(c gmailsim.Call) *gmailsim.Fault {
			if c.Method == "gmail.users.messages.get" {
				if gets++; gets%20 == 0 {
					return &gmailsim.Fault{Status: 404, Reason: "notFound", Message: "Requested entity was not found."}
				}
			}
			return nil
		})
		p := b.process("one", nil).open()
		for i := range 200 {
			b.deliver(fmt.Sprint("mail ", i, slices.Repeat([]string{"x"}, i%9)))
			if i%7 == 0 {
				p.hint()
				pass(10 * time.Second)
			}
		}
		p.hint()
		pass(10 * time.Second)
		v := b.desk.verdicts()
		if v[desk.Person] != 190 || v[desk.Gone] != 10 || b.desk.twice != 0 || b.state().Cursor != b.sim.HistoryID(string(support)) {
			t.Errorf("verdicts %v, %d twice", v, b.desk.twice)
		}
	})
}
