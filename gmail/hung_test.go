package gmail_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/oauth2"

	"baton/gmail"
)

// shaky is a Gmail behind a way that fails in one manner until it is mended.
type shaky struct {
	http.Handler
	mended atomic.Bool
	calls  atomic.Int64
	breaks func(w http.ResponseWriter, r *http.Request)
}

// ServeHTTP implements http.Handler.
func (s *shaky) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.calls.Add(1)
	if s.mended.Load() {
		s.Handler.ServeHTTP(w, r)
		return
	}
	s.breaks(w, r)
}

func conn(w http.ResponseWriter) net.Conn {
	c, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	return c
}

// ways in which the way to Gmail breaks. gone ends when the test does.
func ways(gone <-chan struct{}) map[string]func(http.ResponseWriter, *http.Request) {
	hold := func(r *http.Request) {
		select {
		case <-gone:
		case <-r.Context().Done():
		}
	}
	return map[string]func(http.ResponseWriter, *http.Request){
		"no answer": func(_ http.ResponseWriter, r *http.Request) { hold(r) },
		"half a header": func(w http.ResponseWriter, _ *http.Request) {
			c := conn(w)
			_, _ = c.Write([]byte("HTTP/1.1 200 OK\r\nContent-"))
			<-gone
			c.Close()
		},
		"half a body": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte(`{"historyId":`))
			_ = http.NewResponseController(w).Flush()
			hold(r)
		},
		"a byte at a time": func(w http.ResponseWriter, r *http.Request) {
			tick := time.NewTicker(5 * time.Millisecond)
			defer tick.Stop()
			for {
				select {
				case <-gone:
					return
				case <-r.Context().Done():
					return
				case <-tick.C:
					_, _ = w.Write([]byte(" "))
					_ = http.NewResponseController(w).Flush()
				}
			}
		},
		"reset": func(w http.ResponseWriter, _ *http.Request) {
			c := conn(w)
			_ = c.(*net.TCPConn).SetLinger(0)
			c.Close()
		},
		"closed": func(w http.ResponseWriter, _ *http.Request) { conn(w).Close() },
		"garbage": func(w http.ResponseWriter, _ *http.Request) {
			c := conn(w)
			_, _ = c.Write([]byte("\x00\x01\x02\r\n\r\n"))
			c.Close()
		},
	}
}

// However the way to Gmail breaks, a call ends at its deadline, tells that no
// answer came, and the next one works once the way is mended. Nothing is left
// behind.
func TestBrokenWays(t *testing.T) {
	gone := make(chan struct{})
	var handlers sync.WaitGroup
	defer handlers.Wait()
	defer close(gone)
	for name, way := range ways(gone) {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, nil)
			s := &shaky{Handler: h.sim, breaks: func(w http.ResponseWriter, r *http.Request) {
				handlers.Add(1)
				defer handlers.Done()
				way(w, r)
			}}
			server := httptest.NewUnstartedServer(s)
			server.Start()
			t.Cleanup(func() { server.CloseClientConnections(); server.Listener.Close() })
			each := gmail.Retry{Tries: 3, Each: 300 * time.Millisecond, Total: 20 * time.Second, Base: time.Millisecond, Cap: time.Millisecond}
			transport := gmail.NewTransport(server.URL)
			t.Cleanup(transport.CloseIdleConnections)
			c, err := gmail.NewClient(func(ctx context.Context) (oauth2.TokenSource, error) { return tokens{h.sim}.TokenSource(ctx, support) },
				gmail.Options{Endpoint: server.URL + "/", Transport: transport, UnitsPerMinute: -1, Background: &each, Interactive: &each})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(c.Close)
			_, err = c.Cursor(t.Context())
			if ce := (*gmail.CallError)(nil); !errors.As(err, &ce) || ce.Code != 0 || ce.Tries != 3 {
				t.Errorf("a call over a broken way: %v", err)
			}
			if u := c.Usage()[gmail.GetProfile]; u.Calls != 3 || u.Failed != 3 {
				t.Errorf("counted %+v", u)
			}
			s.mended.Store(true)
			if _, err := c.Cursor(t.Context()); err != nil {
				t.Errorf("after it was mended: %v", err)
			}
		})
	}
}

// deafGmail answers nothing, ever.
type deafGmail struct{ calls int }

// RoundTrip implements http.RoundTripper.
func (d *deafGmail) RoundTrip(r *http.Request) (*http.Response, error) {
	d.calls++
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// With the usual plans a call to a Gmail that hangs ends after 90 s, one that a
// person waits for after 8 s, whoever's mailbox it is.
func TestDeadlinesOfCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &deafGmail{}
		mint := func(context.Context) (oauth2.TokenSource, error) {
			return oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "x"}), nil
		}
		c, err := gmail.NewClient(mint, gmail.Options{Transport: d})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		o := gmail.NewOpenings(gmail.Options{Transport: d})
		for _, test := range []struct {
			name        string
			call        func() error
			most, tries int
		}{
			{"background", func() error { _, err := c.Cursor(t.Context()); return err }, 90, 5},
			{"a click", func() error { _, err := c.Cursor(gmail.Interactive(t.Context())); return err }, 8, 2},
			{"an opened message", func() error { _, err := o.Handles(t.Context(), gmail.Opened{Message: "x"}); return err }, 8, 2},
		} {
			d.calls = 0
			began := time.Now()
			err := test.call()
			took := time.Since(began)
			if ce := (*gmail.CallError)(nil); !errors.As(err, &ce) || ce.Reason != "too slow" {
				t.Errorf("%s: %v", test.name, err)
			}
			if took > time.Duration(test.most)*time.Second || d.calls != test.tries {
				t.Errorf("%s ended after %v and %d calls, want at most %d s and %d", test.name, took, d.calls, test.most, test.tries)
			}
		}
		if u := o.Usage()[gmail.MessagesGet]; u.Failed != 2 || u.Units != 40 {
			t.Errorf("opened messages counted: %+v", u)
		}
	})
}
