package gmail_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"
	"google.golang.org/api/option"

	"baton/desk"
	"baton/gmail"
	"baton/gmail/gmailsim"
	"baton/store/sqlite"
)

// post is a post office: a Gmail that runs here, a store with promises in it,
// and tries to keep them that tests fail, kill and hold anywhere.
type post struct {
	testing.TB
	clock *hands
	sim   *gmailsim.Server
	url   string
	store *sqlite.Store
	*worker
	n int
}

// hands are a clock that tests move.
type hands struct {
	mu sync.Mutex
	t  time.Time
}

func (c *hands) now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.t }

func (c *hands) pass(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.t = c.t.Add(d) }

func newPost(t testing.TB, edit func(*gmailsim.Options)) *post {
	t.Helper()
	p := &post{TB: t, clock: &hands{t: time.Now().UTC()}}
	o := gmailsim.Options{Dir: t.TempDir(), Now: p.clock.now, Seed: 11}
	if edit != nil {
		edit(&o)
	}
	var err error
	if p.sim, err = gmailsim.New(o); err != nil {
		t.Fatal(err)
	}
	if err := p.sim.AddMailbox(gmailsim.Mailbox{Address: string(support), Name: "Acme Support"}); err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(p.sim)
	p.url = srv.URL + "/"
	if p.store, err = sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "baton.db"), sqlite.Options{PutOff: time.Microsecond}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		srv.Close()
		if err := errors.Join(p.sim.Close(context.Background()), p.store.Close(context.Background())); err != nil {
			t.Error(err)
		}
	})
	p.worker = p.another(10 * time.Second)
	return p
}

// worker is a process that sends, with steps of its own.
type worker struct {
	*post
	accounts *gmail.Accounts
	step     *step
}

// another makes a worker whose calls may take so long.
func (p *post) another(each time.Duration) *worker {
	p.Helper()
	w := &worker{post: p, step: &step{}}
	plan := &gmail.Retry{Tries: 3, Each: each, Total: 25 * each, Base: time.Microsecond, Cap: time.Millisecond}
	var err error
	w.accounts, err = gmail.NewAccounts(tokens{p.sim}, gmail.Options{
		Endpoint: p.url, UnitsPerMinute: -1, Background: plan, Interactive: plan,
		Transport: &brittle{base: gmail.NewTransport(p.url), step: w.step},
	})
	if err != nil {
		p.Fatal(err)
	}
	p.Cleanup(w.accounts.Close)
	return w
}

// promise commits a reply to a new customer's mail, and gives its intent.
func (p *post) promise(edit func(*desk.Intent)) desk.Intent {
	p.Helper()
	p.n++
	subject := fmt.Sprintf("Question %d", p.n)
	d, err := p.sim.Deliver(context.Background(), string(support), letter(subject))
	if err != nil {
		p.Fatal(err)
	}
	thread := desk.ThreadID(d.ThreadID)
	in := desk.Intent{
		ID: desk.IntentID(fmt.Sprintf("send%d", p.n)), Kind: desk.IntentSend, State: desk.IntentPending, Mailbox: support,
		Conversation: desk.ConversationOf(support, thread), CreatedAt: p.clock.now(),
		Mail: &desk.Mail{
			From: desk.Address{Name: "Acme Support", Email: desk.Email(support)},
			To:   []desk.Address{{Name: "Carla Customer", Email: "carla@customer.test"}}, Subject: "Re: " + subject,
			Text: "Hello Carla,\nwe are on it: £5 – ✓.\n", InReplyTo: desk.RFCID(fmt.Sprintf("%x@customer.test", subject)),
		},
	}
	if edit != nil {
		edit(&in)
	}
	_, err = p.store.Update(context.Background(), in.Conversation, func(c *desk.Conversation) (desk.Change, error) {
		c.Mailbox, c.Thread, c.Subject, c.Status, c.OpenedAt = support, thread, subject, desk.Open, p.clock.now()
		return desk.Change{Intents: []desk.Intent{in}}, nil
	})
	if err != nil {
		p.Fatal(err)
	}
	return in
}

