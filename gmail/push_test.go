package gmail_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
	"baton/gmail"
)

const subscription = "projects/acme/subscriptions/gmail"

// bell is a push endpoint whose hints are written down.
type bell struct {
	push *gmail.Push
	rung []string
	log  strings.Builder
}

func newBell(t testing.TB, subscription string) *bell {
	t.Helper()
	b := &bell{}
	p, err := gmail.NewPush(gmail.PushOptions{
		Verify: func(_ context.Context, token string) error {
			if token != "good" {
				return errors.New("bad token " + token)
			}
			return nil
		},
		Hint: func(m desk.Mailbox, id uint64) bool {
			if m != support {
				return false
			}
			b.rung = append(b.rung, fmt.Sprint(m, " ", id))
			return true
		},
		Subscription: subscription,
		Logger:       slog.New(slog.NewTextHandler(&b.log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	b.push = p
	return b
}

func (b *bell) post(token string, body io.Reader) int {
	r := httptest.NewRequest(http.MethodPost, "/push", body)
	if token != "" {
		r.Header.Set("Authorization", token)
	}
	w := httptest.NewRecorder()
	b.push.ServeHTTP(w, r)
	return w.Code
}

func wrap(encoding *base64.Encoding, data string) string {
	return fmt.Sprintf(`{"message":{"data":%q,"messageId":"1","message_id":"1"},"subscription":%q,"deliveryAttempt":2}`,
		encoding.EncodeToString([]byte(data)), subscription)
}

type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("the body was read before the token was judged")
	return 0, io.EOF
}

func TestPushWithoutGoodToken(t *testing.T) {
	b := newBell(t, "")
	for _, token := range []string{"", "good", "Basic good", "Bearer", "Bearer bad-secret", "Bearer  ", "bearer bad"} {
		if got := b.post(token, unread{t}); got != http.StatusUnauthorized {
			t.Errorf("token %q: %d, want 401", token, got)
		}
	}
	if strings.Contains(b.log.String(), "secret") {
		t.Error("a token was logged")
	}
	if got := strings.Count(b.log.String(), "\n"); got != 7 || b.push.Stats().Refused != 7 {
		t.Errorf("%d log lines and %d refused, want 7 each", got, b.push.Stats().Refused)
	}
}

func TestPushThatTellsNothing(t *testing.T) {
	hint := `{"emailAddress":"support@acme.test","historyId":7}`
	good := wrap(base64.StdEncoding, hint)
	for name, test := range map[string]struct {
		body string
		want gmail.HintStats
	}{
		"empty":                {"", gmail.HintStats{Garbage: 1}},
		"not json":             {"hello", gmail.HintStats{Garbage: 1}},
		"no message":           {`{"subscription":"` + subscription + `"}`, gmail.HintStats{Garbage: 1}},
		"not base64":           {`{"message":{"data":"!!"},"subscription":"` + subscription + `"}`, gmail.HintStats{Garbage: 1}},
		"no address":           {wrap(base64.StdEncoding, `{"historyId":7}`), gmail.HintStats{Garbage: 1}},
		"no id":                {wrap(base64.StdEncoding, `{"emailAddress":"support@acme.test"}`), gmail.HintStats{Garbage: 1}},
		"id with a fraction":   {wrap(base64.StdEncoding, `{"emailAddress":"support@acme.test","historyId":7.5}`), gmail.HintStats{Garbage: 1}},
		"id as a power":        {wrap(base64.StdEncoding, `{"emailAddress":"support@acme.test","historyId":1e3}`), gmail.HintStats{Garbage: 1}},
		"negative id":          {wrap(base64.StdEncoding, `{"emailAddress":"support@acme.test","historyId":-1}`), gmail.HintStats{Garbage: 1}},
		"id over 64 bits":      {wrap(base64.StdEncoding, `{"emailAddress":"support@acme.test","historyId":18446744073709551616}`), gmail.HintStats{Garbage: 1}},
		"unknown mailbox":      {wrap(base64.StdEncoding, `{"emailAddress":"x@acme.test","historyId":7}`), gmail.HintStats{Unknown: 1}},
		"another subscription": {strings.Replace(good, subscription, "projects/evil/subscriptions/x", 1), gmail.HintStats{Foreign: 1}},
		"no subscription":      {strings.Replace(good, subscription, "", 1), gmail.HintStats{Foreign: 1}},
		"64 kB and more":       {good + strings.Repeat(" ", 64<<10), gmail.HintStats{TooLarge: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBell(t, subscription)
			if got := b.post("Bearer good", strings.NewReader(test.body)); got != http.StatusNoContent {
				t.Errorf("%d, want 204: Pub/Sub would bring it again for days", got)
			}
			if diff := cmp.Diff(test.want, b.push.Stats()); diff != "" {
				t.Error(diff)
			}
			if b.rung != nil {
				t.Errorf("rung %v", b.rung)
			}
		})
	}
	b := newBell(t, "")
	r := httptest.NewRequest(http.MethodGet, "/push", nil)
	w := httptest.NewRecorder()
	if b.push.ServeHTTP(w, r); w.Code != http.StatusMethodNotAllowed {
		t.Errorf("GET: %d, want 405", w.Code)
	}
	if got := b.post("Bearer good", io.MultiReader(strings.NewReader("{"), brokenBody{})); got != http.StatusBadRequest {
		t.Errorf("half a body: %d, want 400", got)
	}
}

type brokenBody struct{}

func (brokenBody) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestPushRings(t *testing.T) {
	for name, body := range map[string]string{
		"number over 2^53": wrap(base64.StdEncoding, `{"emailAddress":"support@acme.test","historyId":9223372036854775809}`),
		"string":           wrap(base64.StdEncoding, `{"emailAddress":"Support@Acme.test","historyId":"9223372036854775809"}`),
		"url alphabet":     wrap(base64.URLEncoding, `{"emailAddress":"support@acme.test","historyId":9223372036854775809,"x":"???>>>"}`),
		"no padding":       wrap(base64.RawURLEncoding, `{"emailAddress":"support@acme.test","historyId":9223372036854775809 }`),
		"snake":            wrap(base64.RawStdEncoding, `{"email_address":"support@acme.test","history_id":"9223372036854775809"}`),
	} {
		b := newBell(t, subscription)
		if got := b.post("bearer good", strings.NewReader(body)); got != http.StatusNoContent {
			t.Errorf("%s: %d, want 204", name, got)
		}
		if diff := cmp.Diff([]string{"support@acme.test 9223372036854775809"}, b.rung); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func FuzzPush(f *testing.F) {
	f.Add([]byte(wrap(base64.StdEncoding, `{"emailAddress":"support@acme.test","historyId":7}`)))
	f.Add([]byte(wrap(base64.RawURLEncoding, `{"emailAddress":"support@acme.test","historyId":"9223372036854775809"}`)))
	f.Add([]byte(`{"message":{"data":null}}`))
	f.Add([]byte(`{"message":{"data":"e30="},"subscription":1}`))
	f.Add([]byte(`[[[[`))
	f.Fuzz(func(t *testing.T, body []byte) {
		b := newBell(t, subscription)
		if got := b.post("Bearer good", strings.NewReader(string(body))); got != http.StatusNoContent {
			t.Errorf("%d, want 204", got)
		}
		s := b.push.Stats()
		if s.Taken+s.Unknown+s.Foreign+s.Garbage+s.TooLarge != 1 {
			t.Errorf("one push, counted %+v", s)
		}
		if s.Taken == 1 && (len(b.rung) != 1 || strings.HasSuffix(b.rung[0], " 0")) {
			t.Errorf("rung %v", b.rung)
		}
	})
}

// Handing over panics: the push is answered 500, so that it comes again, and
// nothing of it is logged.
func TestPushSurvivesAPanic(t *testing.T) {
	b := newBell(t, subscription)
	var log strings.Builder
	p, err := gmail.NewPush(gmail.PushOptions{
		Verify: func(context.Context, string) error { return nil },
		Hint:   func(m desk.Mailbox, _ uint64) bool { panic("secret of " + string(m)) },
		Logger: slog.New(slog.NewTextHandler(&log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	b.push = p
	good := wrap(base64.StdEncoding, `{"emailAddress":"support@acme.test","historyId":7}`)
	for range 3 {
		if got := b.post("Bearer good", strings.NewReader(good)); got != http.StatusInternalServerError {
			t.Errorf("%d, want 500", got)
		}
	}
	if diff := cmp.Diff(gmail.HintStats{Panicked: 3}, p.Stats()); diff != "" {
		t.Errorf("counters (-want +got):\n%s", diff)
	}
	if strings.Contains(log.String(), "secret") || !strings.Contains(log.String(), "panic=string") {
		t.Errorf("the log: %s", log.String())
	}
}

// A payload without an envelope is known by its header, and another
// subscription's is not taken.
func TestPushUnwrapped(t *testing.T) {
	for _, c := range []struct {
		name, header, body string
		want               gmail.HintStats
	}{
		{"ours", subscription, `{"emailAddress":"support@acme.test","historyId":7}`, gmail.HintStats{Taken: 1}},
		{"another's", "projects/evil/subscriptions/x", `{"emailAddress":"support@acme.test","historyId":7}`, gmail.HintStats{Foreign: 1}},
		{"garbage", subscription, "hello", gmail.HintStats{Garbage: 1}},
		{"without metadata", "", `{"emailAddress":"support@acme.test","historyId":7}`, gmail.HintStats{Garbage: 1}},
	} {
		b := newBell(t, subscription)
		r := httptest.NewRequest(http.MethodPost, "/push", strings.NewReader(c.body))
		r.Header.Set("Authorization", "Bearer good")
		if c.header != "" {
			r.Header.Set("x-goog-pubsub-subscription-name", c.header)
		}
		w := httptest.NewRecorder()
		if b.push.ServeHTTP(w, r); w.Code != http.StatusNoContent {
			t.Errorf("%s: %d, want 204", c.name, w.Code)
		}
		if diff := cmp.Diff(c.want, b.push.Stats()); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}
