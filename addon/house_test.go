package addon

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	company "baton/addon/gallery/acme"
	"baton/desk"
	"baton/desk/identity"
	"baton/desk/identity/issuer"
	"baton/store/sqlite"
)

// The company at whose desk the tests are.
const (
	support = company.Support
	sales   = company.Sales
	ana     = company.Ana
	ben     = company.Ben
	mia     = company.Mia
	olga    = company.Olga
	uwe     = company.Uwe
	eve     = company.Eve

	publicURL = company.PublicURL
	account   = company.Account
	clientID  = company.ClientID
)

func acme() *desk.Policy { return company.Policy() }

// keys signs for all tests; making its key takes long.
var keys = sync.OnceValues(func() (*issuer.Issuer, error) {
	return issuer.New(issuer.Options{URL: "https://issuer.test"})
})

// mailbox is a Mail that knows the headers of the messages in people's own
// mailboxes.
type mailbox struct {
	mu      sync.Mutex
	ids     map[string][]desk.RFCID // by message id as the event names it
	fail    error
	opened  []Opened
	letters letterBox
}

func newMailbox() *mailbox {
	return &mailbox{ids: map[string][]desk.RFCID{}, letters: letterBox{own: map[string][]desk.RFCID{}, held: map[desk.RFCID]desk.Message{}}}
}

func (m *mailbox) Handles(_ context.Context, o Opened) ([]desk.RFCID, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.opened = append(m.opened, o)
	return m.ids[o.Message], m.fail
}

func (m *mailbox) calls() int { m.mu.Lock(); defer m.mu.Unlock(); return len(m.opened) }

// syncBuffer is a log that handlers may write at once.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *syncBuffer) String() string { b.mu.Lock(); defer b.mu.Unlock(); return b.b.String() }

// house is the add-on on a real desk, behind its real routes and token checks.
type house struct {
	*testing.T
	desk  *desk.Desk
	store *sqlite.Store
	addon *Addon
	mail  *mailbox
	gmail *threads
	rules company.Rules
	// gmailDrafts and aliases are the rest of Gmail.
	gmailDrafts *drafts
	aliases     *aliases
	log         *syncBuffer
	server      *httptest.Server
	now         time.Time
	n           int
	once        int
	looks       bool // who looks is written down, at once
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{T: t, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), gmail: &threads{of: map[desk.ThreadID][]desk.Letter{}}, mail: newMailbox(), rules: company.Rules{}, log: &syncBuffer{}}
	var err error
	h.store, err = sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "baton.db"), sqlite.Options{PutOff: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.store.Close(context.Background()) })
	clock := func() time.Time { return h.now }
	h.gmailDrafts, h.aliases = &drafts{store: h.store}, &aliases{}
	looked := func(l desk.Looked) {
		if h.looks {
			if err := h.store.Look(context.Background(), l.Conversation, l.Look, l.Over...); err != nil {
				t.Errorf("look: %v", err)
			}
		}
	}
	h.desk, err = desk.New(desk.Options{Store: h.store, Clock: clock, Threads: h.gmail, Drafts: h.gmailDrafts, SendAs: h.aliases, Looked: looked, Importer: &h.mail.letters}, acme(), h.rules)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := keys()
	if err != nil {
		t.Fatal(err)
	}
	certs := httptest.NewServer(signer)
	t.Cleanup(certs.Close)
	verifier, err := identity.New(identity.Options{Issuers: []string{signer.URL()}, KeysURL: certs.URL + issuer.KeysPath, Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { verifier.Close() })
	h.addon, err = New(Options{
		Desk: h.desk, Verifier: verifier, Mail: h.mail, PublicURL: publicURL, Account: account, ClientID: clientID,
		Logger: slog.New(slog.NewTextHandler(h.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Once:   func() string { h.once++; return fmt.Sprintf("once-%d", h.once) },
	})
	if err != nil {
		t.Fatal(err)
	}
	e := echo.New()
	h.addon.Register(e)
	h.server = httptest.NewServer(e)
	t.Cleanup(func() {
		h.server.Close()
		http.DefaultClient.CloseIdleConnections()
	})
	return h
}

// mailFrom makes a message of the support mailbox and has the desk receive it;
// thread "" opens a conversation.
func (h *house) mailFrom(m desk.Message) desk.Conversation {
	h.Helper()
	h.n++
	m = company.Mail(h.n, h.now, m)
	c, err := h.desk.Receive(h.Context(), m, desk.Facts{Mailbox: m.Mailbox, From: m.From, Subject: m.Subject, Verdict: m.Verdict, At: m.At})
	if err != nil {
		h.Fatalf("receive: %v", err)
	}
	return c
}

func (h *house) mailed(subject string) desk.Conversation {
	h.Helper()
	return h.mailFrom(desk.Message{Subject: subject})
}

// record reads a conversation as the store has it.
func (h *house) record(id desk.ConversationID) desk.Conversation {
	h.Helper()
	c, err := h.store.Conversation(h.Context(), id)
	if err != nil {
		h.Fatal(err)
	}
	return c
}

// must fails the test on an error of the desk.
func (h *house) must(c desk.Conversation, err error) desk.Conversation {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
	return c
}

// logged tells whether the log has a text.
func (h *house) logged(text string) bool { return strings.Contains(h.log.String(), text) }
