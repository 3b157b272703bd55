package gmail

import (
	"context"
	"encoding/base64"
	"net/http"

	gmailapi "google.golang.org/api/gmail/v1"
	"google.golang.org/api/googleapi"
)

// None of these calls carries an Idempotency-Key header: Gmail knows none, and
// net/http takes a request that has one for repeatable and sends it again by
// itself when the connection breaks.

// CreateDraft puts a mail into a new draft in a thread ("" = none), and gives
// the draft's id. It is not repeated once Gmail may have done it. 10 units.
func (c *Client) CreateDraft(ctx context.Context, thread string, mail []byte) (string, error) {
	d, err := call(ctx, c, DraftsCreate, onceOnly, func(ctx context.Context) (*gmailapi.Draft, error) {
		return c.api.Drafts.Create("me", &gmailapi.Draft{Message: &gmailapi.Message{
			ThreadId: thread, Raw: base64.URLEncoding.EncodeToString(mail),
		}}).Fields("id").Context(ctx).Do()
	})
	if err != nil {
		return "", err
	}
	return d.Id, nil
}

// SendDraft sends a draft as it is, and gives the ids of the message that it
// became and of its thread. The hint that tells of it is taken for an echo, as
// those of label changes are: who sends knows what was sent. Gmail sends a draft once: it is gone then, and the next to send it is
// told 404. It is not repeated once Gmail may have done it. 100 units.
func (c *Client) SendDraft(ctx context.Context, draft string) (id, thread string, err error) {
	c.wrote.Store(c.now().UnixNano())
	m, err := call(ctx, c, DraftsSend, onceOnly, func(ctx context.Context) (*gmailapi.Message, error) {
		return c.api.Drafts.Send("me", &gmailapi.Draft{Id: draft}).Fields("id", "threadId").Context(ctx).Do()
	})
	if err != nil {
		return "", "", err
	}
	return m.Id, m.ThreadId, nil
}

// Draft gives a draft with its message's parts. 20 units.
func (c *Client) Draft(ctx context.Context, draft string) (*gmailapi.Draft, error) {
	return call(ctx, c, DraftsGet, repeatable, func(ctx context.Context) (*gmailapi.Draft, error) {
		return c.api.Drafts.Get("me", draft).Format("full").Fields("id", "message(id,threadId,payload)").Context(ctx).Do()
	})
}

// Drafts gives one page of at most 100 drafts with the ids of their messages and
// threads, newest first. 5 units.
func (c *Client) Drafts(ctx context.Context, page string) (*gmailapi.ListDraftsResponse, error) {
	return call(ctx, c, DraftsList, repeatable, func(ctx context.Context) (*gmailapi.ListDraftsResponse, error) {
		q := c.api.Drafts.List("me").MaxResults(100).Fields("drafts(id,message(id,threadId))", "nextPageToken")
		if page != "" {
			q.PageToken(page)
		}
		return q.Context(ctx).Do()
	})
}

// DeleteDraft deletes a draft for good. 10 units.
func (c *Client) DeleteDraft(ctx context.Context, draft string) error {
	_, err := call(ctx, c, DraftsDelete, repeatable, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, c.api.Drafts.Delete("me", draft).Context(ctx).Do()
	})
	return err
}

// ThreadHeaders gives a thread's messages with their labels and the named
// headers. 40 units.
func (c *Client) ThreadHeaders(ctx context.Context, thread string, names ...string) ([]*gmailapi.Message, error) {
	t, err := call(ctx, c, ThreadsGet, repeatable, func(ctx context.Context) (*gmailapi.Thread, error) {
		return c.api.Threads.Get("me", thread).Format("metadata").MetadataHeaders(names...).
			Fields(googleapi.Field("messages(id,labelIds,payload/headers)")).Context(ctx).Do()
	})
	if err != nil {
		return nil, err
	}
	return t.Messages, nil
}

// faulted tells whether Gmail found fault with the request itself: the mail, or
// an id that means nothing to it.
func faulted(err error) bool { return StatusCode(err) == http.StatusBadRequest }
