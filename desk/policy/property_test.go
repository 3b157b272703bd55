package policy

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"baton/desk"
)

// drawn writes a policy file of parts that are mostly sound.
func drawn(t *rapid.T) string {
	var b strings.Builder
	people := rapid.IntRange(1, 6).Draw(t, "people")
	email := rapid.Map(rapid.IntRange(0, people), func(i int) string { return fmt.Sprintf("m%d@acme.test", i) }) // one too many
	if rapid.IntRange(0, 9).Draw(t, "known") > 0 {
		email = rapid.Map(rapid.IntRange(0, people-1), func(i int) string { return fmt.Sprintf("m%d@acme.test", i) })
	}
	list := func(what string) string {
		return "[" + strings.Join(rapid.SliceOfNDistinct(email, 1, people, rapid.ID).Draw(t, what), ", ") + "]"
	}
	b.WriteString("desk: D\ntimezone: UTC\nmembers:\n")
	for i := range people {
		role := rapid.SampledFrom([]string{"agent", "manager", "admin", "admin"}).Draw(t, "role")
		fmt.Fprintf(&b, "  - {email: m%d@acme.test, name: %s N%d, role: %s}\n", i, rapid.SampledFrom([]string{"Ana", "Bob"}).Draw(t, "first"), i, role)
	}
	b.WriteString("mailboxes:\n")
	for i := range rapid.IntRange(1, 3).Draw(t, "boxes") {
		fmt.Fprintf(&b, "  - {address: box%d@acme.test, name: B, members: %s}\n", i, list("members"))
	}
	fmt.Fprintf(&b, "teams:\n  - {name: T, members: %s}\nrules:\n", list("team"))
	when := rapid.SampledFrom([]string{"true", `'subject.contains("refund")'`, `'to.exists(a, a == from)'`, `'headers["x"] == "y"'`, `'size(to) > 1 || to[0] == "x"'`, "'hour > 3'"})
	then := rapid.SampledFrom([]string{"tags: [a]", "assign: 'team:T'", "assign: m0@acme.test", "status: closed", "priority: high", "stop: true"})
	for i := range rapid.IntRange(1, 6).Draw(t, "rules") {
		fmt.Fprintf(&b, "  - {name: R%d, mailbox: box0@acme.test, when: %s, then: {%s}}\n", i, when.Draw(t, "when"), then.Draw(t, "then"))
	}
	return b.String()
}

func TestAcceptedPoliciesRoute(t *testing.T) {
	accepted := 0
	rapid.Check(t, func(rt *rapid.T) {
		text := drawn(rt)
		p, err := Parse("p", []byte(text))
		again, errAgain := Parse("p", []byte(text))
		if fmt.Sprint(err) != fmt.Sprint(errAgain) {
			rt.Fatalf("first %v, then %v", err, errAgain)
		}
		if err != nil {
			faultsStandInText(t, text, err)
			return
		}
		accepted++
		if p.Version != again.Version || !cmp.Equal(p.Rules, again.Rules) || !cmp.Equal(p.Members, again.Members) {
			rt.Fatalf("the same text gives two policies:\n%s", text)
		}
		labels := make(map[string]desk.Email)
		for _, m := range p.Members {
			if other, ok := labels[strings.ToLower(m.Label)]; ok || m.Label == "" {
				rt.Fatalf("label %q of %s and %s", m.Label, m.Email, other)
			}
			labels[strings.ToLower(m.Label)] = m.Email
		}
		routes(t, p)
	})
	if accepted < 10 {
		t.Errorf("only %d of the drawn policies were accepted: this test tests little", accepted)
	}
}
