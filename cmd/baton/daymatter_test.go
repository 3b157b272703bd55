package main

import (
	"slices"

	"baton/desk"
)

// matter is one conversation of the day: what the plan expects of it. It is the
// test's own reading of what Baton promises and shares no code with it.
type matter struct {
	subject string
	thread  string // Gmail's id, once it has come
	begins  int    // the round in which its first mail comes

	holder desk.Email
	given  bool // by somebody else than the holder
	status desk.Status
	was    desk.Status // before it was snoozed
	timed  bool        // it was snoozed until a time
	high   bool
	tags   []string
	notes  []string
	mails  int
	sent   []string // texts that left
	shared bool

	traced map[string]bool        // labels that have come off, or that a hand put on or took off
	worn   map[string]bool        // labels that have been on
	button map[desk.Aspect]bool   // last changed by a button
	used   map[desk.Aspect]string // in this round: by whom, or "*" for several who do not mind each other
	by     map[string]bool        // who does something with it in this round
}

// wears gives Baton's labels that every message of the matter wears, sorted.
func (m *matter) wears() []string {
	out := []string{"Baton/Status/" + statusNames[m.status]}
	if m.holder != "" {
		out = append(out, "Baton/Assigned/"+labelNames[m.holder])
	}
	if m.high {
		out = append(out, "Baton/Priority/High")
	}
	for _, tag := range m.tags {
		out = append(out, "Baton/Tag/"+tag)
	}
	slices.Sort(out)
	return out
}

var (
	statusNames = map[desk.Status]string{
		desk.Open: "Open", desk.WaitingCustomer: "Waiting for customer", desk.WaitingInternal: "Waiting internally",
		desk.Snoozed: "Snoozed", desk.Closed: "Closed", desk.Ignored: "Ignored",
	}
	labelNames = map[desk.Email]string{ana: "Ana", ben: "Ben", cleo: "Cléo", mia: "Mia"}
	fullNames  = map[desk.Email]string{ana: "Ana Silva", ben: "Ben Okafor", cleo: "Cléo Martin", mia: "Mia Lindqvist"}
)

const (
	ben  desk.Email = "ben@acme.test"
	cleo desk.Email = "cleo@acme.test"
	mia  desk.Email = "mia@acme.test"
	// carlas is what customers do.
	carlas desk.Email = carla
)

func (m *matter) active() bool {
	return slices.Contains([]desk.Status{desk.Open, desk.WaitingCustomer, desk.WaitingInternal, desk.Snoozed}, m.status)
}

func (m *matter) noteWorn() {
	for _, l := range m.wears() {
		m.worn[l] = true
	}
}

// free tells whether nobody else touches what the verb changes in this round.
func (m *matter) free(who desk.Email, v verb, arg string) bool {
	for _, c := range v.claims {
		if by := m.used[c.aspect]; by != "" && !(c.shared && by == "*") {
			return false
		}
		// A label is put right, not obeyed, when it may be the echo of a button
		// whose labels are still on their way.
		if who == cleo && m.button[c.aspect] && len(m.by) > 0 {
			return false
		}
	}
	if m.by["alone"] {
		return false
	}
	return who != cleo || v.label == nil || !m.traced[v.label(m, arg)]
}

// does carries a verb out in the model.
func (m *matter) does(d *day, who desk.Email, v verb, arg string) {
	before := m.wears()
	m.by[string(who)] = true
	for _, c := range v.claims {
		m.used[c.aspect] = string(who)
		if c.shared {
			m.used[c.aspect] = "*"
		}
		if who == cleo && m.button[c.aspect] {
			m.by["alone"] = true
		}
		switch who {
		case cleo:
			m.button[c.aspect] = false
		case ana, ben:
			m.button[c.aspect] = true
		}
	}
	if v.label != nil {
		m.traced[v.label(m, arg)] = true
	}
	v.effect(d, who, m, arg)
	after := m.wears()
	for _, l := range before {
		if !slices.Contains(after, l) {
			m.traced[l] = true
		}
	}
	for _, l := range after {
		if !slices.Contains(before, l) && m.worn[l] {
			m.traced[l] = true
		}
	}
	if v.undone {
		for _, l := range append(after, "Baton/Assigned/"+labelNames[who], "Baton/Status/Closed", "Baton/Status/Waiting for customer") {
			m.worn[l], m.traced[l] = true, true
		}
	}
	m.noteWorn()
}
