package firestore

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"baton/desk"
)

// effect is one change of a store and how often it can be seen to have been
// made.
type effect struct {
	name  string
	setUp func(t *testing.T, s *Store)
	do    func(ctx context.Context, s *Store) error
	count func(t *testing.T, s *Store) int
}

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

const box desk.Mailbox = "support@example.com"

func promise(id desk.IntentID) desk.Intent {
	return desk.Intent{ID: id, Kind: desk.IntentSend, State: desk.IntentPending, Mailbox: box, CreatedAt: noon}
}

func arrive(message desk.MessageID) func(c *desk.Conversation) desk.Change {
	return func(c *desk.Conversation) desk.Change {
		c.Mailbox, c.Status = box, desk.Open
		c.Messages++
		c.EventSeq++
		return desk.Change{
			Events:  []desk.Event{{Seq: c.EventSeq, At: noon, Kind: desk.EventReceived}},
			Intents: []desk.Intent{promise(desk.IntentID("i-" + message))},
			Ledger:  []desk.LedgerLine{{Mailbox: box, Message: message, Conversation: c.ID, Verdict: desk.Person, At: noon, RecordedAt: noon}},
			Handles: []desk.Handle{desk.HandleRFC(desk.RFCID(message)), desk.HandleThread("t")},
		}
	}
}

func messages(t *testing.T, s *Store) int {
	c, err := s.Conversation(t.Context(), "c")
	if errors.Is(err, desk.ErrNotFound) {
		return 0
	}
	if err != nil {
		t.Fatal(err)
	}
	events, _, err := s.Events(t.Context(), "c", desk.Page{Limit: 100})
	if err != nil || len(events) != c.Messages || c.Version != int64(c.Messages) {
		t.Errorf("got %d events, %d messages, version %d, %v; want as many of each", len(events), c.Messages, c.Version, err)
	}
	return c.Messages
}

func attempts(t *testing.T, s *Store) int {
	in, err := s.Intent(t.Context(), "i-m0")
	if err != nil {
		t.Fatal(err)
	}
	return in.Attempts
}

func begin(t *testing.T, s *Store) { mustUpdate(t, s, "c", arrive("m0")) }

func claimOne(t *testing.T, s *Store) {
	begin(t, s)
	if got, err := s.Claim(t.Context(), "w", noon, noon.Add(time.Hour), 5); err != nil || len(got) != 1 {
		t.Fatalf("claimed %v, %v; want one", got, err)
	}
}

var effects = []effect{
	{"first message", nil, func(ctx context.Context, s *Store) error {
		c, err := s.Update(ctx, "c", func(c *desk.Conversation) (desk.Change, error) { return arrive("m1")(c), nil })
		return errors.Join(err, want(c.Version, 1))
	}, messages},
	{"next message", begin, func(ctx context.Context, s *Store) error {
		c, err := s.Update(ctx, "c", func(c *desk.Conversation) (desk.Change, error) { return arrive("m1")(c), nil })
		return errors.Join(err, want(c.Version, 2))
	}, func(t *testing.T, s *Store) int { return messages(t, s) - 1 }},
	{"ledger line", nil, func(ctx context.Context, s *Store) error {
		return s.Record(ctx, desk.LedgerLine{Mailbox: box, Message: "m1", Verdict: desk.Gone, At: noon, RecordedAt: noon})
	}, func(t *testing.T, s *Store) int {
		got, err := s.Verdicts(t.Context(), box)
		if err != nil {
			t.Fatal(err)
		}
		return got[desk.Gone]
	}},
	{"claim", begin, func(ctx context.Context, s *Store) error {
		got, err := s.Claim(ctx, "w", noon, noon.Add(time.Hour), 5)
		return errors.Join(err, want(int64(len(got)), 1))
	}, func(t *testing.T, s *Store) int {
		in, err := s.Intent(t.Context(), "i-m0")
		if err != nil {
			t.Fatal(err)
		}
		return int(len(in.Holder)) // "w"
	}},
	{"settle", claimOne, func(ctx context.Context, s *Store) error {
		_, err := s.Settle(ctx, []desk.Settlement{{ID: "i-m0", Holder: "w", State: desk.IntentPending, Failed: true}})
		return err
	}, attempts},
	{"lease", nil, func(ctx context.Context, s *Store) error {
		l, err := s.Acquire(ctx, "l", "h", noon, noon.Add(time.Hour))
		return errors.Join(err, want(l.Fence, 1))
	}, func(t *testing.T, s *Store) int {
		st, err := s.get(t.Context(), s.doc(leases, "l"))
		if err != nil {
			t.Fatal(err)
		}
		return int(st.version())
	}},
	{"mailbox", nil, func(ctx context.Context, s *Store) error {
		_, err := s.SetMailboxState(ctx, box, func(m *desk.MailboxState) { m.Problem += "x" })
		return err
	}, func(t *testing.T, s *Store) int {
		m, err := s.MailboxState(t.Context(), box)
		if err != nil {
			t.Fatal(err)
		}
		return len(m.Problem)
	}},
}

func want(got, want int64) error {
	if got != want {
		return fmt.Errorf("came back as %d, want %d", got, want)
	}
	return nil
}
