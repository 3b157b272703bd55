package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// base is a sound policy with one line per part, so that a test can replace a
// part and count on the lines of the others.
var base = strings.Split(`desk: Acme
timezone: Europe/Vienna
mailboxes:
  - {address: support@acme.test, name: Support, members: [ana@acme.test]}
  - {address: sales@acme.test, name: Sales, members: [bob@acme.test], aliases: [shop@acme.test]}
members:
  - {email: ana@acme.test, name: Ana Silva, role: agent}
  - {email: bob@acme.test, name: Bob Stone, role: manager}
teams:
  - {name: Billing, members: [ana@acme.test]}
rules:
  - {name: R, mailbox: support@acme.test, when: true, then: {stop: true}}`, "\n")

// with replaces a line of base, numbered from 1, or adds lines behind the last.
func with(line int, text string) string {
	lines := append([]string(nil), base...)
	if line > len(lines) {
		lines = append(lines, text)
	} else {
		lines[line-1] = text
	}
	return strings.Join(lines, "\n") + "\n"
}

func check(t *testing.T, text, want string) {
	t.Helper()
	_, err := Parse("p", []byte(text))
	var faults Faults
	if !errors.As(err, &faults) {
		t.Errorf("%s: got error %v, want Faults", want, err)
		return
	}
	for _, f := range faults {
		if strings.HasPrefix(f.String(), "p:"+want) {
			return
		}
	}
	t.Errorf("want %s\ngot\n%v", want, err)
}

func TestBaseIsSound(t *testing.T) {
	if _, err := Parse("p", []byte(with(99, ""))); err != nil {
		t.Fatal(err)
	}
}

// mark stands in a text where the fault must be told.
const mark = '‸'