// sender makes a Sender, as a process has one.
func (p *worker) sender() *gmail.Sender {
	p.Helper()
	s, err := gmail.NewSender(gmail.SenderOptions{
		Accounts: p.accounts, Drafts: drafts{p.store, p.step}, Now: p.clock.now,
		Pause: func(int) time.Duration { return 10 * time.Second },
	})
	if err != nil {
		p.Fatal(err)
	}
	return s
}

// try claims what is due for a holder and performs it once, as the outbox does.
// A try that is killed settles nothing.
func (p *worker) try(holder string) (tried int) {
	p.Helper()
	ctx := context.Background()
	now := p.clock.now()
	list, err := p.store.Claim(ctx, holder, now, now.Add(time.Minute), 10)
	if err != nil {
		p.Fatal(err)
	}
	for _, in := range list {
		p.perform(ctx, holder, in)
	}
	return len(list)
}

func (p *worker) perform(ctx context.Context, holder string, in desk.Intent) {
	defer func() {
		if r := recover(); r != nil && r != errKilled {
			panic(r)
		}
	}()
	c, err := p.store.Conversation(ctx, in.Conversation)
	if err != nil {
		p.Error(err)
		return
	}
	thread := c.Thread
	if in.Kind == desk.IntentNotify {
		thread = ""
	}
	out, err := p.sender().Send(ctx, thread, in)
	if err != nil {
		out = desk.Settlement{State: desk.IntentPending, NotBefore: p.clock.now().Add(10 * time.Second), Reason: err.Error()}
	}
	out.ID, out.Holder = in.ID, holder
	if p.step.store() != nil {
		return // the store did not take it: the claim runs out
	}
	if _, err := p.store.Settle(ctx, []desk.Settlement{out}); err != nil {
		p.Error(err)
	}
}

// settle tries until the intent is settled, while time passes.
func (p *post) settle(id desk.IntentID) desk.Intent {
	p.Helper()
	for range 60 {
		in := p.intent(id)
		if !in.State.Open() {
			return in
		}
		if p.try("one") == 0 {
			p.clock.pass(31 * time.Second)
		}
	}
	p.Fatalf("%+v is not settled after many tries", p.intent(id))
	return desk.Intent{}
}

func (p *post) intent(id desk.IntentID) desk.Intent {
	p.Helper()
	in, err := p.store.Intent(context.Background(), id)
	if err != nil {
		p.Fatal(err)
	}
	return in
}

// sent gives the mails that left for an intent, by what Gmail did.
func (p *post) sent(in desk.Intent) (out []gmailsim.Effect) {
	for _, e := range p.sim.Effects() {
		if e.Kind == gmailsim.EffectSend && e.Subject == in.Mail.Subject {
			out = append(out, e)
		}
	}
	return out
}

// once fails the test unless the mail left exactly once and the intent is done
// with it, or is parked with reason and nothing left.
func (p *post) once(in desk.Intent) desk.Intent {
	p.Helper()
	is, sent := p.intent(in.ID), p.sent(in)
	switch {
	case is.State == desk.IntentDone && len(sent) == 1 && is.Sent == desk.MessageID(sent[0].Message):
	case is.State == desk.IntentParked && len(sent) == 0 && is.Reason != "":
	case is.State == desk.IntentCancelled && len(sent) == 0:
	default:
		p.Errorf("%d mails left, intent %+v", len(sent), is)
	}
	return is
}

// person is Gmail as somebody at the mailbox uses it.
func (p *post) person() *gmailapi.Service {
	p.Helper()
	src, err := tokens{p.sim}.TokenSource(context.Background(), support)
	if err != nil {
		p.Fatal(err)
	}
	svc, err := gmailapi.NewService(context.Background(), option.WithEndpoint(p.url), option.WithTokenSource(src))
	if err != nil {
		p.Fatal(err)
	}
	p.Cleanup(http.DefaultClient.CloseIdleConnections)
	return svc
}

// drafts lists the ids of the mailbox's drafts.
func (p *post) drafts() (out []string) {
	p.Helper()
	r, err := p.person().Users.Drafts.List("me").Do()
	if err != nil {
		p.Fatal(err)
	}
	for _, d := range r.Drafts {
		out = append(out, d.Id)
	}
	return out
}
