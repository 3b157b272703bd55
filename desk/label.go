package desk

import (
	"slices"
	"strconv"
	"strings"
)

// LabelRoot is the parent of every Gmail label of ours.
const LabelRoot = "Baton"

// The labels' prefixes.
const (
	labelAssigned = LabelRoot + "/Assigned/"
	labelStatus   = LabelRoot + "/Status/"
	labelTag      = LabelRoot + "/Tag/"
	labelHigh     = LabelRoot + "/Priority/High"
	labelRefused  = LabelRoot + "/Refused"
	labelBounced  = LabelRoot + "/Not delivered"
)

// IsLabel tells whether a Gmail label's name is one of ours.
func IsLabel(name string) bool {
	return len(name) > len(LabelRoot) && strings.EqualFold(name[:len(LabelRoot)], LabelRoot) && name[len(LabelRoot)] == '/'
}

// WantedLabels gives the names of the labels that a thread should wear for its
// record: where it stands, who holds it, whether it is urgent, its tags,
// whether something that was asked by a label was refused, and whether an
// answer came back. A thread that was merged into another conversation shows
// that one's state.
func WantedLabels(p *Policy, c *Conversation) []string {
	f := c.face()
	if f.Status == "" {
		return nil
	}
	want := []string{labelStatus + f.Status.Name()}
	if f.Assignee != "" {
		want = append(want, labelAssigned+labelName(p, f.Assignee))
	}
	if f.Priority == High {
		want = append(want, labelHigh)
	}
	for _, t := range f.Tags {
		want = append(want, labelTag+t)
	}
	if f.Refused {
		want = append(want, labelRefused)
	}
	if c.Bounce != nil {
		want = append(want, labelBounced)
	}
	return want
}

// labelName is what a person is called on labels. Somebody who left the roster
// is named by the part of the address before the @.
func labelName(p *Policy, e Email) string {
	if m, ok := p.Member(e); ok && m.Label != "" {
		return m.Label
	}
	name, _, _ := strings.Cut(string(e), "@")
	return name
}

// promiseLabels adds the intent that makes the thread wear what the edited
// record wants. A newly arrived message wears nothing yet: when the rest of the
// thread stays as it is, only that message is touched (5 units, not 10).
func (d *Desk) promiseLabels(e *edit, before []string) {
	want := WantedLabels(e.policy, e.Conversation)
	in := Intent{Kind: IntentLabels, Interactive: e.by != ""}
	arrived := len(e.change.Ledger) == 1
	switch {
	case !slices.Equal(want, before):
		if len(before) > 0 {
			e.turned(before, want)
		}
		e.LabelsRev++
		e.wear(want)
		if arrived && len(before) == 0 {
			in.Message = e.change.Ledger[0].Message
		}
	case arrived && len(want) > 0:
		in.Message = e.change.Ledger[0].Message
	default:
		return
	}
	in.LabelsRev = e.LabelsRev
	d.promise(e, in)
}

// promise adds a labels intent to the change. While the labels are left alone,
// it waits.
func (d *Desk) promise(e *edit, in Intent) {
	if e.standing() {
		in.NotBefore, in.Message = e.Standoff.Until, ""
	}
	d.intent(e, in, "v"+strconv.FormatInt(e.Version+1, 10))
	e.Labels.Intents = append(slices.Clip(e.Labels.Intents), e.change.Intents[len(e.change.Intents)-1].ID)
	if n := len(e.Labels.Intents) - maxLabelling; n > 0 {
		e.Labels.Intents = slices.Clone(e.Labels.Intents[n:])
	}
}

// maxWorn bounds Worn; the oldest unwanted names go first.
const maxWorn = 60

func (c *Conversation) wear(names []string) {
	for _, n := range names {
		if !slices.Contains(c.Worn, n) {
			c.Worn = append(slices.Clip(c.Worn), n)
		}
	}
	if n := len(c.Worn) - maxWorn; n > 0 {
		c.Worn = slices.Clone(c.Worn[n:])
	}
}
