package gmailsim_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"

	"baton/gmail/gmailsim"
)

func TestDeliverRefuses(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := w.Deliver(ctx, support, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want cancelled", err)
	}
	if _, err := w.Deliver(context.Background(), "nobody@acme.test", nil); !errors.Is(err, gmailsim.ErrNoMailbox) {
		t.Errorf("got %v, want ErrNoMailbox", err)
	}
	if _, err := w.DeliverAs(context.Background(), support, nil, gmailsim.Arrival{Labels: []string{"Label_8"}}); err == nil {
		t.Error("an unknown label passes")
	}
}

func TestDeliverAs(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	u := w.users(support)
	l := must(u.Labels.Create("me", &gmailapi.Label{Name: "Filtered"}).Do())(t)
	start := w.HistoryID(support)
	at := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	d, err := w.DeliverAs(context.Background(), support, []byte(mail("f@x", "F", "f")), gmailsim.Arrival{Labels: []string{"INBOX", l.Id}, Date: at})
	noError(t, err)
	m := must(u.Messages.Get("me", d.ID).Format("minimal").Do())(t)
	if m.InternalDate != at.UnixMilli() || strings.Join(m.LabelIds, " ") != "INBOX "+l.Id {
		t.Errorf("got %d %v", m.InternalDate, m.LabelIds)
	}
	h := must(u.History.List("me").StartHistoryId(start).Do())(t)
	if len(h.History) != 1 || len(h.History[0].LabelsAdded) != 0 {
		t.Errorf("got %d records, want one without labelsAdded", len(h.History))
	}
	same := w.deliver(support, mail("f@x", "F", "f"))
	if same.ID == d.ID {
		t.Error("two mails from outside with one Message-ID are one message")
	}
}
