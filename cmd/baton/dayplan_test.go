package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

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

// job is one thing that somebody does in a round.
type job struct {
	who  desk.Email
	verb string
	ms   []*matter // one, but for bulk changes
	arg  string    // a person, a status, a tag, a text
	was  desk.Status
}

func (j job) String() string {
	var subjects []string
	for _, m := range j.ms {
		subjects = append(subjects, m.subject)
	}
	return fmt.Sprintf("%s: %s %q %s", j.who, j.verb, j.arg, strings.Join(subjects, ", "))
}

// day is a plan: who does what in which round. What happens in one round happens
// at the same time, so no two people touch the same aspect of a matter in it.
type day struct {
	seed    uint64
	matters []*matter
	rounds  [][]job
	timers  int // naps that end at a time

	random *rand.Rand
	round  int
	left   []string // verbs that nobody has used so far
}

const (
	dayRounds = 4
	// unsaidRound is when people have a minute to take a reply back; in the
	// others it goes after a second.
	unsaidRound = 2
)

// newDay plans a day in which each verb occurs.
func newDay(t *testing.T, seed uint64) *day {
	t.Helper()
	for try := range uint64(200) {
		if d := tryDay(seed, try); len(d.left) == 0 {
			return d
		}
	}
	t.Fatalf("seed %d: no plan in which everything occurs", seed)
	return nil
}

// yesterday is who holds the second matter and those after it when the day
// begins.
func yesterday() []desk.Email { return []desk.Email{ana, ana, ana, ben, ben, ben} }

func tryDay(seed, try uint64) *day {
	d := &day{seed: seed, random: rand.New(rand.NewPCG(seed, try))}
	for _, v := range dayVerbs() {
		d.left = append(d.left, v.name)
	}
	d.random.Shuffle(len(d.left), func(i, j int) { d.left[i], d.left[j] = d.left[j], d.left[i] })
	for range 11 {
		d.begin(0)
	}
	d.matters[0].holder = "?" // both take it in the first round
	for i, who := range yesterday() {
		m := d.matters[i+1]
		m.holder, m.button[desk.Assignment] = who, true
		m.noteWorn()
	}
	for d.round = range dayRounds {
		for _, m := range d.matters {
			m.used, m.by = map[desk.Aspect]string{}, map[string]bool{}
		}
		d.rounds = append(d.rounds, nil)
		for _, who := range []desk.Email{ana, cleo, mia, ben, carlas, cleo, ana, mia, carlas, ben, cleo, ben, mia, ana, carlas, cleo} {
			d.pick(who)
		}
	}
	return d
}

// begin adds a matter whose first mail comes in a round.
func (d *day) begin(round int) *matter {
	n := len(d.matters)
	m := &matter{subject: fmt.Sprintf("Day %02d: %s", n, dayTopics[n%len(dayTopics)]), begins: round, status: desk.Open, mails: 1,
		traced: map[string]bool{}, worn: map[string]bool{}, button: map[desk.Aspect]bool{}, used: map[desk.Aspect]string{}, by: map[string]bool{}}
	m.noteWorn()
	d.matters = append(d.matters, m)
	return m
}

var dayTopics = []string{"a tent pole", "which stove", "a wet sleeping bag", "the blue rucksack", "Grüße aus Graz", "a torch for two", "boots in 46"}

func (m *matter) noteWorn() {
	for _, l := range m.wears() {
		m.worn[l] = true
	}
}

// pick gives somebody one job of this round: a verb that has not occurred yet
// when there is room for one, else any.
func (d *day) pick(who desk.Email) {
	verbs := dayVerbs()
	d.random.Shuffle(len(verbs), func(i, j int) { verbs[i], verbs[j] = verbs[j], verbs[i] })
	slices.SortStableFunc(verbs, func(a, b verb) int { return d.rank(a) - d.rank(b) })
	for _, v := range verbs {
		if !slices.Contains(v.who, who) {
			continue
		}
		if j, ok := d.fill(v, who); ok {
			d.rounds[d.round] = append(d.rounds[d.round], j)
			d.left = slices.DeleteFunc(d.left, func(n string) bool { return n == v.name })
			return
		}
	}
}

func (d *day) rank(v verb) int {
	if slices.Contains(d.left, v.name) {
		return 0
	}
	return 1
}

// fill finds matters that a verb can be done with, and does it in the model.
func (d *day) fill(v verb, who desk.Email) (job, bool) {
	if v.when != nil && !v.when(d.round) {
		return job{}, false
	}
	j := job{who: who, verb: v.name}
	if v.name == "begin" {
		j.ms = []*matter{d.begin(d.round)}
		return j, true
	}
	need := max(1, v.many)
	for _, i := range d.random.Perm(len(d.matters)) {
		m := d.matters[i]
		if m.holder == "?" || m.begins == d.round && d.round > 0 {
			continue // whose it is shows on the day; what has just begun is not in the list yet
		}
		arg, ok := v.can(d, who, m)
		if !ok || len(j.ms) > 0 && arg != j.arg || !m.free(who, v, arg) {
			continue
		}
		j.arg, j.ms = arg, append(j.ms, m)
		if len(j.ms) == need {
			break
		}
	}
	if len(j.ms) < need {
		return job{}, false
	}
	j.was = j.ms[0].status
	for _, m := range j.ms {
		m.does(d, who, v, j.arg)
	}
	return j, true
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

// TestDayPlans plans many days: each has room for everything.
func TestDayPlans(t *testing.T) {
	for seed := range uint64(12) {
		d := newDay(t, seed)
		people := map[desk.Email]int{}
		for _, round := range d.rounds {
			for _, j := range round {
				people[j.who]++
			}
		}
		for _, who := range []desk.Email{ana, ben, cleo, mia, carlas} {
			if people[who] < dayRounds {
				t.Errorf("seed %d: %s has %d things to do, want at least %d", seed, who, people[who], dayRounds)
			}
		}
	}
}
