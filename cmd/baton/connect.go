package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"baton/desk"
	"baton/gmail"
)

// asking is what Connect gave: the outcome, or where the mailbox's owner has to
// agree first, and what Agree wants back then.
type asking struct {
	Outcome *outcome `json:"outcome,omitempty"`
	Visit   string   `json:"visit,omitempty"`
	Flow    string   `json:"flow,omitempty"` // sealed
}

// Connect gives Baton access to a mailbox of the policy, by delegation or by
// its owner's consent; "" = by delegation where that is set up. The owner comes
// back to redirect.
func (b *mailboxes) Connect(ctx context.Context, m desk.Mailbox, mode desk.GrantMode, redirect string) (asking, error) {
	if err := b.mayConnect(m); err != nil {
		return asking{}, err
	}
	if mode == "" {
		var err error
		if mode, err = b.usual(ctx, m); err != nil {
			return asking{}, err
		}
	}
	if mode == desk.ByDelegation {
		o, err := b.delegate(ctx, m)
		return asking{Outcome: &o}, err
	}
	if b.ways.key == nil {
		return asking{}, noConsent()
	}
	flow, err := b.ways.access.Begin(redirect, m)
	if err != nil {
		return asking{}, err
	}
	sealed, err := gmail.SealFlow(ctx, b.ways.key, flow)
	if err != nil {
		return asking{}, err
	}
	return asking{Visit: flow.Visit, Flow: sealed}, nil
}

// usual gives the mode of a mailbox when nobody names one: that which it has,
// or else delegation where that is set up.
func (b *mailboxes) usual(ctx context.Context, m desk.Mailbox) (desk.GrantMode, error) {
	g, err := b.store.Grant(ctx, m)
	switch {
	case err == nil:
		return g.Mode, nil
	case !errors.Is(err, desk.ErrNotFound):
		return "", err
	case b.ways.delegation != nil || b.ways.key == nil:
		return desk.ByDelegation, nil
	}
	return desk.ByConsent, nil
}

// Agree ends what Connect began, with what the owner's browser came back with.
func (b *mailboxes) Agree(ctx context.Context, sealed string, query url.Values) (outcome, error) {
	if b.ways == nil || b.ways.key == nil {
		return outcome{}, noWay()
	}
	flow, err := gmail.OpenFlow(ctx, b.ways.key, sealed, b.now())
	if err != nil {
		return outcome{}, err
	}
	if err := b.mayConnect(flow.Mailbox); err != nil {
		return outcome{}, err
	}
	g, err := b.ways.access.Finish(ctx, flow, query)
	if err != nil {
		return outcome{}, err
	}
	d := &does{outcome{Mailbox: flow.Mailbox}}
	d.done("access", "The mailbox's owner agreed; the consent is kept encrypted (with key %s).", g.Key)
	return b.welcome(ctx, d)
}

func (b *mailboxes) mayConnect(m desk.Mailbox) error {
	if _, ok := b.policy().Mailbox(m); !ok {
		return b.unknown(m)
	}
	if b.ways == nil {
		return noWay()
	}
	return nil
}

func noWay() error {
	return &fault{Code: "no_access_settings", Say: "No way to mailboxes is set up.",
		Remedy: "Give --service-key or --delegate for domain-wide delegation, or --consent-client-id, --consent-client-secret and --token-key for owners' consent, as for baton serve."}
}

func noConsent() error {
	return &fault{Code: "no_consent", Say: "Owners' consent is not set up.",
		Remedy: "Give --consent-client-id, --consent-client-secret (its OAuth client) and --token-key as for baton serve; docs/access.md tells how to get them."}
}

