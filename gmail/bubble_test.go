package gmail_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"baton/desk"
	"baton/gmail"
	"baton/gmail/gmailsim"
)

// bubble is a Gmail that answers without a network, and so with whatever time
// its synctest bubble has. Several processes read it.
type bubble struct {
	t    *testing.T
	sim  *gmailsim.Server
	desk *fakeDesk
	push map[*process]bool // who hears of new mail

	history func(map[string]any) // changes pages of history; nil = as they are
	broken  atomic.Value         // the id of a message that is answered with 500

	topic atomic.Value // that the last notification was published to

	reading, most atomic.Int32 // histories being read, and the most at a time
}

// process is one Baton in a bubble.
type process struct {
	b        *bubble
	ice      *ice
	accounts *gmail.Accounts
	room     *gmail.Room
}

// inBubble runs a test with a Gmail of one mailbox.
func inBubble(t *testing.T, test func(t *testing.T, b *bubble)) {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		b := &bubble{t: t, desk: newFakeDesk(), push: map[*process]bool{}}
		sim, err := gmailsim.New(gmailsim.Options{Dir: dir, Seed: 7, FirstHistoryID: 1000, Publisher: b})
		if err != nil {
			t.Fatal(err)
		}
		b.sim = sim
		t.Cleanup(func() {
			if err := sim.Close(context.Background()); err != nil {
				t.Error(err)
			}
		})
		if err := sim.AddMailbox(gmailsim.Mailbox{Address: string(support)}); err != nil {
			t.Fatal(err)
		}
		test(t, b)
	})
}

// Publish implements gmailsim.Publisher.
func (b *bubble) Publish(_ context.Context, topic string, data []byte) error {
	b.topic.Store(topic)
	hint, err := gmail.ReadHint(data)
	if err != nil {
		return err
	}
	for p := range b.push {
		p.room.Hint(hint.Mailbox, hint.History)
	}
	return nil
}

// pass lets time pass, and waits until everybody has done what was due.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// process starts a Baton, with 20 s of lease.
func (b *bubble) process(holder string, change func(*gmail.RoomOptions)) *process {
	b.t.Helper()
	p := &process{b: b, ice: newIce()}
	var err error
	p.accounts, err = gmail.NewAccounts(tokens{b.sim}, gmail.Options{Transport: frozenGmail{b, p.ice}, UnitsPerMinute: -1})
	if err != nil {
		b.t.Fatal(err)
	}
	d := frozenDesk{b.desk, p.ice}
	o := gmail.RoomOptions{
		Receiver: d, Store: d, Accounts: p.accounts, Holder: holder, Logger: quiet(),
		LeaseTTL: 20 * time.Second, Linger: 2 * time.Second, EchoDelay: -1,
	}
	if change != nil {
		change(&o)
	}
	if p.room, err = gmail.NewRoom(o); err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { p.ice.thaw(); p.room.Close(); p.accounts.Close() })
	return p
}

func (p *process) open(ms ...desk.Mailbox) *process {
	p.b.t.Helper()
	if len(ms) == 0 {
		ms = []desk.Mailbox{support}
	}
	for _, m := range ms {
		if err := p.room.Open(m); err != nil {
			p.b.t.Fatal(err)
		}
	}
	synctest.Wait()
	return p
}

func (p *process) status() gmail.Status { return p.room.Statuses()[0] }

func (p *process) calls(m gmail.Method) int64 { return p.accounts.Usage()[support][m].Calls }

func (b *bubble) deliver(subject string, headers ...string) gmailsim.Delivered {
	b.t.Helper()
	d, err := b.sim.Deliver(b.t.Context(), string(support), letter(subject, headers...))
	if err != nil {
		b.t.Fatal(err)
	}
	return d
}

func (b *bubble) state() desk.MailboxState { return b.desk.state(support) }

// setState changes the stored state as another process or a command does.
func (b *bubble) setState(change func(*desk.MailboxState)) {
	b.t.Helper()
	if _, err := b.desk.SetMailboxState(b.t.Context(), support, change); err != nil {
		b.t.Fatal(err)
	}
}

