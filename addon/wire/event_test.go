package wire_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/addon/wire"
)

func decode(t *testing.T, s string) *wire.Event {
	t.Helper()
	e, err := wire.Decode(strings.NewReader(s))
	if err != nil {
		t.Fatalf("Decode(%.200s): %v", s, err)
	}
	return e
}

func form(t *testing.T, input string) *wire.Event {
	t.Helper()
	return decode(t, `{"commonEventObject":{"formInputs":{"x":`+input+`}}}`)
}

func TestDecodeRefuses(t *testing.T) {
	for _, s := range []string{"", "null", "[]", "7", `"x"`, "{", `{"a":1}{"b":2}`, "{} x", "<html>", "\xff"} {
		if _, err := wire.Decode(strings.NewReader(s)); !errors.Is(err, wire.ErrMalformed) {
			t.Errorf("%q: %v, want ErrMalformed", s, err)
		}
	}
	large := `{"a":"` + strings.Repeat("x", wire.MaxEvent) + `"}`
	if _, err := wire.Decode(strings.NewReader(large)); !errors.Is(err, wire.ErrTooLarge) {
		t.Errorf("large: %v, want ErrTooLarge", err)
	}
	broken := errors.New("line cut")
	if _, err := wire.Decode(errReader{broken}); !errors.Is(err, broken) {
		t.Errorf("broken reader: %v", err)
	}
}

type errReader struct{ err error }

func (r errReader) Read([]byte) (int, error) { return 0, r.err }

// TestDecodeTolerates: odd members are absent, and cost nothing else.
func TestDecodeTolerates(t *testing.T) {
	for _, odd := range []string{"null", "7", `"x"`, "[]", "{}", "true", "[[]]", `{"a":{"b":[1]}}`} {
		for _, place := range []string{
			`{"commonEventObject":%,"gmail":{"threadId":"thread-f:16"}}`,
			`{"authorizationEventObject":%,"gmail":{"threadId":"thread-f:16"}}`,
			`{"commonEventObject":{"formInputs":%,"parameters":%,"timeZone":%,"hostApp":%},"gmail":{"threadId":"thread-f:16"}}`,
			`{"commonEventObject":{"formInputs":{"a":%},"parameters":{"b":%},"timeZone":{"offset":%,"id":%}},"gmail":{"threadId":"thread-f:16"}}`,
			`{"commonEventObject":{"formInputs":{"a":{"stringInputs":%,"dateInput":%,"timeInput":%,"dateTimeInput":%}}},"gmail":{"threadId":"thread-f:16"}}`,
			`{"commonEventObject":{"formInputs":{"a":{"stringInputs":{"value":%},"timeInput":{"hours":%}}}},"gmail":{"threadId":"thread-f:16"}}`,
			`{"authorizationEventObject":{"userIdToken":%,"authorizedScopes":%},"gmail":{"threadId":"thread-f:16","toRecipients":%}}`,
			`{"messageMetadata":%,"formInput":%,"new":%,"gmail":{"threadId":"thread-f:16","later":%}}`,
		} {
			e, err := wire.Decode(strings.NewReader(strings.ReplaceAll(place, "%", odd)))
			if err != nil {
				t.Errorf("%s with %s: %v", place, odd, err)
				continue
			}
			if id, _ := e.ThreadHex(); id != "10" {
				t.Errorf("%s with %s: thread %q, want 10", place, odd, id)
			}
		}
	}
}