// A want without a mark in its text begins with line and column; an empty want
// without a mark is a sound policy.
func TestFaults(t *testing.T) {
	for _, tt := range []struct {
		line       int
		text, want string
	}{
		{1, "desk: ‸[a]", "desk must be a text, this is a list"},
		{1, "desk: ‸5", "desk must be a text, this is a number: put it between quotes"},
		{1, "‸desk:", "desk must be a text, this is nothing"},
		{1, `desk: ""`, "1:7: desk is empty: write a name"},
		{1, "desk: " + strings.Repeat("ä", 61), "1:7: desk has more than 60 characters"},
		{1, `desk: "a\u202eb"`, "1:7: desk has an invisible character"},
		{1, "‸desc: Acme", "the policy has no key desc, did you mean desk?"},
		{1, "‸desc: Acme", "the policy needs desk"},
		{1, "‸wholly: Acme", "the policy has no key wholly: there are desk, timezone, mailboxes, members, teams, rules, share_domains"},
		{2, "timezone: ‸Local", `"Local" is not a time zone`},
		{2, `timezone: ""`, `2:11: "" is not a time zone`},
		{2, "timezone: ‸../etc/passwd", ""},
		{2, "‸desk: Twice", "desk is given twice, first in line 1: keep one"},
		{2, "x: ‸&a 1", "anchors and aliases (&, *, <<) are not used"},
		{2, "x: ‸*a", "anchors and aliases"},
		{2, "‸<<: {a: b}", "anchors and aliases"},
		{2, "timezone: ‸!!str UTC", "type tags (!) are not used"},
		{2, "‸? timezone", "a key cannot begin with ?"},
		{2, "‸---", "a policy is one document"},
		{2, "timezone: ‸'UTC", "this is not YAML: could not find end character of single-quoted text"},
		{2, "timezone: ‸a: b", "this is not YAML: mapping value is not allowed in this context"},
		{2, "\ttimezone: UTC", "2:1: this is not YAML:"},
		{2, "timezone: a\x00", "2:12: the control character U+0000 has no place"},
		{2, "timezone: \xff", "2:11: this is not UTF-8 text"},
		{2, "x: [[[[[[[[‸[1]]]]]]]]]", "too many lists inside one another"},
		{2, "x: " + strings.Repeat("- ", 9) + "1", "2:20: too many lists inside one another"},

		{4, "  - ‸support@acme.test", "a mailbox must have the keys address, name, aliases, members, first_reply, follow_up, hours, undo, signature, notices, alarm, approval, this is a text"},
		{4, "  - ‸{address: support@acme.test, members: [ana@acme.test]}", "a mailbox needs name"},
		{4, "  - ‸{name: Support}", "a mailbox needs address and members"},
		{4, "  - ‸name: Support", "a mailbox needs address and members"},
		{4, "  - {address: ‸Sup <support@acme.test>, name: S, members: [ana@acme.test]}", "\"Sup <support@acme.test>\" is not a mail address"},
		{4, "  - {address: ‸support@localhost, name: S, members: [ana@acme.test]}", ""},
		{4, "  - {address: sales@acme.test, name: S, members: [ana@acme.test]}", "5:15: sales@acme.test is already the mailbox sales@acme.test"},
		{4, "  - {address: ‸ANA@acme.test, name: S, members: [ana@acme.test]}", "ana@acme.test is already the address of the member Ana Silva"},
		{4, "  - {address: support@acme.test, name: S, ‸members: []}", "nobody works in this mailbox"},
		{4, "  - {address: support@acme.test, name: S, members: ‸ana@acme.test}", "members must be a list, this is a text"},
		{4, "  - {address: support@acme.test, name: S, members: [‸zoe@else.test]}", "zoe@else.test is not on the roster: add the address to members"},
		{4, "  - {address: support@acme.test, name: S, members: [ana@acme.test, ‸ANA@acme.test]}", "ana@acme.test is named twice"},
		{4, "  - {address: support@acme.test, name: S, members: [ana@acme.test, ‸5]}", "an entry of members must be a text, this is a number"},
		{4, "  - {address: support@acme.test, name: S, members: [ana@acme.test], aliases: [shop@acme.test]}", "5:81: shop@acme.test is already an alias of support@acme.test"},
		{4, "  - {address: support@acme.test, name: S, members: [ana@acme.test], aliases: [‸sales@acme.test]}", "sales@acme.test is already the mailbox sales@acme.test"},
		{4, "  - {address: support@acme.test, name: S, members: [ana@acme.test], aliases: [‸bob@acme.test]}", "bob@acme.test is already the address of the member Bob Stone"},
		{4, "  - {address: support@acme.test, name: S, members: [ana@acme.test], first_reply: ‸4}", "first_reply must be a time span with a unit like 30m, 4h or 2d, this is a number"},
		{4, "  - {address: support@acme.test, name: S, members: [ana@acme.test], first_reply: ‸soon}", `"soon" is not a time span`},
		{4, "  - {address: support@acme.test, name: S, members: [ana@acme.test], follow_up: ‸0d}", "follow_up must be between 1m and 3660d"},
		{4, "  - {address: support@acme.test, name: S, members: [ana@acme.test], follow_up: ‸-4h}", ""},
		{4, "  - {address: support@acme.test, name: S, members: [ana@acme.test], follow_up: ‸99999d}", "follow_up must be between"},

		{7, "  - {email: ana@acme.test, name: Ana, role: agent, ‸phone: x}", "a member has no key phone: there are email, name, label, role"},
		{7, "  - ‸{email: ana@acme.test}", "a member needs name and role"},
		{7, "  - {email: ‸ana, name: Ana, role: agent}", `"ana" is not a mail address`},
		{7, "  - {email: bob@acme.test, name: Ana, role: agent}", "8:13: bob@acme.test is on the roster twice, first in line 7"},
		{7, "  - {email: ana@acme.test, name: Ana, role: ‸guest}", `"guest" is not a role: write agent, manager or admin`},
		{7, "  - {email: ana@acme.test, name: Ana, label: ‸a/b, role: agent}", "label cannot have the character /"},
		{7, "  - {email: ana@acme.test, name: ‸A/na Silva, role: agent}", "the label that comes from the name cannot have the character /"},
		{7, "  - {email: ana@acme.test, name: Ana, label: bob stone, role: agent}", ""},
		{7, "  - {email: ana@acme.test, name: Bob Stone, role: agent}", "8:34: the label Bob Stone is also that of ana@acme.test"},
		{8, "  - {email: bob@acme.test, name: Bob, label: ANA, role: agent}", ""},
		{8, "  - {email: bob@acme.test, name: Bob, label: \"B\u200db\", role: agent}", ""}, // joiners are part of some scripts

		{10, "  - {name: Billing, ‸members: []}", "this team has no members"},
		{10, "  - ‸{name: Billing}", "a team needs members"},
		{10, "  - {name: ‸a/b, members: [ana@acme.test]}", "name cannot have the character /"},
		{10, "  - {name: Billing, members: [‸zoe@acme.test]}", "zoe@acme.test is not on the roster: add"},
		{10, "  - {name: A, members: [ana@acme.test]}\n  - {name: a, members: [ana@acme.test]}", "11:12: there is a team a already, in line 10"},

		{12, "  - ‸true", "a rule must have the keys name, mailbox, mail, when, then, this is true or false"},
		{12, "  - ‸{}", "a rule needs name, when and then"},
		{13, "  - {name: ‸r, when: true, then: {stop: true}}", "there is a rule r already, in line 12"},
		{13, "  - {name: S, mailbox: ‸suport@acme.test, when: true, then: {stop: true}}", "suport@acme.test is not a mailbox of this desk, did you mean support@acme.test?"},
		{13, "  - {name: S, mailbox: ‸office@else.test, when: true, then: {stop: true}}", "office@else.test is not a mailbox of this desk: add it"},
		{13, "  - {name: S, mailbox: ‸shop@acme.test, when: true, then: {stop: true}}", "shop@acme.test is an alias of sales@acme.test: name the mailbox"},
		{13, "  - {name: S, mail: ‸people!, when: true, then: {stop: true}}", `"people!" is not a kind of mail: write people, automatic or all`},
		{13, "  - {name: S, when: ‸5, then: {stop: true}}", "when must be a text, this is a number"},
		{13, "  - {name: S, when: true, ‸then: {}}", "then does nothing: give at least one of assign, priority, tags, status or stop"},
		{13, "  - {name: S, when: true, then: ‸stop}", "then must have the keys assign, priority, tags, status, stop, this is a text"},
		{13, "  - {name: S, when: true, then: {‸asign: x}}", "then has no key asign, did you mean assign?"},
		{13, "  - {name: S, when: true, then: {assign: ‸zoe@acme.test}}", "zoe@acme.test is not on the roster: add"},
		{13, "  - {name: S, when: true, then: {assign: ‸Billing}}", "Billing is a team: write team:Billing"},
		{13, "  - {name: S, when: true, then: {assign: \"team:Biling\"}}", "13:42: there is no team Biling, did you mean team:Billing?"},
		{13, "  - {name: S, when: true, then: {assign: \"team:Ops\"}}", "13:42: there is no team Ops: add it to teams"},
		{13, "  - {name: S, when: true, then: {assign: ‸ana@acme.test}}", "ana@acme.test does not work in sales@acme.test: the rule sees the mail of every mailbox"},
		{13, "  - {name: S, mailbox: sales@acme.test, when: true, then: {assign: ‸ana@acme.test}}", "ana@acme.test does not work in sales@acme.test: add them"},
		{13, "  - {name: S, mailbox: sales@acme.test, when: true, then: {assign: ‸'team:Billing'}}", "nobody of the team Billing works in sales@acme.test"},
		{13, "  - {name: S, when: true, then: {status: ‸done}}", `"done" is not a status that a rule can give: write open, waiting_customer, waiting_internal, closed, ignored or spam`},
		{13, "  - {name: S, when: true, then: {status: ‸snoozed}}", `"snoozed" is not a status that a rule can give`},
		{13, "  - {name: S, when: true, then: {stop: ‸yes}}", "stop must be true or false without quotes, this is a text"},
		{13, "  - {name: S, when: true, then: {tags: ‸refund}}", "tags must be a list, this is a text"},
		{13, "  - {name: S, when: true, then: {tags: [a, ‸A]}}", "the tag A is named twice"},
		{13, "  - {name: S, when: true, then: {tags: [‸'']}}", "a tag is empty"},
		{13, "  - {name: S, when: true, then: {tags: [\"a\\tb\"]}}", "13:41: a tag has an invisible character"},
		{13, "  - {name: S, when: true, then: {tags: [" + strings.Repeat("x", 61) + "]}}", "13:41: a tag has more than 60 characters"},
		{13, "  - {name: S, when: true, then: {tags: [a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q,r,s,t,‸u]}}", "tags has 21 entries, at most 20 are allowed"},
	} {
		text := with(tt.line, tt.text)
		if at := strings.IndexRune(text, mark); at >= 0 {
			before := text[:at]
			column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:]) + 1
			check(t, strings.Replace(text, string(mark), "", 1), fmt.Sprintf("%d:%d: %s", strings.Count(before, "\n")+1, column, tt.want))
			continue
		}
		if tt.want == "" {
			if _, err := Parse("p", []byte(text)); err != nil {
				t.Errorf("%s: %v", tt.text, err)
			}
			continue
		}
		check(t, text, tt.want)
	}
}

