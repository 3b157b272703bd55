package main

import (
	"fmt"
	"slices"

	"baton/desk"
)

// claim is an aspect that a verb changes. Shared ones do not mind each other.
type claim struct {
	aspect desk.Aspect
	shared bool
}

// verb is one kind of thing that people do in a day, in the model. How it is
// done is in dayhands_test.go, by the same name.
type verb struct {
	name   string
	who    []desk.Email
	when   func(round int) bool // nil = always
	claims []claim
	many   int  // how many matters at once; 0 = one
	undone bool // it is done and taken back, so nothing stays changed
	// can gives what it would be done with (a person, a status, a tag, a text).
	can    func(d *day, who desk.Email, m *matter) (string, bool)
	label  func(m *matter, arg string) string // of verbs done by a label
	effect func(d *day, who desk.Email, m *matter, arg string)
}

func dayVerbs() []verb {
	return slices.Concat(panelHolding(), panelMoving(), panelTalking(), labelVerbs(), gmailVerbs(), customerVerbs())
}

func on(aspects ...desk.Aspect) (out []claim) {
	for _, a := range aspects {
		out = append(out, claim{a, false})
	}
	return out
}

// panelists use the side panel.
func panelists() []desk.Email { return []desk.Email{ana, ben} }

func nothing(*day, desk.Email, *matter, string) {}

func simply(can func(who desk.Email, m *matter) bool) func(*day, desk.Email, *matter) (string, bool) {
	return func(_ *day, who desk.Email, m *matter) (string, bool) { return "", can(who, m) }
}

// colleague chooses somebody of the team but the holder.
func colleague(d *day, m *matter) string {
	people := slices.DeleteFunc([]desk.Email{ana, ben, cleo, mia}, func(e desk.Email) bool { return e == m.holder })
	return string(people[d.random.IntN(len(people))])
}

func hold(_ *day, who desk.Email, m *matter, arg string) {
	m.holder, m.given = desk.Email(arg), desk.Email(arg) != who
}

func letGo(_ *day, _ desk.Email, m *matter, _ string) { m.holder, m.given = "", false }

func panelHolding() []verb {
	self := func(can func(who desk.Email, m *matter) bool) func(*day, desk.Email, *matter) (string, bool) {
		return func(_ *day, who desk.Email, m *matter) (string, bool) { return string(who), can(who, m) }
	}
	free := func(_ desk.Email, m *matter) bool { return m.holder == "" }
	own := func(who desk.Email, m *matter) bool { return m.holder == who }
	return []verb{
		{name: "take", who: panelists(), claims: on(desk.Assignment), can: self(free), effect: hold},
		{name: "take and undo", who: panelists(), claims: on(desk.Assignment), undone: true, can: self(free), effect: nothing},
		{name: "take over", who: panelists(), claims: on(desk.Assignment), effect: hold,
			can: self(func(who desk.Email, m *matter) bool { return m.holder != "" && m.holder != who })},
		{name: "give", who: panelists(), claims: on(desk.Assignment), effect: hold,
			can: func(d *day, _ desk.Email, m *matter) (string, bool) { return colleague(d, m), true }},
		{name: "put back", who: panelists(), claims: on(desk.Assignment), can: simply(own), effect: letGo},
		{name: "decline", who: panelists(), claims: on(desk.Assignment), effect: letGo,
			can: simply(func(who desk.Email, m *matter) bool { return own(who, m) && m.given })},
	}
}

func move(_ *day, _ desk.Email, m *matter, arg string) { m.status = desk.Status(arg) }

func sleep(_ *day, _ desk.Email, m *matter, _ string) {
	m.was, m.timed, m.status = m.status, false, desk.Snoozed
}

// sleepOn counts the timer that a nap gets when it goes on after an undo.
func sleepOn(d *day, _ desk.Email, m *matter, _ string) {
	if m.status == desk.Snoozed && m.timed {
		d.timers++
	}
}

