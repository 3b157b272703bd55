package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"baton/desk"
	"baton/desk/identity"
)

// lines keeps what is logged, one record a line.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// take gives the lines since the last call.
func (l *lines) take() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := strings.TrimSuffix(l.text.String(), "\n")
	l.text.Reset()
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

// quiet is a running stage with one conversation and nothing else going on, so
// that a test can see what a single request does.
type quiet struct {
	*stage
	log     *lines
	thread  string
	message string
	id      desk.ConversationID
}

func newQuiet(t *testing.T) *quiet {
	t.Helper()
	empty := t.TempDir()
	for _, sub := range []string{"cur", "new", "tmp"} {
		if err := os.Mkdir(filepath.Join(empty, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	c := &demoCmd{Listen: "127.0.0.1:0", Mailbox: support, Maildir: empty}
	q := &quiet{stage: &stage{T: t}, log: &lines{}}
	log := slog.New(slog.NewJSONHandler(q.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	d, err := newDemo(t.Context(), c, t.TempDir(), log, unasked())
	if err != nil {
		t.Fatal(err)
	}
	q.demo, q.url = d, d.page.url()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.serve(ctx) }()
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		stop()
		if err := <-ended; err != nil {
			t.Errorf("the demo ended with: %v", err)
		}
	})
	if err := d.load(t.Context(), c, io.Discard); err != nil {
		t.Fatal(err)
	}
	q.message, q.thread = q.deliver(customerMail("carla@shop.example", "Where is my kettle?", "It has not come."))
	q.settle()
	q.rung()
	if err := d.service.room.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	q.id = desk.ConversationOf(support, desk.ThreadID(q.thread))
	return q
}

// rung waits until no push is on its way: Baton's own labels come back as
// pushes too, up to a second later.
func (s *stage) rung() {
	s.Helper()
	idle := func() (bool, error) { return s.demo.sim.Push().Idle() && s.demo.pubsub.Idle(), nil }
	if err := until(s.Context(), idle); err != nil {
		s.Fatal(err)
	}
}

// facts are all that a refused request must leave as it is.
type facts struct {
	Version  int64
	Ledger   map[desk.Verdict]int
	Intents  map[desk.IntentState]int
	Commits  uint64
	Gmail    int // calls
	Assignee desk.Email
}

func (q *quiet) facts() facts {
	q.Helper()
	st := q.demo.service.store
	c, err := st.Conversation(q.Context(), q.id)
	if err != nil {
		q.Fatal(err)
	}
	f := facts{Version: c.Version, Assignee: c.Assignee, Commits: st.Costs().Commits}
	if f.Ledger, err = st.Verdicts(q.Context(), ""); err != nil {
		q.Fatal(err)
	}
	if f.Intents, err = st.Intents(q.Context()); err != nil {
		q.Fatal(err)
	}
	for _, methods := range q.demo.sim.Calls() {
		for _, n := range methods {
			f.Gmail += n.Calls
		}
	}
	return f
}

// post sends a request as Google would.
func (q *quiet) post(path, authorization string, body []byte) int {
	q.Helper()
	req, err := http.NewRequestWithContext(q.Context(), http.MethodPost, q.url+path, bytes.NewReader(body))
	if err != nil {
		q.Fatal(err)
	}
	if authorization != "" {
		req.Header.Set("Authorization", authorization)
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		q.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		q.Fatal(err)
	}
	return res.StatusCode
}

// sign makes a token of the demo's issuer.
func (q *quiet) sign(c identity.Claims) string {
	q.Helper()
	token, err := q.demo.issuer.Sign(c)
	if err != nil {
		q.Fatal(err)
	}
	return token
}

// system is what the add-on's service account signs for an address.
func (q *quiet) system(path string) identity.Claims {
	return identity.Claims{Audience: q.url + path, Email: demoAddonAccount, EmailVerified: true, Subject: "1"}
}

// user is what Google says about a person.
func (q *quiet) user(email string) identity.Claims {
	return identity.Claims{Audience: demoClientID, Email: email, EmailVerified: true, Subject: identity.Subject("sub-" + email)}
}

// pusher is what Pub/Sub signs.
func (q *quiet) pusher() identity.Claims {
	return identity.Claims{Audience: q.url + "/push", Email: demoPushAccount, EmailVerified: true, Subject: "push"}
}
