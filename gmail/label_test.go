package gmail_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
	"baton/gmail"
	"baton/gmail/gmailsim"
)

func b64(b []byte) string { return base64.URLEncoding.EncodeToString(b) }

// labels gives the names of the labels of ours in the mailbox, and their ids.
func (h *house) labels() map[string]string {
	var list struct{ Labels []struct{ ID, Name string } }
	if err := json.Unmarshal([]byte(h.raw("GET", "labels", "")), &list); err != nil {
		h.t.Fatal(err)
	}
	out := map[string]string{}
	for _, l := range list.Labels {
		if strings.HasPrefix(l.Name, "Baton") {
			out[l.Name] = l.ID
		}
	}
	return out
}

// worn gives the names of the labels of ours on a message.
func (h *house) worn(id string) []string {
	var m struct{ LabelIDs []string }
	if err := json.Unmarshal([]byte(h.raw("GET", "messages/"+id+"?format=minimal", "")), &m); err != nil {
		h.t.Fatal(err)
	}
	var out []string
	for name, label := range h.labels() {
		if slices.Contains(m.LabelIDs, label) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

func (h *house) apply(d gmailsim.Delivered, message string, want, worn []string) {
	h.t.Helper()
	err := gmail.NewLabeler(h.accounts).Apply(h.context(), support, desk.ThreadID(d.ThreadID), desk.MessageID(message), want, worn, true)
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) usage(m gmail.Method) int64 { return h.accounts.Usage()[support][m].Calls }

func TestLabelsBecomeWhatIsWanted(t *testing.T) {
	h := newHouse(t, nil)
	d := h.deliver("one")
	ana, ben, open := "Baton/Assigned/Ana", "Baton/Assigned/Ben", "Baton/Status/Open"
	h.apply(d, d.ID, []string{open, ana}, nil)
	if diff := cmp.Diff([]string{ana, open}, h.worn(d.ID)); diff != "" {
		t.Error(diff)
	}
	for _, parent := range []string{"Baton", "Baton/Assigned", "Baton/Status"} {
		if h.labels()[parent] == "" {
			t.Errorf("label %s is missing: the others do not nest", parent)
		}
	}
	h.apply(d, "", []string{open, ben}, []string{open, ana, ben})
	if diff := cmp.Diff([]string{ben, open}, h.worn(d.ID)); diff != "" {
		t.Error(diff)
	}
	before := gmail.Total(h.accounts.Usage()[support])
	h.apply(d, "", nil, nil)
	h.apply(d, "", nil, []string{"Baton/Tag/never made"})
	if got := gmail.Total(h.accounts.Usage()[support]) - before; got != 0 {
		t.Errorf("%d units for nothing to change", got)
	}
	h.apply(d, d.ID, []string{open}, nil)
	h.apply(d, "", []string{open}, nil)
	if got := gmail.Total(h.accounts.Usage()[support]) - before; got != 15 {
		t.Errorf("%d units for a message and a thread, want 5 + 10", got)
	}
}

func TestLabelThatSomebodyDeletes(t *testing.T) {
	h := newHouse(t, nil)
	d := h.deliver("one")
	name := "Baton/Status/Open"
	h.apply(d, "", []string{name}, nil)
	for i := range 20 {
		h.raw("DELETE", "labels/"+h.labels()[name], "")
		before := h.usage(gmail.LabelsCreate)
		h.apply(d, "", []string{name}, nil)
		if got := h.usage(gmail.LabelsCreate) - before; got != 1 {
			t.Fatalf("deletion %d: %d labels made, want 1", i, got)
		}
		if diff := cmp.Diff([]string{name}, h.worn(d.ID)); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestLabelThatAnotherProcessMakes(t *testing.T) {
	h := newHouse(t, nil)
	d := h.deliver("one")
	other := h.client()
	h.apply(d, "", []string{"Baton/Tag/vip"}, nil) // the list is known now
	h.raw("POST", "labels", `{"name":"baton/tag/LATE"}`)
	h.apply(d, "", []string{"Baton/Tag/late"}, nil)
	if got := h.usage(gmail.LabelsList); got != 2 {
		t.Errorf("labels listed %d times, want 2", got)
	}
	all, err := other.Labels(h.context())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, l := range all {
		if strings.EqualFold(l.Name, "Baton/Tag/late") {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d labels of that name, want 1", n)
	}
}

func TestLabelThatCannotBeMade(t *testing.T) {
	h := newHouse(t, nil)
	d := h.deliver("one")
	lab := gmail.NewLabeler(h.accounts)
	for _, name := range []string{"INBOX", "Inbox/Baton", "Baton", "Baton/", "Baton//x", "", "Important", "\x00"} {
		err := lab.Apply(h.context(), support, desk.ThreadID(d.ThreadID), "", []string{name}, nil, false)
		if !errors.Is(err, desk.ErrInvalid) {
			t.Errorf("%q: got %v, want desk.ErrInvalid", name, err)
		}
	}
	// a label that Gmail keeps refusing is tried twice, not for ever
	h.apply(d, "", []string{"Baton/Tag/x"}, nil)
	before := h.usage(gmail.ThreadsModify)
	h.sim.SetFault(func(c gmailsim.Call) *gmailsim.Fault {
		if c.Method == "gmail.users.threads.modify" {
			return &gmailsim.Fault{Status: 400, Reason: "invalidArgument", Message: "Invalid label: Label_77"}
		}
		return nil
	})
	if err := lab.Apply(h.context(), support, desk.ThreadID(d.ThreadID), "", []string{"Baton/Tag/x"}, nil, false); err == nil {
		t.Error("no error though Gmail refused")
	}
	if got := h.usage(gmail.ThreadsModify) - before; got != 2 {
		t.Errorf("%d tries, want 2", got)
	}
}

func TestLabelNamesAreCleaned(t *testing.T) {
	h := newHouse(t, nil)
	d := h.deliver("one")
	h.apply(d, "", []string{"Baton/Tag/a/b\r\nBcc: x", "Baton/Tag/" + strings.Repeat("é", 300)}, nil)
	want := []string{"Baton/Tag/a-b Bcc: x", "Baton/Tag/" + strings.Repeat("é", 215)}
	if diff := cmp.Diff(want, h.worn(d.ID)); diff != "" {
		t.Error(diff)
	}
}

func TestThreadThatIsGoneNeedsNoLabels(t *testing.T) {
	h := newHouse(t, nil)
	d := h.deliver("one")
	h.apply(d, "", []string{"Baton/Status/Open"}, nil)
	remove(h, d)
	h.apply(d, "", []string{"Baton/Status/Closed"}, []string{"Baton/Status/Open"})
	h.apply(d, d.ID, []string{"Baton/Status/Closed"}, nil)
}

func TestHandMadeLabelChanges(t *testing.T) {
	h := newHouse(t, nil)
	h.open()
	d := h.deliver("one")
	h.sweep()
	thread := desk.ThreadID(d.ThreadID)
	open, closed := "Baton/Status/Open", "Baton/Status/Closed"
	h.desk.set(func(f *fakeDesk) { f.wants[thread] = []string{open} })
	h.apply(d, "", []string{open}, nil)
	h.sweep()
	if len(h.desk.relabels) != 0 {
		t.Fatalf("our own change asked for labels: %v", h.desk.relabels)
	}
	h.raw("POST", "labels", fmt.Sprintf(`{"name":%q}`, closed))
	ids := h.labels()
	modify := func(add, remove string) {
		h.raw("POST", "messages/"+d.ID+"/modify", fmt.Sprintf(`{"addLabelIds":[%s],"removeLabelIds":[%s]}`, add, remove))
		h.sweep()
	}
	modify(`"`+ids[closed]+`"`, "")
	modify("", `"`+ids[open]+`"`)
	modify(`"STARRED"`, `"UNREAD"`)
	want := []relabel{{thread, []string{closed}}, {thread, nil}}
	if diff := cmp.Diff(want, h.desk.relabels); diff != "" {
		t.Error(diff)
	}
	// on and off again between two readings is nothing
	h.raw("POST", "messages/"+d.ID+"/modify", `{"addLabelIds":["`+ids[open]+`"]}`)
	h.sweep()
	h.raw("POST", "messages/"+d.ID+"/modify", `{"removeLabelIds":["`+ids[open]+`"]}`)
	h.raw("POST", "messages/"+d.ID+"/modify", `{"addLabelIds":["`+ids[open]+`"]}`)
	h.sweep()
	if got := len(h.desk.relabels); got != 2 {
		t.Errorf("relabelled %v", h.desk.relabels[2:])
	}
}

func TestSpamByHand(t *testing.T) {
	h := newHouse(t, nil)
	h.open()
	d := h.deliver("one")
	h.sweep()
	thread := desk.ThreadID(d.ThreadID)
	h.raw("POST", "messages/"+d.ID+"/modify", `{"addLabelIds":["SPAM"],"removeLabelIds":["INBOX"]}`)
	h.sweep()
	if on, ok := h.desk.spam[thread]; !ok || !on {
		t.Errorf("spam %v", h.desk.spam)
	}
	h.raw("POST", "messages/"+d.ID+"/modify", `{"removeLabelIds":["SPAM"],"addLabelIds":["INBOX"]}`)
	h.sweep()
	if on := h.desk.spam[thread]; on {
		t.Error("still spam")
	}
}
