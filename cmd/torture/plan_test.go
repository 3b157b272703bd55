package main

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk/policy"
	"baton/gmail/gmailsim"
)

// describe tells all of a plan.
func describe(p *plan) []string {
	var out []string
	for _, a := range p.arrivals {
		raw, labels := a.thread.raw(a.k, time.Time{})
		out = append(out, string(raw), strings.Join(labels, " "))
	}
	for _, t := range p.threads {
		for _, a := range t.acts {
			out = append(out, string(a.verb)+" "+a.by+" "+a.to+" "+a.text)
		}
		out = append(out, t.expected()...)
	}
	return out
}

// TestPlanReplays makes the same plan twice, and another from another seed.
func TestPlanReplays(t *testing.T) {
	one, again, other := describe(newPlan(7, 500)), describe(newPlan(7, 500)), describe(newPlan(8, 500))
	if diff := cmp.Diff(one, again); diff != "" {
		t.Errorf("the same seed made another plan:\n%.1000s", diff)
	}
	if slices.Equal(one, other) {
		t.Error("two seeds made one plan")
	}
}

// TestPlan counts the mails and looks for everything that a plan should hold.
func TestPlan(t *testing.T) {
	p := newPlan(1, 3000)
	seen := map[string]bool{}
	for _, th := range p.threads {
		for i, m := range th.mails {
			seen[string(m.by)] = true
			if i > 0 && th.mails[0].by != person {
				t.Errorf("conversation %d goes on after a mail of %s", th.n, th.mails[0].by)
			}
		}
		kinds := map[verb]int{}
		for _, a := range th.acts {
			seen[string(a.verb)] = true
			kinds[a.verb]++
			if !slices.Contains(th.box.members, a.by) || a.to != "" && !slices.Contains(th.box.members, a.to) {
				t.Errorf("conversation %d: %s of %s to %s, who do not all work in %s", th.n, a.verb, a.by, a.to, th.box.address)
			}
		}
		if kinds[take]+kinds[give] > 1 || kinds[closing]+kinds[reply] > 1 || kinds[tagging] > 1 || kinds[noting] > 1 {
			t.Errorf("conversation %d has %v", th.n, kinds)
		}
		if len(th.late) > 0 {
			seen["late"] = true
		}
	}
	want := []string{"automatic", "close", "give", "late", "list", "note", "person", "reply", "spam", "tag", "take", "team"}
	if got := slices.Sorted(maps.Keys(seen)); !slices.Equal(got, want) {
		t.Errorf("the plan holds %q, want %q", got, want)
	}
	late := 0
	for _, th := range p.threads {
		late += len(th.late)
	}
	if p.mails != 3000 || len(p.arrivals)+late != 3000 {
		t.Errorf("%d mails, %d arrive at first and %d late; want 3000", p.mails, len(p.arrivals), late)
	}
}

