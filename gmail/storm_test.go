package gmail_test

import (
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"baton/desk"
	"baton/gmail"
	"baton/gmail/gmailsim"
)

// 10,000 hints for 50 mailboxes, one of them without access: each of the
// others is read a handful of times, with few goroutines.
func TestStormOfHints(t *testing.T) {
	h := newHouse(t, func(o *gmail.RoomOptions) { o.Parallel = 4 })
	var boxes []desk.Mailbox
	for i := range 50 {
		m := desk.Mailbox(fmt.Sprintf("box%d@acme.test", i))
		h.addMailbox(m)
		boxes = append(boxes, m)
	}
	h.sim.SetFault(func(c gmailsim.Call) *gmailsim.Fault {
		if c.Mailbox == string(boxes[7]) {
			return &gmailsim.Fault{Status: 400, Reason: "failedPrecondition", Message: "Mail service not enabled"}
		}
		return nil
	})
	h.open(boxes...)
	for _, m := range boxes {
		if _, err := h.sim.Deliver(t.Context(), string(m), letter("for "+string(m))); err != nil {
			t.Fatal(err)
		}
	}
	before := runtime.NumGoroutine()
	most := 0
	for i := range 10_000 {
		m := boxes[i%50]
		h.room.Hint(m, h.sim.HistoryID(string(m)))
		most = max(most, runtime.NumGoroutine())
	}
	h.idle()
	if got := len(h.desk.subjects()); got != 49 {
		t.Errorf("%d mails received, want 49", got)
	}
	if most > before+150 {
		t.Errorf("%d goroutines, %d before the storm", most, before)
	}
	for _, s := range h.room.Statuses() {
		if s.Mailbox == boxes[7] {
			if !strings.Contains(s.Problem, "Gmail is switched off") || s.Received != 0 {
				t.Errorf("the mailbox without Gmail: %+v", s)
			}
		} else if s.Reads > 5 || s.Received != 1 {
			t.Errorf("%s: %d readings, %d received", s.Mailbox, s.Reads, s.Received)
		}
	}
}

// Whatever happens, the log holds nothing of mail and no address.
func TestLogsHoldNoMail(t *testing.T) {
	var mu sync.Mutex
	var log strings.Builder
	h := newHouse(t, func(o *gmail.RoomOptions) {
		o.Topic = "projects/acme/topics/gmail"
		o.Logger = slog.New(slog.NewTextHandler(lockedWriter{&mu, &log}, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	h.desk.refuse = func(m desk.Message) error {
		if strings.HasSuffix(m.Subject, "1") {
			return fmt.Errorf("cannot take %q of %s", m.Subject, m.From.Email)
		}
		return nil
	}
	n := 0
	h.sim.SetFault(func(gmailsim.Call) *gmailsim.Fault {
		if n++; n%3 == 0 {
			return &gmailsim.Fault{Status: 503, Message: "no answer for support@acme.test"}
		}
		return nil
	})
	h.open()
	for i := range 5 {
		h.deliver(fmt.Sprintf("canary-subject %d", i))
	}
	h.sweep()
	if err := h.sim.ExpireHistory(string(support)); err != nil {
		t.Fatal(err)
	}
	h.sweep()
	h.sim.SetFault(func(gmailsim.Call) *gmailsim.Fault {
		return &gmailsim.Fault{Status: 403, Reason: "forbidden", Message: "Delegation denied for support@acme.test"}
	})
	h.sweep()
	h.room.Close()
	mu.Lock()
	defer mu.Unlock()
	if !strings.Contains(log.String(), "set aside") || !strings.Contains(log.String(), "does not let Baton act") {
		t.Errorf("the log misses what happened:\n%s", log.String())
	}
	// The mailbox is named by its address; nobody else is.
	for _, secret := range []string{"canary", "customer.test", "Hello", "ya29"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %q:\n%s", secret, log.String())
		}
	}
}

type lockedWriter struct {
	mu *sync.Mutex
	b  *strings.Builder
}

func (w lockedWriter) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.b.Write(p)
}

// A room that is closed in the middle of its work ends soon, gives its leases
// back, and the next one finishes the work.
func TestCloseInTheMiddle(t *testing.T) {
	h := newHouse(t, nil)
	h.open()
	for i := range 200 {
		h.deliver(fmt.Sprintf("mail %d", i))
	}
	h.room.Sweep()
	h.wait(func() bool { return len(h.desk.subjects()) > 20 })
	start := time.Now()
	h.room.Close()
	if took := time.Since(start); took > 4*time.Second {
		t.Errorf("closing took %v", took)
	}
	if got := h.desk.leases["sync:"+string(support)].Holder; got != "" {
		t.Errorf("the lease is still with %q", got)
	}
	h.opts.Holder = "two"
	h.open()
	if got := len(h.desk.subjects()); got != 200 || h.desk.twice != 0 {
		t.Errorf("%d received, %d twice", got, h.desk.twice)
	}
}
