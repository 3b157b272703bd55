package rule

import (
	"strings"
	"testing"
	"time"

	"baton/desk"
)

// nasty are conditions that are allowed and cost as much as they can.
func nasty() []desk.Rule {
	var out []desk.Rule
	for _, when := range []string{
		`to.all(a, cc.all(b, a != b || a.size() == b.size()))`,
		`headers.all(a, headers.all(b, headers[a] != headers[b] || a == b))`,
		`headers.all(a, headers[a].lowerAscii().lowerAscii().contains("zz") || headers[a] != "zz")`,
		`to.all(a, !body.matches("(?:a?){100}b.*(c|d)+$"))`,
		`body.matches("(?:.*a){20}$") || body.matches("(a|aa)+$") || body.matches("^(([a-z])+.)+[a-z]([a-z])+$")`,
		`body.contains(body) && body.contains(subject) && subject.contains(body)`,
		`to.exists(a, body.contains(a)) || to.all(a, cc.exists(b, b >= a))`,
		`attachments.all(a, attachments.all(b, a.name == b.name || a.size * b.size >= 0))`,
		`to[0] == cc[1] || headers["x"] == from || attachments[3].size / hour > 1`,
		`9223372036854775807 + hour > 0 && -hour % (hour - 3) == 0`,
		`subject.matches("^[[:alpha:]]+\\pL*\\x{10000}?$") && size(body) > size(subject)`,
		`[[to, cc], [cc, to]].all(l, l.all(m, m.all(a, a.size() > 0)))`,
		`has(headers.a) ? headers.a == domain : from_name != alias`,
	} {
		out = append(out, desk.Rule{Name: when, When: when, Scope: desk.ScopeAll})
	}
	return out
}

// FuzzRoute: whatever a mail brings, routing ends in time, never fails and
// explains itself in few words.
func FuzzRoute(f *testing.F) {
	rules := nasty()
	e := engine(f, rules...)
	f.Add("bob@x.example", "Refund", strings.Repeat("a", maxBody), "list-id", "x", int64(1), uint8(200))
	f.Add("", "", "", "", "", int64(-1), uint8(0))
	f.Add("İ\xff@\x00", strings.Repeat("Ⱥ", 2000), strings.Repeat("aé\xff", 9000), "\xff", strings.Repeat("Z", 5000), int64(1)<<62, uint8(255))
	f.Fuzz(func(t *testing.T, from, subject, body, header, value string, size int64, many uint8) {
		facts := desk.Facts{
			Mailbox: support, From: desk.Address{Name: from, Email: desk.Email(from)}, Alias: header,
			Subject: subject, Body: body, Headers: map[string]string{}, Verdict: desk.Person, At: time.Unix(size%1e12, 0),
		}
		for i := range int(many) {
			n := strings.Repeat("n", i)
			facts.To = append(facts.To, desk.Email(from+n))
			facts.Cc = append(facts.Cc, desk.Email(n+from))
			facts.Headers[header+n] = value + n
			facts.Attachments = append(facts.Attachments, desk.Attachment{Name: n + value, Type: header, Size: size})
		}
		start := time.Now()
		r := e.Route(facts)
		// routeTime, one pattern that cannot be interrupted, and a busy machine.
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("took %v", took)
		}
		if r.Reason == "" || len(r.Reason) > 3000 {
			t.Errorf("reason of %d bytes", len(r.Reason))
		}
		if len(r.Matched) > len(rules) {
			t.Errorf("%d of %d rules matched", len(r.Matched), len(rules))
		}
	})
}
