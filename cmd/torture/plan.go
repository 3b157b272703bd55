package main

import (
	"math/rand/v2"
	"slices"
	"strconv"
)

// writer is who wrote a mail, as its headers tell.
type writer string

const (
	person    writer = "person"
	team      writer = "team" // a colleague answered by hand, in Gmail itself
	automatic writer = "automatic"
	newsgroup writer = "list"
	spammer   writer = "spam"
)

// mail is one mail of the plan.
type mail struct {
	by    writer
	upset bool // its text makes a rule match
}

// verb is what a person does to a conversation, once.
type verb string

const (
	take    verb = "take"
	give    verb = "give"
	closing verb = "close"
	tagging verb = "tag"
	noting  verb = "note"
	reply   verb = "reply"
)

// act is one thing that a person does.
type act struct {
	verb verb
	by   string
	to   string // whom a conversation is given to
	text string // of a tag, a note or a reply
	then string // what becomes of the conversation with a reply: keep, wait or close
}

// thread is one conversation of the plan: what arrives, what people do when
// all of that is recorded, and what arrives after they did it.
type thread struct {
	n     int
	box   box
	topic topic
	mails []mail
	acts  []act
	late  []mail
}

// arrival is a mail in the order in which mails come in.
type arrival struct {
	thread *thread
	k      int // which mail of the thread
}

// plan is everything that happens from outside. It follows from the seed alone.
type plan struct {
	threads  []*thread
	arrivals []arrival // without the late mails
	mails    int       // all mails, the late ones too
	acts     int
}

// stream gives the random numbers of one purpose, so that one purpose taking
// more of them moves no other.
func stream(seed uint64, purpose string, n int) *rand.Rand {
	return rand.New(rand.NewPCG(mix(seed, purpose, n), uint64(n)))
}

// newPlan plans n mails.
func newPlan(seed uint64, n int) *plan {
	p := &plan{}
	for p.mails < n {
		t := newThread(seed, len(p.threads), n-p.mails)
		p.threads = append(p.threads, t)
		p.mails += len(t.mails) + len(t.late)
		p.acts += len(t.acts)
	}
	p.order(seed)
	return p
}

// newThread plans one conversation of at most room mails.
func newThread(seed uint64, n, room int) *thread {
	r := stream(seed, "thread", n)
	t := &thread{n: n, box: boxes[r.IntN(len(boxes))], topic: topics[r.IntN(len(topics))]}
	first := mail{by: person, upset: r.IntN(12) == 0}
	switch k := r.IntN(100); {
	case k < 5:
		first.by = automatic
	case k < 9:
		first.by = newsgroup
	case k < 12:
		first.by = spammer
	}
	t.mails = []mail{first}
	if first.by != person {
		return t
	}
	for range min(r.IntN(8)-4, room-1) { // half of them stay alone
		t.mails = append(t.mails, mail{by: []writer{person, person, person, team, automatic}[r.IntN(5)]})
	}
	if r.IntN(4) == 0 {
		t.acts = newActs(r, t)
	}
	moved := slices.ContainsFunc(t.acts, func(a act) bool { return a.verb == closing || a.verb == reply })
	if moved && len(t.mails) < room && r.IntN(2) == 0 {
		t.late = []mail{{by: person}}
	}
	return t
}

// newActs plans what people do: at most one act that moves the same thing, so
// that the end does not depend on who comes first.
func newActs(r *rand.Rand, t *thread) []act {
	anybody := func() string { return t.box.members[r.IntN(len(t.box.members))] }
	var out []act
	switch r.IntN(3) {
	case 0:
		out = append(out, act{verb: take, by: anybody()})
	case 1:
		out = append(out, act{verb: give, by: anybody(), to: anybody()})
	}
	if r.IntN(2) == 0 {
		out = append(out, act{verb: tagging, by: anybody(), text: []string{"vip", "checked", "Größe XL"}[r.IntN(3)]})
	}
	if r.IntN(2) == 0 {
		out = append(out, act{verb: noting, by: anybody(), text: "Note " + strconv.Itoa(t.n)})
	}
	switch k := r.IntN(4); {
	case k == 0 || k == 1:
		out = append(out, act{verb: reply, by: anybody(), text: t.token(), then: []string{"keep", "wait", "close"}[r.IntN(3)]})
	case k == 2 || len(out) == 0:
		out = append(out, act{verb: closing, by: anybody()})
	}
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// token is what the text of a conversation's reply says; no other mail does.
func (t *thread) token() string { return "token-" + strconv.Itoa(t.n) + "-here" }

// act finds what a person does, or nil.
func (t *thread) act(v verb) *act {
	if i := slices.IndexFunc(t.acts, func(a act) bool { return a.verb == v }); i >= 0 {
		return &t.acts[i]
	}
	return nil
}

// spread is over how many conversations the mails of one are strewn.
const spread = 40

// order lays the mails of all conversations among each other; those of one
// stay in their order.
func (p *plan) order(seed uint64) {
	type placed struct {
		arrival
		at int
	}
	var all []placed
	for _, t := range p.threads {
		r := stream(seed, "order", t.n)
		at := t.n
		for k := range t.mails {
			all = append(all, placed{arrival{t, k}, at})
			at += r.IntN(spread)
		}
	}
	slices.SortStableFunc(all, func(a, b placed) int { return a.at - b.at })
	for _, a := range all {
		p.arrivals = append(p.arrivals, a.arrival)
	}
}