func TestWholeEvent(t *testing.T) {
	e := decode(t, `{"commonEventObject":{"hostApp":"GMAIL","platform":"WEB","userLocale":"de-AT",
		"timeZone":{"id":"Europe/Vienna","offset":"3600000"},"parameters":{"version":"7"},
		"formInputs":{"note":{"stringInputs":{"value":["Hello @Ben"]}},"who":{"stringInputs":{"value":["a","b"]}}}},
		"authorizationEventObject":{"userOauthToken":"o","userIdToken":"u","systemIdToken":"s","authorizedScopes":["x","y z"]},
		"gmail":{"messageId":"msg-f:1784256312533705459","threadId":"thread-f:1784256312533705459","accessToken":"g",
		"toRecipients":["a@b.test"]},"messageMetadata":{"accessToken":"old"},"userTimezone":{"id":"x"}}`)
	if e.Common.HostApp != "GMAIL" || e.Common.Platform != "WEB" || e.Common.UserLocale != "de-AT" {
		t.Errorf("common %+v", e.Common)
	}
	if e.Auth.UserOAuthToken != "o" || e.Auth.UserIDToken != "u" || e.Auth.SystemIDToken != "s" || e.Gmail.AccessToken != "g" {
		t.Errorf("tokens %+v", e.Auth)
	}
	if id, ok := e.MessageHex(); id != "18c2f3a9b0d1e2f3" || !ok {
		t.Errorf("message %q, %v", id, ok)
	}
	if e.Parameter("version") != "7" || e.Parameter("other") != "" || e.Form("note") != "Hello @Ben" {
		t.Errorf("parameters or form: %+v", e.Common)
	}
	if diff := cmp.Diff([]string{"a", "b"}, e.FormList("who")); diff != "" {
		t.Error(diff)
	}
	if loc, ok := e.Location(); !ok || loc.String() != "Europe/Vienna" {
		t.Errorf("zone %v, %v", loc, ok)
	}
	if !e.Granted("x") || !e.Granted("z") || e.Granted("w") {
		t.Error("scopes")
	}
}

func TestForm(t *testing.T) {
	for _, c := range []struct {
		input, first string
		list         []string
	}{
		{`{"stringInputs":{"value":["a"]}}`, "a", []string{"a"}},
		{`{"stringInputs":{"value":[]}}`, "", nil},
		{`{"stringInputs":{"value":[""]}}`, "", nil},
		{`{"stringInputs":{"value":"a"}}`, "a", []string{"a"}},
		{`{"stringInputs":{"value":[7,true]}}`, "7", []string{"7", "true"}},
		{`{"stringInputs":{}}`, "", nil},
		{`{}`, "", nil},
		{`{"":{"stringInputs":{"value":["old"]}}}`, "old", []string{"old"}},
		{`{"":7}`, "", nil},
	} {
		e := form(t, c.input)
		if got := e.Form("x"); got != c.first {
			t.Errorf("%s: Form %q, want %q", c.input, got, c.first)
		}
		if diff := cmp.Diff(c.list, e.FormList("x")); diff != "" {
			t.Errorf("%s: FormList (-want +got):\n%s", c.input, diff)
		}
		if got := e.FormOn("x"); got != (c.list != nil) {
			t.Errorf("%s: FormOn %v", c.input, got)
		}
	}
	if e := decode(t, `{}`); e.Form("x") != "" || e.FormList("x") != nil || e.FormOn("x") {
		t.Error("a missing form has values")
	}
}

func TestFormDate(t *testing.T) {
	want := time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, input := range []string{
		`{"dateInput":{"msSinceEpoch":1672531200000}}`,
		`{"dateInput":{"msSinceEpoch":"1672531200000"}}`,
		`{"dateInput":{"msSinceEpoch":1.6725312E12}}`,
		`{"dateTimeInput":{"hasDate":true,"hasTime":true,"msSinceEpoch":"1672531200000"}}`,
		`{"":{"dateTimeInput":{"hasDate":"true","msSinceEpoch":1672531200000}}}`,
	} {
		if got, ok := form(t, input).FormDate("x"); !ok || !got.Equal(want) {
			t.Errorf("%s: %v, %v", input, got, ok)
		}
	}
	for _, input := range []string{`{}`, `{"dateInput":{}}`, `{"dateInput":{"msSinceEpoch":"soon"}}`, `{"dateInput":{"msSinceEpoch":1e300}}`, `{"dateInput":{"msSinceEpoch":null}}`} {
		if got, ok := form(t, input).FormDate("x"); ok {
			t.Errorf("%s: %v, want none", input, got)
		}
	}
}

