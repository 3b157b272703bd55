package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"baton/desk"
	"baton/store"
)

// shared is a store that others might have open too.
type sharedStore struct{ store.Opened }

func (sharedStore) Alone() bool { return false }

// TestInstance: what a process that comes back under its name finds of its own
// is free at once, and nobody else's is.
func TestInstance(t *testing.T) {
	for _, c := range []struct {
		name, instance string
		alone          bool
		held           string // who has a claim from before
		want           string // the holder's name; "" = random
		free           bool
	}{
		{"alone", "", true, "baton", "baton", true},
		{"alone, named", "east", true, "east", "east", true},
		{"alone, newly named", "east", true, "baton", "east", true},
		{"shared, named", "east", false, "east", "east", true},
		{"shared, another's", "east", false, "west", "east", false},
		{"shared, nameless", "", false, "baton", "", false},
	} {
		s := openStore(t, t.TempDir())
		sv := &service{store: s}
		if !c.alone {
			sv.store = sharedStore{s}
		}
		now := time.Now()
		promised(t, s, now)
		if got, err := s.Claim(t.Context(), c.held, now, now.Add(time.Hour), 1); err != nil || len(got) != 1 {
			t.Fatalf("%s: claimed %v, %v", c.name, got, err)
		}
		holder, err := sv.hold(t.Context(), c.instance)
		if err != nil || c.want != "" && holder != c.want || c.want == "" && !strings.HasPrefix(holder, "baton-") {
			t.Errorf("%s: the holder is %q, %v; want %q", c.name, holder, err, c.want)
		}
		got, err := s.Claim(t.Context(), holder, now, now.Add(time.Hour), 1)
		if err != nil || (len(got) == 1) != c.free {
			t.Errorf("%s: claimed %v, %v; want free %v", c.name, got, err, c.free)
		}
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}
}

// TestClosedHoldsNothing: what was claimed until the very end is given back.
func TestClosedHoldsNothing(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir)
	now := time.Now()
	promised(t, s, now)
	if got, err := s.Claim(t.Context(), "baton", now, now.Add(time.Hour), 1); err != nil || len(got) != 1 {
		t.Fatalf("claimed %v, %v", got, err)
	}
	if err := (&service{store: s, holder: "baton"}).close(context.Background()); err != nil {
		t.Fatal(err)
	}
	s = openStore(t, dir)
	if n, err := s.Intents(t.Context()); err != nil || n[desk.IntentClaimed] != 0 {
		t.Errorf("after the end there are %v, %v; want none claimed", n, err)
	}
	if err := s.Close(context.Background()); err != nil {
		t.Error(err)
	}
}

func promised(t *testing.T, s desk.Store, now time.Time) {
	t.Helper()
	_, err := s.Update(t.Context(), "c", func(c *desk.Conversation) (desk.Change, error) {
		c.Mailbox, c.Status, c.OpenedAt, c.LastAt = support, desk.Open, now, now
		return desk.Change{Intents: []desk.Intent{{ID: "i", Kind: desk.IntentLabels, State: desk.IntentPending, Mailbox: support, Conversation: "c", CreatedAt: now}}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestConfirm: only the address itself goes on.
func TestConfirm(t *testing.T) {
	for answer, want := range map[string]bool{"": false, "\n": false, "y\n": false, "support@acme.test\n": true, " Support@acme.test ": true, "sales@acme.test\n": false} {
		var out strings.Builder
		got, err := confirm(t.Context(), strings.NewReader(answer), &out, "Sure? ", support)
		if err != nil || got != want || out.String() != "Sure? " {
			t.Errorf("%q: %v, %v, asked %q; want %v", answer, got, err, &out, want)
		}
	}
}

// TestLength: lengths of time in two units at most.
func TestLength(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 s", 900 * time.Millisecond: "0 s", 59 * time.Second: "59 s", 61 * time.Second: "1 min", 72 * time.Minute: "1 h 12 min",
		24 * time.Hour: "1 d", 24*time.Hour + 5*time.Minute: "1 d", 167 * time.Hour: "6 d 23 h", 2 * time.Hour: "2 h",
	} {
		if got := length(d); got != want {
			t.Errorf("%s is %q, want %q", d, got, want)
		}
	}
}
