package desk

import (
	"context"
	"slices"
	"strings"
	"time"
)

// ByLabel is the Via of what somebody did by a label in Gmail. Gmail does not
// say who did it: By is "" there, unless only one member works in the mailbox.
const ByLabel = "label"

// LabelEdit is one label of ours that was seen put on or taken off.
type LabelEdit struct {
	Label string
	On    bool
	// Order is Gmail's history id of the change; of two, the higher came later.
	// The same = made in one go.
	Order   uint64
	Arrived bool      // the message came with it, as Gmail's filters do it
	Message MessageID // where it was seen
}

// Sight is what one reading of a mailbox tells of our labels on one thread.
type Sight struct {
	Edits []LabelEdit
	// Since is when the last reading that came to its end began: no edit is older.
	// Zero = unknown.
	Since  time.Time
	Listed time.Time // when this one began
	Mail   uint64    // Order of the newest message that came, but for automatic answers; 0 = none
	// Gap says that the history was lost and the edits are what lies there now.
	Gap bool
}

// echoSpan is how long after the record changed its mind on a label a change of
// ours from before may still be made in Gmail, although every promise is kept by
// now: by a process that was killed while its request was on its way.
const echoSpan = 30 * time.Second

// Hand takes what a reading saw of our labels on a thread. What agrees with the
// record is the echo of our own change, or was seen before; anything else was
// done by hand and is a command, with the rights of an agent. A command that
// cannot be done is refused on the record; one that somebody's button overtook
// is put right. A thread that is no conversation is no error.
//
// One read; for what differs up to maxLabelling more, and one commit.
func (d *Desk) Hand(ctx context.Context, m Mailbox, t ThreadID, s Sight) error {
	id := ConversationOf(m, t)
	c, err := d.store.Conversation(ctx, id)
	if isNotFound(err) {
		return nil
	}
	if err != nil {
		return err
	}
	if c.Merged != nil {
		return d.handMerged(ctx, c, s)
	}
	p := d.Policy()
	if len(untold(p, &c, s.Edits)) == 0 {
		return nil
	}
	doubt, err := d.doubt(ctx, p, &c, s)
	if err != nil {
		return err
	}
	var made []Intent
	c, err = d.store.Update(ctx, id, func(c *Conversation) (Change, error) {
		made = nil
		if c.Version == 0 {
			return Change{}, ErrNotFound
		}
		h := &hand{edit: d.edit(p, c, credit(p, m)), Sight: s, doubt: doubt}
		h.via = ByLabel
		changed, promise := h.obey()
		if !changed {
			return Change{Nothing: true}, nil
		}
		h.stopLater()
		if promise {
			d.promiseRight(h.edit, h.wore)
			d.promiseMirror(h.edit, h.faced)
		}
		d.promiseHandOut(h.edit)
		h.partake()
		h.remember("")
		d.promiseNotices(h.edit, false)
		made = h.change.Intents
		return h.change, nil
	})
	if isNotFound(err) {
		return nil
	}
	if err == nil && len(made) > 0 && d.promised != nil {
		d.promised(Promise{Conversation: c, Intents: made})
	}
	return err
}

// credit gives the member who must have put the labels of a mailbox on: the only
// one who works there; "" when there are several.
func credit(p *Policy, m Mailbox) Email {
	if ws := p.Workers(m); len(ws) == 1 {
		return ws[0].Email
	}
	return ""
}

// unlike gives the edits that differ from what the record wants.
func unlike(p *Policy, c *Conversation, edits []LabelEdit) []LabelEdit {
	want := make(map[string]bool)
	for _, n := range WantedLabels(p, c) {
		want[labelKey(n)] = true
	}
	var out []LabelEdit
	for _, ed := range edits {
		if want[labelKey(ed.Label)] != ed.On {
			out = append(out, ed)
		}
	}
	return out
}

// untold gives the edits that differ from what the record wants and were not
// dealt with before. A reading that broke off is read again, as often as its
// process dies: an edit that was put right once needs no second promise, and
// says nothing about how stubborn somebody is.
func untold(p *Policy, c *Conversation, edits []LabelEdit) []LabelEdit {
	return slices.DeleteFunc(unlike(p, c, edits), func(ed LabelEdit) bool {
		t := c.traceOf(ed.Label)
		return t != nil && ed.Order != 0 && ed.Order <= t.Order
	})
}

// doubt is what may be our own doing among the edits of a sight.
type doubt struct {
	rev       int64           // the record's LabelsRev that was looked at
	echoes    map[string]bool // labels that are an echo, or may be one
	unsettled bool            // a promised change of labels may be under way
}

// doubt looks at the edits of labels on which the record changed its mind: what
// it wanted then may be put on by a change of ours from before, and what it did
// not want, taken off. Nobody can tell as long as such changes are promised, nor
// when the record changed its mind later than the edit may have been made: then
// somebody decided anew what the edit was about.
func (d *Desk) doubt(ctx context.Context, p *Policy, c *Conversation, s Sight) (doubt, error) {
	out := doubt{rev: c.LabelsRev, echoes: make(map[string]bool)}
	var traced []LabelEdit
	for _, ed := range untold(p, c, s.Edits) {
		if c.traceOf(ed.Label) != nil {
			traced = append(traced, ed)
		}
	}
	pressed := false
	for _, m := range c.Marks {
		pressed = pressed || m.By != "" && m.Via == "" && m.At.After(s.Since)
	}
	if len(traced) == 0 && !pressed {
		return out, nil
	}
	for _, id := range slices.Backward(c.Labels.Intents) {
		in, err := d.store.Intent(ctx, id)
		if err != nil && !isNotFound(err) {
			return out, err
		}
		if err == nil && (in.State.Open() || in.State == IntentParked) {
			out.unsettled = true
			break
		}
	}
	for _, ed := range traced {
		if out.unsettled || !c.traceOf(ed.Label).At.Before(s.Since.Add(-echoSpan)) {
			out.echoes[labelKey(ed.Label)] = true
		}
	}
	return out, nil
}

// promiseRight promises to make the whole thread wear what the record wants,
// whatever it wears now.
func (d *Desk) promiseRight(e *edit, before []string) {
	want := WantedLabels(e.policy, e.Conversation)
	e.turned(before, want)
	e.LabelsRev++
	e.wear(want)
	d.promise(e, Intent{Kind: IntentLabels, LabelsRev: e.LabelsRev, Interactive: true})
}

// labelKey is what labels' names are compared by: as Gmail keeps them, without
// regard to case.
func labelKey(name string) string {
	parts := strings.SplitN(name, "/", 3)
	for i, s := range parts {
		parts[i] = strings.Join(strings.Fields(s), " ")
		if i == 2 {
			parts[i] = strings.ReplaceAll(parts[i], "/", "-")
		}
	}
	r := []rune(strings.Join(parts, "/"))
	return strings.ToLower(strings.TrimSpace(string(r[:min(len(r), maxLabelName)])))
}

// maxLabelName is how long a label's name is kept, in characters: Gmail's limit.
const maxLabelName = 225
