package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"baton/desk"
	"baton/desk/identity"
	"baton/desk/identity/issuer"
	"baton/gmail/gmailsim"
)

// fleet is a serving Baton with many mailboxes, whose Gmail watches how it is
// read. Nothing is pushed but by the test.
type fleet struct {
	testing.TB
	sim     *gmailsim.Server
	service *service
	url     string
	token   string // of a push
	boxes   []string
	gmail   *watched
}

// watched counts what goes on at the stand-in Gmail at a time.
type watched struct {
	http.Handler
	mu       sync.Mutex
	reading  map[string]int // history.list under way, by token
	together int            // most of them for one mailbox
	calls    int
	refused  int // answered that we are too fast
}

// ServeHTTP implements http.Handler.
func (g *watched) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	history, who := strings.HasSuffix(r.URL.Path, "/history"), r.Header.Get("Authorization")
	g.mu.Lock()
	g.calls++
	if history {
		g.reading[who]++
		g.together = max(g.together, g.reading[who])
	}
	g.mu.Unlock()
	s := &status{ResponseWriter: w}
	g.Handler.ServeHTTP(s, r)
	g.mu.Lock()
	defer g.mu.Unlock()
	if history {
		g.reading[who]--
	}
	if s.code == http.StatusTooManyRequests {
		g.refused++
	}
}

func (g *watched) count() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.calls
}

func (g *watched) most() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.together
}

type status struct {
	http.ResponseWriter
	code int
}

// WriteHeader implements http.ResponseWriter.
func (s *status) WriteHeader(code int) {
	s.code = code
	s.ResponseWriter.WriteHeader(code)
}

func fleetPolicy(boxes []string) []byte {
	var b bytes.Buffer
	fmt.Fprint(&b, "desk: Fleet\ntimezone: Europe/Vienna\n\nmailboxes:\n")
	for i, a := range boxes {
		fmt.Fprintf(&b, "  - address: %s\n    name: Box %d\n    members: [ana@acme.test]\n", a, i)
	}
	fmt.Fprint(&b, "\nmembers:\n  - email: ana@acme.test\n    name: Ana Silva\n    role: agent\n")
	return b.Bytes()
}

// newFleet serves so many mailboxes; units is Gmail's limit a minute, 0 = none.
func newFleet(t testing.TB, boxes, units int, sweep string) *fleet {
	t.Helper()
	f := &fleet{TB: t}
	var err error
	if f.sim, err = gmailsim.New(gmailsim.Options{Dir: t.TempDir(), UnitsPerMinute: units}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.sim.Close(context.Background()) })
	for i := range boxes {
		f.boxes = append(f.boxes, fmt.Sprintf("box%d@acme.test", i))
		if err := f.sim.AddMailbox(gmailsim.Mailbox{Address: f.boxes[i]}); err != nil {
			t.Fatal(err)
		}
	}
	f.gmail = &watched{Handler: f.sim, reading: map[string]int{}}
	api := httptest.NewServer(f.gmail)
	t.Cleanup(api.Close)
	iss, err := issuer.New(issuer.Options{URL: "https://issuer.example.com"})
	if err != nil {
		t.Fatal(err)
	}
	keys := httptest.NewServer(iss)
	t.Cleanup(keys.Close)
	if f.token, err = iss.Sign(identity.Claims{Audience: publicURL + "/push", Email: demoPushAccount, EmailVerified: true, Subject: "push"}); err != nil {
		t.Fatal(err)
	}
	key, err := f.sim.ServiceAccountKey(demoMailAccount, api.URL+"/token")
	if err != nil {
		t.Fatal(err)
	}
	if err := f.sim.Grant(demoMailAccount, string(gmailsim.Modify)); err != nil {
		t.Fatal(err)
	}
	s := &settings{
		Listen: "127.0.0.1:0", PublicURL: publicURL, Store: "sqlite:" + filepath.Join(t.TempDir(), "baton.db"), Policy: "policy.yaml", accessSettings: accessSettings{ServiceKey: "key"},
		Topic: demoTopic, GmailURL: api.URL + "/", PushAccount: demoPushAccount, PushSubscription: demoSubscription, AddonAccount: demoAddonAccount,
		ClientID: demoClientID, Issuers: []string{iss.URL()}, KeysURL: keys.URL + issuer.KeysPath,
		Units: fmt.Sprint(units), Sweep: sweep, Lease: "30s", FirstImport: "0", LogLevel: "info",
	}
	if err := s.validate(); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	if f.service, err = newService(t.Context(), s, key, fleetPolicy(f.boxes), log, tuning{}); err != nil {
		t.Fatal(err)
	}
	router := newEcho(log)
	f.service.mount(router)
	front, err := listen(s.Listen, router)
	if err != nil {
		t.Fatal(err)
	}
	f.url = front.url()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- serveUntil(ctx, f.service, front) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	f.until("every mailbox is read", func() (bool, error) {
		for _, s := range f.service.room.Statuses() {
			if s.SyncedAt.IsZero() {
				return false, nil
			}
		}
		return len(f.service.room.Statuses()) == boxes, nil
	})
	return f
}

func (f *fleet) until(what string, done func() (bool, error)) {
	f.Helper()
	if err := until(f.Context(), done); err != nil {
		f.Fatalf("until %s: %v", what, err)
	}
}

// deliver puts a mail into a mailbox.
func (f *fleet) deliver(box, n int) gmailsim.Delivered {
	raw := fmt.Sprintf("From: Carla <carla@shop.example>\r\nTo: %s\r\nSubject: Order %d\r\nMessage-ID: <m%d.%d@shop.example>\r\n\r\nWhere is it?\r\n", f.boxes[box], n, box, n)
	d, err := f.sim.Deliver(context.Background(), f.boxes[box], []byte(raw))
	if err != nil {
		f.Error(err)
	}
	return d
}

// push posts a notification of a mailbox and gives how long the answer took.
func (f *fleet) push(client *http.Client, box int) (time.Duration, error) {
	return f.post(client, envelope(f.boxes[box], f.sim.HistoryID(f.boxes[box]), demoSubscription))
}

func (f *fleet) post(client *http.Client, body []byte) (time.Duration, error) {
	req, err := http.NewRequest(http.MethodPost, f.url+"/push", bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Authorization", "Bearer "+f.token)
	began := time.Now()
	res, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	took := time.Since(began)
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return 0, err
	}
	if res.StatusCode != http.StatusNoContent {
		return 0, fmt.Errorf("the push was answered with %d", res.StatusCode)
	}
	return took, nil
}

// recorded counts messages in the ledger.
func (f *fleet) recorded() (n int, err error) {
	v, err := f.service.store.Verdicts(context.Background(), "")
	for _, c := range v {
		n += c
	}
	return n, err
}

// settled tells whether nothing is left to do.
// quiet waits until for two seconds nothing was asked of Gmail and nothing was
// committed: after its first reading a mailbox has a watch to begin and a state to
// keep.
func (f *fleet) quiet() {
	f.Helper()
	var since time.Time
	var calls int
	var commits uint64
	f.until("all is quiet", func() (bool, error) {
		if n, c := f.gmail.count(), f.service.store.Costs().Commits; n != calls || c != commits || since.IsZero() {
			since, calls, commits = time.Now(), n, c
		}
		return time.Since(since) > 2*time.Second, nil
	})
}

func (f *fleet) settled() (bool, error) {
	open, err := f.service.store.Intents(context.Background())
	return open[desk.IntentPending]+open[desk.IntentClaimed] == 0, err
}
