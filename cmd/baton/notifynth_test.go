package main

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"baton/desk"
	"baton/gmail/gmailsim"
)

// Each call that sends a notice fails in each way, before and after Gmail did
// it, and Baton is stopped in the middle: whoever was to be told is told once, and
// the notices are no mail of any conversation.
func TestNoticeOnceWhateverFails(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		s := newShop(t, dir, 1, 0)
		s.open("baton.db")
		var guests []string
		share := func() string {
			t.Helper()
			guest := fmt.Sprintf("guest%d@acme.test", len(guests))
			s.must(s.sim.AddMailbox(gmailsim.Mailbox{Address: guest}))
			guests = append(guests, guest)
			id, _ := s.mail(0, "For "+guest)
			time.Sleep(time.Minute)
			_, err := s.desk.Share(t.Context(), ana, id, desk.Invite{To: desk.Email(guest), Role: desk.ShareView})
			s.must(err)
			return guest
		}
		for _, method := range []string{"drafts.create", "drafts.send"} {
			for _, f := range []gmailsim.Fault{
				{Status: 503}, {Status: 503, AppliedThenError: true}, {Status: 404, AppliedThenError: true},
				{Status: 429, Reason: "rateLimitExceeded"}, {Status: 400, Reason: "invalidArgument", AppliedThenError: true},
			} {
				for _, times := range []int{1, 3} {
					if method == "drafts.create" && (f.Status == 404 || f.Status == 400) {
						continue // Gmail refuses the mail itself
					}
					share()
					left := times
					s.sim.SetFault(func(c gmailsim.Call) *gmailsim.Fault {
						if c.Method != "gmail.users."+method || left == 0 {
							return nil
						}
						left--
						return &f
					})
					time.Sleep(desk.DefaultQuiet + 10*time.Second)
					if f.AppliedThenError {
						s.close() // whoever comes next finds out
						s.open("baton.db")
					}
					time.Sleep(20 * time.Minute)
					s.sim.SetFault(nil)
				}
			}
		}
		late := share()
		s.close() // the quiet period ends while nobody is there
		time.Sleep(time.Hour)
		s.open("baton.db")
		time.Sleep(20 * time.Minute)
		for _, g := range guests {
			if rows, err := s.sim.Threads(g, 0); err != nil || len(rows) != 1 || rows[0].Messages != 1 {
				t.Errorf("%s (the late one is %s) got %+v, %v; want one mail", g, late, rows, err)
			}
		}
		intents, err := s.store.Intents(context.Background())
		s.must(err)
		if intents[desk.IntentPending]+intents[desk.IntentClaimed]+intents[desk.IntentParked]+intents[desk.IntentCancelled] != 0 {
			t.Errorf("intents %v, want all done", intents)
		}
		v, err := s.store.Verdicts(context.Background(), "")
		s.must(err)
		if v[desk.Notified] != len(guests) || v[desk.Person] != len(guests) || len(v) != 2 {
			t.Errorf("ledger %v, want %d notices and as many mails", v, len(guests))
		}
		time.Sleep(2 * time.Hour) // left-over drafts are swept
		c, err := s.accounts.Client(desk.Mailbox(s.boxes[0]))
		s.must(err)
		left, err := c.Drafts(context.Background(), "")
		s.must(err)
		if len(left.Drafts) != 0 {
			t.Errorf("%d drafts are left", len(left.Drafts))
		}
	})
}
