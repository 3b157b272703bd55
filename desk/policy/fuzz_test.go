package policy

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"baton/desk"
	"baton/desk/rule"
)

// FuzzPolicy: Parse never panics and never takes long, every fault stands in
// the text and says something, the same text gives the same faults, and what
// is accepted compiles and routes.
func FuzzPolicy(f *testing.F) {
	for _, seed := range []string{
		"", acme, with(99, ""), "desk: [", "a: &a [*a, *a]", "{", "? a\n: b", "- - - -", "\ufeffdesk: x\r\n", "a: |\n", "a: >9\n x",
		"a: \"\\", "a: '", "<<: *x", "%YAML 1.2\n---\n", "--- |\n a\n---", "a: !!binary x", "a:\n\t- b", "{a: {a: {a: {a: [", "rules: [{when: }]",
		with(12, "  - {name: R, when: \"a\\\n b\", then: {stop: true}}"),
		with(12, "  - name: R\n    when: |2-\n        a ==\n\n    then: {tags: [a]}"),
		with(12, "  - name: R\n    when: >+\n      a\n\n\n        b\n    then: {tags: [a]}"),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		late := time.AfterFunc(5*time.Second, func() { panic(fmt.Sprintf("Parse does not end on %q", text)) })
		p, err := Parse("p", text)
		late.Stop()
		_, again := Parse("p", text)
		if err == nil {
			if again != nil {
				t.Fatalf("the second time: %v", again)
			}
			routes(t, p)
			return
		}
		if again == nil || err.Error() != again.Error() {
			t.Fatalf("first %v, then %v", err, again)
		}
		faultsStandInText(t, string(text), err)
	})
}

// routes checks that an accepted policy makes an engine that decides.
func routes(t *testing.T, p *desk.Policy) {
	t.Helper()
	engine, faults := rule.Compile(p)
	if len(faults) > 0 {
		t.Fatalf("accepted, but does not compile: %v", faults)
	}
	for _, b := range p.Mailboxes {
		r := engine.Route(desk.Facts{Mailbox: b.Address, Verdict: desk.Person, Subject: "refund"})
		if r.Reason == "" {
			t.Errorf("%s: no reason", b.Address)
		}
		if r.Person != "" && !p.Works(r.Person, b.Address) {
			t.Errorf("%s: assigned to %s, who does not work there", b.Address, r.Person)
		}
		engine.Needs(b.Address)
	}
}

func faultsStandInText(t *testing.T, text string, err error) {
	t.Helper()
	var faults Faults
	if !errors.As(err, &faults) || len(faults) == 0 {
		t.Fatalf("got %T %v, want Faults", err, err)
	}
	lines := strings.Split(text, "\n")
	for _, f := range faults {
		if f.Line < 1 || f.Line > len(lines) || f.Column < 1 || f.Column > utf8.RuneCountInString(lines[f.Line-1])+1 || f.Say == "" {
			t.Errorf("%q: a fault without a place in the text: %v", text, f)
		}
	}
}
