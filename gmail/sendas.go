package gmail

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"

	"baton/desk"
)

// SendAs lists the addresses that the mailbox may send from. 1 unit.
func (c *Client) SendAs(ctx context.Context) ([]*gmailapi.SendAs, error) {
	r, err := call(ctx, c, SendAsList, repeatable, func(ctx context.Context) (*gmailapi.ListSendAsResponse, error) {
		return c.api.Settings.SendAs.List("me").
			Fields("sendAs(sendAsEmail,displayName,isPrimary,verificationStatus)").Context(ctx).Do()
	})
	if err != nil {
		return nil, err
	}
	return r.SendAs, nil
}

const (
	// sendersKeep is for how long a mailbox's addresses are known; people change
	// them in Gmail's settings, rarely.
	sendersKeep = 10 * time.Minute
	// sendersPause is for how long a mailbox is not asked again that did not say.
	sendersPause = 15 * time.Second
)

// Senders knows from which addresses mailboxes may send. It implements
// desk.SendAs.
type Senders struct {
	accounts *Accounts
	now      func() time.Time

	mu    sync.Mutex
	known map[desk.Mailbox]senders
}

type senders struct {
	list  []desk.Address
	err   error
	until time.Time
}

// NewSenders makes Senders; now nil = time.Now.
func NewSenders(a *Accounts, now func() time.Time) (*Senders, error) {
	if a == nil {
		return nil, errors.New("gmail: knowing the addresses to send from needs accounts")
	}
	if now == nil {
		now = time.Now
	}
	return &Senders{accounts: a, now: now, known: make(map[desk.Mailbox]senders)}, nil
}

// Accepted implements desk.SendAs: the aliases that Gmail has verified. 1 unit
// in ten minutes.
func (s *Senders) Accepted(ctx context.Context, m desk.Mailbox) ([]desk.Address, error) {
	now := s.now()
	s.mu.Lock()
	k, ok := s.known[m]
	s.mu.Unlock()
	if ok && now.Before(k.until) {
		return k.list, k.err
	}
	k = s.ask(ctx, m)
	if ctx.Err() != nil {
		return k.list, k.err
	}
	k.until = now.Add(sendersKeep)
	if k.err != nil {
		k.until = now.Add(sendersPause)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known[m] = k
	return k.list, k.err
}

func (s *Senders) ask(ctx context.Context, m desk.Mailbox) (k senders) {
	c, err := s.accounts.Client(m)
	if err != nil {
		return senders{err: err}
	}
	list, err := c.SendAs(Interactive(ctx))
	if err != nil {
		return senders{err: fmt.Errorf("gmail: reading a mailbox's addresses to send from: %w", err)}
	}
	for _, a := range list {
		e := desk.ParseEmail(a.SendAsEmail)
		// The mailbox's own address has no status; an alias that nobody confirmed is
		// pending, and Gmail would put the mailbox in its place.
		if e != "" && e != desk.Email(m) && strings.EqualFold(a.VerificationStatus, "accepted") {
			k.list = append(k.list, desk.Address{Name: oneLine(a.DisplayName), Email: e})
		}
	}
	return k
}
