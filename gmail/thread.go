package gmail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"

	"baton/desk"
)

// Bounds on reading threads for people.
const (
	wholeThread    = 30       // messages; a longer thread is read piece by piece
	maxThreadBytes = 8 << 20  // bytes of Gmail's answer for a whole thread, or for one message
	threadsAtOnce  = 4        // fetches at a time, so that their answers do not fill the memory
	threadsKept    = 16 << 20 // bytes of the cache
	threadsKeep    = 2 * time.Minute
)

// ThreadsOptions are what Threads is made of.
type ThreadsOptions struct {
	Accounts *Accounts
	Bytes    int64            // of mail kept in memory at most; 0 = 16 MiB
	Keep     time.Duration    // how long; 0 = 2 minutes
	Now      func() time.Time // nil = time.Now
}

// Threads reads the threads of shared mailboxes for people, in the lane of what
// a person waits for, and keeps them in memory for a moment: never on a disk and
// never in a log. It implements desk.Threads. Files are never fetched.
//
// A thread of up to 30 messages costs 40 units, and nothing while it is kept. A
// longer one costs 40 units for its list and 20 for each message shown; so does
// one with more than 8 MiB of text, after 40 in vain.
type Threads struct {
	accounts *Accounts
	cache    *threadCache
	turns    chan struct{}
}

// NewThreads makes Threads.
func NewThreads(o ThreadsOptions) (*Threads, error) {
	if o.Accounts == nil {
		return nil, errors.New("gmail: reading threads needs accounts")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Threads{
		accounts: o.Accounts, turns: make(chan struct{}, threadsAtOnce),
		cache: newThreadCache(cmp.Or(o.Bytes, threadsKept), cmp.Or(o.Keep, threadsKeep), o.Now),
	}, nil
}

// Close forgets what is kept.
func (t *Threads) Close() { t.cache.close() }

// Heads implements desk.Threads.
func (t *Threads) Heads(ctx context.Context, m desk.Mailbox, id desk.ThreadID, newest desk.MessageID, messages int) ([]desk.Head, error) {
	key := threadKey{m, id}
	if heads, ok := t.cache.heads(key, newest); ok {
		return heads, nil
	}
	k := keptThread{newest: newest, letters: make(map[desk.MessageID]desk.Letter)}
	err := t.inTurn(ctx, m, func(ctx context.Context, c *Client) error {
		list, whole, err := c.threadText(ctx, string(id), messages <= wholeThread)
		if err != nil {
			return fmt.Errorf("reading a thread: %w", err)
		}
		for _, msg := range list {
			if unread(msg) {
				continue
			}
			l := letterOf(msg)
			k.heads = append(k.heads, l.Head)
			if whole {
				k.letters[l.ID] = l
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(k.heads, func(a, b desk.Head) int { return a.At.Compare(b.At) })
	t.cache.put(key, k)
	return slices.Clone(k.heads), nil
}

// Letters implements desk.Threads.
func (t *Threads) Letters(ctx context.Context, m desk.Mailbox, id desk.ThreadID, ids []desk.MessageID) ([]desk.Letter, error) {
	key := threadKey{m, id}
	kept := t.cache.letters(key, ids)
	if len(kept) < len(ids) {
		err := t.inTurn(ctx, m, func(ctx context.Context, c *Client) error {
			for _, message := range ids {
				if _, ok := kept[message]; ok {
					continue
				}
				msg, err := c.messageText(ctx, string(message))
				if NotFound(err) || err == nil && (msg.ThreadId != string(id) || unread(msg)) {
					continue
				}
				if err != nil {
					return fmt.Errorf("reading a message of a thread: %w", err)
				}
				kept[message] = letterOf(msg)
				t.cache.add(key, kept[message])
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	var out []desk.Letter
	for _, message := range ids {
		if l, ok := kept[message]; ok {
			out = append(out, l)
		}
	}
	return out, nil
}

// unread tells whether a message is none that people read: a draft, or in the
// bin.
func unread(m *gmailapi.Message) bool {
	return slices.Contains(m.LabelIds, "DRAFT") || slices.Contains(m.LabelIds, "TRASH")
}

// inTurn calls Gmail for a person who waits, when there is room for the answer.
func (t *Threads) inTurn(ctx context.Context, m desk.Mailbox, do func(context.Context, *Client) error) error {
	c, err := t.accounts.Client(m)
	if err != nil {
		return err
	}
	select {
	case t.turns <- struct{}{}:
		defer func() { <-t.turns }()
	case <-ctx.Done():
		return ctx.Err()
	}
	err = do(Interactive(ctx), c)
	if NotFound(err) {
		return fmt.Errorf("%w: %w", desk.ErrNotFound, err)
	}
	return err
}

// threadText gives a thread's messages with their text when whole is wanted and
// it is not too much, else with their headers alone. 40 units, and 40 more when
// it turned out to be too much.
func (c *Client) threadText(ctx context.Context, id string, whole bool) ([]*gmailapi.Message, bool, error) {
	get := func(format string, fields ...string) (th *gmailapi.Thread, tooMuch bool, err error) {
		th, err = call(ctx, c, ThreadsGet, repeatable, func(ctx context.Context) (*gmailapi.Thread, error) {
			q := c.api.Threads.Get("me", id).Format(format).Fields("messages(id,labelIds,internalDate,payload)")
			if len(fields) > 0 {
				q.MetadataHeaders(fields...)
			}
			got, err := q.Context(atMost(ctx, maxThreadBytes)).Do()
			if tooMuch = errors.Is(err, errTooMuch); tooMuch {
				return nil, nil
			}
			return got, err
		})
		return th, tooMuch, err
	}
	if whole {
		th, tooMuch, err := get("full")
		if err != nil {
			return nil, false, err
		}
		if !tooMuch {
			return th.Messages, true, nil
		}
	}
	th, tooMuch, err := get("metadata", "From", "Sender")
	if err != nil {
		return nil, false, err
	}
	if tooMuch {
		return nil, false, fmt.Errorf("the list of the thread's messages: %w", errTooMuch)
	}
	return th.Messages, false, nil
}

// messageText gives a message with its text; of one that is too much, the
// headers. 20 units, or 40.
func (c *Client) messageText(ctx context.Context, id string) (*gmailapi.Message, error) {
	tooMuch := false
	m, err := call(ctx, c, MessagesGet, repeatable, func(ctx context.Context) (*gmailapi.Message, error) {
		got, err := c.api.Messages.Get("me", id).Format("full").
			Fields("id", "threadId", "labelIds", "internalDate", "payload").Context(atMost(ctx, maxThreadBytes)).Do()
		if tooMuch = errors.Is(err, errTooMuch); tooMuch {
			return nil, nil
		}
		return got, err
	})
	if err != nil || !tooMuch {
		return m, err
	}
	m, err = c.Message(ctx, id, []string{"From", "Sender", "To", "Cc"}, false)
	if err == nil && m.Payload != nil {
		m.Payload.MimeType = beyondReading
	}
	return m, err
}