func panelMoving() []verb {
	active := func(_ desk.Email, m *matter) bool { return m.active() }
	awake := func(_ desk.Email, m *matter) bool { return m.active() && m.status != desk.Snoozed }
	mine := func(who desk.Email, m *matter) bool { return m.active() && m.holder == who }
	to := func(s desk.Status, can func(desk.Email, *matter) bool) func(*day, desk.Email, *matter) (string, bool) {
		return func(_ *day, who desk.Email, m *matter) (string, bool) { return string(s), can(who, m) }
	}
	return []verb{
		{name: "close", who: panelists(), claims: on(desk.Progress), can: to(desk.Closed, active), effect: move},
		{name: "close and undo", who: panelists(), claims: on(desk.Progress), undone: true, effect: sleepOn,
			can: to(desk.Closed, func(_ desk.Email, m *matter) bool { return m.status == desk.Snoozed })},
		{name: "reopen", who: panelists(), claims: on(desk.Progress), effect: move,
			can: to(desk.Open, func(_ desk.Email, m *matter) bool { return !m.active() })},
		{name: "snooze until a reply", who: panelists(), claims: on(desk.Progress), can: simply(awake), effect: sleep},
		{name: "snooze until a morning", who: panelists(), claims: on(desk.Progress), can: simply(awake),
			effect: func(d *day, who desk.Email, m *matter, arg string) {
				sleep(d, who, m, arg)
				m.timed = true
				d.timers++
			}},
		{name: "wake", who: panelists(), claims: on(desk.Progress),
			can:    simply(func(_ desk.Email, m *matter) bool { return m.status == desk.Snoozed }),
			effect: func(_ *day, _ desk.Email, m *matter, _ string) { m.status = m.was }},
		{name: "sort", who: panelists(), claims: on(desk.Tagging, desk.Urgency),
			can:    func(d *day, _ desk.Email, m *matter) (string, bool) { return d.tag(), len(m.tags) < 4 },
			effect: func(_ *day, _ desk.Email, m *matter, arg string) { m.tags, m.high = append(m.tags, arg), !m.high }},
		{name: "tag several", who: panelists(), claims: on(desk.Tagging, desk.Assignment, desk.Progress), many: 2,
			can: func(d *day, who desk.Email, m *matter) (string, bool) {
				return fmt.Sprint("several ", d.round), mine(who, m)
			},
			effect: func(_ *day, _ desk.Email, m *matter, arg string) { m.tags = append(m.tags, arg) }},
		{name: "close several and undo", who: panelists(), claims: on(desk.Progress, desk.Assignment), many: 2, undone: true,
			can: to(desk.Closed, mine), effect: sleepOn},
	}
}

// tag makes a tag that nobody has used.
func (d *day) tag() string { return fmt.Sprintf("t%04d", d.random.IntN(10000)) }

func panelTalking() []verb {
	said := func(round int) bool { return round != unsaidRound }
	text := func(kind string, can func(*matter) bool) func(*day, desk.Email, *matter) (string, bool) {
		return func(d *day, _ desk.Email, m *matter) (string, bool) {
			return fmt.Sprintf("%s %d", kind, d.random.IntN(1_000_000)), can(m)
		}
	}
	always := func(*matter) bool { return true }
	awake := func(m *matter) bool { return m.active() && m.status != desk.Snoozed }
	answer := func(s func(*matter) desk.Status) func(*day, desk.Email, *matter, string) {
		return func(_ *day, _ desk.Email, m *matter, arg string) {
			m.sent, m.mails, m.status = append(m.sent, arg), m.mails+1, s(m)
		}
	}
	both := on(desk.Talk, desk.Progress)
	return []verb{
		{name: "note", who: panelists(), claims: []claim{{desk.Talk, true}}, can: text("note", always),
			effect: func(_ *day, _ desk.Email, m *matter, arg string) { m.notes = append(m.notes, arg) }},
		{name: "reply and wait", who: panelists(), when: said, claims: both, can: text("waiting", awake),
			effect: answer(func(*matter) desk.Status { return desk.WaitingCustomer })},
		{name: "reply and close", who: panelists(), when: said, claims: both, can: text("closing", awake),
			effect: answer(func(*matter) desk.Status { return desk.Closed })},
		{name: "reply and take back", who: panelists(), when: func(round int) bool { return round == unsaidRound },
			claims: both, undone: true, can: text("unsaid", awake), effect: nothing},
		{name: "share", who: panelists(), claims: on(desk.Sharing),
			can:    simply(func(_ desk.Email, m *matter) bool { return !m.shared }),
			effect: func(_ *day, _ desk.Email, m *matter, _ string) { m.shared = true }},
		{name: "stop sharing", who: panelists(), claims: on(desk.Sharing),
			can:    simply(func(_ desk.Email, m *matter) bool { return m.shared }),
			effect: func(_ *day, _ desk.Email, m *matter, _ string) { m.shared = false }},
	}
}

