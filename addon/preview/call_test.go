package preview_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"baton/addon/preview"
)

// send posts JSON (or gets, with body nil) and gives status and decoded answer.
func (d *desk) send(t *testing.T, path string, body any, header ...string) (int, any) {
	t.Helper()
	method, reader := http.MethodGet, io.Reader(nil)
	if body != nil {
		b, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		method, reader = http.MethodPost, bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, d.url+path, reader)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var out any
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
		t.Fatalf("%s %s answered no JSON: %v", method, path, err)
	}
	return res.StatusCode, out
}

// refused asserts a status and a plain sentence.
func refused(t *testing.T, what string, status int, got any, want int, word string) {
	t.Helper()
	body, _ := got.(m)
	text, _ := body["error"].(string)
	if status != want || !strings.Contains(text, word) || len(body) != 1 {
		t.Errorf("%s: got %d %v, want %d with an error that says %q", what, status, got, want, word)
	}
}

func TestCallRefuses(t *testing.T) {
	d := newDesk(t)
	d.gmail.seed()
	d.script()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a foreign host was called") }))
	t.Cleanup(elsewhere.Close)
	host := strings.TrimPrefix(d.url, "http://")
	for _, url := range []string{
		elsewhere.URL + "/addon/home", "//" + strings.TrimPrefix(elsewhere.URL, "http://") + "/addon/home",
		"https://" + host + "/addon/home", "http://" + host + "@evil.test/x", "http://user@" + host + "/addon/home",
		"http://" + host + ".evil.test/", "mailto:ana@acme.test", "file:///etc/passwd", "http:/" + "\x00", "",
	} {
		status, got := d.send(t, "/preview/api/call", m{"as": "ana@acme.test", "url": url})
		refused(t, "url "+url, status, got, 400, "address")
	}
	if n := d.addon.count(); n != 0 {
		t.Errorf("the add-on was called %d times", n)
	}
	status, got := d.send(t, "/preview/api/call", m{"as": "nobody@acme.test", "url": "/addon/home"})
	refused(t, "unknown person", status, got, 400, "Nobody")
	status, got = d.send(t, "/preview/api/call", m{"as": "ana@acme.test", "url": "/addon/home", "mailbox": "none@acme.test"})
	refused(t, "unknown mailbox", status, got, 404, "mailbox")
	status, got = d.send(t, "/preview/api/call", m{"as": "ana@acme.test", "url": "/addon/message", "message": "no hex"})
	refused(t, "message id", status, got, 400, "message id")
	status, got = d.send(t, "/preview/api/call", []int{1})
	refused(t, "wrong shape", status, got, 400, "JSON")
	status, got = d.send(t, "/preview/api/call", m{"as": strings.Repeat("x", 2<<20)})
	refused(t, "too large", status, got, 413, "too large")
}

