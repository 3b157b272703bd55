package sqlite

import (
	"testing"
	"time"

	"baton/desk"
)

// Only what somebody may try by a moment is due then.
func TestDue(t *testing.T) {
	s, now := openTest(t), time.Now()
	intent := func(id desk.IntentID, state desk.IntentState, notBefore time.Time) desk.Intent {
		return desk.Intent{ID: id, Kind: desk.IntentLabels, State: state, Mailbox: crashBox, CreatedAt: now, NotBefore: notBefore}
	}
	_, err := s.Update(t.Context(), "c", func(c *desk.Conversation) (desk.Change, error) {
		c.Mailbox = crashBox
		return desk.Change{Intents: []desk.Intent{
			intent("now", desk.IntentPending, time.Time{}), intent("soon", desk.IntentPending, now.Add(time.Minute)),
			intent("tomorrow", desk.IntentPending, now.Add(24*time.Hour)), intent("done", desk.IntentDone, time.Time{}),
		}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for by, want := range map[time.Duration]int{0: 1, 10 * time.Minute: 2, 48 * time.Hour: 3} {
		if got, err := s.Due(t.Context(), now.Add(by)); err != nil || got != want {
			t.Errorf("in %s: %d are due (%v), want %d", by, got, err, want)
		}
	}
}