func TestFormTime(t *testing.T) {
	for input, want := range map[string]time.Duration{
		`{"timeInput":{"hours":14,"minutes":20}}`: 14*time.Hour + 20*time.Minute,
		`{"timeInput":{"hours":"14"}}`:            14 * time.Hour,
		`{"timeInput":{"minutes":5}}`:             5 * time.Minute,
		`{"timeInput":{}}`:                        0,
		`{}`:                                      -1,
		`{"timeInput":null}`:                      -1,
		`{"timeInput":{"hours":24}}`:              -1,
		`{"timeInput":{"minutes":-1}}`:            -1,
	} {
		got, ok := form(t, input).FormTime("x")
		if ok != (want >= 0) || ok && got != want {
			t.Errorf("%s: %v, %v; want %v", input, got, ok, want)
		}
	}
}

func TestLocation(t *testing.T) {
	for zone, want := range map[string]int{
		`{"id":"Europe/Vienna"}`:                3600,
		`{"offset":-2.88E7}`:                    -8 * 3600,
		`{"offset":"-28800000"}`:                -8 * 3600,
		`{"offset":19800000}`:                   19800,
		`{"id":"Mars/Olympus","offset":"36e5"}`: 3600,
		`{"id":"../../etc/passwd"}`:             -1,
		`{"id":"Local"}`:                        -1,
		`{"offset":"9e9"}`:                      -1,
		`{}`:                                    -1,
		`null`:                                  -1,
	} {
		loc, ok := decode(t, `{"commonEventObject":{"timeZone":`+zone+`}}`).Location()
		if _, got := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).In(loc).Zone(); ok != (want != -1) || ok && got != want {
			t.Errorf("%s: %v seconds, %v; want %v", zone, got, ok, want)
		}
	}
}

func TestIDs(t *testing.T) {
	for id, want := range map[string]string{
		"msg-f:1784256312533705459": "18c2f3a9b0d1e2f3", "18c2f3a9b0d1e2f3": "18c2f3a9b0d1e2f3", "msg-f:255": "ff",
		"": "", "msg-a:r-123": "", "msg-f:": "", "msg-f:0": "", "msg-f:-1": "", "msg-f:1e9": "", "msg-f:99999999999999999999": "",
		"18C2F3": "", "xyz": "", "18c2f3a9b0d1e2f31": "", "thread-f:16": "", "msg-f:16|msg-f:17": "", "../16": "",
	} {
		got, ok := decode(t, `{"gmail":{"messageId":"`+id+`"}}`).MessageHex()
		if got != want || ok != (want != "") {
			t.Errorf("%q: %q, %v; want %q", id, got, ok, want)
		}
	}
	if got, ok := decode(t, `{"gmail":{"threadId":"thread-a:r1"}}`).ThreadHex(); ok {
		t.Errorf("thread-a: %q", got)
	}
}

// FuzzEvent holds that nothing that is posted panics, and that whatever is read stays in its bounds.
func FuzzEvent(f *testing.F) {
	for _, s := range []string{
		`{}`, `null`, `{"commonEventObject":{"formInputs":{"a":{"":{"dateInput":{"msSinceEpoch":-2.88E7}}}}}}`,
		`{"commonEventObject":{"timeZone":{"id":"Europe/Vienna","offset":-2.88E7},"parameters":{"a":1}}}`,
		`{"gmail":{"messageId":"msg-f:1784256312533705459","threadId":"thread-a:r1"}}`,
		`{"commonEventObject":{"formInputs":{"a":{"timeInput":{"hours":"9","minutes":59}}}}}`,
		`{"gmail":[],"gmail":{"threadId":7},"GMAIL":null}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := wire.Decode(bytes.NewReader(b))
		if err != nil {
			return
		}
		for name := range e.Common.FormInputs {
			e.Form(name)
			e.FormList(name)
			e.FormDate(name)
			if d, ok := e.FormTime(name); ok && (d < 0 || d >= 24*time.Hour) {
				t.Errorf("time %v", d)
			}
		}
		if loc, _ := e.Location(); loc == nil {
			t.Error("no location")
		}
		if id, ok := e.MessageHex(); ok && (len(id) == 0 || len(id) > 16) {
			t.Errorf("id %q", id)
		}
		e.Granted("x")
	})
}
