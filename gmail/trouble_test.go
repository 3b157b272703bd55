package gmail_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
	"baton/gmail"
	"baton/gmail/gmailsim"
)

// Every call of one reading fails once, in every way that calls fail: nothing
// is lost, nothing is twice, and the reading comes to its end.
func TestEachCallFailsOnce(t *testing.T) {
	faults := map[string]gmailsim.Fault{
		"500":            {Status: 500},
		"503 after work": {Status: 503, AppliedThenError: true},
		"dropped":        {Drop: true},
		"429":            {Status: 429, Reason: "rateLimitExceeded"},
		"403 rate":       {Status: 403, Reason: "userRateLimitExceeded"},
		"401":            {Status: 401, Reason: "authError"},
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			for n := 1; ; n++ {
				h := newHouse(t, nil)
				h.open()
				h.deliver("one")
				h.deliver("two")
				gone := h.deliver("three")
				remove(h, gone)
				calls, hit := 0, false
				h.sim.SetFault(func(gmailsim.Call) *gmailsim.Fault {
					if calls++; calls != n {
						return nil
					}
					hit = true
					return &fault
				})
				h.sweep()
				got := h.desk.subjects()
				if len(got) != 2 || h.desk.twice != 0 || h.desk.verdicts()[desk.Gone] != 1 {
					t.Errorf("call %d: received %q, %d twice, verdicts %v", n, got, h.desk.twice, h.desk.verdicts())
				}
				if got, want := h.desk.state(support).Cursor, h.sim.HistoryID(string(support)); got != want {
					t.Errorf("call %d: cursor %d, want %d", n, got, want)
				}
				h.room.Close()
				if !hit {
					if n < 3 {
						t.Fatalf("only %d calls were made", n-1)
					}
					return
				}
			}
		})
	}
}

// remove deletes a message for good, as a person can.
func remove(h *house, d gmailsim.Delivered) {
	h.t.Helper()
	h.raw("DELETE", "messages/"+d.ID, "")
}

// raw makes a call of a person's mail program that Baton itself never makes.
func (h *house) raw(method, path, body string) string {
	h.t.Helper()
	req, err := http.NewRequestWithContext(h.context(), method, h.url+"gmail/v1/users/me/"+path, strings.NewReader(body))
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+h.sim.MailboxToken(string(support)))
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer http.DefaultClient.CloseIdleConnections()
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	if res.StatusCode >= 300 {
		h.t.Fatalf("%s %s: %d %s", method, path, res.StatusCode, b)
	}
	return string(b)
}

func TestMessageGoneBeforeItIsRead(t *testing.T) {
	h := newHouse(t, nil)
	h.open()
	h.deliver("stays")
	h.deliver("vanishes")
	h.sim.SetFault(func(c gmailsim.Call) *gmailsim.Fault {
		if c.Method == "gmail.users.messages.get" && c.MethodN == 2 {
			return &gmailsim.Fault{Status: 404, Reason: "notFound", Message: "Requested entity was not found."}
		}
		return nil
	})
	h.sweep()
	if got := h.desk.verdicts(); got[desk.Gone] != 1 || got[desk.Person] != 1 {
		t.Errorf("verdicts %v", got)
	}
	if got, want := h.desk.state(support).Cursor, h.sim.HistoryID(string(support)); got != want {
		t.Errorf("cursor %d, want %d", got, want)
	}
}

func TestDeletedLaterIsToldToTheDesk(t *testing.T) {
	h := newHouse(t, nil)
	h.open()
	d := h.deliver("one")
	h.sweep()
	remove(h, d)
	h.sweep()
	if h.desk.vanished[desk.MessageID(d.ID)] != 1 {
		t.Errorf("vanished %v", h.desk.vanished)
	}
}

func TestStoreThatIsDownStopsTheCursor(t *testing.T) {
	h := newHouse(t, func(o *gmail.RoomOptions) { o.Pause = nil })
	h.open()
	before := h.desk.state(support).Cursor
	h.deliver("one")
	h.desk.set(func(d *fakeDesk) {
		d.refuse = func(desk.Message) error { return fmt.Errorf("disk full: %w", desk.ErrUnavailable) }
	})
	h.room.Sweep()
	h.wait(func() bool { return h.room.Statuses()[0].Reads >= 2 && h.room.Statuses()[0].Received == 0 })
	if got := h.desk.state(support).Cursor; got != before {
		t.Errorf("the cursor went from %d to %d though nothing was stored", before, got)
	}
	h.desk.set(func(d *fakeDesk) { d.refuse = nil })
	h.sweep()
	if diff := cmp.Diff([]string{"one"}, h.desk.subjects()); diff != "" {
		t.Error(diff)
	}
}

func TestPoisonIsSetAside(t *testing.T) {
	for name, refuse := range map[string]func(desk.Message) error{
		"error": func(m desk.Message) error { return errors.New("cannot") },
		"panic": func(m desk.Message) error { panic("bad mail") },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, nil)
			own := h.opts.Own
			h.opts.Own = func(e desk.Email) bool {
				if e == "broken@customer.test" {
					panic("bad address")
				}
				return own(e)
			}
			h.desk.refuse = func(m desk.Message) error {
				if m.Subject == "poison" {
					return refuse(m)
				}
				return nil
			}
			h.open()
			for i := range 30 {
				h.deliver(fmt.Sprintf("fine %d", i))
			}
			bad := h.deliver("poison")
			h.deliver("after")
			// Only of sent mail is it asked whose address it is.
			worse, err := h.sim.DeliverAs(t.Context(), string(support), letter("worse", "From: broken@customer.test"), gmailsim.Arrival{Labels: []string{"SENT"}})
			if err != nil {
				t.Fatal(err)
			}
			h.sweep()
			if got := h.desk.ledger[desk.MessageID(worse.ID)]; got.Verdict != desk.Person || got.Conversation != "" {
				t.Errorf("ledger line of a mail that cannot be read: %+v", got)
			}
			if got := len(h.desk.subjects()); got != 31 {
				t.Errorf("%d messages received, want 31", got)
			}
			line := h.desk.ledger[desk.MessageID(bad.ID)]
			if line.Verdict != desk.Person || !strings.Contains(line.Reason, "set it aside after 5 tries") {
				t.Errorf("ledger line %+v", line)
			}
			st := h.desk.state(support)
			if st.Cursor != h.sim.HistoryID(string(support)) || !strings.Contains(st.Problem, "could not be taken in") {
				t.Errorf("state %+v", st)
			}
			h.sweep()
			if h.desk.state(support).Problem == "" {
				t.Error("the problem was forgotten")
			}
		})
	}
}

func TestMessageThatGmailRefusesIsSetAside(t *testing.T) {
	h := newHouse(t, nil)
	h.open()
	h.deliver("fine")
	h.deliver("odd")
	h.sim.SetFault(func(c gmailsim.Call) *gmailsim.Fault {
		if c.Method == "gmail.users.messages.get" {
			return &gmailsim.Fault{Status: 400, Reason: "invalidArgument", Message: "bad"}
		}
		return nil
	})
	h.sweep()
	if got := h.desk.state(support).Cursor; got != h.sim.HistoryID(string(support)) {
		t.Error("the cursor stands still")
	}
	if n := len(h.desk.ledger); n != 2 {
		t.Errorf("%d ledger lines, want 2", n)
	}
}
