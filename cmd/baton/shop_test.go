package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/oauth2"
	"golang.org/x/sync/errgroup"

	"baton/desk"
	"baton/desk/outbox"
	"baton/gmail"
	"baton/gmail/gmailsim"
	"baton/store/sqlite"
)

// shop is a Baton without its HTTP side, in a synctest bubble: real desk, rules,
// outbox, store, sender and sweeper, and a Gmail that notifies it. It can be
// closed and opened again while Gmail stays.
type shop struct {
	*testing.T
	dir   string
	boxes []string
	sim   *gmailsim.Server

	// set before open
	units    int                                                   // Gmail's limit a minute; 0 = none
	receiver func(gmail.Receiver) gmail.Receiver                   // stands before the desk; nil = nothing
	perform  func(outbox.Performer) outbox.Performer               // stands before performers; nil = nothing
	rewrite  func(who desk.Mailbox, asks bool, text string) string // changes what Baton asks Gmail, and its answers; nil = nothing

	policy   *desk.Policy
	store    *sqlite.Store
	desk     *desk.Desk
	accounts *gmail.Accounts
	outbox   *outbox.Outbox
	close    func()

	mu     sync.Mutex
	room   *gmail.Room // nil = closed
	tokens map[string]desk.Mailbox
	slow   int // answers that Baton is too fast
	asked  map[desk.Mailbox]int
}

