package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"baton/desk"
)

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
	// unsaidRound is when people have minutes to take a reply back; in the
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
