package gmail_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/oauth2"

	"baton/desk"
	"baton/gmail"
	"baton/gmail/gmailsim"
)

// The Pub/Sub library's tracing starts a goroutine with the program.
func TestMain(m *testing.M) {
	status := m.Run()
	if started.Emulator != nil {
		started.Stop()
	}
	if err := goleak.Find(goleak.IgnoreTopFunction("go.opencensus.io/stats/view.(*worker).start")); err != nil && status == 0 {
		fmt.Fprintln(os.Stderr, err)
		status = 1
	}
	os.Exit(status)
}

const support = desk.Mailbox("support@acme.test")

// house is a Gmail that runs here, with a room that reads it over HTTP.
type house struct {
	t        testing.TB
	sim      *gmailsim.Server
	url      string
	accounts *gmail.Accounts
	desk     *fakeDesk
	room     *gmail.Room // changed by enter only
	rung     atomic.Pointer[gmail.Room]
	opts     gmail.RoomOptions
}

// enter makes a room the house's own, and the one that Gmail's hints go to: they
// may come while the last one is being left.
func (h *house) enter(r *gmail.Room) {
	h.room = r
	h.rung.Store(r)
}

type tokens struct{ sim *gmailsim.Server }

func (s tokens) TokenSource(_ context.Context, m desk.Mailbox) (oauth2.TokenSource, error) {
	return oauth2.StaticTokenSource(&oauth2.Token{AccessToken: s.sim.MailboxToken(string(m))}), nil
}

// publisher rings the room as Pub/Sub would.
type publisher struct{ h *house }

func (p publisher) Publish(_ context.Context, _ string, data []byte) error {
	hint, err := gmail.ReadHint(data)
	if err != nil {
		return err
	}
	if room := p.h.rung.Load(); room != nil {
		room.Hint(hint.Mailbox, hint.History)
	}
	return nil
}

func quickly() *gmail.Retry {
	return &gmail.Retry{Tries: 4, Each: 30 * time.Second, Total: time.Minute, Base: time.Millisecond, Cap: 4 * time.Millisecond}
}

// newHouse opens a Gmail with one mailbox; change adapts the room's options.
// The room is made by open.
func newHouse(t testing.TB, change func(*gmail.RoomOptions)) *house {
	t.Helper()
	h := &house{t: t, desk: newFakeDesk()}
	sim, err := gmailsim.New(gmailsim.Options{Dir: t.TempDir(), Publisher: publisher{h}, PushInterval: time.Millisecond, Seed: 7, FirstHistoryID: 1<<53 + 1})
	if err != nil {
		t.Fatal(err)
	}
	h.sim = sim
	srv := httptest.NewServer(sim)
	h.url = srv.URL + "/"
	h.addMailbox(support)
	h.accounts, err = gmail.NewAccounts(tokens{sim}, gmail.Options{Endpoint: h.url, UnitsPerMinute: -1, Background: quickly(), Interactive: quickly()})
	if err != nil {
		t.Fatal(err)
	}
	h.opts = gmail.RoomOptions{
		Receiver: h.desk, Store: h.desk, Accounts: h.accounts, Holder: "one", Logger: quiet(),
		Own:   func(e desk.Email) bool { return desk.Mailbox(e) == support },
		Sweep: time.Hour, EchoDelay: time.Hour,
		Pause: func(int) time.Duration { return time.Millisecond },
	}
	if change != nil {
		change(&h.opts)
	}
	t.Cleanup(func() {
		if h.room != nil {
			h.room.Close()
		}
		srv.Close()
		if err := sim.Close(context.Background()); err != nil {
			t.Error(err)
		}
		h.accounts.Close()
	})
	return h
}

func (h *house) addMailbox(m desk.Mailbox) {
	h.t.Helper()
	if err := h.sim.AddMailbox(gmailsim.Mailbox{Address: string(m)}); err != nil {
		h.t.Fatal(err)
	}
}

// open makes a room, opens mailboxes (support if none are named), and waits
// until they are read.
func (h *house) open(ms ...desk.Mailbox) {
	h.t.Helper()
	r, err := gmail.NewRoom(h.opts)
	if err != nil {
		h.t.Fatal(err)
	}
	h.enter(r)
	if len(ms) == 0 {
		ms = []desk.Mailbox{support}
	}
	for _, m := range ms {
		if err := r.Open(m); err != nil {
			h.t.Fatal(err)
		}
	}
	h.idle()
}

func (h *house) reopen() {
	h.t.Helper()
	h.room.Close()
	h.open()
}

func (h *house) context() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	h.t.Cleanup(cancel)
	return ctx
}

func (h *house) idle() {
	h.t.Helper()
	if err := h.room.Idle(h.context()); err != nil {
		h.t.Fatalf("the room did not come to rest: %v; %+v", err, h.room.Statuses())
	}
}

// sweep reads everything now.
func (h *house) sweep() {
	h.t.Helper()
	h.room.Sweep()
	h.idle()
}

// settled waits until no push is on its way and nothing is read.
func (h *house) settled() {
	h.t.Helper()
	h.wait(func() bool { return h.sim.Push().Idle() })
	h.idle()
}

// wait waits until something holds.
func (h *house) wait(holds func() bool) {
	h.t.Helper()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for ctx := h.context(); !holds(); {
		select {
		case <-tick.C:
		case <-ctx.Done():
			h.t.Fatal("waited in vain")
		}
	}
}

// letter is a mail from outside.
func letter(subject string, headers ...string) []byte {
	lines := []string{"To: support@acme.test", "Subject: " + subject, fmt.Sprintf("Message-ID: <%x@customer.test>", subject)}
	if !slices.ContainsFunc(headers, func(h string) bool { return strings.HasPrefix(h, "From:") }) {
		lines = append(lines, "From: Carla Customer <carla@customer.test>")
	}
	lines = append(lines, headers...)
	return []byte(strings.Join(lines, "\r\n") + "\r\n\r\nHello, " + subject + "\r\n")
}

func (h *house) deliver(subject string, headers ...string) gmailsim.Delivered {
	h.t.Helper()
	d, err := h.sim.Deliver(context.Background(), string(support), letter(subject, headers...))
	if err != nil {
		h.t.Fatal(err)
	}
	return d
}

// client gives a Gmail client of its own, as a person's mail program has.
func (h *house) client() *gmail.Client {
	h.t.Helper()
	c, err := gmail.NewClient(func(ctx context.Context) (oauth2.TokenSource, error) {
		return tokens{h.sim}.TokenSource(ctx, support)
	}, gmail.Options{Endpoint: h.url, UnitsPerMinute: -1})
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(c.Close)
	return c
}

func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }
