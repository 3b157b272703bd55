package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// judge ends the children and compares what there is with what there should be.
func (r *run) judge(ctx context.Context) error {
	if err := r.echoes(ctx); err != nil {
		return err
	}
	if err := r.fleet.stop(); err != nil {
		r.result.fault("%v", err)
	}
	r.result.faults = append(r.result.faults, r.nemesis.faults...)
	r.result.faults = append(r.result.faults, r.fleet.odd()...)
	if err := r.check(&r.result); err != nil {
		return err
	}
	if err := r.books(ctx); err != nil {
		return err
	}
	r.tellFigures()
	return nil
}

// check compares what Gmail holds with what the model says. It asks Gmail
// alone, not what Baton believes.
func (r *run) check(out *result) error {
	sent, err := r.sends(out)
	if err != nil {
		return err
	}
	r.drafts = 0
	want := map[string]int{}
	for _, t := range r.plan.threads {
		if err := r.checkThread(out, t); err != nil {
			return err
		}
		want[t.box.address] += len(t.mails) + len(t.late)
	}
	for _, b := range boxes {
		if got, want := r.google.sim.Count(b.address), want[b.address]+sent[b.address]; got != want {
			out.fault("%s holds %d messages, want %d", b.address, got, want)
		}
	}
	return nil
}

// checkThread compares the labels of one conversation's messages.
func (r *run) checkThread(out *result, t *thread) error {
	want, at := t.expected(), r.mails.at(t)
	if n := len(t.mails) + len(t.late); len(at.messages) != n {
		out.fault("conversation %d got %d mails of %d: nobody acted on it, since not all of it was recorded", t.n, len(at.messages), n)
	}
	mails, err := r.google.sim.Thread(t.box.address, at.thread)
	if err != nil {
		return err
	}
	if t.crossed() && len(mails) > 0 {
		if open := reopened(want); slices.Equal(ours(mails[0].Labels), open) {
			want = open
		}
	}
	there := map[string]bool{}
	for _, m := range mails {
		if slices.Contains(m.Labels, "DRAFT") {
			r.drafts++
			continue
		}
		there[m.ID] = true
		got := ours(m.Labels)
		switch {
		case !slices.ContainsFunc(got, func(l string) bool { return strings.HasPrefix(l, "Baton/Status/") }):
			out.Lost++
			out.fault("%s thread %s message %s (conversation %d) was lost: it wears %q, want %q", t.box.address, at.thread, m.ID, t.n, got, want)
		case !slices.Equal(got, want):
			out.Mislabelled++
			out.fault("%s thread %s message %s (conversation %d) wears %q, want %q", t.box.address, at.thread, m.ID, t.n, got, want)
		}
	}
	for _, id := range at.messages {
		if !there[id] {
			out.Lost++
			out.fault("%s thread %s message %s (conversation %d) is gone", t.box.address, at.thread, id, t.n)
		}
	}
	return nil
}

// crossed tells whether a reply may have been written before Baton read the
// customer's last mail, which then opens the conversation again: the mail lay in
// a thread that was labelled as a whole for an earlier one, and so looked as if
// it had been read.
func (t *thread) crossed() bool {
	last := len(t.mails) - 1
	return last > 0 && t.mails[last].by == person && len(t.late) == 0 &&
		slices.ContainsFunc(t.acts, func(a act) bool { return a.verb == reply && a.then != "keep" })
}

// reopened gives labels with the status Open, sorted.
func reopened(labels []string) []string {
	out := slices.Clone(labels)
	for i, l := range out {
		if strings.HasPrefix(l, "Baton/Status/") {
			out[i] = "Baton/Status/Open"
		}
	}
	slices.Sort(out)
	return out
}

// ours are the labels that Baton gives, sorted.
func ours(labels []string) []string {
	var out []string
	for _, l := range labels {
		if strings.HasPrefix(l, "Baton/") {
			out = append(out, l)
		}
	}
	slices.Sort(out)
	return out
}

// tellFigures says what is worth knowing beside the line.
func (r *run) tellFigures() {
	median, longest := r.fleet.startup()
	s := r.pusher.stats
	fmt.Fprintf(r.progress, "%d faulty calls of %d; %d SIGTERMs, the slowest took %s; %d freezes; a child served %s after its start (median), %s at most\n",
		r.google.faults.hits.Load(), total(r.google.calls()), r.nemesis.terms.Load(), r.nemesis.slowest.Round(1e6), r.nemesis.pauses.Load(), median.Round(1e6), longest.Round(1e6))
	calls := r.google.calls()
	for _, m := range slices.Sorted(maps.Keys(calls)) {
		fmt.Fprintf(r.progress, "%7d %s\n", calls[m], m)
	}
	fmt.Fprintf(r.progress, "%d replies sent, %d drafts of them left to be swept\n", r.sent, r.drafts)
	fmt.Fprintf(r.progress, "%d notifications of Gmail, %d dropped; %d posts, %d without a good answer; %d acts by %d presses\n",
		s.notified, s.dropped, s.posted, s.failed, r.people.done.Load(), r.people.presses.Load())
}

func total(counts map[string]int) (n int) {
	for _, c := range counts {
		n += c
	}
	return n
}
