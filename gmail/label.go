package gmail

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"google.golang.org/api/googleapi"

	"baton/desk"
)

// Labeler makes threads wear the labels that their records want.
type Labeler struct{ accounts *Accounts }

// NewLabeler makes a Labeler that uses the accounts' clients.
func NewLabeler(a *Accounts) *Labeler { return &Labeler{accounts: a} }

// Apply puts labels right; doing it twice changes nothing. want are the names
// that the thread should wear, worn those of ours that it may wear by now.
//
// With a message, only that message gets what is wanted (5 units), because the
// rest of the thread wears it already; else the whole thread gets what is
// wanted and loses the rest of worn (10 units). Nothing to change is no call.
// Labels that are missing are made. A thread or message that is gone is done.
//
// Errors: desk.ErrInvalid for a name that is not ours, *AccessError,
// *CallError, or the context's.
func (l *Labeler) Apply(ctx context.Context, m desk.Mailbox, thread desk.ThreadID, message desk.MessageID, want, worn []string, waiting bool) error {
	c, err := l.accounts.Client(m)
	if err != nil {
		return err
	}
	add, remove, err := difference(want, worn)
	if err != nil {
		return err
	}
	if message != "" {
		remove = nil
	}
	if len(add)+len(remove) == 0 {
		return nil
	}
	if waiting {
		ctx = Interactive(ctx)
	}
	err = c.wear(ctx, thread, message, add, remove)
	if badLabel(err) {
		// Somebody deleted a label: find it by name or make it, and try once more.
		if err := c.forgetLabels(ctx); err != nil {
			return err
		}
		err = c.wear(ctx, thread, message, add, remove)
	}
	if NotFound(err) && !badLabel(err) {
		return nil
	}
	return err
}

// difference gives the clean names to put on and to take off.
func difference(want, worn []string) (add, remove []string, err error) {
	seen := make(map[string]bool, len(want)+len(worn))
	for _, n := range want {
		clean, err := ownLabel(n)
		if err != nil {
			return nil, nil, err
		}
		if !seen[foldLabel(clean)] {
			seen[foldLabel(clean)] = true
			add = append(add, clean)
		}
	}
	for _, n := range worn {
		clean, err := ownLabel(n)
		if err != nil || seen[foldLabel(clean)] {
			continue // a name that could not be put on is not there
		}
		seen[foldLabel(clean)] = true
		remove = append(remove, clean)
	}
	return add, remove, nil
}

func (c *Client) wear(ctx context.Context, thread desk.ThreadID, message desk.MessageID, add, remove []string) error {
	on, err := c.labelIDs(ctx, add, true)
	if err != nil {
		return err
	}
	off, err := c.labelIDs(ctx, remove, false)
	if err != nil {
		return err
	}
	if len(on)+len(off) == 0 {
		return nil
	}
	if message != "" {
		return c.ChangeMessage(ctx, string(message), on, nil)
	}
	return c.ChangeThread(ctx, string(thread), on, off[:min(len(off), 100)])
}

// badLabel holds when Gmail does not know a label's id, as opposed to the
// thread's or message's.
func badLabel(err error) bool {
	ge := (*googleapi.Error)(nil)
	if !errors.As(err, &ge) || !slices.Contains([]int{http.StatusBadRequest, http.StatusNotFound}, ge.Code) {
		return false
	}
	return strings.Contains(strings.ToLower(ge.Message), "label")
}