// labelVerbs are what Cléo does: nothing but labels.
func labelVerbs() []verb {
	hand := []desk.Email{cleo}
	assigned := func(_ *matter, arg string) string { return "Baton/Assigned/" + labelNames[desk.Email(arg)] }
	tagged := func(_ *matter, arg string) string { return "Baton/Tag/" + arg }
	high := func(*matter, string) string { return "Baton/Priority/High" }
	return []verb{
		{name: "label a person", who: hand, claims: on(desk.Assignment), label: assigned,
			can:    func(d *day, _ desk.Email, m *matter) (string, bool) { return colleague(d, m), true },
			effect: func(_ *day, _ desk.Email, m *matter, arg string) { m.holder, m.given = desk.Email(arg), true }},
		{name: "unlabel a person", who: hand, claims: on(desk.Assignment), label: assigned, effect: letGo,
			can: func(_ *day, _ desk.Email, m *matter) (string, bool) { return string(m.holder), m.holder != "" }},
		{name: "label a status", who: hand, claims: on(desk.Progress), effect: move,
			label: func(_ *matter, arg string) string { return "Baton/Status/" + statusNames[desk.Status(arg)] },
			can: func(d *day, _ desk.Email, m *matter) (string, bool) {
				all := []desk.Status{desk.Open, desk.WaitingCustomer, desk.WaitingInternal, desk.Closed, desk.Ignored}
				s := all[d.random.IntN(len(all))]
				return string(s), s != m.status
			}},
		{name: "label a tag", who: hand, claims: []claim{{desk.Tagging, true}}, label: tagged,
			can:    func(d *day, _ desk.Email, m *matter) (string, bool) { return d.tag(), true },
			effect: func(_ *day, _ desk.Email, m *matter, arg string) { m.tags = append(m.tags, arg) }},
		{name: "unlabel a tag", who: hand, claims: on(desk.Tagging), label: tagged,
			can: func(_ *day, _ desk.Email, m *matter) (string, bool) {
				return append(slices.Clone(m.tags), "")[0], len(m.tags) > 0
			},
			effect: func(_ *day, _ desk.Email, m *matter, _ string) { m.tags = m.tags[1:] }},
		{name: "label a priority", who: hand, claims: on(desk.Urgency), label: high,
			can:    simply(func(_ desk.Email, m *matter) bool { return !m.high }),
			effect: func(_ *day, _ desk.Email, m *matter, _ string) { m.high = true }},
		{name: "unlabel a priority", who: hand, claims: on(desk.Urgency), label: high,
			can:    simply(func(_ desk.Email, m *matter) bool { return m.high }),
			effect: func(_ *day, _ desk.Email, m *matter, _ string) { m.high = false }},
		{name: "read and star", who: hand, can: simply(func(desk.Email, *matter) bool { return true }), effect: nothing},
	}
}

// gmailVerbs are what Mia does: mails from plain Gmail.
func gmailVerbs() []verb {
	both := on(desk.Talk, desk.Progress)
	text := func(d *day, _ desk.Email, _ *matter) (string, bool) {
		return fmt.Sprint("plain ", d.random.IntN(1_000_000)), true
	}
	answer := func(_ *day, _ desk.Email, m *matter, arg string) {
		m.sent, m.mails = append(m.sent, arg), m.mails+1
		if m.status == desk.Open || m.status == desk.Snoozed || m.status == desk.WaitingInternal {
			m.status = desk.WaitingCustomer
		}
	}
	return []verb{
		{name: "send in Gmail", who: []desk.Email{mia}, claims: both, can: text, effect: answer},
		{name: "send a draft in Gmail", who: []desk.Email{mia}, claims: both, can: text, effect: answer},
		{name: "leave a draft", who: []desk.Email{mia}, claims: on(desk.Talk), can: text, effect: nothing},
		{name: "throw a draft away", who: []desk.Email{mia}, can: text, effect: nothing},
	}
}

func customerVerbs() []verb {
	return []verb{
		{name: "begin", who: []desk.Email{carlas}, when: func(round int) bool { return round == 1 || round == 2 }},
		{name: "write again", who: []desk.Email{carlas}, claims: on(desk.Talk, desk.Progress),
			can:    simply(func(desk.Email, *matter) bool { return true }),
			effect: func(_ *day, _ desk.Email, m *matter, _ string) { m.mails, m.status = m.mails+1, desk.Open }},
		{name: "answer automatically", who: []desk.Email{carlas}, claims: on(desk.Talk),
			can:    simply(func(desk.Email, *matter) bool { return true }),
			effect: func(_ *day, _ desk.Email, m *matter, _ string) { m.mails++ }},
	}
}
