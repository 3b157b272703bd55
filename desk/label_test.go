package desk_test

import (
	"fmt"
	"testing"

	"baton/desk"
)

func (h *house) lastIntents() []desk.Intent {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.promises[len(h.promises)-1].Intents
}

func TestLaterMessagesGetTheThreadsLabels(t *testing.T) {
	h := newHouse(t)
	c := h.receive("", desk.Person, "S")
	h.receive(c.Thread, desk.Person, "Re: S")
	in := h.lastIntents()
	if len(in) != 1 || in[0].Message == "" || in[0].LabelsRev != c.LabelsRev {
		t.Errorf("intents = %+v, want one for the new message at the same revision", in)
	}
	c = must[desk.Conversation](t)(h.desk.Take(t.Context(), ana, c.ID, 0))
	in = h.lastIntents()
	if len(in) != 1 || in[0].Message != "" || !in[0].Interactive || in[0].LabelsRev != c.LabelsRev {
		t.Errorf("intents of a take = %+v, want one for the thread, before background work", in)
	}
	c = must[desk.Conversation](t)(h.desk.Give(t.Context(), ana, c.ID, 0, desk.Give{To: ben}))
	if got := fmt.Sprint(c.Worn); got != "[Baton/Status/Open Baton/Assigned/Ana Baton/Assigned/Ben]" {
		t.Errorf("worn = %s, want all that the thread may wear", got)
	}
	n := len(h.promises)
	must[desk.Conversation](t)(h.desk.AddNote(t.Context(), ana, c.ID, "1", "no label changes"))
	if len(h.promises) != n {
		t.Error("a note promised labels")
	}
}
