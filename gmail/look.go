package gmail

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"
	"google.golang.org/api/googleapi"

	"baton/desk"
)

// draftState is what became of a draft.
type draftState int

const (
	draftOurs    draftState = iota // as we wrote it
	draftChanged                   // a person has it in hand
	draftGone                      // sent or deleted, by whomever
)

// inspect looks at the intent's draft. 20 units.
func (p *posting) inspect(ctx context.Context) (draftState, error) {
	d, err := p.client.Draft(ctx, p.in.Draft)
	switch {
	case NotFound(err), faulted(err) && !passing(err):
		return draftGone, nil
	case err != nil:
		return 0, err
	case sealedFor(d.Message) != p.in.ID:
		return draftChanged, nil
	}
	return draftOurs, nil
}

// sealedFor gives the intent that a draft was made for, "" when it is none of
// ours or not as we wrote it any more.
func sealedFor(m *gmailapi.Message) desk.IntentID {
	if m == nil || m.Payload == nil || m.Payload.Body == nil {
		return ""
	}
	h := make(Headers)
	for _, line := range m.Payload.Headers[:min(len(m.Payload.Headers), maxHeaders)] {
		name := strings.ToLower(line.Name)
		h[name] = append(h[name], cut(line.Value, maxDraftHeader))
	}
	want := sealOf(emails(addressesIn(h.Get("to"))), emails(addressesIn(h.Get("cc"))),
		plain(h.Get("subject")), partText(m.Payload, 4*desk.MaxMailText))
	if strings.TrimSpace(h.Get("x-baton-seal")) != want {
		return ""
	}
	return intentOf(h)
}

// maxDraftHeader is room for the longest list of recipients that we write, in
// bytes.
const maxDraftHeader = 256 << 10

// intentOf gives the intent that a mail's header names, "" if none.
func intentOf(h Headers) desk.IntentID {
	id := strings.TrimSpace(h.Get("x-baton-intent"))
	if !token(id) {
		return ""
	}
	return desk.IntentID(id)
}

// forgotten finds the mail of an intent that should have had a draft long ago,
// in case it left and the store forgot it, as one does that was restored from a
// backup. "" = it did not leave, or has not waited for long. 40 to 550 units.
func (p *posting) forgotten(ctx context.Context) (desk.MessageID, error) {
	due := p.in.CreatedAt
	if p.in.NotBefore.After(due) {
		due = p.in.NotBefore
	}
	if p.o.Now().Sub(due) < longWaited {
		return "", nil
	}
	return p.client.sentFor(ctx, p.thread, p.in)
}

// maxLooked bounds the sent mails that one look reads.
const maxLooked = 25

// skew is how far Gmail's clock may be behind ours.
const skew = 10 * time.Minute

// sentFor finds the sent mail of an intent by our own header: in its thread,
// then by its Message-ID, then among what was sent to its recipient since the
// promise, oldest first. "" = it is nowhere. 40 units when it is in the thread;
// else up to 510 more.
func (c *Client) sentFor(ctx context.Context, thread desk.ThreadID, in desk.Intent) (desk.MessageID, error) {
	if thread != "" {
		list, err := c.ThreadHeaders(ctx, string(thread), headerIntent)
		if err != nil && !NotFound(err) {
			return "", err
		}
		for _, m := range list {
			if sentBy(m, in.ID) {
				return desk.MessageID(m.Id), nil
			}
		}
	}
	searches := []string{"rfc822msgid:" + string(SentID(in))}
	if in.Mail != nil {
		q := fmt.Sprintf("in:sent after:%d", in.CreatedAt.Add(-skew).Unix())
		if to := slices.Concat(in.Mail.To, in.Mail.Cc); len(to) > 0 && !strings.ContainsAny(string(to[0].Email), `(){}"' `) {
			q += " to:" + string(to[0].Email)
		}
		searches = append(searches, q)
	}
	seen := make(map[string]bool)
	for _, q := range searches {
		r, err := c.List(ctx, q, "")
		if err != nil {
			return "", err
		}
		for _, m := range slices.Backward(r.Messages) { // ours went out soon after its promise
			if seen[m.Id] || len(seen) == maxLooked {
				continue
			}
			seen[m.Id] = true
			full, err := c.Message(ctx, m.Id, []string{headerIntent}, false)
			if NotFound(err) {
				continue
			}
			if err != nil {
				return "", err
			}
			if sentBy(full, in.ID) {
				return desk.MessageID(full.Id), nil
			}
		}
	}
	return "", nil
}

// sentBy tells whether a message is the mail of an intent and was sent: anybody
// can write our header, but only Gmail the label.
func sentBy(m *gmailapi.Message, id desk.IntentID) bool {
	return m != nil && slices.Contains(m.LabelIds, "SENT") && !slices.Contains(m.LabelIds, "DRAFT") &&
		intentOf(headersOf(m.Payload)) == id
}

// messageOf gives Google's text of an error; it may name addresses.
func messageOf(err error) string {
	if ge := (*googleapi.Error)(nil); errors.As(err, &ge) {
		return ge.Message
	}
	return ""
}
