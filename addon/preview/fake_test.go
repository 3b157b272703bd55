package preview_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	netmail "net/mail"
	"slices"
	"strings"
	"sync"
	"time"

	"baton/addon/preview"
)

// gmail is the least of a Gmail: two shared mailboxes, personal ones, threads in memory.
type gmail struct {
	mu      sync.Mutex
	boxes   []preview.Mailbox
	threads map[string][][]preview.Message // by mailbox; newest thread last
	next    uint64
	watch   map[chan struct{}]bool
	fail    error // answered by every reading when set
}

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func newGmail() *gmail {
	g := &gmail{
		boxes: []preview.Mailbox{
			{Address: "support@acme.test", Name: "Support", Shared: true, Members: []string{"ana@acme.test", "ben@acme.test", "mia@acme.test"}},
			{Address: "sales@acme.test", Name: "Sales", Shared: true, Members: []string{"ana@acme.test", "mia@acme.test"}},
			{Address: "ana@acme.test", Name: "Ana Silva"},
			{Address: "ben@acme.test", Name: "Ben Okafor"},
			{Address: "olga@acme.test", Name: "Olga Berg"},
		},
		threads: map[string][][]preview.Message{}, next: 0x18c2f3a9b0d1e200, watch: map[chan struct{}]bool{},
	}
	return g
}

func (g *gmail) Mailboxes(context.Context) ([]preview.Mailbox, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Clone(g.boxes), g.fail
}

func (g *gmail) known(mailbox string) error {
	if slices.ContainsFunc(g.boxes, func(b preview.Mailbox) bool { return b.Address == mailbox }) {
		return g.fail
	}
	return fmt.Errorf("fake: mailbox: %w", preview.ErrNotFound)
}

func (g *gmail) Threads(_ context.Context, mailbox string) ([]preview.Thread, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	var out []preview.Thread
	for _, t := range slices.Backward(g.threads[mailbox]) {
		first, last := t[0], t[len(t)-1]
		words := strings.Fields(last.Text)
		out = append(out, preview.Thread{
			ID: first.ThreadID, Subject: first.Subject, From: first.From, Labels: slices.Clone(first.Labels),
			Messages: len(t), Snippet: strings.Join(words[:min(len(words), 24)], " "), Date: last.Date,
		})
	}
	return out, g.known(mailbox)
}

func (g *gmail) Thread(_ context.Context, mailbox string, id preview.ThreadID) ([]preview.Message, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, t := range g.threads[mailbox] {
		if t[0].ThreadID == id {
			return slices.Clone(t), g.fail
		}
	}
	return nil, fmt.Errorf("fake: thread: %w", preview.ErrNotFound)
}

func (g *gmail) ThreadOf(_ context.Context, mailbox string, id preview.MessageID) (preview.ThreadID, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, t := range g.threads[mailbox] {
		for _, m := range t {
			if m.ID == id {
				return m.ThreadID, g.fail
			}
		}
	}
	return "", fmt.Errorf("fake: message: %w", preview.ErrNotFound)
}

func (g *gmail) Deliver(_ context.Context, to string, raw []byte) (preview.MessageID, preview.ThreadID, error) {
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return "", "", fmt.Errorf("fake: %w: %w", preview.ErrInvalid, err)
	}
	body, err := io.ReadAll(m.Body)
	if err != nil {
		return "", "", fmt.Errorf("fake: %w: %w", preview.ErrInvalid, err)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if err := g.known(to); err != nil {
		return "", "", err
	}
	msg := preview.Message{
		From: m.Header.Get("From"), To: m.Header.Get("To"), Subject: m.Header.Get("Subject"),
		Handle: preview.Handle(m.Header.Get("Message-Id")), Date: noon, Text: string(body), Labels: []string{"INBOX", "UNREAD"},
	}
	id, thread := g.put(to, msg, preview.Handle(m.Header.Get("In-Reply-To")))
	g.tell()
	return id, thread, nil
}

// put adds a message to the thread that holds the handle it answers, or to a new one.
func (g *gmail) put(mailbox string, m preview.Message, answers preview.Handle) (preview.MessageID, preview.ThreadID) {
	g.next++
	m.ID = preview.MessageID(fmt.Sprintf("%x", g.next))
	m.ThreadID = preview.ThreadID(m.ID)
	for i, t := range g.threads[mailbox] {
		if answers != "" && slices.ContainsFunc(t, func(o preview.Message) bool { return o.Handle == answers }) {
			m.ThreadID = t[0].ThreadID
			g.threads[mailbox][i] = append(t, m)
			return m.ID, m.ThreadID
		}
	}
	g.threads[mailbox] = append(g.threads[mailbox], []preview.Message{m})
	return m.ID, m.ThreadID
}

// label replaces a thread's labels and tells everybody.
func (g *gmail) label(mailbox string, id preview.ThreadID, labels ...string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, t := range g.threads[mailbox] {
		if t[0].ThreadID == id {
			t[0].Labels = labels
		}
	}
	g.tell()
}

func (g *gmail) tell() {
	for ch := range g.watch {
		select {
		case ch <- struct{}{}:
		default:
		}
	}
}

func (g *gmail) Changes(ctx context.Context) <-chan struct{} {
	ch := make(chan struct{}, 1)
	g.mu.Lock()
	g.watch[ch] = true
	g.mu.Unlock()
	context.AfterFunc(ctx, func() {
		g.mu.Lock()
		delete(g.watch, ch)
		g.mu.Unlock()
	})
	return ch
}

// tokens spells out what it was asked for, so that a test can read it in the event.
type tokens struct{}

func (tokens) User(mailbox string) string { return "user " + mailbox }
func (tokens) Message(mailbox string, id preview.MessageID) string {
	return "message " + mailbox + " " + string(id)
}
func (tokens) Bearer(mailbox string) string { return "bearer " + mailbox }

type signer struct{}

func (signer) IDToken(audience, email string) (string, error) {
	return "signed " + audience + " " + email, nil
}