func TestWholeFileFaults(t *testing.T) {
	var members, rules, keys strings.Builder
	for i := range MaxMembers + 1 {
		fmt.Fprintf(&members, "  - {email: m%d@acme.test, name: M%d, role: agent}\n", i, i)
	}
	for i := range MaxRules + 1 {
		fmt.Fprintf(&rules, "  - {name: N%d, when: true, then: {stop: true}}\n", i)
	}
	for i := range maxKeys {
		fmt.Fprintf(&keys, "- k%d: v\n", i)
	}
	for _, tt := range []struct{ text, want string }{
		{"", "1:1: the policy is empty"},
		{"# nothing\n", "1:1: the policy is empty"},
		{"just words", "1:1: the policy must have the keys desk, timezone"},
		{"[a]", "1:1: the policy must have the keys"},
		{"desk: A", "1:1: the policy needs timezone, mailboxes and members"},
		{"mailboxes: []", "1:1: mailboxes is empty: a desk needs at least one mailbox"},
		{"members: []", "1:1: members is empty: a desk needs at least one member"},
		{strings.Repeat("#", MaxText+1), "1:1: the file has 262145 bytes, at most 262144 are allowed"},
		{with(7, members.String()), "507:5: members has 503 entries, at most 500 are allowed"[:6]},
		{with(12, rules.String()), "212:5: rules has 201 entries, at most 200 are allowed"},
		{keys.String() + "- a: b\n", "8001:4: the file has more than 8000 keys"},
		{strings.Repeat("-\n", maxItems+1), "20001:1: the file has more than 20000 list items"},
		{strings.Repeat("a: b\n", maxTable+1), "51:2: a table has more than 50 keys"},
		{"- a: b\n" + strings.Repeat("  a: b\n", maxTable), "51:4: a table has more than 50 keys"},
		{strings.Repeat("a: ", maxTable+1), "1:152: a table has more than 50 keys"},
		{strings.Repeat("[", 100_000), "1:9: too many lists inside one another"},
		{strings.Repeat("&a ", 80_000), "1:1: anchors and aliases"},
	} {
		check(t, tt.text, tt.want)
	}
}