// person makes a call of a person's mail program, and gives the answer.
func (b *bubble) person(method, path, body string) string {
	b.t.Helper()
	code, answer := b.asked(method, path, body)
	if code >= 300 {
		b.t.Fatalf("%s %s: %d %s", method, path, code, answer)
	}
	return answer
}

// asked is person for what may be refused: it gives the status and the body.
func (b *bubble) asked(method, path, body string) (int, string) {
	req := httptest.NewRequest(method, "/gmail/v1/users/me/"+path, nil)
	if body != "" {
		req.Body = io.NopCloser(strings.NewReader(body))
	}
	req.Header.Set("Authorization", "Bearer "+b.sim.MailboxToken(string(support)))
	req.Header.Set("Content-Type", "application/json")
	rec := httptest.NewRecorder()
	b.sim.ServeHTTP(rec, req)
	return rec.Code, rec.Body.String()
}

// hint tells one process that the mailbox moved.
func (p *process) hint() { p.room.Hint(support, p.b.sim.HistoryID(string(support))) }

// ice stops a process where it stands, as SIGSTOP does: at its nth step, a call
// to Gmail or the store, or at any.
type ice struct {
	mu    sync.Mutex
	steps int
	at    int           // freeze at this step; 0 = never
	stuck chan struct{} // closed when it froze
	gone  chan struct{} // closed when it thaws
	after bool          // freeze after the step was carried out, before its answer
}

func newIce() *ice { return &ice{stuck: make(chan struct{}), gone: make(chan struct{})} }

// freezeAt stops the process at the nth step from now.
func (i *ice) freezeAt(n int, after bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.at, i.after = i.steps+n, after
}

func (i *ice) thaw() {
	i.mu.Lock()
	defer i.mu.Unlock()
	select {
	case <-i.gone:
	default:
		close(i.gone)
	}
	i.at = 0
}

func (i *ice) frozen() bool {
	select {
	case <-i.stuck:
		return true
	default:
		return false
	}
}

// step begins a call; the function ends it.
func (i *ice) step() func() {
	i.mu.Lock()
	i.steps++
	hit := i.at != 0 && i.steps >= i.at
	if hit && i.steps == i.at {
		close(i.stuck)
	}
	after := hit && i.after && i.steps == i.at
	i.mu.Unlock()
	if after {
		return func() { <-i.gone }
	}
	if hit {
		<-i.gone
	}
	return func() {}
}

// frozenGmail is Gmail as a process that can freeze reaches it.
type frozenGmail struct {
	b   *bubble
	ice *ice
}

// RoundTrip implements http.RoundTripper.
func (g frozenGmail) RoundTrip(r *http.Request) (*http.Response, error) {
	defer g.ice.step()()
	if r.Body == nil {
		r = r.Clone(r.Context())
		r.Body = http.NoBody
	}
	if strings.HasSuffix(r.URL.Path, "/history") {
		g.b.most.Store(max(g.b.most.Load(), g.b.reading.Add(1)))
		defer g.b.reading.Add(-1)
	}
	rec := httptest.NewRecorder()
	if id, _ := g.b.broken.Load().(string); id != "" && strings.HasSuffix(r.URL.Path, id) {
		rec.WriteHeader(http.StatusInternalServerError)
	} else {
		g.b.sim.ServeHTTP(rec, r)
	}
	res := rec.Result()
	if g.b.history != nil && strings.HasSuffix(r.URL.Path, "/history") && res.StatusCode == http.StatusOK {
		var page map[string]any
		if err := json.Unmarshal(rec.Body.Bytes(), &page); err != nil {
			return nil, err
		}
		g.b.history(page)
		text, err := json.Marshal(page)
		if err != nil {
			return nil, err
		}
		res.Body = io.NopCloser(bytes.NewReader(text))
		res.ContentLength = int64(len(text))
		res.Header.Del("Content-Length")
	}
	res.Request = r
	return res, nil
}
