package desk

import (
	"slices"
	"strings"
	"time"
)

// hand is one sight being made a change of a record.
type hand struct {
	*edit
	Sight
	doubt   doubt
	did     bool     // a command was carried out
	refused *Refusal // the last one that was refused
}

// What a label of ours stands for.
const (
	forHolder   = Assignment
	forStatus   = Progress
	forPriority = Urgency
	forTag      = Tagging
	forRefused  = Aspect("refused")
	forBounced  = Aspect("bounced")
	forNothing  = Aspect("")
)

// meaning gives what a label stands for, and the rest of its name.
func meaning(label string) (Aspect, string) {
	for prefix, a := range map[string]Aspect{labelAssigned: forHolder, labelStatus: forStatus, labelTag: forTag} {
		if n := len(prefix); len(label) > n && strings.EqualFold(label[:n], prefix) {
			return a, label[n:]
		}
	}
	switch labelKey(label) {
	case labelKey(labelHigh):
		return forPriority, ""
	case labelKey(labelRefused):
		return forRefused, ""
	case labelKey(labelBounced):
		return forBounced, ""
	}
	return forNothing, ""
}

// obey carries out what a sight tells. It gives whether the record changed, and
// whether the thread is to be put right.
func (h *hand) obey() (changed, promise bool) {
	edits := untold(h.policy, h.Conversation, h.Edits)
	if len(edits) == 0 {
		return false, false
	}
	bare := false // a label that the record does not know of
	for _, ed := range edits {
		bare = bare || ed.On && !slices.Contains(h.Worn, ed.Label)
	}
	if h.standing() {
		h.wearFound(edits)
		return bare, false
	}
	h.Standoff = nil
	commands := h.commands(edits)
	hot := h.strain(edits)
	h.wearFound(edits)
	if hot != "" {
		h.standOff(hot)
		return true, true
	}
	h.holder(of(commands, forHolder))
	h.status(of(commands, forStatus))
	for _, ed := range commands {
		h.sort(ed)
	}
	if h.refused != nil {
		h.Refusal = h.refused
	} else if h.did {
		h.Refusal = nil
	}
	return true, true
}

// commands gives the edits that are to be obeyed. A label put on a thread is one
// edit of each of its messages, and one command; when it was taken off again
// elsewhere, the later one counts.
func (h *hand) commands(edits []LabelEdit) []LabelEdit {
	last := make(map[string]LabelEdit)
	for _, ed := range h.Edits {
		key := labelKey(ed.Label)
		if was, seen := last[key]; !seen || ed.Order >= was.Order {
			last[key] = ed
		}
	}
	var out []LabelEdit
	taken := make(map[string]bool)
	for _, ed := range edits {
		key := labelKey(ed.Label)
		if taken[key] || last[key].On != ed.On || h.echo(ed) || h.late(ed) {
			continue
		}
		taken[key] = true
		out = append(out, ed)
	}
	return out
}

func (h *hand) wearFound(edits []LabelEdit) {
	for _, ed := range edits {
		if ed.On {
			h.wear([]string{ed.Label})
		}
	}
}

// of gives the edits of one aspect, the latest first.
func of(edits []LabelEdit, a Aspect) []LabelEdit {
	var out []LabelEdit
	for _, ed := range edits {
		if got, _ := meaning(ed.Label); got == a {
			out = append(out, ed)
		}
	}
	slices.SortStableFunc(out, func(x, y LabelEdit) int {
		switch {
		case x.Order > y.Order:
			return -1
		case x.Order < y.Order:
			return 1
		}
		return strings.Compare(x.Label, y.Label)
	})
	return out
}

// echo tells whether an edit is or may be our own.
func (h *hand) echo(ed LabelEdit) bool {
	if h.LabelsRev != h.doubt.rev && h.traceOf(ed.Label) != nil {
		return true // the record moved on since it was looked at
	}
	return h.doubt.echoes[labelKey(ed.Label)]
}

// late tells whether somebody changed the same thing after the edit was made.
func (h *hand) late(ed LabelEdit) bool {
	a, _ := meaning(ed.Label)
	if a != forHolder && a != forStatus && a != forPriority {
		return false // tags do not stand in each other's way
	}
	m := h.Marks[a]
	if !ed.Arrived {
		for _, other := range h.Edits {
			b, _ := meaning(other.Label)
			if b == a && other.On && other.Order > ed.Order && h.wants(other.Label) {
				return true // our own change, or somebody's, put that on later
			}
		}
		if a == Progress && ed.On && ed.Order < h.Mail && m.By == "" && m.Via == "" {
			return true // who put it on had not read what came then
		}
	}
	if m.By == "" && m.Via == "" {
		return false // a mail or a rule
	}
	return !m.At.Before(h.Listed) || m.Via == "" && h.doubt.unsettled && m.At.After(h.Since)
}