// Texts that make a reader slow or deep are refused or read in time.
func TestHostileTextsEnd(t *testing.T) {
	var steps strings.Builder
	for i := 0; steps.Len() < MaxText-1000; i++ {
		steps.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	for name, text := range map[string]string{
		"steps":      steps.String(),
		"flow":       "{" + strings.Repeat("a: b,", maxKeys-1) + "}",
		"keys":       strings.Repeat("rules: b\n", maxKeys-1),
		"dashes":     strings.Repeat("-\n", MaxText/2),
		"colons":     strings.Repeat("a: ", maxKeys),
		"brackets":   strings.Repeat("[],", MaxText/3),
		"questions":  strings.Repeat("? ", MaxText/2),
		"comments":   strings.Repeat("#\n", MaxText/2),
		"conditions": with(99, strings.Repeat("  - {name: R, when: '"+strings.Repeat("x y ", 250)+"', then: {stop: true}}\n", 199)),
		"one line":   "{rules: [" + strings.Repeat("{name: R, when: "+strings.Repeat("xy", 450)+", then: {stop: true}},", 199) + "]}",
	} {
		start := time.Now()
		if _, err := Parse("p", []byte(text)); err == nil {
			t.Errorf("%s: accepted", name)
		}
		took := time.Since(start)
		t.Logf("%s: %d bytes in %v", name, len(text), took)
		if took > 10*time.Second { // about 1 s on an idle machine
			t.Errorf("%s: took %v", name, took)
		}
	}
}

func TestFaultsAreBounded(t *testing.T) {
	_, err := Parse("p", []byte(strings.Repeat("&a ", 80_000)))
	var faults Faults
	if !errors.As(err, &faults) || len(faults) != maxFaults+1 || !strings.Contains(faults[maxFaults].Say, "79800 more faults") {
		t.Errorf("got %d faults, the last is %v", len(faults), faults[len(faults)-1])
	}
}

func TestFaultsAreSortedAndToldOnce(t *testing.T) {
	a, b, c := Fault{"p", 1, 9, "x"}, Fault{"p", 2, 1, "x"}, Fault{"p", 2, 3, "x"}
	if got, want := (Faults{c, b, a, b, c}).sorted().Error(), "p:1:9: x\np:2:1: x\np:2:3: x"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestFaultsAsJSON(t *testing.T) {
	for want, faults := range map[string]Faults{
		`[]`: nil,
		`[{"file":"p.yaml","line":2,"column":3,"say":"wrong"}]`: {{File: "p.yaml", Line: 2, Column: 3, Say: "wrong"}},
	} {
		if got, err := json.Marshal(faults); err != nil || string(got) != want {
			t.Errorf("got %s, %v, want %s", got, err, want)
		}
	}
}
