package desk

import (
	"context"
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
)

// IsLabel tells whether a Gmail label's name is one of ours.
func IsLabel(name string) bool {
	return len(name) > len(LabelRoot) && strings.EqualFold(name[:len(LabelRoot)], LabelRoot) && name[len(LabelRoot)] == '/'
}

// WantedLabels gives the names of the labels that a thread should wear for its
// record: where it stands, who holds it, whether it is urgent, its tags.
func WantedLabels(p *Policy, c *Conversation) []string {
	if c.Status == "" {
		return nil
	}
	want := []string{labelStatus + c.Status.Name()}
	if c.Assignee != "" {
		want = append(want, labelAssigned+labelName(p, c.Assignee))
	}
	if c.Priority == High {
		want = append(want, labelHigh)
	}
	for _, t := range c.Tags {
		want = append(want, labelTag+t)
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
	key := "v" + strconv.FormatInt(e.Version+1, 10)
	arrived := len(e.change.Ledger) == 1
	switch {
	case !slices.Equal(want, before):
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
	d.intent(e, in, key)
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

// Wants gives the labels that a thread should wear, and whether the thread is a
// conversation at all. One read.
func (d *Desk) Wants(ctx context.Context, m Mailbox, t ThreadID) (want []string, known bool, err error) {
	c, err := d.store.Conversation(ctx, ConversationOf(m, t))
	if isNotFound(err) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	return WantedLabels(d.Policy(), &c), true, nil
}

// Relabel promises to put a thread's labels right: found are the names of our
// labels seen on it, which may differ from what the record wants.
func (d *Desk) Relabel(ctx context.Context, m Mailbox, t ThreadID, found []string) error {
	id := ConversationOf(m, t)
	p := d.Policy()
	var made []Intent
	c, err := d.store.Update(ctx, id, func(c *Conversation) (Change, error) {
		if c.Version == 0 {
			return Change{}, ErrNotFound
		}
		e := &edit{Conversation: c, policy: p, now: d.Now()}
		e.LabelsRev++
		e.wear(found)
		e.wear(WantedLabels(p, c))
		d.intent(e, Intent{Kind: IntentLabels, LabelsRev: e.LabelsRev}, "v"+strconv.FormatInt(e.Version+1, 10))
		made = e.change.Intents
		return e.change, nil
	})
	if isNotFound(err) {
		return nil
	}
	if err == nil && d.promised != nil {
		d.promised(Promise{Conversation: c, Intents: made})
	}
	return err
}