func (e *edit) wants(label string) bool {
	key := labelKey(label)
	return slices.ContainsFunc(WantedLabels(e.policy, e.Conversation), func(n string) bool { return labelKey(n) == key })
}

// may tells whether whoever made the edit has a right; who is not known has an
// agent's.
func (h *hand) may(need Right, label string) bool {
	role := Agent
	if m, ok := h.policy.Member(h.by); ok {
		role = m.Role
	}
	if role.may(need, nil) {
		return true
	}
	h.refuse(label, need.Refusal())
	return false
}

func (h *hand) refuse(label, why string) {
	if h.Gap {
		return // what lies there may be left over from long ago
	}
	h.refused = &Refusal{At: h.now, Label: label, Why: why}
	h.event(Event{Kind: EventRefused, To: label, Why: why})
}

// chosen gives the last of the labels put on, or false when there is none or
// two were put on in one go.
func (h *hand) chosen(edits []LabelEdit) (LabelEdit, bool) {
	on := slices.DeleteFunc(slices.Clone(edits), func(ed LabelEdit) bool { return !ed.On })
	if len(on) > 1 && on[0].Order == on[1].Order {
		h.refuse(on[0].Label, "It was put on together with "+on[1].Label+", and only one of them can hold. Put on the one that you mean.")
		return LabelEdit{}, false
	}
	if len(on) == 0 {
		return LabelEdit{}, false
	}
	return on[0], true
}

// holder obeys labels that say who holds the conversation.
func (h *hand) holder(edits []LabelEdit) {
	if len(edits) == 0 || !h.may(RightAssign, edits[0].Label) {
		return
	}
	if !slices.ContainsFunc(edits, func(ed LabelEdit) bool { return ed.On }) {
		h.putBack(edits[0].Label)
		return
	}
	ed, ok := h.chosen(edits)
	if !ok {
		return
	}
	to, ok := h.called(ed.Label)
	if !ok {
		h.refuse(ed.Label, "Nobody who works here is called that on labels. Use the name that the policy gives, or the card.")
		return
	}
	if !h.policy.Works(to, h.Mailbox) {
		h.refuse(ed.Label, h.policy.NameOf(to)+" does not work in "+string(h.Mailbox)+". Choose a colleague who does, or share the conversation instead.")
		return
	}
	from := h.Assignee
	kind, why := EventGiven, "a label put on in Gmail"
	if to == h.by {
		kind, why = EventTaken, ""
	}
	h.hold(to, why, time.Time{})
	h.event(Event{Kind: kind, Who: to, From: string(from)})
	h.did = true
}

// called finds the member whom a label names.
func (h *hand) called(label string) (Email, bool) {
	var found []Email
	for _, m := range h.policy.Members {
		if labelKey(labelAssigned+labelName(h.policy, m.Email)) == labelKey(label) {
			found = append(found, m.Email)
		}
	}
	if len(found) != 1 {
		return "", false
	}
	return found[0], true
}

// putBack releases the conversation. Who did it may be the holder; and an agent
// who is not can take it over and put it back.
func (h *hand) putBack(label string) {
	if m, ok := h.policy.Member(h.by); ok && m.Role == Agent && h.by != h.Assignee {
		h.refuse(label, h.policy.NameOf(h.Assignee)+" holds this conversation. Only the holder or a manager can put it back.")
		return
	}
	h.free(EventReleased, "")
	h.did = true
}

// status obeys labels that say where the conversation stands.
func (h *hand) status(edits []LabelEdit) {
	if len(edits) == 0 || !h.may(RightProgress, edits[0].Label) {
		return
	}
	if !slices.ContainsFunc(edits, func(ed LabelEdit) bool { return ed.On }) {
		h.refuse(edits[0].Label, "A conversation always stands somewhere. Put the label of another status on instead of taking this one off.")
		return
	}
	ed, ok := h.chosen(edits)
	if !ok {
		return
	}
	for _, to := range Statuses() {
		switch {
		case labelKey(labelStatus+to.Name()) != labelKey(ed.Label):
		case to == Snoozed:
			h.refuse(ed.Label, "A label does not say until when. Put it aside on the card, with a time.")
			return
		default:
			h.move(to, "a label in Gmail")
			h.touch(Progress, h.by, h.now)
			h.did = true
			return
		}
	}
	h.refuse(ed.Label, "There is no such status. Use one of those that are there.")
}
