package rule

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
)

// huge is a mail at and beyond every cap.
func huge() desk.Facts {
	f := letter()
	f.Subject = strings.Repeat("s", 2*maxSubject)
	f.Body = strings.Repeat("a", 2*maxBody)
	f.Headers = map[string]string{}
	f.To, f.Cc, f.Attachments = nil, nil, nil
	for i := range 500 {
		f.To = append(f.To, desk.Email(fmt.Sprintf("%d%s", i, strings.Repeat("t", maxWord))))
		f.Cc = append(f.Cc, desk.Email(fmt.Sprintf("%d%s", i, strings.Repeat("t", maxWord))))
		f.Headers[fmt.Sprintf("h%03d", i)] = strings.Repeat("V", 2*maxHeader)
		f.Attachments = append(f.Attachments, desk.Attachment{Name: strings.Repeat("N", 2*maxWord), Size: int64(i)})
	}
	return f
}

func TestInputsAreCapped(t *testing.T) {
	e := engine(t, desk.Rule{Name: "caps", When: `size(subject) == 1024 && size(body) == 16384 && size(to) == 100 && size(cc) == 100 &&
		to[0].size() == 320 && size(headers) == 200 && headers["h000"].size() == 2048 && !("h200" in headers) &&
		size(attachments) == 100 && attachments[0].name.size() == 320`})
	if got := e.Route(huge()).Reason; got != "rule caps matched" {
		t.Error(got)
	}
}

func TestClipKeepsWholeCharacters(t *testing.T) {
	for s, want := range map[string]string{
		"aüb": "aü", "abüc": "ab", "ab😀": "ab", "abc": "abc", "\xffab": "?ab", "": "", "abcd": "abc",
	} {
		if got := clip(s, 3); got != want || !utf8.ValidString(got) {
			t.Errorf("clip(%q): got %q, want %q", s, got, want)
		}
	}
	if got := lower(strings.Repeat("Ⱥ", 10), 20); len(got) > 20 || !utf8.ValidString(got) {
		t.Errorf("lower: %q has %d bytes", got, len(got))
	}
}

// A costly rule is left out and named; the rules behind it go on.
func TestCostlyRuleIsLeftOut(t *testing.T) {
	e := engine(t,
		desk.Rule{Name: "Loop", When: `headers.all(a, headers.all(b, headers[a] == headers[b]))`},
		desk.Rule{Name: "Next", When: "true"})
	start := time.Now()
	got := e.Route(huge())
	if want := "rule Next matched; rule Loop could not be decided (too costly)"; got.Reason != want {
		t.Errorf("got %q, want %q", got.Reason, want)
	}
	if took := time.Since(start); took > 5*time.Second { // on a busy machine
		t.Errorf("took %v", took)
	}
}

// What takes a few milliseconds and so has time enough is still ended by its
// cost, which is the same on every machine.
func TestCostIsBounded(t *testing.T) {
	e := engine(t, desk.Rule{Name: "Loop", When: `headers.all(a, headers.all(b, a.size() + b.size() > 0))`})
	if got, want := e.Route(huge()).Reason, "no rule matched; rule Loop could not be decided (too costly)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A loop whose time is up is interrupted, though its cost is within the limit;
// conditions that cannot last are not timed.
func TestLoopsAreInterrupted(t *testing.T) {
	for _, tt := range []struct {
		when  string
		timed bool
	}{
		{`headers.all(a, headers.all(b, a.size() + b.size() > 0))`, true},
		{`to.all(a, !a.matches("^x"))`, true},
		{`to.all(a, !a.startsWith("x"))`, false},
		{`!subject.matches("^x")`, false},
	} {
		e := engine(t, desk.Rule{Name: "A", When: tt.when})
		if got := e.Route(letter()).Reason; got != "rule A matched" {
			t.Errorf("%s: got %q", tt.when, got)
		}
		e.slice = 0
		want := "rule A matched"
		if tt.timed {
			want = "no rule matched; rule A could not be decided (too costly)"
		}
		if got := e.Route(letter()).Reason; got != want {
			t.Errorf("%s without time: got %q, want %q", tt.when, got, want)
		}
	}
}

// When a mail has used up its time, the rules that are left are named.
func TestRouteTimeIsBounded(t *testing.T) {
	e := engine(t, desk.Rule{Name: "First", When: "true"}, desk.Rule{Name: "Second", When: "true"})
	now, calls := time.Date(2026, 3, 6, 12, 0, 0, 0, time.UTC), 0
	e.now = func() time.Time {
		if calls++; calls > 2 { // the first rule took long
			return now.Add(routeTime)
		}
		return now
	}
	if got, want := e.Route(letter()).Reason, "rule First matched; rule Second could not be decided (too costly)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// No text of a mail gets into a reason, which is kept and shown.
func TestReasonHoldsNoMailText(t *testing.T) {
	e := engine(t, desk.Rule{Name: "A", When: `headers[subject] == "x"`}, desk.Rule{Name: "B", When: `to[size(subject)] == "x"`})
	f := letter()
	f.Subject = "secret"
	if got := e.Route(f).Reason; strings.Contains(got, "secret") {
		t.Error(got)
	}
}

func TestRouteByManyAtOnce(t *testing.T) {
	e := engine(t, append(ordinary(), desk.Rule{Name: "R", When: `body.contains("money")`, Then: desk.Actions{Tags: []string{"refund"}}})...)
	want := e.Route(letter())
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if diff := cmp.Diff(want, e.Route(letter())); diff != "" {
					t.Errorf("(-alone +together):\n%s", diff)
					return
				}
			}
		})
	}
	wg.Wait()
}
