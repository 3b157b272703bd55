package gmail

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"
	"google.golang.org/api/option"

	"baton/desk"
)

// Endpoint is where Gmail is.
const Endpoint = "https://gmail.googleapis.com/"

// Options say how clients call Gmail. The zero value is Google's Gmail with
// the limits of a new project.
type Options struct {
	Endpoint       string            // "" = Endpoint
	Transport      http.RoundTripper // shared by all mailboxes; nil = NewTransport(Endpoint)
	UnitsPerMinute int               // per mailbox; 0 = 6,000, below 0 = no limit
	Concurrency    int               // calls at a time per mailbox; 0 = 16
	Background     *Retry            // nil = 6 tries in 90 s
	Interactive    *Retry            // nil = 3 tries in 8 s
	Now            func() time.Time  // nil = time.Now
	// States keeps the ids of our labels, so that one that people rename is
	// found again after a restart; nil = they are known to this process alone.
	States desk.Mailboxes
}

func (o Options) filled() Options {
	if o.Endpoint == "" {
		o.Endpoint = Endpoint
	}
	if o.Transport == nil {
		o.Transport = NewTransport(o.Endpoint)
	}
	if o.UnitsPerMinute == 0 {
		o.UnitsPerMinute = 6000
	}
	if o.Concurrency == 0 {
		o.Concurrency = 16
	}
	if o.Background == nil {
		r := usualRetry()
		o.Background = &r
	}
	if o.Interactive == nil {
		r := hastyRetry()
		o.Interactive = &r
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

// Client calls Gmail for one mailbox. Its methods may run at the same time.
// Failures are *AccessError, *CallError or the context's error.
type Client struct {
	api    *gmailapi.UsersService
	tokens *tokens
	gate   *gate
	meter  meter
	retry  [2]Retry
	now    func() time.Time
	labels labelSet
	memory labelMemory // nil = none
	// wrote is when this process last began to change labels here, in Unix
	// nanoseconds; see Room on echoes.
	wrote  atomic.Int64
	expect expected
	// sending is what this process is sending from the mailbox.
	sending sending
}

// NewClient makes a client for the mailbox whose tokens mint gives.
func NewClient(mint Mint, o Options) (*Client, error) {
	if mint == nil {
		return nil, errors.New("gmail: a client needs tokens")
	}
	o = o.filled()
	t := &tokens{mint: mint}
	svc, err := gmailapi.NewService(context.Background(),
		option.WithEndpoint(o.Endpoint),
		option.WithHTTPClient(&http.Client{Transport: bearer{tokens: t, base: o.Transport}}))
	if err != nil {
		return nil, fmt.Errorf("gmail: making the client: %w", err)
	}
	return &Client{
		api: svc.Users, tokens: t, now: o.Now,
		gate:  newGate(max(o.UnitsPerMinute, 0), o.Concurrency, o.Now),
		retry: [2]Retry{background: *o.Background, interactive: *o.Interactive}, labels: newLabelSet(),
	}, nil
}

// Usage gives what each method was used since the client was made.
func (c *Client) Usage() map[Method]Usage { return c.meter.usage() }

// Close stops the client's timer. Calls that wait end with their contexts.
func (c *Client) Close() { c.gate.close() }

// Cursor gives the mailbox's newest history id. 1 unit.
func (c *Client) Cursor(ctx context.Context) (uint64, error) {
	p, err := call(ctx, c, GetProfile, repeatable, func(ctx context.Context) (*gmailapi.Profile, error) {
		return c.api.GetProfile("me").Fields("historyId").Context(ctx).Do()
	})
	if err != nil {
		return 0, err
	}
	return p.HistoryId, nil
}

// History gives one page of at most 500 records after start. 2 units. A start
// that is too old is NotFound.
func (c *Client) History(ctx context.Context, start uint64, page string) (*gmailapi.ListHistoryResponse, error) {
	return call(ctx, c, HistoryList, repeatable, func(ctx context.Context) (*gmailapi.ListHistoryResponse, error) {
		q := c.api.History.List("me").StartHistoryId(start).MaxResults(500).
			Fields("history(id,messagesAdded,messagesDeleted,labelsAdded,labelsRemoved)", "nextPageToken", "historyId")
		if page != "" {
			q.PageToken(page)
		}
		return q.Context(ctx).Do()
	})
}

// List gives one page of at most 500 ids that match a search, newest first,
// spam and trash included. 5 units.
func (c *Client) List(ctx context.Context, search, page string) (*gmailapi.ListMessagesResponse, error) {
	return call(ctx, c, MessagesList, repeatable, func(ctx context.Context) (*gmailapi.ListMessagesResponse, error) {
		q := c.api.Messages.List("me").Q(search).IncludeSpamTrash(true).MaxResults(500).
			Fields("messages(id,threadId)", "nextPageToken")
		if page != "" {
			q.PageToken(page)
		}
		return q.Context(ctx).Do()
	})
}

// Message gives a message: with the named headers, with all of them (names is
// nil), or with its parts as well (full). 20 units.
func (c *Client) Message(ctx context.Context, id string, names []string, full bool) (*gmailapi.Message, error) {
	return call(ctx, c, MessagesGet, repeatable, func(ctx context.Context) (*gmailapi.Message, error) {
		q := c.api.Messages.Get("me", id)
		if full {
			q.Format("full").Fields("id", "threadId", "labelIds", "internalDate", "sizeEstimate", "payload")
		} else {
			q.Format("metadata").Fields("id", "threadId", "labelIds", "internalDate", "sizeEstimate", "payload/headers")
			if names != nil {
				q.MetadataHeaders(names...)
			}
		}
		return q.Context(ctx).Do()
	})
}

// Attachment gives a part of a message that did not come with it, as base64url.
// 20 units.
func (c *Client) Attachment(ctx context.Context, message, part string) (string, error) {
	b, err := call(ctx, c, AttachmentsGet, repeatable, func(ctx context.Context) (*gmailapi.MessagePartBody, error) {
		return c.api.Messages.Attachments.Get("me", message, part).Fields("data").Context(ctx).Do()
	})
	if err != nil {
		return "", err
	}
	return b.Data, nil
}

// ChangeMessage changes the labels of one message, by id. 5 units.
func (c *Client) ChangeMessage(ctx context.Context, id string, add, remove []string) error {
	now := c.now()
	c.wrote.Store(now.UnixNano())
	c.expect.put(desk.MessageID(id), add, now)
	_, err := call(ctx, c, MessagesModify, repeatable, func(ctx context.Context) (*gmailapi.Message, error) {
		return c.api.Messages.Modify("me", id, &gmailapi.ModifyMessageRequest{AddLabelIds: add, RemoveLabelIds: remove}).
			Fields("id").Context(ctx).Do()
	})
	return err
}

// ChangeThread changes the labels of all messages that a thread has now, by
// id. 10 units.
func (c *Client) ChangeThread(ctx context.Context, id string, add, remove []string) error {
	c.wrote.Store(c.now().UnixNano())
	c.expect.clear()
	_, err := call(ctx, c, ThreadsModify, repeatable, func(ctx context.Context) (*gmailapi.Thread, error) {
		return c.api.Threads.Modify("me", id, &gmailapi.ModifyThreadRequest{AddLabelIds: add, RemoveLabelIds: remove}).
			Fields("id").Context(ctx).Do()
	})
	return err
}

// Labels lists the mailbox's labels. 1 unit.
func (c *Client) Labels(ctx context.Context) ([]*gmailapi.Label, error) {
	r, err := call(ctx, c, LabelsList, repeatable, func(ctx context.Context) (*gmailapi.ListLabelsResponse, error) {
		return c.api.Labels.List("me").Fields("labels(id,name,type)").Context(ctx).Do()
	})
	if err != nil {
		return nil, err
	}
	return r.Labels, nil
}

// CreateLabel makes a label. A name that exists is StatusCode 409. 5 units.
func (c *Client) CreateLabel(ctx context.Context, l *gmailapi.Label) (*gmailapi.Label, error) {
	return call(ctx, c, LabelsCreate, repeatable, func(ctx context.Context) (*gmailapi.Label, error) {
		return c.api.Labels.Create("me", l).Fields("id", "name").Context(ctx).Do()
	})
}

// Watch asks Gmail to publish the mailbox's changes to a Pub/Sub topic for
// seven days, and gives until when. 100 units.
func (c *Client) Watch(ctx context.Context, topic string) (time.Time, error) {
	r, err := call(ctx, c, Watch, repeatable, func(ctx context.Context) (*gmailapi.WatchResponse, error) {
		return c.api.Watch("me", &gmailapi.WatchRequest{TopicName: topic}).Context(ctx).Do()
	})
	if err != nil {
		return time.Time{}, err
	}
	return time.UnixMilli(r.Expiration).UTC(), nil
}

// Stop ends the mailbox's watch. 50 units.
func (c *Client) Stop(ctx context.Context) error {
	_, err := call(ctx, c, Stop, repeatable, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, c.api.Stop("me").Context(ctx).Do()
	})
	return err
}
