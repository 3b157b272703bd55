package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/oauth2"
	"golang.org/x/sync/errgroup"

	"baton/cmd/baton/company"
	"baton/desk"
	"baton/desk/outbox"
	"baton/gmail"
	"baton/gmail/gmailsim"
	"baton/store/sqlite"
)

// nth fails one call of many, in one of several ways.
type nth struct {
	mu   sync.Mutex
	n    int // calls so far
	at   int // the call that fails; 0 = none
	how  string
	hit  bool
	over bool // no more faults
}

// strike counts a call and tells how it fails; "" = it does not.
func (f *nth) strike() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.n++; f.over || f.n != f.at {
		return ""
	}
	f.hit = true
	return f.how
}

func (f *nth) end() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.over = true
	return f.hit
}

// simWire is the way to a Gmail that runs here, without a network.
type simWire struct {
	sim  *gmailsim.Server
	fail *nth
}

// RoundTrip implements http.RoundTripper.
func (w simWire) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r = r.Clone(r.Context())
		r.Body = http.NoBody
	}
	how := w.fail.strike()
	rec := httptest.NewRecorder()
	switch how {
	case "", "503 after work", "dropped after work":
		w.sim.ServeHTTP(rec, r)
	}
	switch how {
	case "dropped", "dropped after work":
		return nil, io.ErrUnexpectedEOF
	case "503", "503 after work":
		rec = refused(503, "backendError")
	case "429":
		rec = refused(429, "rateLimitExceeded")
	case "403":
		rec = refused(403, "rateLimitExceeded")
	case "401":
		rec = refused(401, "authError")
	}
	res := rec.Result()
	res.Request = r
	return res, nil
}

func refused(code int, reason string) *httptest.ResponseRecorder {
	rec := httptest.NewRecorder()
	rec.Header().Set("Content-Type", "application/json")
	rec.WriteHeader(code)
	fmt.Fprintf(rec, `{"error":{"code":%d,"message":"no","errors":[{"reason":%q,"message":"no"}]}}`, code, reason)
	return rec
}

// small is a Baton without its HTTP side, in a synctest bubble: real desk, real
// outbox, real store.
type small struct {
	t     *testing.T
	sim   *gmailsim.Server
	store *sqlite.Store
	desk  *desk.Desk
	room  *gmail.Room

	threads []string // of the delivered mails
}

type simTokens struct{ sim *gmailsim.Server }

// TokenSource implements gmail.Tokens.
func (s simTokens) TokenSource(_ context.Context, m desk.Mailbox) (oauth2.TokenSource, error) {
	return simToken{s.sim, m}, nil
}

type simToken struct {
	sim     *gmailsim.Server
	mailbox desk.Mailbox
}

// Token implements oauth2.TokenSource.
func (s simToken) Token() (*oauth2.Token, error) {
	return &oauth2.Token{AccessToken: s.sim.MailboxToken(string(s.mailbox))}, nil
}

