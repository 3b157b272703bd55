package gmail

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"sync"

	"golang.org/x/oauth2"

	"baton/desk"
)

// Tokens gives access to mailboxes: domain-wide delegation, or one owner's
// consent. TokenSource makes no request itself; the source is asked for one
// token, which the client keeps, and may end with ctx. A mailbox that may not
// be opened is an error.
type Tokens interface {
	TokenSource(ctx context.Context, m desk.Mailbox) (oauth2.TokenSource, error)
}

// Accounts hands out one client for each mailbox.
type Accounts struct {
	tokens Tokens
	opts   Options

	mu      sync.Mutex
	clients map[desk.Mailbox]*Client
}

// NewAccounts makes Accounts whose clients share a connection pool.
func NewAccounts(t Tokens, o Options) (*Accounts, error) {
	if t == nil {
		return nil, errors.New("gmail: accounts need tokens")
	}
	a := &Accounts{tokens: t, opts: o.filled(), clients: make(map[desk.Mailbox]*Client)}
	if w, ok := t.(*Access); ok {
		w.changed(a.Forget)
	}
	return a, nil
}

// Forget has the mailbox's client forget its token: the next call asks for one.
// Accounts made on an Access do it by themselves when a mailbox is connected or
// disconnected through that.
func (a *Accounts) Forget(m desk.Mailbox) {
	a.mu.Lock()
	c := a.clients[m]
	a.mu.Unlock()
	if c != nil {
		c.tokens.forget()
	}
}

// Format prints nothing but the kind, whatever the verb.
func (a *Accounts) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "gmail.Accounts") }

// Client gives the mailbox's client, the same one each time. It makes no call.
func (a *Accounts) Client(m desk.Mailbox) (*Client, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if c := a.clients[m]; c != nil {
		return c, nil
	}
	c, err := NewClient(func(ctx context.Context) (oauth2.TokenSource, error) {
		return a.tokens.TokenSource(ctx, m)
	}, a.opts)
	if err != nil {
		return nil, err
	}
	if a.opts.States != nil {
		c.memory = stateMemory{a.opts.States, m}
	}
	a.clients[m] = c
	return c, nil
}

// Usage gives each mailbox's usage by method.
func (a *Accounts) Usage() map[desk.Mailbox]map[Method]Usage {
	a.mu.Lock()
	clients := maps.Clone(a.clients)
	a.mu.Unlock()
	out := make(map[desk.Mailbox]map[Method]Usage, len(clients))
	for m, c := range clients {
		out[m] = c.Usage()
	}
	return out
}

// Close stops the clients and closes idle connections.
func (a *Accounts) Close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, c := range a.clients {
		c.Close()
	}
	if t, ok := a.opts.Transport.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}
