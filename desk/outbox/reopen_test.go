package outbox

import (
	"context"
	"sync"
	"testing"

	"baton/desk"
)

// While a call is under way, another process takes the record on and labels the
// thread; then the call takes effect, with labels of before. Its settlement
// opens it again, so that the thread wears what the record wants.
func TestLateLabelsArePutRight(t *testing.T) {
	h := newHouse(t, nil)
	c := h.mailed()
	var p desk.Promise
	other := h.deskOf("two", func(made desk.Promise) { p = made })
	overtake := sync.OnceFunc(func() {
		if _, err := other.Take(context.Background(), ana, c.ID, 0); err != nil {
			t.Error(err)
		}
		for _, in := range p.Intents {
			done := desk.Settlement{ID: in.ID, Holder: "two", State: desk.IntentDone, LabelsRev: in.LabelsRev}
			if _, err := h.store.Store.Settle(context.Background(), []desk.Settlement{done}); err != nil {
				t.Error(err)
			}
		}
	})
	h.gmail.before = func(desk.Intent) error { overtake(); return nil }
	defer h.run(h.box)()
	h.next()
	h.rested()
	h.agrees(c.ID)
}
