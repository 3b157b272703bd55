package gmail

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"
	gmailapi "google.golang.org/api/gmail/v1"
	"google.golang.org/api/googleapi"

	"baton/desk"
)

// wholeMail is the plan for calls that move a mail of some 35 MB while a person
// waits.
func wholeMail() Retry {
	return Retry{Tries: 2, Each: 15 * time.Second, Total: 18 * time.Second, Base: 100 * time.Millisecond, Cap: time.Second}
}

// Original is the thread of a message that a person has open, read with the
// tokens of the add-on's event: with the scope
// gmail.addons.current.message.readonly they open that message and the others of
// its thread, to read
// (developers.google.com/workspace/add-ons/concepts/workspace-scopes). It counts
// against the person's own quota, and keeps the tokens no longer than it lives.
// It implements desk.Original.
type Original struct {
	client *Client
	opened Opened
	thread string // "" = not known; the message is asked
	turns  chan struct{}
	meter  *meter
}

// mailsAtOnce is how many whole mails this process reads for people at a time:
// each is in memory up to four times, as JSON, as base64 and decoded.
const mailsAtOnce = 2

// Original begins to read the thread of an opened message. thread is its id in
// that mailbox, "" when the event did not say it. Close it.
func (p *Openings) Original(m Opened, thread desk.ThreadID) (*Original, error) {
	c, err := NewClient(func(context.Context) (oauth2.TokenSource, error) {
		return oauth2.StaticTokenSource(&oauth2.Token{AccessToken: m.UserToken}), nil
	}, p.o)
	if err != nil {
		return nil, err
	}
	return &Original{client: c, opened: m, thread: string(thread), turns: p.whole, meter: &p.meter}, nil
}

// Close counts what was used.
func (o *Original) Close() {
	o.meter.add(&o.client.meter)
	o.client.Close()
}

// Parts implements desk.Original. 40 units, and 20 when the thread's id is not
// known.
func (o *Original) Parts(ctx context.Context) ([]desk.Part, error) {
	if o.thread == "" {
		m, err := o.get(ctx, o.opened.Message, "minimal", "id,threadId")
		if err != nil {
			return nil, sayOriginal(err)
		}
		o.thread = m.ThreadId
	}
	th, err := call(Interactive(ctx), o.client, ThreadsGet, repeatable, func(ctx context.Context) (*gmailapi.Thread, error) {
		q := o.client.api.Threads.Get("me", o.thread).Format("metadata").MetadataHeaders("Message-ID", "X-Baton-Notice").
			Fields("messages(id,labelIds,internalDate,sizeEstimate,payload/headers)").Context(ctx)
		q.Header().Set(headerMessageToken, o.opened.MessageToken)
		return q.Do()
	})
	if err != nil {
		return nil, sayOriginal(err)
	}
	var out []desk.Part
	for _, m := range th.Messages {
		h := headersOf(m.Payload)
		if unread(m) || slices.Contains(m.LabelIds, "CHAT") || h.Has("x-baton-notice") {
			continue // a notice of ours stays with whom it was for
		}
		out = append(out, desk.Part{
			ID: desk.MessageID(m.Id), RFC: messageID(h),
			At: time.UnixMilli(m.InternalDate).UTC(), Size: m.SizeEstimate,
		})
	}
	slices.SortStableFunc(out, func(a, b desk.Part) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(string(a.ID), string(b.ID)))
	})
	return out, nil
}

// Copy implements desk.Original. 20 units.
func (o *Original) Copy(ctx context.Context, p desk.Part, earlier []desk.RFCID) (desk.Copy, error) {
	select {
	case o.turns <- struct{}{}:
		defer func() { <-o.turns }()
	case <-ctx.Done():
		return desk.Copy{}, ctx.Err()
	}
	ctx = atMost(patiently(ctx, wholeMail()), maxRawAnswer)
	m, err := o.get(ctx, string(p.ID), "raw", "id,raw")
	if errors.Is(err, errTooMuch) {
		return desk.Copy{}, desk.ErrTooLarge
	}
	if err != nil {
		return desk.Copy{}, sayOriginal(err)
	}
	raw, err := base64.URLEncoding.DecodeString(m.Raw)
	if err != nil {
		raw, err = base64.RawURLEncoding.DecodeString(m.Raw)
	}
	switch {
	case err != nil:
		return desk.Copy{}, fmt.Errorf("gmail: a whole mail is not in base64: %w: %w", desk.ErrInvalid, err)
	case len(raw) > desk.MaxIntakeSize:
		return desk.Copy{}, desk.ErrTooLarge
	}
	out, id := forImport(raw, earlier)
	return desk.Copy{RFC: id, Raw: out}, nil
}

// maxRawAnswer bounds Gmail's answer with a whole mail, in bytes: base64 makes 4
// of 3.
const maxRawAnswer = desk.MaxIntakeSize/3*4 + 4<<10

// headerMessageToken carries the token of the open message beside the person's
// (developers.google.com/workspace/add-ons/guides/alternate-runtimes).
const headerMessageToken = "X-Goog-Gmail-Access-Token"

func (o *Original) get(ctx context.Context, id, format, fields string) (*gmailapi.Message, error) {
	tooMuch := false
	m, err := call(Interactive(ctx), o.client, MessagesGet, repeatable, func(ctx context.Context) (*gmailapi.Message, error) {
		q := o.client.api.Messages.Get("me", id).Format(format).Context(ctx)
		q.Fields(googleapi.Field(fields))
		q.Header().Set(headerMessageToken, o.opened.MessageToken)
		got, err := q.Do()
		if tooMuch = errors.Is(err, errTooMuch); tooMuch {
			return nil, nil // to ask again would not make it smaller
		}
		return got, err
	})
	if tooMuch {
		return nil, errTooMuch
	}
	return m, err
}

// sayOriginal puts into words why a person's own mail cannot be read.
func sayOriginal(err error) error {
	say := "Gmail does not give the mail just now. Try again in a minute."
	access := (*AccessError)(nil)
	switch {
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded) && !errors.As(err, new(*CallError)):
		return err
	case errors.As(err, &access):
		say = "Google lets Baton read this mail only while you have it open, and that has run out. Open the message again and press the button once more."
	case NotFound(err):
		say = "A message of this thread is not in your mailbox any more. Open the thread again and press the button once more."
	}
	return errors.Join(&desk.Problem{Kind: desk.ErrMail, Say: say}, fmt.Errorf("gmail: reading a mail to be handed in: %w", err))
}