// TestExpected works out some ends by hand.
func TestExpected(t *testing.T) {
	refund, question := topics[1], topics[0]
	for name, c := range map[string]struct {
		thread thread
		want   []string
	}{
		"question":          {thread{box: boxes[0], topic: question, mails: []mail{{by: person}}}, []string{"Baton/Status/Open"}},
		"refund":            {thread{box: boxes[2], topic: refund, mails: []mail{{by: person}}}, []string{"Baton/Assigned/Ben", "Baton/Priority/High", "Baton/Status/Open", "Baton/Tag/refund"}},
		"refund, machine":   {thread{box: boxes[0], topic: refund, mails: []mail{{by: automatic}}}, []string{"Baton/Assigned/Ana", "Baton/Priority/High", "Baton/Status/Open", "Baton/Tag/refund"}},
		"refund, spam":      {thread{box: boxes[0], topic: refund, mails: []mail{{by: spammer, upset: true}}}, []string{"Baton/Status/Spam"}},
		"question, machine": {thread{box: boxes[0], topic: question, mails: []mail{{by: newsgroup, upset: true}}}, []string{"Baton/Status/Ignored"}},
		"answered":          {thread{box: boxes[0], topic: question, mails: []mail{{by: person}, {by: team}, {by: automatic}}}, []string{"Baton/Status/Waiting for customer"}},
		"closed": {thread{box: boxes[0], topic: question, mails: []mail{{by: person, upset: true}},
			acts: []act{{verb: give, to: "mia@acme.test"}, {verb: tagging, text: "vip"}, {verb: closing}}},
			[]string{"Baton/Assigned/Mia", "Baton/Priority/High", "Baton/Status/Closed", "Baton/Tag/upset", "Baton/Tag/vip"}},
		"closed, then mail": {thread{box: boxes[0], topic: question, mails: []mail{{by: person}}, acts: []act{{verb: closing}}, late: []mail{{by: person}}},
			[]string{"Baton/Status/Open"}},
	} {
		if diff := cmp.Diff(c.want, c.thread.expected()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// TestPolicy holds the children's policy against the reader that they use.
func TestPolicy(t *testing.T) {
	p, err := policy.Parse("policy.yaml", policyText())
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Mailboxes) != len(boxes) || len(p.Members) != len(names) {
		t.Errorf("%d mailboxes and %d members, want %d and %d", len(p.Mailboxes), len(p.Members), len(boxes), len(names))
	}
}

// TestFaults counts how many calls go wrong, and that the same do for the same
// seed.
func TestFaults(t *testing.T) {
	const calls = 20_000
	f := &faults{seed: 3}
	statuses := map[int]int{}
	n := 0
	for i := range calls {
		c := gmailsim.Call{Method: "gmail.users.messages.get", MethodN: i}
		hit := f.at(c)
		if again := f.at(c); (hit == nil) != (again == nil) || hit != nil && (hit.Status != again.Status || hit.Drop != again.Drop) {
			t.Fatalf("call %d: %+v, and again %+v", i, hit, again)
		}
		if hit != nil {
			n++
			statuses[hit.Status]++
		}
	}
	if n < calls*4/100 || n > calls*6/100 {
		t.Errorf("%d of %d calls went wrong, want 5 %%", n, calls)
	}
	for _, s := range []int{0, http.StatusTooManyRequests, http.StatusForbidden, http.StatusInternalServerError, http.StatusServiceUnavailable} {
		if statuses[s] == 0 {
			t.Errorf("no call ended with status %d", s)
		}
	}
	f.off.Store(true)
	for i := range 1000 {
		if f.at(gmailsim.Call{MethodN: i}) != nil {
			t.Fatal("a call went wrong after all was switched off")
		}
	}
}

// Only a reply that moves the status, after a customer's mail in a thread with an
// earlier one, may cross with that mail.
func TestCrossed(t *testing.T) {
	wait := []act{{verb: reply, then: "wait"}}
	for name, tt := range map[string]struct {
		t    thread
		want bool
	}{
		"second mail":       {thread{mails: []mail{{by: person}, {by: person}}, acts: wait}, true},
		"first mail":        {thread{mails: []mail{{by: person}}, acts: wait}, false},
		"a machine's mail":  {thread{mails: []mail{{by: person}, {by: automatic}}, acts: wait}, false},
		"another one after": {thread{mails: []mail{{by: person}, {by: person}}, acts: wait, late: []mail{{by: person}}}, false},
		"kept as it is":     {thread{mails: []mail{{by: person}, {by: person}}, acts: []act{{verb: reply, then: "keep"}}}, false},
		"closed":            {thread{mails: []mail{{by: person}, {by: person}}, acts: []act{{verb: closing}}}, false},
	} {
		if got := tt.t.crossed(); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := reopened([]string{"Baton/Assigned/Mia", "Baton/Status/Closed"}); !slices.Equal(got, []string{"Baton/Assigned/Mia", "Baton/Status/Open"}) {
		t.Errorf("reopened: %q", got)
	}
}
