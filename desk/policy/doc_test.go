package policy

import (
	"os"
	"strings"
	"testing"

	"baton/desk"
	"baton/desk/rule"
)

// guide is the reference for admins.
func guide(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/policy.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The example of the guide is a policy, and its rules do what they say.
func TestGuideExample(t *testing.T) {
	_, rest, _ := strings.Cut(guide(t), "```yaml\n")
	example, _, ok := strings.Cut(rest, "```")
	if !ok {
		t.Fatal("docs/policy.md has no yaml block")
	}
	p, err := Parse("docs/policy.md", []byte(example))
	if err != nil {
		t.Fatal(err)
	}
	engine, faults := rule.Compile(p)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	for _, tt := range []struct {
		facts desk.Facts
		want  string
	}{
		{desk.Facts{Mailbox: "support@acme.test", Verdict: desk.MailingList, Headers: map[string]string{"list-id": "x"}}, "rule Newsletters matched"},
		{desk.Facts{Mailbox: "support@acme.test", Verdict: desk.Person, Body: "My Money Back!", From: desk.Address{Email: "bob@mill.example"}},
			"rules Refunds and Important customers matched"},
		{desk.Facts{Mailbox: "support@acme.test", Verdict: desk.Person, Subject: "Invoice #1234", Attachments: []desk.Attachment{{Name: "A.PDF"}}},
			"rule Invoices by mail matched"},
		{desk.Facts{Mailbox: "sales@acme.test", Verdict: desk.Person, Subject: "Refund"}, "no rule matched"},
	} {
		if got := engine.Route(tt.facts).Reason; got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.facts.Subject, got, tt.want)
		}
	}
}

// The guide names every key and every variable.
func TestGuideIsComplete(t *testing.T) {
	text := guide(t)
	for _, word := range []string{
		"desk", "timezone", "mailboxes", "members", "teams", "rules", "share_domains", "address", "name", "aliases", "first_reply", "follow_up", "undo", "signature", "notices", "about", "quiet", "customer", "given", "mentioned", "shared", "lost", "routed", "asked", "stopped",
		"approval", "for", "by", "guest",
		"hours", "days",
		"email", "label", "role", "when", "then", "mailbox", "mail", "assign", "priority", "tags", "status", "stop",
		"from", "from_name", "to", "cc", "delivered_to", "alias", "domain", "subject", "body", "headers", "attachments",
		"hour", "weekday", "automatic", "verdict",
	} {
		if !strings.Contains(text, "`"+word+"`") {
			t.Errorf("docs/policy.md does not explain %s", word)
		}
	}
}
