package main

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
)

// addresses are the routes of the demo's page and of Baton behind it, without
// what the router adds for methods that are not there.
func (q *quiet) addresses() []*echo.Route {
	q.Helper()
	e, ok := q.demo.page.http.Handler.(*echo.Echo)
	if !ok {
		q.Fatalf("the page is served by a %T", q.demo.page.http.Handler)
	}
	var out []*echo.Route
	for _, r := range e.Routes() {
		if r.Method == http.MethodGet || r.Method == http.MethodPost {
			out = append(out, r)
		}
	}
	if len(out) < 30 {
		q.Fatalf("%d routes, want all of them", len(out))
	}
	return out
}

// TestHeadersOnEveryAnswer asks every address that there is, wrongly as well,
// and looks at what keeps browsers and caches from harm.
func TestHeadersOnEveryAnswer(t *testing.T) {
	q := newQuiet(t)
	routes := append(q.addresses(), &echo.Route{Method: http.MethodGet, Path: "/no/such/page"})
	for _, r := range routes {
		if strings.Contains(r.Path, "changes") {
			continue // a stream that does not end
		}
		rq, err := http.NewRequestWithContext(t.Context(), r.Method, q.url+strings.ReplaceAll(r.Path, "*", "x"), nil)
		if err != nil {
			t.Fatal(err)
		}
		rs, err := http.DefaultClient.Do(rq)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(rs.Body)
		rs.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		name := r.Method + " " + r.Path
		if got := rs.Header.Get("X-Content-Type-Options"); got != "nosniff" {
			t.Errorf("%s: X-Content-Type-Options %q", name, got)
		}
		if got := rs.Header.Get("Content-Security-Policy"); !strings.Contains(got, "frame-ancestors 'none'") || !strings.Contains(got, "default-src") {
			t.Errorf("%s: Content-Security-Policy %q", name, got)
		}
		if rs.Header.Get("Referrer-Policy") == "" {
			t.Errorf("%s: no Referrer-Policy", name)
		}
		if strings.HasPrefix(r.Path, "/addon") || r.Path == "/push" {
			if rs.StatusCode != http.StatusUnauthorized || strings.TrimSpace(string(body)) != "" && r.Path != "/push" {
				t.Errorf("%s without a token: %d %q, want 401 and nothing else", name, rs.StatusCode, body)
			}
		}
		if got := rs.Header.Get("Server") + rs.Header.Get("X-Powered-By"); got != "" {
			t.Errorf("%s: tells what serves it: %q", name, got)
		}
	}
}

// endless is a body without an end that counts what was read of it.
type endless struct{ read atomic.Int64 }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	e.read.Add(int64(len(p)))
	return len(p), nil
}

// TestEndlessBodies posts a body that never ends to every address. Each stops
// reading early: before the body without a token, at its limit with one.
func TestEndlessBodies(t *testing.T) {
	q := newQuiet(t)
	for _, r := range q.addresses() {
		if r.Method != http.MethodPost {
			continue
		}
		tokens := map[string]string{"no token": ""}
		switch {
		case r.Path == "/push":
			tokens["push token"] = q.sign(q.pusher())
		case strings.HasPrefix(r.Path, "/addon"):
			tokens["system token"] = q.sign(q.system(r.Path))
		}
		for name, token := range tokens {
			body := &endless{}
			rq, err := http.NewRequestWithContext(t.Context(), http.MethodPost, q.url+strings.ReplaceAll(r.Path, "*", "x"), io.NopCloser(body))
			if err != nil {
				t.Fatal(err)
			}
			rq.Header.Set("Content-Type", "application/json")
			rq.Header.Set("Origin", q.url)
			if token != "" {
				rq.Header.Set("Authorization", "Bearer "+token)
			}
			rs, err := http.DefaultClient.Do(rq)
			if err == nil {
				// Pub/Sub would deliver a push again for days that is not acknowledged.
				if acked := r.Path == "/push" && token != ""; rs.StatusCode < 400 && !acked {
					t.Errorf("%s, %s: answered %d", r.Path, name, rs.StatusCode)
				}
				rs.Body.Close()
			} // else the server hung up while we wrote, which is as good
			most := int64(16 << 20) // what lies in the buffers between the two comes on top of the limit
			if r.Path == "/preview/api/deliver" {
				most = 64 << 20 // the demo's customers may send what Gmail takes
			}
			if n := body.read.Load(); n > most {
				t.Errorf("%s, %s: took %d MB of a body without end", r.Path, name, n>>20)
			}
		}
	}
}

// TestServersHaveLimits holds the limits that keep slow clients from tying up
// the server: Google's calls end within 30 s.
func TestServersHaveLimits(t *testing.T) {
	s, err := listen("127.0.0.1:0", http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	defer s.ln.Close()
	for name, d := range map[string]time.Duration{"headers": s.http.ReadHeaderTimeout, "a request": s.http.ReadTimeout, "an idle connection": s.http.IdleTimeout} {
		if d <= 0 || d > 2*time.Minute {
			t.Errorf("%s may take %s", name, d)
		}
	}
	if n := s.http.MaxHeaderBytes; n <= 0 || n > 64<<10 {
		t.Errorf("headers may have %d bytes", n)
	}
}
