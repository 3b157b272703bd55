package outbox

import (
	"testing"
	"time"

	"baton/desk"
)

// An intent that was put off by its maker is performed when its time has come,
// without waiting for the poll.
func TestLater(t *testing.T) {
	h := newHouse(t, func(o *Options) { o.Poll, o.Clock = time.Hour, time.Now })
	defer h.run(h.box)()
	c := h.mailed()
	<-h.store.settled
	var in desk.Intent
	at := time.Now().Add(50 * time.Millisecond).UTC().Truncate(time.Microsecond)
	c, err := h.store.Update(t.Context(), c.ID, func(c *desk.Conversation) (desk.Change, error) {
		in = desk.Intent{ID: "later", Kind: desk.IntentLabels, State: desk.IntentPending, Mailbox: support, Conversation: c.ID, NotBefore: at}
		return desk.Change{Intents: []desk.Intent{in}}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	h.box.Promised(desk.Promise{Conversation: c, Intents: []desk.Intent{in}})
	<-h.store.settled
	if now := time.Now(); now.Before(at) {
		t.Errorf("performed %v before its time", at.Sub(now))
	}
	if got := h.intent("later").State; got != desk.IntentDone {
		t.Errorf("the intent is %s, want done", got)
	}
	// Its time is over: it does not have the store asked more often.
	if got := h.box.wait(); got != time.Hour {
		t.Errorf("the next look is in %v, want the poll's hour", got)
	}
}