func TestCallPostsGooglesEvent(t *testing.T) {
	d := newDesk(t)
	d.gmail.seed()
	d.addon.on("/addon/do/give", func(m) (int, string) { return 200, `{"renderActions":{}}` })
	thread, err := d.gmail.Threads(t.Context(), "support@acme.test")
	if err != nil {
		t.Fatal(err)
	}
	messages, err := d.gmail.Thread(t.Context(), "support@acme.test", thread[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	status, got := d.send(t, "/preview/api/call", m{
		"as": "Ana@acme.test", "url": "/addon/do/give?v=2#part", "mailbox": "support@acme.test", "message": messages[5].ID,
		"form": m{"to": l{"ben@acme.test"}, "tags": l{"a", "b"}, "none": nil},
		"inputs": m{"until": m{"dateTimeInput": m{"hasDate": true, "hasTime": true, "msSinceEpoch": "1795255200000"}},
			"day": m{"dateInput": m{"msSinceEpoch": 1795219200000}}, "hour": m{"timeInput": m{"hours": 9, "minutes": 0}}},
		"parameters": m{"conversation": "c-17"},
	})
	if status != 200 {
		t.Fatalf("call: %d %v", status, got)
	}
	if diff := cmp.Diff(m{"status": 200.0, "answer": m{"renderActions": m{}}}, got); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
	target := d.url + "/addon/do/give?v=2"
	system := "signed " + target + " service-1@addons.test"
	want := m{
		"commonEventObject": m{
			"hostApp": "GMAIL", "platform": "WEB", "userLocale": "pt-PT",
			"timeZone": m{"id": "Europe/Lisbon", "offset": 0.0},
			"formInputs": m{
				"to": m{"stringInputs": m{"value": l{"ben@acme.test"}}}, "tags": m{"stringInputs": m{"value": l{"a", "b"}}},
				"none":  m{"stringInputs": m{"value": l{}}},
				"until": m{"dateTimeInput": m{"hasDate": true, "hasTime": true, "msSinceEpoch": 1795255200000.0}},
				"day":   m{"dateInput": m{"msSinceEpoch": 1795219200000.0}}, "hour": m{"timeInput": m{"hours": 9.0, "minutes": 0.0}},
			},
			"parameters": m{"conversation": "c-17"},
		},
		"authorizationEventObject": m{
			"userOAuthToken": "user support@acme.test", "systemIdToken": system,
			"userIdToken": "signed client-1.apps.test ana@acme.test", "authorizedScopes": l{"scope/a", "scope/b"},
		},
		"gmail": m{"messageId": "msg-f:1784256312533705225", "threadId": "thread-f:1784256312533705220",
			"accessToken": "message support@acme.test " + string(messages[5].ID)},
	}
	call := d.addon.last(t)
	if diff := cmp.Diff(want, call.event); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
	if got := call.header.Get("Authorization"); got != "Bearer "+system {
		t.Errorf("authorization header: got %q", got)
	}
	if got := call.header.Get("Content-Type"); got != "application/json" {
		t.Errorf("content type: got %q", got)
	}
}

func TestCallWithoutMessageOrForm(t *testing.T) {
	d := newDesk(t)
	d.script()
	if status, got := d.send(t, "/preview/api/call", m{"as": "ben@acme.test", "url": d.url + "/addon/home"}); status != 200 {
		t.Fatalf("call: %d %v", status, got)
	}
	want := m{
		"commonEventObject": m{"hostApp": "GMAIL", "platform": "WEB", "userLocale": "en-US", "timeZone": m{"id": "Asia/Kolkata", "offset": 19800000.0}},
		"authorizationEventObject": m{"userOAuthToken": "user ben@acme.test", "systemIdToken": "signed " + d.url + "/addon/home service-1@addons.test",
			"userIdToken": "signed client-1.apps.test ben@acme.test", "authorizedScopes": l{"scope/a", "scope/b"}},
	}
	if diff := cmp.Diff(want, d.addon.last(t).event); diff != "" {
		t.Errorf("event (-want +got):\n%s", diff)
	}
}

// A person's Gmail holds no token of a mailbox they may not open: a guessed message goes out as one of
// their own mailbox, where it leads nowhere, with the thread that it is part of.
func TestCallOutsideTheTeam(t *testing.T) {
	d := newDesk(t)
	d.gmail.seed()
	d.script()
	threads, err := d.gmail.Threads(t.Context(), "support@acme.test")
	if err != nil {
		t.Fatal(err)
	}
	all, err := d.gmail.Thread(t.Context(), "support@acme.test", threads[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	last := all[len(all)-1].ID
	for mailbox, thread := range map[string]preview.ThreadID{"support@acme.test": threads[0].ID, "ana@acme.test": preview.ThreadID(last)} {
		status, got := d.send(t, "/preview/api/call", m{"as": "olga@acme.test", "url": "/addon/message", "mailbox": mailbox, "message": last})
		if status != 200 {
			t.Fatalf("call: %d %v", status, got)
		}
		event := d.addon.last(t).event
		if got, want := event["authorizationEventObject"].(m)["userOAuthToken"], "user olga@acme.test"; got != want {
			t.Errorf("in %s: token %q, want %q", mailbox, got, want)
		}
		if got, want := event["gmail"].(m)["accessToken"], "message olga@acme.test "+string(last); got != want {
			t.Errorf("in %s: message token %q, want %q", mailbox, got, want)
		}
		n, err := strconv.ParseUint(string(thread), 16, 64)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := event["gmail"].(m)["threadId"], "thread-f:"+strconv.FormatUint(n, 10); got != want {
			t.Errorf("in %s: thread %q, want %q", mailbox, got, want)
		}
	}
}

func TestCallAnswers(t *testing.T) {
	d := newDesk(t)
	d.addon.on("/addon/text", func(m) (int, string) { return 500, "it <broke>" })
	status, got := d.send(t, "/preview/api/call", m{"as": "ana@acme.test", "url": "/addon/text"})
	if diff := cmp.Diff(m{"status": 500.0, "answer": "it <broke>"}, got); status != 200 || diff != "" {
		t.Errorf("text answer: %d (-want +got):\n%s", status, diff)
	}
	d.addon.on("/addon/large", func(m) (int, string) { return 200, `"` + strings.Repeat("x", 1<<20) + `"` })
	status, got = d.send(t, "/preview/api/call", m{"as": "ana@acme.test", "url": "/addon/large"})
	refused(t, "large answer", status, got, 502, "larger")

	o := options(d)
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	o.PublicURL = gone.URL
	page, err := preview.New(o)
	if err != nil {
		t.Fatal(err)
	}
	other := serve(t, page)
	status, got = other.send(t, "/preview/api/call", m{"as": "ana@acme.test", "url": "/addon/home"})
	refused(t, "nobody listens", status, got, 502, "reached")
}
