package desk

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// DefaultShare is how long a share lives when nobody says otherwise; MaxShare
// is the longest.
const (
	DefaultShare = 30 * 24 * time.Hour
	MaxShare     = 365 * 24 * time.Hour
)

// Invite is what a person says when sharing a conversation.
type Invite struct {
	To    Email
	Role  ShareRole
	Until time.Time // zero = DefaultShare from now
	Why   string

	Scope       ShareScope // zero = the whole thread; Since is filled in
	Attachments bool       // names and sizes of files are shown
	Unmasked    bool       // numbers of cards and accounts are shown in full
}

// Share opens one conversation to one person until a time. A live share of the
// same person is replaced. Nothing is copied: the guest sees the live record.
func (d *Desk) Share(ctx context.Context, by Email, id ConversationID, in Invite) (Conversation, error) {
	in.Why = strings.TrimSpace(in.Why)
	switch {
	case !strings.Contains(string(in.To), "@"):
		return Conversation{}, invalid("Choose a person to share it with.")
	case in.Role != ShareView && in.Role != ShareComment && in.Role != ShareReply:
		return Conversation{}, invalid("Choose whether the person may read, comment, or answer as the mailbox.")
	case utf8.RuneCountInString(in.Why) > MaxWhy:
		return Conversation{}, invalid("The reason is longer than %d characters. Put the details into a note.", MaxWhy)
	}
	var err error
	if in.Scope, err = d.scope(ctx, by, id, in.Scope); err != nil {
		return Conversation{}, err
	}
	return d.changeBy(ctx, by, id, RightShare, func(e *edit) error {
		until := in.Until.UTC().Truncate(time.Microsecond)
		if in.Until.IsZero() {
			until = e.now.Add(DefaultShare)
		}
		switch {
		case !until.After(e.now):
			return invalid("The share would end before it begins. Choose a later day.")
		case until.After(e.now.Add(MaxShare)):
			return invalid("A share lasts at most a year. Choose an earlier day.")
		case e.policy.Works(in.To, e.Mailbox):
			return invalid("%s works in %s and sees this conversation already.", e.policy.NameOf(in.To), e.Mailbox)
		case !e.policy.SharesWith(in.To, e.Mailbox):
			return invalid("%s is outside your organisation. Conversations can be shared inside it, and with domains that the policy allows.", in.To)
		}
		var replaced ShareID
		if s := e.ShareTo(in.To, e.now); s != nil {
			if s.Role == in.Role && s.Until.Equal(until) && s.Why == in.Why && s.Scope.same(in.Scope) &&
				s.Attachments == in.Attachments && s.Unmasked == in.Unmasked {
				return nil
			}
			replaced = s.ID
			e.Shares = slices.Clone(e.Shares)
			s = e.ShareTo(in.To, e.now)
			e.stop(s)
		}
		e.dropOldShares()
		if len(e.Shares) >= MaxShares {
			return invalid("This conversation is shared with %d people already. Stop a share first.", MaxShares)
		}
		e.Shares = append(slices.Clone(e.Shares), Share{
			ID: ShareID(digest("share", string(e.ID), strconv.FormatInt(e.Version+1, 10))), To: in.To, Role: in.Role,
			By: by, At: e.now, Until: until, Why: in.Why,
			Scope: in.Scope, Attachments: in.Attachments, Unmasked: in.Unmasked,
		})
		if replaced == "" { // else they saw it already, and may be done with what names them
			e.openNamed(in.To)
		}
		e.touch(Sharing, by, e.now)
		e.event(Event{Kind: EventShared, Who: in.To, From: string(replaced), To: string(in.Role), Why: in.Why, Due: until})
		return nil
	})
}

// StopShare ends a share; the guest's next read fails. Stopping a stopped one
// changes nothing.
func (d *Desk) StopShare(ctx context.Context, by Email, id ConversationID, share ShareID) (Conversation, error) {
	return d.changeBy(ctx, by, id, RightShare, func(e *edit) error {
		i := slices.IndexFunc(e.Shares, func(s Share) bool { return s.ID == share })
		if i < 0 {
			return ErrNotFound
		}
		if !e.Shares[i].Live(e.now) {
			return nil
		}
		e.Shares = slices.Clone(e.Shares)
		e.stop(&e.Shares[i])
		e.touch(Sharing, by, e.now)
		e.event(Event{Kind: EventShareStopped, Who: e.Shares[i].To, From: string(e.Shares[i].ID)})
		return nil
	})
}

func (e *edit) stop(s *Share) { s.StoppedAt, s.StoppedBy = e.now, e.by }

// dropOldShares makes room by forgetting ended shares, oldest first; the
// history keeps them.
func (e *edit) dropOldShares() {
	for len(e.Shares) >= MaxShares {
		i := slices.IndexFunc(e.Shares, func(s Share) bool { return !s.Live(e.now) })
		if i < 0 {
			return
		}
		e.Shares = slices.Delete(slices.Clone(e.Shares), i, i+1)
	}
}