// newShop makes a Gmail with so many mailboxes; open makes its Baton.
func newShop(t *testing.T, dir string, boxes, units int) *shop {
	t.Helper()
	s := &shop{T: t, dir: dir, units: units, tokens: map[string]desk.Mailbox{}, asked: map[desk.Mailbox]int{}}
	var err error
	if s.sim, err = gmailsim.New(gmailsim.Options{Dir: filepath.Join(dir, "gmail"), Seed: 11, FirstHistoryID: 5000, UnitsPerMinute: units, Publisher: s}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if s.close != nil {
			s.close()
		}
		if err := s.sim.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	for i := range boxes {
		s.boxes = append(s.boxes, fmt.Sprintf("box%d@acme.test", i))
		if err := s.sim.AddMailbox(gmailsim.Mailbox{Address: s.boxes[i]}); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// Publish implements gmailsim.Publisher.
func (s *shop) Publish(_ context.Context, _ string, data []byte) error {
	hint, err := gmail.ReadHint(data)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.room != nil {
		s.room.Hint(hint.Mailbox, hint.History)
	}
	return nil
}

// TokenSource implements gmail.Tokens.
func (s *shop) TokenSource(_ context.Context, m desk.Mailbox) (oauth2.TokenSource, error) {
	return shopToken{s, m}, nil
}

type shopToken struct {
	s *shop
	m desk.Mailbox
}

// Token implements oauth2.TokenSource.
func (t shopToken) Token() (*oauth2.Token, error) {
	text := t.s.sim.MailboxToken(string(t.m))
	t.s.mu.Lock()
	defer t.s.mu.Unlock()
	t.s.tokens[text] = t.m
	return &oauth2.Token{AccessToken: text}, nil
}

// RoundTrip implements http.RoundTripper.
func (s *shop) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	who := s.tokens[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
	s.asked[who]++
	s.mu.Unlock()
	r = r.Clone(r.Context())
	if r.Body == nil {
		r.Body = http.NoBody
	}
	if s.rewrite != nil {
		r.URL.Path = s.rewrite(who, true, r.URL.Path)
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(strings.NewReader(s.rewrite(who, true, string(body))))
	}
	rec := httptest.NewRecorder()
	s.sim.ServeHTTP(rec, r)
	if rec.Code == http.StatusTooManyRequests {
		s.mu.Lock()
		s.slow++
		s.mu.Unlock()
	}
	if s.rewrite != nil {
		text := s.rewrite(who, false, rec.Body.String())
		rec.Body.Reset()
		rec.Body.WriteString(text)
		rec.Header().Del("Content-Length")
	}
	res := rec.Result()
	res.Request = r
	return res, nil
}

// open starts a Baton on a store's file in the shop's folder.
func (s *shop) open(file string) {
	s.Helper()
	p, router, err := loadPolicy("policy.yaml", fleetPolicy(s.boxes))
	s.must(err)
	s.policy = p
	s.store, err = sqlite.Open(s.Context(), filepath.Join(s.dir, file), sqlite.Options{PutOff: time.Millisecond})
	s.must(err)
	s.must(s.store.Unclaim(s.Context(), "baton"))
	s.desk, err = desk.New(desk.Options{Store: s.store, Holder: "baton", Promised: func(p desk.Promise) { s.outbox.Promised(p) }}, p, router)
	s.must(err)
	s.accounts, err = gmail.NewAccounts(s, gmail.Options{Transport: s, States: s.store, UnitsPerMinute: s.units})
	s.must(err)
	log := newLog(s.Output(), 0)
	sweeper, err := gmail.NewSweeper(gmail.SweeperOptions{Accounts: s.accounts, Store: s.store, Holder: "baton", Logger: log,
		Mailboxes: func() (out []desk.Mailbox) {
			for _, m := range s.policy.Mailboxes {
				out = append(out, m.Address)
			}
			return out
		}})
	s.must(err)
	var room *gmail.Room
	sender, err := gmail.NewSender(gmail.SenderOptions{
		Accounts: s.accounts, Drafts: s.store, Stray: sweeper.Soon, Receive: s.desk.Receive, Unread: func(m desk.Mailbox) { room.Read(m) },
	})
	s.must(err)
	jobs := map[desk.IntentKind]outbox.Performer{
		desk.IntentLabels: labels{s.desk, gmail.NewLabeler(s.accounts)},
		desk.IntentSend:   newSends(s.desk, sender, func(m desk.Mailbox) { room.Read(m) }, func(desk.Mailbox) time.Time { return time.Now() }),
		desk.IntentNotify: notifies{s.desk, sender, func(m desk.Mailbox) { room.Read(m) }},
	}
	var receiver gmail.Receiver = s.desk
	if s.receiver != nil {
		receiver = s.receiver(receiver)
	}
	for kind := range jobs {
		if s.perform != nil {
			jobs[kind] = s.perform(jobs[kind])
		}
	}
	s.outbox, err = outbox.New(outbox.Options{Store: s.store, Holder: "baton", Logger: log, Performers: jobs, Parked: s.desk.Unsent})
	s.must(err)
	room, err = gmail.NewRoom(gmail.RoomOptions{
		Receiver: receiver, Store: s.store, Accounts: s.accounts, Holder: "baton", Logger: log, Own: p.OwnAddress, Topic: demoTopic,
	})
	s.must(err)
	s.mu.Lock()
	s.room = room
	s.mu.Unlock()
	ctx, stop := context.WithCancel(context.Background())
	var g errgroup.Group
	g.Go(func() error { return s.outbox.Run(ctx) })
	g.Go(func() error { return sweeper.Run(ctx) })
	for _, m := range s.policy.Mailboxes {
		s.must(room.Open(m.Address))
	}
	time.Sleep(time.Minute) // what comes before the first reading is none of Baton's business
	s.close = func() {
		stop()
		s.mu.Lock()
		s.room = nil
		s.mu.Unlock()
		s.must(errors.Join(room.Close(), g.Wait()))
		s.accounts.Close()
		s.must(s.store.Close(context.Background()))
		s.close = nil
	}
}

func (s *shop) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// mail brings a customer's mail to a mailbox and gives its conversation.
func (s *shop) mail(box int, subject string, headers ...string) (desk.ConversationID, gmailsim.Delivered) {
	s.Helper()
	lines := append([]string{"From: Carla <carla@shop.example>", "To: " + s.boxes[box], "Subject: " + subject,
		fmt.Sprintf("Message-ID: <%x.%d@shop.example>", subject, box)}, headers...)
	d, err := s.sim.Deliver(context.Background(), s.boxes[box], []byte(strings.Join(lines, "\r\n")+"\r\n\r\nHello.\r\n"))
	s.must(err)
	return desk.ConversationOf(desk.Mailbox(s.boxes[box]), desk.ThreadID(d.ThreadID)), d
}

// reply answers a conversation as Ana.
func (s *shop) reply(id desk.ConversationID, text string) desk.IntentID {
	s.Helper()
	_, err := s.desk.Reply(context.Background(), ana, id, 0, desk.Answer{
		Once: text, Text: text, To: []desk.Address{{Name: "Carla", Email: "carla@shop.example"}}, Anyway: true,
	})
	s.must(err)
	return desk.AnswerID(id, ana, text)
}

const ana desk.Email = "ana@acme.test"

// sent lists the mails that left, by mailbox and text, sorted.
func (s *shop) sent() (out []string) {
	s.Helper()
	for _, e := range s.sim.Effects() {
		if e.Kind != gmailsim.EffectSend {
			continue
		}
		mails, err := s.sim.Thread(e.Mailbox, e.Thread)
		s.must(err)
		for _, m := range mails {
			if m.ID == e.Message {
				text, _, _ := strings.Cut(strings.TrimSpace(m.Text), "\n")
				out = append(out, e.Mailbox+" "+strings.TrimSpace(text))
			}
		}
	}
	slices.Sort(out)
	return out
}

// atRest fails the test unless every thread of every mailbox is a conversation
// that counts each of its messages, and wears what its record wants, and no
// promise is open.
func (s *shop) atRest() {
	s.Helper()
	intents, err := s.store.Intents(s.Context())
	s.must(err)
	if open := intents[desk.IntentPending] + intents[desk.IntentClaimed]; open != 0 || intents[desk.IntentParked] != 0 {
		s.Errorf("intents %v, want none open or parked", intents)
	}
	for _, box := range s.boxes {
		rows, err := s.sim.Threads(box, 0)
		s.must(err)
		for _, row := range rows {
			s.agrees(box, row.ID, desk.ThreadID(row.ID))
		}
	}
}

// agrees looks at one thread, by Gmail's id and by the one that Baton knows.
func (s *shop) agrees(box, thread string, known desk.ThreadID) desk.Conversation {
	s.Helper()
	mails, err := s.sim.Thread(box, thread)
	s.must(err)
	c, err := s.store.Conversation(s.Context(), desk.ConversationOf(desk.Mailbox(box), known))
	if err != nil {
		s.Errorf("thread %s of %s: %v", thread, box, err)
		return c
	}
	if c.Messages != len(mails) {
		s.Errorf("thread %s of %s has %d messages, its record counts %d", thread, box, len(mails), c.Messages)
	}
	want := desk.WantedLabels(s.policy, &c)
	slices.Sort(want)
	for _, m := range mails {
		if diff := cmp.Diff(want, ours(m.Labels)); diff != "" {
			s.Errorf("message %s of %s wears (-wanted +worn):\n%s", m.ID, box, diff)
		}
	}
	return c
}
