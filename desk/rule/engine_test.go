package rule

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
)

const support desk.Mailbox = "support@acme.test"

// letter is a person's mail to support, sent on Friday 2026-03-06 at 23:30 in
// Vienna.
func letter() desk.Facts {
	return desk.Facts{
		Mailbox:     support,
		From:        desk.Address{Name: "Bob Jones", Email: "Bob@Shop.Example"},
		To:          []desk.Email{"Support@acme.test", "info@acme.test"},
		Cc:          []desk.Email{"boss@shop.example"},
		DeliveredTo: "support@acme.test",
		Alias:       "Spring-Sale",
		Subject:     "REFUND for order 1234",
		Body:        "Hello,\nI want my Money Back.\n",
		Headers:     map[string]string{"list-id": "News <news.shop.example>", "x-priority": "1"},
		Attachments: []desk.Attachment{{Name: "Invoice.PDF", Type: "application/pdf", Size: 120_000}},
		Verdict:     desk.Person,
		At:          time.Date(2026, 3, 6, 22, 30, 0, 0, time.UTC),
	}
}

func vienna(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		t.Fatalf("the tests need time zones: %v", err)
	}
	return zone
}

func engine(t testing.TB, rules ...desk.Rule) *Engine {
	t.Helper()
	for i := range rules {
		if rules[i].Name == "" {
			rules[i].Name = string(rune('A' + i))
		}
	}
	e, faults := Compile(&desk.Policy{Zone: vienna(t), Rules: rules})
	if len(faults) > 0 {
		t.Fatalf("Compile: %v", faults)
	}
	return e
}

func TestConditions(t *testing.T) {
	for _, tt := range []struct {
		when string
		want string
	}{
		{`true`, "rule A matched"},
		{`false`, "no rule matched"},
		{`from == "bob@shop.example"`, "rule A matched"},
		{`from_name.startsWith("bob")`, "rule A matched"},
		{`domain == "shop.example"`, "rule A matched"},
		{`domain in ["shop.example", "other.example"]`, "rule A matched"},
		{`domain.endsWith(".example") && !(domain in ["x.example"])`, "rule A matched"},
		{`"support@acme.test" in to`, "rule A matched"},
		{`to.exists(a, a.endsWith("@acme.test"))`, "rule A matched"},
		{`to.all(a, a.endsWith("@acme.test"))`, "rule A matched"},
		{`cc.exists_one(a, a == "boss@shop.example")`, "rule A matched"},
		{`cc.all(a, a == "nobody@shop.example")`, "no rule matched"},
		{`delivered_to == "support@acme.test"`, "rule A matched"},
		{`alias == "spring-sale"`, "rule A matched"},
		{`subject.contains("refund")`, "rule A matched"},
		{`subject.matches("order [0-9]{4}$")`, "rule A matched"},
		{`subject.matches("^Order") || subject.matches("(?i)^REFUND\\b")`, ""},
		{`subject.matches("(?i)^REFUND\\b\\S*")`, "rule A matched"},
		{`body.contains("money back")`, "rule A matched"},
		{`size(body) > 10 && body.size() < 100`, "rule A matched"},
		{`"list-id" in headers`, "rule A matched"},
		{`headers["list-id"].contains("News")`, "rule A matched"},
		{`headers["list-id"].lowerAscii().contains("news <news")`, "rule A matched"},
		{`headers["x-none"] == "1"`, "no rule matched"},
		{`headers["x-none"] == "1" || subject.contains("refund")`, "rule A matched"},
		{`has(headers.precedence)`, "no rule matched"},
		{`headers.exists(h, h.startsWith("x-") && headers[h] == "1")`, "rule A matched"},
		{`attachments.exists(a, a.name.endsWith(".pdf") && a.size > 100 * 1000)`, "rule A matched"},
		{`attachments.exists(a, a.type.startsWith("image/"))`, "no rule matched"},
		{`size(attachments) == 1`, "rule A matched"},
		{`hour == 23 && weekday == "fri"`, "rule A matched"},
		{`hour >= 18 || hour < 8`, "rule A matched"},
		{`weekday in ["sat", "sun"]`, "no rule matched"},
		{`automatic`, "no rule matched"},
		{`verdict == "person"`, "rule A matched"},
		{`to[7] == "x@acme.test"`, "no rule matched; rule A could not be decided (a list has fewer items than it asks for)"},
		{`1 / (hour - 23) == 0`, "no rule matched; rule A could not be decided (it divides by zero)"},
		{`1 % (hour - 23) == 0`, "no rule matched; rule A could not be decided (it divides by zero)"},
		{`9223372036854775807 + hour > 0`, "no rule matched; rule A could not be decided (a number is too large)"},
	} {
		e, faults := Compile(&desk.Policy{Zone: vienna(t), Rules: []desk.Rule{{Name: "A", When: tt.when}}})
		if len(faults) > 0 {
			if tt.want != "" {
				t.Errorf("%s: %v", tt.when, faults)
			}
			continue
		}
		if got := e.Route(letter()).Reason; got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.when, got, tt.want)
		}
	}
}

