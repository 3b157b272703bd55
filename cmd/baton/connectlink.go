package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"time"

	"baton/desk"
)

// linkLife is how long a link to connect a mailbox is good.
const linkLife = time.Hour

const linkPurpose = "connect-link"

// link lets whoever has it begin to connect one mailbox, once: Rev and Gone are
// what connecting changes.
type link struct {
	Mailbox desk.Mailbox `json:"m"`
	Until   time.Time    `json:"u"`
	Rev     int64        `json:"r,omitempty"`
	Gone    time.Time    `json:"g,omitzero"`
	Salt    string       `json:"s"`
}

// invitation is a link for the owner of a mailbox.
type invitation struct {
	Mailbox desk.Mailbox `json:"mailbox"`
	Link    string       `json:"link"`
	Until   time.Time    `json:"until"`
}

// Link gives an address at which the owner of a mailbox can agree, once, within
// the hour.
func (b *mailboxes) Link(ctx context.Context, m desk.Mailbox) (invitation, error) {
	if err := b.mayConnect(m); err != nil {
		return invitation{}, err
	}
	if b.ways.key == nil {
		return invitation{}, noConsent()
	}
	if b.publicURL == "" {
		return invitation{}, &fault{Code: faultInput, Say: "--public-url (BATON_PUBLIC_URL) is missing.", Remedy: "Give the address under which baton serve is reached; the link leads there."}
	}
	l := link{Mailbox: m, Until: b.now().Add(linkLife).UTC().Truncate(time.Second), Salt: rand.Text()}
	var err error
	if l.Rev, l.Gone, err = b.stage(ctx, m); err != nil {
		return invitation{}, err
	}
	plain, err := json.Marshal(l)
	if err != nil {
		return invitation{}, err
	}
	sealed, err := b.ways.key.SealFor(ctx, plain, linkPurpose)
	if err != nil {
		return invitation{}, err
	}
	return invitation{m, b.publicURL + connectPath + "?link=" + base64.RawURLEncoding.EncodeToString(sealed), l.Until}, nil
}

// stage tells between which two connections a mailbox is.
func (b *mailboxes) stage(ctx context.Context, m desk.Mailbox) (rev int64, gone time.Time, err error) {
	g, err := b.store.Grant(ctx, m)
	if err != nil && !errors.Is(err, desk.ErrNotFound) {
		return 0, gone, err
	}
	st, err := b.store.MailboxState(ctx, m)
	return g.Rev, st.DisconnectedAt, err
}

// openLink gives the mailbox of a link that is still good.
func (b *mailboxes) openLink(ctx context.Context, text string) (desk.Mailbox, error) {
	used := &fault{Code: "link_over", Say: "This link is no longer good: it was used, or is more than an hour old.",
		Remedy: "Ask whoever sent it for a new one."}
	sealed, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || text == "" {
		return "", used
	}
	plain, err := b.ways.key.OpenFor(ctx, sealed, linkPurpose)
	if err != nil {
		return "", errors.Join(used, err)
	}
	var l link
	if err := json.Unmarshal(plain, &l); err != nil || !b.now().Before(l.Until) {
		return "", used
	}
	rev, gone, err := b.stage(ctx, l.Mailbox)
	if err != nil {
		return "", err
	}
	if rev != l.Rev || !gone.Equal(l.Gone) {
		return "", used
	}
	return l.Mailbox, b.mayConnect(l.Mailbox)
}
