package gmail

import (
	"context"
	"fmt"
	"slices"

	"golang.org/x/oauth2"
	gmailapi "google.golang.org/api/gmail/v1"

	"baton/desk"
)

// Opened is a message that a person has open in their own mailbox, with the
// short-lived tokens of the add-on's event. They reach that
// message alone and, to read, the others of its thread.
type Opened struct {
	Message      string // as the event names it: msg-f:<decimal>, msg-a:... or hex
	UserToken    string
	MessageToken string
}

// Openings reads messages that people have open, each with the tokens of its own
// event, and counts what that uses. All methods may run at the same time.
//
// It has no gate: Google counts such a call against the person whose message it
// is, and nobody opens 300 messages a minute. So a mailbox's backlog never keeps
// an opened message waiting, nor the other way round.
type Openings struct {
	o     Options
	meter meter
	whole chan struct{} // a place for each whole mail that is read at a time
}

// NewOpenings makes Openings that share a connection pool. Of the options
// Endpoint, Transport, Interactive and Now count.
func NewOpenings(o Options) *Openings {
	o = o.filled()
	o.UnitsPerMinute = -1
	return &Openings{o: o, whole: make(chan struct{}, mailsAtOnce)}
}

// Handles gives the Message-ID of an opened message first, then those of the
// messages that it answers, newest first. It costs the person's own quota 20
// units, and takes no longer than a call that a person waits for. The tokens are
// not kept. Failures are *AccessError, *CallError or the context's error.
func (p *Openings) Handles(ctx context.Context, m Opened) ([]desk.RFCID, error) {
	c, err := NewClient(func(context.Context) (oauth2.TokenSource, error) {
		return oauth2.StaticTokenSource(&oauth2.Token{AccessToken: m.UserToken}), nil
	}, p.o)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	defer p.meter.add(&c.meter)
	got, err := call(Interactive(ctx), c, MessagesGet, repeatable, func(ctx context.Context) (*gmailapi.Message, error) {
		q := c.api.Messages.Get("me", m.Message).Format("metadata").
			MetadataHeaders("Message-ID", "In-Reply-To", "References").Context(ctx)
		q.Header().Set(headerMessageToken, m.MessageToken)
		return q.Do()
	})
	if err != nil {
		return nil, fmt.Errorf("gmail: headers of an opened message: %w", err)
	}
	h := headersOf(got.Payload)
	ids := references(h)
	slices.Reverse(ids)
	if own := messageID(h); own != "" {
		ids = append([]desk.RFCID{own}, ids...)
	}
	return ids, nil
}

// Usage gives what was used of everybody's own quota together.
func (p *Openings) Usage() map[Method]Usage { return p.meter.usage() }

// Close closes idle connections.
func (p *Openings) Close() {
	if t, ok := p.o.Transport.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}
