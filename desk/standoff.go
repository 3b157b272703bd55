package desk

import (
	"errors"
	"slices"
	"time"
)

// How often one label of a conversation may be changed by hand within a while
// before Baton takes it for a fight with somebody or something that does not
// give up, and how long it leaves the labels alone then.
const (
	standoffAfter  = 3
	standoffWithin = 10 * time.Minute
	standoffFor    = time.Hour
)

// maxTraces bounds Traces; the oldest go first. maxLabelling bounds the promises that are remembered.
const (
	maxTraces    = 40
	maxLabelling = 8
)

// LabelMemory is what a conversation remembers of its labels' changes.
type LabelMemory struct {
	Traces  []LabelTrace `json:"traces,omitempty"`  // by label, newest last, at most maxTraces
	Intents []IntentID   `json:"intents,omitempty"` // the newest promises of labels, at most maxLabelling
}

// LabelTrace is what is remembered of one label.
type LabelTrace struct {
	Label string      `json:"label"`           // in small letters
	At    time.Time   `json:"at"`              // when the record last changed its mind on it, or put it right
	Hand  []time.Time `json:"hand,omitempty"`  // when it was lately changed by hand
	Order uint64      `json:"order,omitempty"` // of the newest edit that was dealt with
}

// Refusal says what was asked by a label and not done. The thread wears
// Baton/Refused for it until the next change, or until somebody takes that off.
type Refusal struct {
	At    time.Time `json:"at"`
	Label string    `json:"label"`
	Why   string    `json:"why"` // a sentence for people
}

// Standoff says that somebody, or a filter, kept changing a label against the
// record, and until when Baton leaves the conversation's labels alone.
type Standoff struct {
	Label string    `json:"label"`
	At    time.Time `json:"at"`
	Until time.Time `json:"until"`
}

// StandsOff tells whether the labels are left alone at a time.
func (c *Conversation) StandsOff(now time.Time) bool {
	return c.Standoff != nil && now.Before(c.Standoff.Until)
}

func (e *edit) standing() bool { return e.StandsOff(e.now) }

// standOff leaves the labels alone from now on.
func (e *edit) standOff(label string) {
	e.Standoff = &Standoff{Label: label, At: e.now, Until: e.now.Add(standoffFor)}
	e.event(Event{Kind: EventStandoff, To: label, Due: e.Standoff.Until})
}

// traceOf finds what is remembered of a label; nil = nothing.
func (c *Conversation) traceOf(label string) *LabelTrace {
	key := labelKey(label)
	i := slices.IndexFunc(c.Labels.Traces, func(t LabelTrace) bool { return t.Label == key })
	if i < 0 {
		return nil
	}
	return &c.Labels.Traces[i]
}

// trace notes that the record changes its mind on a label now.
func (e *edit) trace(label string) *LabelTrace {
	t := LabelTrace{Label: labelKey(label)}
	if i := slices.IndexFunc(e.Labels.Traces, func(x LabelTrace) bool { return x.Label == t.Label }); i >= 0 {
		t = e.Labels.Traces[i]
		e.Labels.Traces = slices.Delete(slices.Clone(e.Labels.Traces), i, i+1)
	}
	t.At = e.now
	e.Labels.Traces = append(slices.Clip(e.Labels.Traces), t)
	if n := len(e.Labels.Traces) - maxTraces; n > 0 {
		e.Labels.Traces = slices.Clone(e.Labels.Traces[n:])
	}
	return &e.Labels.Traces[len(e.Labels.Traces)-1]
}

// turned notes on which labels the record changed its mind. What the thread
// never wore, no change of ours can have taken off.
func (e *edit) turned(before, want []string) {
	for _, n := range before {
		if !slices.Contains(want, n) {
			e.trace(n)
		}
	}
	for _, n := range want {
		if !slices.Contains(before, n) && slices.Contains(e.Worn, n) {
			e.trace(n)
		}
	}
}

// strain notes the edits in the traces, and names a label that was changed by
// hand too often lately; "" = none.
func (e *edit) strain(edits []LabelEdit) (hot string) {
	seen := make(map[string]bool)
	for _, ed := range edits {
		if seen[labelKey(ed.Label)] {
			t := e.traceOf(ed.Label)
			t.Order = max(t.Order, ed.Order)
			continue
		}
		seen[labelKey(ed.Label)] = true
		t := e.trace(ed.Label)
		t.Order = max(t.Order, ed.Order)
		t.Hand = slices.DeleteFunc(append(slices.Clone(t.Hand), e.now), func(at time.Time) bool { return e.now.Sub(at) > standoffWithin })
		if len(t.Hand) > standoffAfter {
			t.Hand = nil
			hot = ed.Label
		}
	}
	return hot
}

// said gives the sentence of an error that people may read.
func said(err error) string {
	var p *Problem
	if errors.As(err, &p) {
		return p.Say
	}
	return "It cannot be used."
}