// delegate tries delegation before anything is changed.
func (b *mailboxes) delegate(ctx context.Context, m desk.Mailbox) (outcome, error) {
	if b.ways.delegation == nil {
		return outcome{}, &fault{Code: "no_delegation", Say: "Domain-wide delegation is not set up.",
			Remedy: "Give --service-key or --delegate as for baton serve, or connect with --mode consent."}
	}
	trial, err := gmail.NewAccounts(b.ways.delegation, b.gmail)
	if err != nil {
		return outcome{}, err
	}
	defer trial.Close()
	c, err := trial.Client(m)
	if err != nil {
		return outcome{}, err
	}
	if _, err := c.Cursor(gmail.Interactive(ctx)); err != nil {
		return outcome{}, err
	}
	before, err := b.store.Grant(ctx, m)
	if err != nil && !errors.Is(err, desk.ErrNotFound) {
		return outcome{}, err
	}
	d := &does{outcome{Mailbox: m}}
	if err == nil && before.Mode == desk.ByConsent {
		b.revoke(ctx, d, m)
	}
	if _, err := b.ways.access.Delegate(ctx, m); err != nil {
		return outcome{}, err
	}
	d.done("access", "Gmail opens the mailbox by domain-wide delegation.")
	return b.welcome(ctx, d)
}

// welcome has a mailbox read that has access now. When it cannot, the access is
// kept all the same.
func (b *mailboxes) welcome(ctx context.Context, d *does) (outcome, error) {
	o, err := b.start(ctx, d)
	if err != nil {
		return outcome{}, &fault{Code: faultHalf,
			Say:    fmt.Sprintf("Baton has access to %s now, but the mailbox may not be read yet: %s", d.Mailbox, asFault(err).Say),
			Remedy: fmt.Sprintf("Look with 'baton mailbox status %[1]s', or run 'baton mailbox connect %[1]s' again.", d.Mailbox)}
	}
	return o, nil
}

func (b *mailboxes) start(ctx context.Context, d *does) (outcome, error) {
	expires := b.startWatch(ctx, d)
	before, err := b.store.MailboxState(ctx, d.Mailbox)
	if err != nil {
		return outcome{}, err
	}
	if err := b.change(ctx, d.Mailbox, func(st *desk.MailboxState) {
		st.PausedAt, st.DisconnectedAt, st.Problem, st.ProblemAt = time.Time{}, time.Time{}, "", time.Time{}
		if !expires.IsZero() {
			st.WatchExpires, st.WatchTopic = expires, b.topic
		}
	}); err != nil {
		return outcome{}, err
	}
	switch {
	case before.SyncedAt.IsZero():
		d.note("Mail is taken in %s; of mail from before, what --first-import of baton serve says.", b.when())
	case !before.DisconnectedAt.IsZero() || !before.PausedAt.IsZero():
		d.note("What arrived since it was last read is taken in %s.", b.when())
	}
	return b.end(ctx, d)
}

// startWatch asks Gmail for notices, which shows whether it may publish them.
func (b *mailboxes) startWatch(ctx context.Context, d *does) (expires time.Time) {
	if b.topic == "" {
		d.skipped("watch", "No topic is set (--topic), so new mail is found by looking regularly.")
		return time.Time{}
	}
	c, err := b.accounts.Client(d.Mailbox)
	if err == nil {
		expires, err = c.Watch(gmail.Interactive(ctx), b.topic)
	}
	if gmail.OtherTopic(err) {
		if err = c.Stop(gmail.Interactive(ctx)); err == nil {
			expires, err = c.Watch(gmail.Interactive(ctx), b.topic)
		}
	}
	if err != nil {
		d.failed("watch", "Gmail does not send notices to %s, so new mail is found only by looking regularly. Give gmail-api-push@system.gserviceaccount.com the role Pub/Sub Publisher on the topic; baton serve tries again by itself. (%s)", b.topic, plain(err))
		return time.Time{}
	}
	d.done("watch", "Gmail sends notices of new mail until %s; baton serve renews that.", stamp(expires))
	return expires
}

// isMode tells whether a text is a value of --mode.
func isMode(s string) bool {
	return s == "" || slices.Contains([]desk.GrantMode{desk.ByDelegation, desk.ByConsent}, desk.GrantMode(s))
}