// runSmall lets a test do something with a Baton whose Gmail and store fail,
// and gives what the store holds in the end.
func runSmall(t *testing.T, dir string, p *desk.Policy, router desk.Router, mail, disk *nth, do func(s *small)) *ending {
	t.Helper()
	sim, err := gmailsim.New(gmailsim.Options{Dir: filepath.Join(dir, "gmail"), Seed: 11, FirstHistoryID: 5000})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close(context.Background())
	if err := sim.AddMailbox(gmailsim.Mailbox{Address: support}); err != nil {
		t.Fatal(err)
	}
	st, err := sqlite.Open(t.Context(), filepath.Join(dir, "baton.db"), sqlite.Options{PutOff: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close(context.Background())
	s := &small{t: t, sim: sim, store: st}
	failing := failingStore{st, disk}
	var box *outbox.Outbox
	if s.desk, err = desk.New(desk.Options{Store: failing, Holder: "baton", Promised: func(p desk.Promise) { box.Promised(p) }}, p, router); err != nil {
		t.Fatal(err)
	}
	accounts, err := gmail.NewAccounts(simTokens{sim}, gmail.Options{Transport: simWire{sim, mail}, States: failing})
	if err != nil {
		t.Fatal(err)
	}
	defer accounts.Close()
	log := newLog(io.Discard, 0)
	if box, err = outbox.New(outbox.Options{
		Store: failing, Holder: "baton", Logger: log, Poll: 2 * time.Minute,
		Performers: map[desk.IntentKind]outbox.Performer{desk.IntentLabels: labels{s.desk, gmail.NewLabeler(accounts)}},
	}); err != nil {
		t.Fatal(err)
	}
	if s.room, err = gmail.NewRoom(gmail.RoomOptions{
		Receiver: s.desk, Store: failing, Accounts: accounts, Holder: "baton", Logger: log, Own: p.OwnAddress,
		Topic: demoTopic, Roll: 5 * time.Minute,
	}); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	var g errgroup.Group
	g.Go(func() error { return box.Run(ctx) })
	if err := s.room.Open(support); err != nil {
		t.Fatal(err)
	}
	do(s)
	mail.end()
	disk.end()
	time.Sleep(20 * time.Minute)
	out := s.ending(p)
	stop()
	if err := s.room.Close(); err != nil {
		t.Error(err)
	}
	if err := g.Wait(); err != nil {
		t.Error(err)
	}
	return out
}

// story is what happens in the mailbox: three mails, one of them a reply; then
// people move one to spam, delete one for good, and change labels of ours.
func story(s *small) {
	time.Sleep(time.Minute)
	order := s.deliver("Order 1042", "<1@customer.test>")
	refund := s.deliver("Refund", "<2@customer.test>")
	reply := s.deliver("Re: Order 1042", "<3@customer.test>", "In-Reply-To: <1@customer.test>", "References: <1@customer.test>")
	s.hint()
	time.Sleep(10 * time.Minute)
	s.person("POST", "messages/"+refund.ID+"/modify", `{"addLabelIds":["SPAM"],"removeLabelIds":["INBOX"]}`)
	s.person("DELETE", "messages/"+reply.ID, "")
	open := s.label("Baton/Status/Open")
	s.person("POST", "labels", `{"name":"Baton/Tag/mine"}`)
	s.person("POST", "messages/"+order.ID+"/modify", fmt.Sprintf(`{"addLabelIds":[%q],"removeLabelIds":[%q]}`, s.label("Baton/Tag/mine"), open))
	s.hint()
	time.Sleep(10 * time.Minute)
}

func (s *small) hint() { s.room.Hint(support, s.sim.HistoryID(support)) }

func (s *small) deliver(subject, id string, headers ...string) gmailsim.Delivered {
	s.t.Helper()
	lines := append([]string{"From: Carla <carla@customer.test>", "To: " + support, "Subject: " + subject, "Message-ID: " + id}, headers...)
	d, err := s.sim.Deliver(s.t.Context(), support, []byte(strings.Join(lines, "\r\n")+"\r\n\r\nHello.\r\n"))
	if err != nil {
		s.t.Fatal(err)
	}
	if !slices.Contains(s.threads, d.ThreadID) {
		s.threads = append(s.threads, d.ThreadID)
	}
	return d
}

func (s *small) person(method, path, body string) []byte {
	s.t.Helper()
	req := httptest.NewRequest(method, "/gmail/v1/users/me/"+path, strings.NewReader(body))
	req.Header.Set("Authorization", "Bearer "+s.sim.MailboxToken(support))
	req.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	s.sim.ServeHTTP(rec, req)
	if rec.Code >= 300 {
		s.t.Fatalf("%s %s: %d %s", method, path, rec.Code, rec.Body)
	}
	return rec.Body.Bytes()
}

// label gives a label's id by its name.
func (s *small) label(name string) string {
	s.t.Helper()
	var list struct{ Labels []struct{ ID, Name string } }
	if err := json.Unmarshal(s.person("GET", "labels", ""), &list); err != nil {
		s.t.Fatal(err)
	}
	for _, l := range list.Labels {
		if l.Name == name {
			return l.ID
		}
	}
	s.t.Fatalf("there is no label %s", name)
	return ""
}

// ending is what remains of a story, without times and counters that may
// differ from run to run.
type ending struct {
	Ledger        map[desk.Verdict]int
	Open          int // intents that are not done
	Parked        int
	Conversations []remains
	Problem       string
	Behind        bool // the cursor is behind what people did
	Gaps          int
}

type remains struct {
	Subject  string
	Status   desk.Status
	Assignee desk.Email
	Messages int
	Handles  int
	Events   []string
	Worn     []string // by each of its messages
}

func (s *small) ending(p *desk.Policy) *ending {
	s.t.Helper()
	ctx := s.t.Context()
	out := &ending{}
	var err error
	if out.Ledger, err = s.store.Verdicts(ctx, support); err != nil {
		s.t.Fatal(err)
	}
	intents, err := s.store.Intents(ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	out.Open, out.Parked = total(intents)-intents[desk.IntentDone], intents[desk.IntentParked]
	st, err := s.store.MailboxState(ctx, support)
	if err != nil {
		s.t.Fatal(err)
	}
	out.Problem, out.Gaps = st.Problem, len(st.Audit.Gaps)
	out.Behind = st.Cursor < s.sim.HistoryID(support)
	for _, thread := range s.threads {
		out.Conversations = append(out.Conversations, s.remains(p, thread))
	}
	slices.SortFunc(out.Conversations, func(a, b remains) int { return strings.Compare(a.Subject, b.Subject) })
	return out
}

func (s *small) remains(p *desk.Policy, thread string) remains {
	s.t.Helper()
	ctx := s.t.Context()
	c, err := s.store.Conversation(ctx, desk.ConversationOf(support, desk.ThreadID(thread)))
	if err != nil {
		s.t.Errorf("thread %s: %v", thread, err)
		return remains{}
	}
	out := remains{Subject: c.Subject, Status: c.Status, Assignee: c.Assignee, Messages: c.Messages}
	events, _, err := s.store.Events(ctx, c.ID, desk.Page{Limit: 100})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, e := range events {
		out.Events = append(out.Events, string(e.Kind)+" "+e.From)
	}
	mails, err := s.sim.Thread(support, thread)
	if err != nil {
		s.t.Fatal(err)
	}
	want := desk.WantedLabels(p, &c)
	slices.Sort(want)
	for _, m := range mails {
		worn := ours(m.Labels)
		if diff := cmp.Diff(want, worn); diff != "" {
			s.t.Errorf("%q wears (-wanted +worn):\n%s", c.Subject, diff)
		}
		out.Worn = append(out.Worn, strings.Join(worn, ", "))
	}
	known, err := s.store.Resolve(ctx, desk.HandleThread(desk.ThreadID(thread)), desk.HandleRFC(c.LastRFC))
	if err != nil {
		s.t.Fatal(err)
	}
	out.Handles = len(known)
	return out
}

// Every single call to Gmail fails once, in every way in which calls fail;
// then every single call to the store. What is left in the end is what an
// undisturbed run leaves.
func TestEveryCallFails(t *testing.T) {
	p, router, err := loadPolicy("policy.yaml", company.Policy())
	if err != nil {
		t.Fatal(err)
	}
	once := func(t *testing.T, mail, disk *nth) (out *ending) {
		dir := t.TempDir()
		synctest.Test(t, func(t *testing.T) { out = runSmall(t, dir, p, router, mail, disk, story) })
		return out
	}
	calls, steps := &nth{}, &nth{}
	want := once(t, calls, steps)
	if want.Ledger[desk.Person] != 3 || want.Open != 0 || want.Problem != "" || want.Behind || len(want.Conversations) != 2 ||
		want.Conversations[0].Messages != 2 || want.Conversations[1].Status != desk.Spam {
		t.Fatalf("undisturbed: %+v", want)
	}
	t.Logf("undisturbed: %d calls to Gmail, %d to the store", calls.n, steps.n)
	gmails := []string{"503", "503 after work", "dropped", "dropped after work", "429", "403", "401"}
	for _, part := range []struct {
		what string
		hows []string
	}{{"gmail", gmails}, {"store", []string{"before", "after"}}} {
		for _, how := range part.hows {
			t.Run(part.what+" "+how, func(t *testing.T) {
				t.Parallel()
				for n := 1; ; n++ {
					mail, disk := &nth{}, &nth{}
					f := mail
					if part.what == "store" {
						f = disk
					}
					f.at, f.how = n, how
					got := once(t, mail, disk)
					if diff := cmp.Diff(want, got); diff != "" {
						t.Errorf("call %d fails: (-undisturbed +got)\n%s", n, diff)
					}
					if !f.hit {
						if n < 15 {
							t.Errorf("only %d calls", n-1)
						}
						return
					}
				}
			})
		}
	}
}
