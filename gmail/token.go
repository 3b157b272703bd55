package gmail

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"golang.org/x/oauth2"
)

// tokenPatience bounds the requests that one token takes.
const tokenPatience = 15 * time.Second

// Mint makes a source of tokens for one mailbox, for one token: ctx ends with
// the call that wants it.
type Mint func(ctx context.Context) (oauth2.TokenSource, error)

// request is a token source that asks for one token.
type request func() (*oauth2.Token, error)

// Token implements oauth2.TokenSource.
func (r request) Token() (*oauth2.Token, error) { return r() }

// tokens keeps one mailbox's token until it runs out or Gmail refuses it.
type tokens struct {
	mint Mint

	mu     sync.Mutex
	token  *oauth2.Token
	asking *asking // the request under way; nil = none
	since  int     // times that all was forgotten
}

// Format prints no token, whatever the verb.
func (t *tokens) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// asking is one request for a token, which all who need one at the time share.
type asking struct {
	done  chan struct{} // closed when the rest is there
	token *oauth2.Token
	err   error
	left  bool // whoever asked went away before the answer
}

// get gives a valid token.
func (t *tokens) get(ctx context.Context) (*oauth2.Token, error) {
	for {
		t.mu.Lock()
		if t.token.Valid() {
			defer t.mu.Unlock()
			return t.token, nil
		}
		a := t.asking
		if a == nil {
			a = &asking{done: make(chan struct{})}
			t.asking = a
			since := t.since
			t.mu.Unlock()
			return t.ask(ctx, a, since)
		}
		t.mu.Unlock()
		select {
		case <-a.done:
		case <-ctx.Done():
			return nil, &tokenError{ctx.Err()}
		}
		if !a.left {
			return a.token, a.err
		}
	}
}

// ask asks for a token and tells everybody who waits for it.
func (t *tokens) ask(ctx context.Context, a *asking, since int) (*oauth2.Token, error) {
	patient, cancel := context.WithTimeout(ctx, tokenPatience)
	defer cancel()
	defer func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.asking == a {
			t.asking = nil
		}
		if a.err == nil && a.token != nil && t.since == since {
			t.token = a.token
		}
		a.left = a.left || a.token == nil && a.err == nil // a panic
		close(a.done)
	}()
	source, err := t.mint(patient)
	if err == nil {
		a.token, err = source.Token()
	}
	if err != nil {
		a.token, a.err, a.left = nil, noToken(err), ctx.Err() != nil
	}
	return a.token, a.err
}

// noToken says that there is no token, whatever it came from.
func noToken(err error) error {
	if a := (*AccessError)(nil); errors.As(err, &a) {
		return a
	}
	if te := (*tokenError)(nil); errors.As(err, &te) {
		return te
	}
	return &tokenError{err}
}

// refused forgets a token that Gmail did not take.
func (t *tokens) refused(token *oauth2.Token) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.token == token {
		t.token = nil
	}
}

// forget has the next call ask for a token, also if a request is under way.
func (t *tokens) forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.token, t.asking = nil, nil
	t.since++
}

// bearer puts the mailbox's token on each request.
type bearer struct {
	tokens *tokens
	base   http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (b bearer) RoundTrip(req *http.Request) (*http.Response, error) {
	tok, err := b.tokens.get(req.Context())
	if err != nil {
		if req.Body != nil {
			req.Body.Close()
		}
		return nil, err
	}
	// The generated client builds the request for this one call and keeps no
	// hold of it, but a RoundTripper must not change what it is given.
	out := req.WithContext(req.Context())
	out.Header = make(http.Header, len(req.Header)+1)
	for k, v := range req.Header {
		out.Header[k] = v
	}
	tok.SetAuthHeader(out)
	res, err := b.base.RoundTrip(out)
	if err == nil && res.StatusCode == http.StatusUnauthorized {
		b.tokens.refused(tok)
	}
	if err == nil {
		bound(req.Context(), res)
	}
	return res, err
}
