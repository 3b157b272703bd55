package gmail_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"baton/desk"
	"baton/gmail"
	"baton/gmail/gmailsim"
)

// inside is a Gmail of this process that is called without a network, so that
// it can stand in a synctest bubble. Each call takes so long as latency says.
type inside struct {
	sim     *gmailsim.Server
	latency time.Duration

	mu       sync.Mutex
	calls    int
	refused  int            // answered that we are too fast
	reading  map[string]int // history.list under way, by token
	together int            // most of them at a time for one mailbox
}

// RoundTrip implements http.RoundTripper.
func (g *inside) RoundTrip(r *http.Request) (res *http.Response, err error) {
	body := []byte(nil)
	if r.Body != nil {
		if body, err = io.ReadAll(r.Body); err != nil {
			return nil, err
		}
		r.Body.Close()
	}
	g.begin(r)
	defer g.end(r)
	late := time.NewTimer(g.latency)
	defer late.Stop()
	select {
	case <-late.C:
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	defer func() {
		if p := recover(); p != nil {
			err = errors.New("the connection was reset")
		}
	}()
	in := r.Clone(r.Context())
	in.RequestURI, in.Body = r.URL.RequestURI(), io.NopCloser(bytes.NewReader(body))
	w := httptest.NewRecorder()
	g.sim.ServeHTTP(w, in)
	res = w.Result()
	res.Request = r
	if res.StatusCode == http.StatusTooManyRequests {
		g.mu.Lock()
		g.refused++
		g.mu.Unlock()
	}
	return res, nil
}

func history(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/history") }

func (g *inside) begin(r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.calls++
	if history(r) {
		who := r.Header.Get("Authorization")
		g.reading[who]++
		g.together = max(g.together, g.reading[who])
	}
}

func (g *inside) end(r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if history(r) {
		g.reading[r.Header.Get("Authorization")]--
	}
}

// newInside makes a house without a network, with Gmail's own limit enforced by
// Gmail's side and kept by ours. The bubble's clock is everybody's.
func newInside(t *testing.T, units int, latency time.Duration, change func(*gmail.RoomOptions)) (*house, *inside) {
	t.Helper()
	h := &house{t: t, desk: newFakeDesk(), url: "http://gmail.test/"}
	g := &inside{latency: latency, reading: map[string]int{}}
	var err error
	if h.sim, err = gmailsim.New(gmailsim.Options{Dir: t.TempDir(), Publisher: publisher{h}, Seed: 7, UnitsPerMinute: units}); err != nil {
		t.Fatal(err)
	}
	g.sim = h.sim
	h.addMailbox(support)
	if units == 0 {
		units = -1
	}
	if h.accounts, err = gmail.NewAccounts(tokens{h.sim}, gmail.Options{Endpoint: h.url, Transport: g, UnitsPerMinute: units}); err != nil {
		t.Fatal(err)
	}
	h.opts = gmail.RoomOptions{Receiver: h.desk, Store: h.desk, Accounts: h.accounts, Holder: "one", Logger: quiet()}
	if change != nil {
		change(&h.opts)
	}
	return h, g
}

// leave closes the house; in a bubble that cannot wait for the test's end.
func (h *house) leave() {
	h.room.Close()
	h.accounts.Close()
	if err := h.sim.Close(context.Background()); err != nil {
		h.t.Error(err)
	}
}

// labelled is a desk that has each new mail labelled, as the outbox does, by
// some workers and without anybody who waits.
type labelled struct {
	gmail.Receiver
	labeler *gmail.Labeler
	todo    chan desk.Message
	wg      sync.WaitGroup
	mu      sync.Mutex
	failed  []error
}

func newLabelled(h *house, workers int) *labelled {
	l := &labelled{Receiver: h.desk, labeler: gmail.NewLabeler(h.accounts), todo: make(chan desk.Message, 20_000)}
	for range workers {
		l.wg.Go(func() {
			for m := range l.todo {
				err := l.labeler.Apply(context.Background(), m.Mailbox, m.Thread, m.ID, []string{"Baton/Status/Open"}, nil, false)
				if err != nil {
					l.mu.Lock()
					l.failed = append(l.failed, fmt.Errorf("%s: %w", m.Subject, err))
					l.mu.Unlock()
				}
			}
		})
	}
	return l
}

// Receive implements gmail.Receiver.
func (l *labelled) Receive(ctx context.Context, m desk.Message, f desk.Facts) (desk.Conversation, error) {
	c, err := l.Receiver.Receive(ctx, m, f)
	if err == nil {
		l.todo <- m
	}
	return c, err
}

// finish waits until all is labelled.
func (l *labelled) finish() []error {
	close(l.todo)
	l.wg.Wait()
	return l.failed
}
