package gmail

import (
	"context"
	"fmt"
	"net/http"
	"sync"

	"golang.org/x/oauth2"
)

// Mint makes a new source of tokens for one mailbox.
type Mint func(ctx context.Context) (oauth2.TokenSource, error)

// tokens keeps one mailbox's token and can be told that Gmail refused it.
type tokens struct {
	mint Mint

	mu     sync.Mutex
	source oauth2.TokenSource
}

// token gives a valid token.
func (t *tokens) token(ctx context.Context) (*oauth2.Token, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.source == nil {
		if err := t.renew(ctx); err != nil {
			return nil, err
		}
	}
	return t.source.Token()
}

// drop forgets the token: the next call gets one from a new source.
func (t *tokens) drop(ctx context.Context) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.renew(ctx)
}

func (t *tokens) renew(ctx context.Context) error {
	s, err := t.mint(context.WithoutCancel(ctx)) // sources outlive the call that made them
	if err != nil {
		return fmt.Errorf("making a token source: %w", err)
	}
	t.source = oauth2.ReuseTokenSource(nil, s)
	return nil
}

// bearer puts the mailbox's token on each request.
type bearer struct {
	tokens *tokens
	base   http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (b bearer) RoundTrip(req *http.Request) (*http.Response, error) {
	tok, err := b.tokens.token(req.Context())
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
	return b.base.RoundTrip(out)
}