func TestMerge(t *testing.T) {
	e := engine(t,
		desk.Rule{Name: "Refunds", When: "true", Then: desk.Actions{Team: "Billing", Priority: ExplicitNormal, Tags: []string{"refund", "money"}}},
		desk.Rule{Name: "Never", When: "false", Then: desk.Actions{Status: desk.Ignored}},
		desk.Rule{Name: "VIP", When: "true", Then: desk.Actions{Person: "ana@acme.test", Priority: desk.High, Tags: []string{"Refund", "vip"}, Status: desk.Open}},
		desk.Rule{Name: "Late", When: "to[9] == from", Then: desk.Actions{Status: desk.Spam}},
		desk.Rule{Name: "Last", When: "true", Then: desk.Actions{Status: desk.Closed, Stop: true}},
		desk.Rule{Name: "Beyond", When: "true", Then: desk.Actions{Tags: []string{"beyond"}}},
	)
	want := desk.Routing{
		Matched: []string{"Refunds", "VIP", "Last"},
		Team:    "Billing",
		Tags:    []string{"refund", "money", "vip"},
		Status:  desk.Open,
		Reason:  "rules Refunds, VIP and Last matched; rule Late could not be decided (a list has fewer items than it asks for)",
	}
	if diff := cmp.Diff(want, e.Route(letter())); diff != "" {
		t.Errorf("Route (-want +got):\n%s", diff)
	}
}

func TestFirstExplicitPriorityWins(t *testing.T) {
	high, normal := desk.Actions{Priority: desk.High}, desk.Actions{Priority: ExplicitNormal}
	for _, tt := range []struct {
		first, second desk.Actions
		want          desk.Priority
	}{
		{high, normal, desk.High},
		{normal, high, desk.Normal},
		{desk.Actions{}, high, desk.High},
	} {
		e := engine(t, desk.Rule{When: "true", Then: tt.first}, desk.Rule{When: "true", Then: tt.second})
		if got := e.Route(letter()).Priority; got != tt.want {
			t.Errorf("%v then %v: got %q, want %q", tt.first, tt.second, got, tt.want)
		}
	}
}

func TestScopeAndMailbox(t *testing.T) {
	e := engine(t,
		desk.Rule{Name: "default", When: "true"},
		desk.Rule{Name: "people", When: "true", Scope: desk.ScopePeople},
		desk.Rule{Name: "machines", When: "true", Scope: desk.ScopeAutomatic},
		desk.Rule{Name: "all", When: "true", Scope: desk.ScopeAll},
		desk.Rule{Name: "sales", When: "true", Scope: desk.ScopeAll, Mailbox: "sales@acme.test"},
	)
	for verdict, want := range map[desk.Verdict][]string{
		desk.Person:        {"default", "people", "all"},
		desk.AutoReply:     {"machines", "all"},
		desk.AutoGenerated: {"machines", "all"},
		desk.Bounce:        {"machines", "all"},
		desk.MailingList:   {"machines", "all"},
		desk.Own:           nil,
		desk.Notified:      nil,
		desk.Gone:          nil,
	} {
		f := letter()
		f.Verdict = verdict
		got := e.Route(f)
		if diff := cmp.Diff(want, got.Matched); diff != "" {
			t.Errorf("%s (-want +got):\n%s", verdict, diff)
		}
		if got.Reason == "" {
			t.Errorf("%s: no reason", verdict)
		}
	}
	f := letter()
	f.Mailbox = "sales@acme.test"
	if got := e.Route(f).Matched; !cmp.Equal(got, []string{"default", "people", "all", "sales"}) {
		t.Errorf("sales: %v", got)
	}
}

func TestNeeds(t *testing.T) {
	e := engine(t,
		desk.Rule{When: `subject == "x"`},
		desk.Rule{When: `body.contains("x")`, Mailbox: support},
		desk.Rule{When: `attachments.exists(a, a.size > 1)`, Mailbox: "sales@acme.test"},
		desk.Rule{When: `has(headers.precedence)`, Mailbox: "sales@acme.test"},
	)
	for m, want := range map[desk.Mailbox]desk.Needs{
		support:            {Body: true},
		"sales@acme.test":  {Attachments: true, Headers: true},
		"office@acme.test": {},
	} {
		if got := e.Needs(m); got != want {
			t.Errorf("%s: got %+v, want %+v", m, got, want)
		}
	}
}

func TestReasonStaysShort(t *testing.T) {
	var rules []desk.Rule
	for range 60 {
		rules = append(rules, desk.Rule{Name: strings.Repeat("n", 60), When: "true"},
			desk.Rule{Name: strings.Repeat("n", 60), When: "to[9] == from"})
	}
	got := engine(t, rules...).Route(letter())
	if len(got.Matched) != 60 || len(got.Reason) > 1200 || !strings.Contains(got.Reason, "and 55 more matched") {
		t.Errorf("matched %d, reason %q", len(got.Matched), got.Reason)
	}
}

func TestTagsAreCapped(t *testing.T) {
	var tags []string
	for i := range 30 {
		tags = append(tags, strings.Repeat("t", i+1))
	}
	if got := engine(t, desk.Rule{When: "true", Then: desk.Actions{Tags: tags}}).Route(letter()).Tags; len(got) != desk.MaxTags {
		t.Errorf("got %d tags, want %d", len(got), desk.MaxTags)
	}
}
