package gmail_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"baton/desk"
	"baton/gmail"
)

// virtual is a Gmail whose answers come without a network, so that it can
// stand in a synctest bubble, where a month takes no time. It has one quiet
// mailbox.
type virtual struct {
	accounts *gmail.Accounts
	desk     *fakeDesk
	room     *gmail.Room
	cursor   atomic.Uint64

	mu      sync.Mutex
	counts  map[string]int
	answer  func(method string) (int, string) // overrides the usual answer unless 0
	expires time.Time
}

func newVirtual(t *testing.T, change func(*gmail.RoomOptions)) *virtual {
	t.Helper()
	v := &virtual{desk: newFakeDesk(), counts: map[string]int{}}
	v.cursor.Store(1000)
	var err error
	v.accounts, err = gmail.NewAccounts(v, gmail.Options{Transport: v, UnitsPerMinute: -1})
	if err != nil {
		t.Fatal(err)
	}
	o := gmail.RoomOptions{
		Receiver: v.desk, Store: v.desk, Accounts: v.accounts, Holder: "one",
		Logger: quiet(), Sweep: 5 * time.Minute,
	}
	if change != nil {
		change(&o)
	}
	if v.room, err = gmail.NewRoom(o); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.room.Close(); v.accounts.Close() })
	return v
}

func (v *virtual) TokenSource(context.Context, desk.Mailbox) (oauth2.TokenSource, error) {
	return oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "x"}), nil
}

func (v *virtual) client() *gmail.Client {
	c, err := v.accounts.Client(support)
	if err != nil {
		panic(err)
	}
	return c
}

func (v *virtual) calls(method string) int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.counts[method]
}

func (v *virtual) set(answer func(string) (int, string)) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.answer = answer
}

// RoundTrip implements http.RoundTripper.
func (v *virtual) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		r.Body.Close()
	}
	method := strings.TrimPrefix(r.URL.Path, "/gmail/v1/users/me/")
	switch {
	case method == "history":
		method = "history.list"
	case strings.HasPrefix(method, "messages/"):
		method = "messages.modify"
	}
	v.mu.Lock()
	v.counts[method]++
	answer := v.answer
	v.mu.Unlock()
	code, body := 0, ""
	if answer != nil {
		code, body = answer(method)
	}
	if code == 0 {
		code, body = 200, v.usual(method)
	}
	return &http.Response{
		StatusCode: code, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(body)), Request: r,
	}, nil
}

func (v *virtual) usual(method string) string {
	switch method {
	case "profile", "history.list":
		return fmt.Sprintf(`{"historyId":"%d"}`, v.cursor.Load())
	case "watch":
		v.mu.Lock()
		defer v.mu.Unlock()
		v.expires = time.Now().Add(7 * 24 * time.Hour)
		return fmt.Sprintf(`{"historyId":"1","expiration":"%d"}`, v.expires.UnixMilli())
	}
	return `{}`
}

// refusal is an error as Gmail writes it.
func refusal(code int, reason, message string) (int, string) {
	return code, fmt.Sprintf(`{"error":{"code":%d,"message":%q,"errors":[{"reason":%q,"message":%q}]}}`, code, message, reason, message)
}

// watchLeft is how long the watch lives still.
func (v *virtual) watchLeft() time.Duration {
	v.mu.Lock()
	defer v.mu.Unlock()
	return time.Until(v.expires)
}
