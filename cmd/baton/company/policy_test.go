package company

import (
	"strings"
	"testing"

	"cel.dev/cel-go/cel"
	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
)

// deskPolicy is the shape that policy.yaml promises to its reader.
type deskPolicy struct {
	Desk      string
	Timezone  string
	Mailboxes []struct {
		Address, Name, Signature string
		Aliases, Members         []string
		Notices                  struct{ Quiet string }
	}
	Members []struct{ Email, Name, Role string }
	Teams   []struct {
		Name    string
		Members []string
	}
	Texts []struct {
		Name, Text string
		Mailboxes  []string
	}
	Rules []deskRule
}

type deskRule struct {
	Name, Mailbox, When string
	Then                struct {
		Assign, Priority string
		Tags             []string
		Stop             bool
	}
}

func readPolicy(t *testing.T) deskPolicy {
	t.Helper()
	var p deskPolicy
	if err := yaml.UnmarshalWithOptions(Policy(), &p, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPolicyNamesPeopleAndMailboxes(t *testing.T) {
	p := readPolicy(t)
	var got []Person
	known := map[string]bool{}
	for _, m := range p.Members {
		got = append(got, Person(m))
		known[m.Email] = true
	}
	var want []Person
	for _, person := range People() {
		if person.Role != Outsider {
			want = append(want, person)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("members differ from People (-want +got):\n%s", diff)
	}
	var boxes []Mailbox
	for _, m := range p.Mailboxes {
		boxes = append(boxes, Mailbox{Address: m.Address, Name: m.Name, Aliases: m.Aliases})
		for _, member := range m.Members {
			if !known[member] {
				t.Errorf("%s lists %s, who is no member", m.Address, member)
			}
		}
	}
	if diff := cmp.Diff(SharedMailboxes(), boxes); diff != "" {
		t.Errorf("mailboxes differ from SharedMailboxes (-want +got):\n%s", diff)
	}
	for _, team := range p.Teams {
		known["team:"+team.Name] = true
		for _, member := range team.Members {
			if !known[member] {
				t.Errorf("team %s lists %s, who is no member", team.Name, member)
			}
		}
	}
	for _, r := range p.Rules {
		if r.Then.Assign != "" && !known[r.Then.Assign] {
			t.Errorf("rule %s assigns to %s, whom the file does not have", r.Name, r.Then.Assign)
		}
	}
}

// matched gives the names of the rules that hold for a received item.
func matched(t *testing.T, rules []deskRule, p parsed) []string {
	t.Helper()
	env, err := cel.NewEnv(
		cel.Variable("from", cel.StringType), cel.Variable("to", cel.ListType(cel.StringType)),
		cel.Variable("delivered_to", cel.StringType), cel.Variable("alias", cel.StringType),
		cel.Variable("domain", cel.StringType), cel.Variable("subject", cel.StringType),
		cel.Variable("body", cel.StringType), cel.Variable("hour", cel.IntType),
		cel.Variable("headers", cel.MapType(cel.StringType, cel.StringType)),
		cel.Variable("attachments", cel.ListType(cel.MapType(cel.StringType, cel.DynType))),
	)
	if err != nil {
		t.Fatal(err)
	}
	files := []map[string]any{}
	for _, a := range p.attachments {
		files = append(files, map[string]any{"name": a.name, "type": a.kind, "size": len(a.content)})
	}
	local, _, _ := strings.Cut(p.header.Get("Delivered-To"), "@")
	_, alias, _ := strings.Cut(local, "+")
	facts := map[string]any{
		"from": strings.ToLower(p.from), "to": []string{p.to}, "delivered_to": p.header.Get("Delivered-To"),
		"alias": alias, "domain": "", "subject": strings.ToLower(p.subject), "body": strings.ToLower(p.text),
		"hour": p.At.Hour(), "headers": map[string]string{}, "attachments": files,
	}
	var names []string
	for _, r := range rules {
		if r.Mailbox != "" && r.Mailbox != p.Mailbox {
			continue
		}
		ast, issues := env.Compile(r.When)
		if issues.Err() != nil {
			t.Fatalf("rule %s: %v", r.Name, issues.Err())
		}
		program, err := env.Program(ast)
		if err != nil {
			t.Fatalf("rule %s: %v", r.Name, err)
		}
		out, _, err := program.Eval(facts)
		if err != nil {
			t.Fatalf("rule %s on %s: %v", r.Name, p.Thread, err)
		}
		if out.Value() == true {
			names = append(names, r.Name)
			if r.Then.Stop {
				break
			}
		}
	}
	return names
}

func TestRulesRouteTheMail(t *testing.T) {
	rules := readPolicy(t).Rules
	byThread, uses := map[string][]string{}, map[string]int{}
	for _, p := range load(t, noon) {
		shared := p.Mailbox == "support@acme.test" || p.Mailbox == "sales@acme.test"
		if _, seen := byThread[p.Thread]; seen || p.Sent || !shared {
			continue
		}
		names := matched(t, rules, p)
		byThread[p.Thread] = names
		for _, name := range names {
			uses[name]++
		}
	}
	free := 0
	for _, names := range byThread {
		if len(names) == 0 {
			free++
		}
	}
	if free*3 < len(byThread) {
		t.Errorf("%d of %d threads match no rule, want at least a third", free, len(byThread))
	}
	for _, r := range rules {
		if uses[r.Name] == 0 {
			t.Errorf("rule %s matches nothing", r.Name)
		}
	}
	want := map[string][]string{
		"refund-kettle":          {"Refunds"},
		"german-rueckerstattung": {"Refunds"},
		"spanish-reembolso":      {"Refunds"},
		"angry-tent-poles":       {"Upset customer"},
		"upset-hinge":            {"Upset customer"},
		"plus-alias-spring":      {"Spring offer"},
		"press-request":          {"Press"},
		"german-ersatzteil":      nil, // "Espressokocher" is no press
		"gdpr-erasure":           {"Privacy"},
		"invoice-question":       {"Invoices"},
		"delivery-lost":          {"Delivery"},
		"wholesale-quote":        {"Wholesale"},
		"photo-rust":             {"Pictures"},
		"supplier-mistake":       nil,
		"product-question-gas":   nil,
	}
	for name, rules := range want {
		if diff := cmp.Diff(rules, byThread[name]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	t.Logf("%d of %d threads match no rule; rules match %v", free, len(byThread), uses)
}
