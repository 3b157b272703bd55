package policy

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
	"baton/desk/rule"
)

const acme = `desk: Acme support
timezone: Europe/Vienna
mailboxes:
  - address: Support@acme.test
    name: Support
    aliases: [help@acme.test]
    members: [ana@acme.test, mia@acme.test]
    first_reply: 4h
    follow_up: 30d
    undo: 0s
    signature: |
      {name}
      Acme support, 9 to 17
  - address: sales@acme.test
    name: Sales
    members: [ana@acme.test]
members:
  - {email: Ana@acme.test, name: Ana Silva, role: agent}
  - {email: mia@acme.test, name: Mia Berg, label: M, role: manager}
  - {email: ada@acme.test, name: Ada Long, role: admin}
  - {email: ada2@acme.test, name: Ada Short, role: agent}
teams:
  - name: Billing
    members: [ana@acme.test]
rules:
  - name: Refunds
    mailbox: support@acme.test
    when: subject.contains("refund") || body.contains("money back")
    then:
      assign: team:billing
      priority: high
      tags: [refund]
      status: open
      stop: true
  - name: News
    mail: automatic
    when: |
      "list-id" in headers
    then: {status: ignored, priority: normal}
  - name: Rest
    mail: all
    when: true
    then: {assign: ada@acme.test}
`

func TestParse(t *testing.T) {
	got, err := Parse("policy.yaml", []byte(acme))
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		t.Fatal(err)
	}
	usual := desk.Notices{About: desk.DefaultAbout(), Quiet: desk.DefaultQuiet}
	want := &desk.Policy{
		Version: got.Version,
		Desk:    "Acme support",
		Zone:    zone,
		Mailboxes: []desk.MailboxPolicy{
			{Address: "support@acme.test", Name: "Support", Aliases: []desk.Email{"help@acme.test"},
				Members: []desk.Email{"ana@acme.test", "mia@acme.test"}, FirstReply: 4 * time.Hour, FollowUp: 720 * time.Hour,
				Signature: "{name}\nAcme support, 9 to 17", Notices: usual},
			{Address: "sales@acme.test", Name: "Sales", Members: []desk.Email{"ana@acme.test"}, Undo: desk.DefaultUndo, Notices: usual},
		},
		Members: []desk.Member{
			{Email: "ana@acme.test", Name: "Ana Silva", Label: "Ana", Role: desk.Agent},
			{Email: "mia@acme.test", Name: "Mia Berg", Label: "M", Role: desk.Manager},
			{Email: "ada@acme.test", Name: "Ada Long", Label: "Ada Long", Role: desk.Admin},
			{Email: "ada2@acme.test", Name: "Ada Short", Label: "Ada Short", Role: desk.Agent},
		},
		Teams: []desk.Team{{Name: "Billing", Members: []desk.Email{"ana@acme.test"}}},
		Rules: []desk.Rule{
			{Name: "Refunds", Mailbox: "support@acme.test", Scope: desk.ScopePeople, Line: 26,
				When: `subject.contains("refund") || body.contains("money back")`,
				Then: desk.Actions{Team: "Billing", Priority: desk.High, Tags: []string{"refund"}, Status: desk.Open, Stop: true}},
			{Name: "News", Scope: desk.ScopeAutomatic, Line: 35, When: `"list-id" in headers`,
				Then: desk.Actions{Status: desk.Ignored, Priority: rule.ExplicitNormal}},
			{Name: "Rest", Scope: desk.ScopeAll, Line: 40, When: "true", Then: desk.Actions{Person: "ada@acme.test"}},
		},
	}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })); diff != "" {
		t.Errorf("Parse (-want +got):\n%s", diff)
	}
	if len(got.Version) != 12 {
		t.Errorf("version %q, want 12 digits", got.Version)
	}
	other, err := Parse("policy.yaml", []byte(acme+"\n"))
	if err != nil || other.Version == got.Version {
		t.Errorf("another text has version %q as well (%v)", other.Version, err)
	}
}

// Windows line ends and a byte order mark change nothing but the version.
func TestParseAnyLineEnds(t *testing.T) {
	want, err := Parse("p", []byte(acme))
	if err != nil {
		t.Fatal(err)
	}
	got, err := Parse("p", []byte("\ufeff"+strings.ReplaceAll(acme, "\n", "\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	got.Version = want.Version
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() })); diff != "" {
		t.Errorf("Parse (-unix +windows):\n%s", diff)
	}
}

func TestManyFaultsAtOnce(t *testing.T) {
	_, err := Parse("acme.yaml", []byte(`desk: Acme
timezone: Vienna
mailboxes:
  - address: support@acme
    name: Support
    members: [ana@acme.test, ena@acme.test]
members:
  - email: ana@acme.test
    name: Ana Silva
    role: boss
rules:
  - name: R
    whem: true
    then: {priority: urgent, tags: [a/b]}
`))
	var faults Faults
	if !errors.As(err, &faults) {
		t.Fatalf("got %T %v, want Faults", err, err)
	}
	want := `acme.yaml:2:11: "Vienna" is not a time zone: write an IANA name like Europe/Vienna or UTC
acme.yaml:4:14: "support@acme" is not a mail address: write one like ana@acme.test, without a name
acme.yaml:6:30: ena@acme.test is not on the roster, did you mean ana@acme.test?
acme.yaml:10:11: "boss" is not a role: write agent, manager or admin
acme.yaml:12:5: a rule needs when
acme.yaml:13:5: a rule has no key whem, did you mean when?
acme.yaml:14:22: "urgent" is not a priority: write normal or high
acme.yaml:14:37: a tag cannot have the character / in "a/b": write a hyphen instead`
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

// BenchmarkParse reads a policy at its limits: 500 members and 200 rules.
func BenchmarkParse(b *testing.B) {
	var text strings.Builder
	text.WriteString("desk: D\ntimezone: UTC\nmailboxes:\n  - {address: box@acme.test, name: B, members: [m0@acme.test]}\nmembers:\n")
	for i := range MaxMembers {
		fmt.Fprintf(&text, "  - email: m%d@acme.test\n    name: M%d\n    role: agent\n", i, i)
	}
	text.WriteString("rules:\n")
	for i := range MaxRules {
		fmt.Fprintf(&text, "  - name: R%d\n    when: subject.contains(\"topic%d\") || body.contains(\"word\")\n    then:\n      tags: [t%d]\n", i, i, i)
	}
	for b.Loop() {
		if _, err := Parse("p", []byte(text.String())); err != nil {
			b.Fatal(err)
		}
	}
}
