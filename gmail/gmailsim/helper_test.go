package gmailsim_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/oauth2"
	gmailapi "google.golang.org/api/gmail/v1"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/option"

	"baton/gmail/gmailsim"
)

const (
	support = "support@acme.test"
	ana     = "ana@acme.test"
)

// clock is a clock that tests move.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func newClock() *clock { return &clock{t: time.Date(2026, 11, 21, 9, 0, 0, 0, time.UTC)} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(time.Millisecond)
	return c.t
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// world is a server with two mailboxes on HTTP.
type world struct {
	*gmailsim.Server
	t       *testing.T
	url     string
	clock   *clock
	checker *checker
}

func newWorld(t *testing.T, opt gmailsim.Options) *world {
	t.Helper()
	w := &world{t: t, clock: newClock()}
	if opt.Now == nil {
		opt.Now = w.clock.now
	}
	if opt.Seed == 0 {
		opt.Seed = 7
	}
	s, err := gmailsim.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	w.Server = s
	for _, m := range []gmailsim.Mailbox{
		{Address: support, Name: "Acme Support", Aliases: []gmailsim.Alias{{Address: "help@acme.test", Name: "Help"}}},
		{Address: ana, Name: "Ana Silva"},
	} {
		if err := s.AddMailbox(m); err != nil {
			t.Fatal(err)
		}
	}
	w.checker = newChecker(t, s)
	h := httptest.NewServer(w.checker)
	w.url = h.URL
	t.Cleanup(func() {
		h.Close()
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return w
}

// client gives Google's client with a token.
func (w *world) client(token string) *gmailapi.Service {
	w.t.Helper()
	ts := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: token})
	svc, err := gmailapi.NewService(context.Background(), option.WithEndpoint(w.url), option.WithTokenSource(ts))
	if err != nil {
		w.t.Fatal(err)
	}
	return svc
}

// users gives Google's client with everything allowed on a mailbox.
func (w *world) users(address string) *gmailapi.UsersService {
	return w.client(w.MailboxToken(address)).Users
}

func (w *world) deliver(to, raw string) gmailsim.Delivered {
	w.t.Helper()
	d, err := w.Deliver(context.Background(), to, []byte(raw))
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

// mail writes a mail; extra lines end with \r\n.
func mail(id, subject, body string, extra ...string) string {
	return fmt.Sprintf("From: Carl <carl@customer.test>\r\nTo: %s\r\nSubject: %s\r\nMessage-ID: <%s>\r\nDate: Fri, 20 Nov 2026 10:00:00 +0100\r\n%s\r\n%s\r\n",
		support, subject, id, strings.Join(extra, ""), body)
}

func b64(s string) string { return base64.URLEncoding.EncodeToString([]byte(s)) }

// must gives a call's answer or ends the test.
func must[T any](v T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// wantError checks code and reason of an API error.
func wantError(t *testing.T, err error, code int, reason, text string) {
	t.Helper()
	e, ok := errors.AsType[*googleapi.Error](err)
	if !ok {
		t.Fatalf("got error %v, want %d %s", err, code, reason)
	}
	got := ""
	if len(e.Errors) > 0 {
		got = e.Errors[0].Reason
	}
	if e.Code != code || got != reason || !strings.Contains(e.Message, text) {
		t.Errorf("got %d %s %q, want %d %s %q", e.Code, got, e.Message, code, reason, text)
	}
}

func uint64Text(n uint64) string { return strconv.FormatUint(n, 10) }

// searchCode gives the status of a search, without a network.
func searchCode(s *gmailsim.Server, tok, q string) int {
	r := httptest.NewRequest("GET", "/gmail/v1/users/me/messages?q="+url.QueryEscape(q), nil)
	r.Header.Set("Authorization", "Bearer "+tok)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Code
}

func itoa(n int) string { return strconv.Itoa(n) }

// decimal turns a hex id into the form that add-on events carry.
func decimal(id string) string {
	n, err := strconv.ParseUint(id, 16, 64)
	if err != nil {
		return err.Error()
	}
	return uint64Text(n)
}

// serve puts a server on HTTP.
func serve(t *testing.T, s *gmailsim.Server) string {
	t.Helper()
	h := httptest.NewServer(newChecker(t, s))
	t.Cleanup(h.Close)
	return h.URL
}
