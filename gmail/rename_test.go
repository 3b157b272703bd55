package gmail_test

import (
	"path/filepath"
	"testing"
	"time"

	"baton/gmail"
	"baton/store/sqlite"
)

// TestRenamedLabelIsFoundAgain renames a label in Gmail, as people do: it stays
// the label that it was made for, after a restart too, and no second one is
// made.
func TestRenamedLabelIsFoundAgain(t *testing.T) {
	h := newHouse(t, nil)
	states, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "baton.db"), sqlite.Options{PutOff: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer states.Close(t.Context())
	restart := func() {
		h.accounts.Close()
		if h.accounts, err = gmail.NewAccounts(tokens{h.sim}, gmail.Options{Endpoint: h.url, UnitsPerMinute: -1, Background: quickly(), Interactive: quickly(), States: states}); err != nil {
			t.Fatal(err)
		}
	}
	restart()
	refund := []string{"Baton/Tag/refund"}
	first := h.deliver("first")
	h.apply(first, first.ID, refund, nil)
	id := h.labels()["Baton/Tag/refund"]
	h.raw("PATCH", "labels/"+id, `{"name":"Baton money back"}`)
	restart()
	second := h.deliver("second")
	h.apply(second, second.ID, refund, nil)
	if got := h.worn(second.ID); len(got) != 1 || got[0] != "Baton money back" {
		t.Errorf("the second mail wears %v, want the renamed label", got)
	}
	if h.labels()["Baton/Tag/refund"] != "" {
		t.Error("a second label was made for the same tag")
	}
	h.apply(second, "", nil, refund)
	if got := h.worn(second.ID); len(got) != 0 {
		t.Errorf("the renamed label was not taken off: %v", got)
	}
	h.raw("DELETE", "labels/"+id, "")
	h.apply(second, second.ID, refund, nil)
	if got := h.worn(second.ID); len(got) != 1 || got[0] != "Baton/Tag/refund" {
		t.Errorf("after the label was deleted the mail wears %v, want a new one", got)
	}
}

// TestLabelRenamedToAnotherOfOurs gives one label of ours the name of another,
// which is gone: both go on working.
func TestLabelRenamedToAnotherOfOurs(t *testing.T) {
	h := newHouse(t, nil)
	d := h.deliver("one")
	h.apply(d, d.ID, []string{"Baton/Assigned/Ana", "Baton/Assigned/Ben"}, nil)
	ids := h.labels()
	h.raw("DELETE", "labels/"+ids["Baton/Assigned/Ben"], "")
	h.raw("PATCH", "labels/"+ids["Baton/Assigned/Ana"], `{"name":"Baton/Assigned/Ben"}`)
	second := h.deliver("two")
	h.apply(second, second.ID, []string{"Baton/Assigned/Ben"}, nil)
	third := h.deliver("three")
	h.apply(third, third.ID, []string{"Baton/Assigned/Ana"}, nil)
	for _, d := range []string{second.ID, third.ID} {
		if got := h.worn(d); len(got) != 1 {
			t.Errorf("%s wears %v, want one label", d, got)
		}
	}
}
