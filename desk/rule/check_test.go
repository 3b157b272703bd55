package rule

import (
	"strings"
	"testing"

	"baton/desk"
)

func TestFaults(t *testing.T) {
	l, err := NewLanguage()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		when         string
		line, column int
		say          string
	}{
		{"", 1, 1, "the condition is empty"},
		{" \n ", 1, 1, "the condition is empty"},
		{strings.Repeat("x", MaxCondition+1), 1, 1, "at most 2048 are allowed"},
		{`subject`, 1, 1, "the condition gives a text, it must give true or false"},
		{`to`, 1, 1, "gives a list"},
		{`hour`, 1, 1, "gives a number"},
		{`headers`, 1, 1, "gives a table"},
		{`attachments[0]`, 1, 1, "something else (attachment)"},
		{`subjekt == "x"`, 1, 1, "subjekt is not known, did you mean subject?"},
		{"true &&\n  bodi == \"x\"", 2, 3, "bodi is not known, did you mean body?"},
		{`"ü" == "ü" && bodi == "x"`, 1, 15, "bodi is not known"},
		{`subject.contians("x")`, 1, 17, "contians is not known, did you mean contains?"},
		{`subject.replace("a", "b") == "x"`, 1, 16, "replace is not known: conditions may use"},
		{`subject.split(",").size() > 1`, 1, 14, "split is not known"},
		{`["a"].map(x, x).size() > 1`, 1, 10, "map is not known"},
		{`string(hour) == "1"`, 1, 7, "string is not known"},
		{`subject + body == "x"`, 1, 9, "+ cannot be used on (string, string)"},
		{`subject.contains(1)`, 1, 17, "contains cannot be used on string.(int)"},
		{`hour in "x"`, 1, 6, "in cannot be used on (int, string)"},
		{`attachments.exists(a, a.nam == "x")`, 1, 24, "an attachment has no nam, did you mean name?"},
		{`attachments.exists(a, a.checksum == "x")`, 1, 24, "there is no checksum: an attachment has name, type and size"},
		{`subject.contains("x"`, 1, 21, "this is not a condition: "},
		{`subject ==`, 1, 11, "this is not a condition: "},
		{`subject = "x"`, 1, 9, "this is not a condition: "},
		{strings.Repeat("(", 200) + "true" + strings.Repeat(")", 200), 1, 0, ""},
		{`subject.matches(body)`, 1, 17, "must be written out between quotes"},
		{`subject.matches("a(")`, 1, 17, "is not a regular expression of the RE2 kind: missing closing )"},
		{`subject.matches("(xyz){400}")`, 1, 17, "too large"},
		{`subject.matches("x{140}") || body.matches("y{140}")`, 1, 43, "too large"},
		{`subject.contains("Refund")`, 1, 18, `"Refund" can never match, because texts are compared in lower case: write "refund"`},
		{`from == "Bob@x.example"`, 1, 9, "can never match"},
		{`"Bob@x.example" != from`, 1, 1, "can never match"},
		{`"Bob@x.example" in to`, 1, 1, "can never match"},
		{`domain in ["a.example", "B.example"]`, 1, 25, "can never match"},
		{`to[0] == "B"`, 1, 10, "can never match"},
		{`to.exists(a, a == "B")`, 1, 19, "can never match"},
		{`attachments.exists(a, a.name.endsWith(".PDF"))`, 1, 39, "can never match"},
		{`headers["List-Id"] == "x"`, 1, 9, `write "list-id"`},
		{`"List-Id" in headers`, 1, 1, "can never match"},
		{`headers.exists(h, h == "List-Id")`, 1, 24, "can never match"},
		{`["A"].exists(subject, subject == "A") && subject.contains("B")`, 1, 59, `"B" can never match`}, // a name of its own hides the subject only inside
		{`headers["list-id"].lowerAscii() == "X"`, 1, 36, "can never match"},
		{`subject.matches("^Refund")`, 1, 17, "the pattern asks for the capital 'R'"},
		{`to.all(a, to.all(b, to.all(c, to.all(d, a == d))))`, 1, 1, "could cost too much to decide"},
		{`headers.all(a, headers.all(b, headers[a] == headers[b] && headers[a].contains(headers[b])))`, 1, 1, "could cost too much to decide"},
	} {
		faults := l.Check(tt.when)
		if len(faults) == 0 {
			t.Errorf("%.60s: no fault", tt.when)
			continue
		}
		f := faults[0]
		if tt.column > 0 && (f.Line != tt.line || f.Column != tt.column) {
			t.Errorf("%.60s: got %d:%d, want %d:%d (%s)", tt.when, f.Line, f.Column, tt.line, tt.column, f.Say)
		}
		if !strings.Contains(f.Say, tt.say) {
			t.Errorf("%.60s: got %q, want %q", tt.when, f.Say, tt.say)
		}
	}
}

func TestSoundConditionsPass(t *testing.T) {
	l, err := NewLanguage()
	if err != nil {
		t.Fatal(err)
	}
	for _, when := range []string{
		`headers["list-id"].contains("News")`,     // values of headers keep their case
		`subject.matches("\\S+ \\D \\W \\B")`,     // capitals of classes
		`headers.exists(h, headers[h] == "News")`, // a value looked up by a folded name
		`to.exists(a, cc.exists(b, a == b))`,
		`headers.exists(h, headers[h].contains("x"))`,
		`attachments.exists(a, a.size > 10 * 1024 * 1024)`,
		`hour < 9 ? true : weekday == "sat"`,
	} {
		if faults := l.Check(when); len(faults) > 0 {
			t.Errorf("%s: %v", when, faults)
		}
	}
}

func TestCompileNamesTheRule(t *testing.T) {
	e, faults := Compile(&desk.Policy{Rules: []desk.Rule{{When: "true"}, {When: "x1"}, {When: "true"}, {When: "true &&\n y1"}}})
	if e != nil || len(faults) != 2 {
		t.Fatalf("got %v, %v", e, faults)
	}
	if faults[0].Rule != 1 || faults[1].Rule != 3 || faults[1].Line != 2 || faults[1].Column != 2 {
		t.Errorf("got %v", faults)
	}
	if got, want := faults[1].Error(), "rule 4, condition 2:2: "; !strings.HasPrefix(got, want) {
		t.Errorf("got %q, want %q...", got, want)
	}
}

func TestNearest(t *testing.T) {
	known := []string{"subject", "body", "from", "from_name", "desk"}
	for word, want := range map[string]string{
		"subjekt": "subject", "sbuject": "subject", "bodi": "body", "form": "from", "fromname": "from_name", "subject": "subject",
		"": "", "x": "", "office": "", "dark": "", strings.Repeat("subject", 9): "", strings.Repeat("é", 1<<20): "",
	} {
		if got := Nearest(word, known); got != want {
			t.Errorf("Nearest(%.20q): got %q, want %q", word, got, want)
		}
	}
}
