package gmail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"
	"google.golang.org/api/googleapi"

	"baton/desk"
)

// ImporterOptions are what an Importer is made of.
type ImporterOptions struct {
	Accounts *Accounts
	// Own and Shared are as for a Room: whose mail is the team's own, and which
	// mailboxes are under Baton's care; nil = none.
	Own    func(desk.Email) bool
	Shared func(desk.Mailbox) bool
	// Looks is how often a mail is looked for when nobody knows whether Gmail took
	// it, and Pause how long between; 0 = 3 times, half a second apart.
	Looks int
	Pause time.Duration
}

// Importer puts mails into shared mailboxes. It implements desk.Importer. All
// methods may run at the same time.
type Importer struct{ o ImporterOptions }

// NewImporter makes an Importer.
func NewImporter(o ImporterOptions) (*Importer, error) {
	if o.Accounts == nil {
		return nil, errors.New("gmail: an importer needs accounts")
	}
	if o.Looks == 0 {
		o.Looks = 3
	}
	if o.Pause == 0 {
		o.Pause = 500 * time.Millisecond
	}
	return &Importer{o: o}, nil
}

// Find implements desk.Importer. 5 units.
func (i *Importer) Find(ctx context.Context, m desk.Mailbox, id desk.RFCID) (desk.Landing, error) {
	c, err := i.o.Accounts.Client(m)
	if err != nil {
		return desk.Landing{}, err
	}
	at, err := c.find(Interactive(ctx), id)
	if err != nil && !errors.Is(err, desk.ErrNotFound) {
		return desk.Landing{}, sayImport(m, err)
	}
	return at, err
}

// find looks for a mail by its Message-ID and gives the oldest of several. An id
// that the search's own signs would break up is never found.
func (c *Client) find(ctx context.Context, id desk.RFCID) (desk.Landing, error) {
	if strings.ContainsAny(string(id), `(){}"' `) {
		return desk.Landing{}, desk.ErrNotFound
	}
	r, err := c.List(ctx, "rfc822msgid:"+string(id), "")
	if err != nil {
		return desk.Landing{}, err
	}
	if len(r.Messages) == 0 {
		return desk.Landing{}, desk.ErrNotFound
	}
	m := r.Messages[len(r.Messages)-1]
	return desk.Landing{ID: desk.MessageID(m.Id), Thread: desk.ThreadID(m.ThreadId)}, nil
}

// Import implements desk.Importer: the mail is unread in the inbox, with the
// date of its Date header. 25 units.
func (i *Importer) Import(ctx context.Context, m desk.Mailbox, t desk.ThreadID, mail desk.Copy) (desk.Landing, error) {
	c, err := i.o.Accounts.Client(m)
	if err != nil {
		return desk.Landing{}, err
	}
	ctx = Interactive(ctx)
	at, err := c.Import(ctx, string(t), mail.Raw)
	if _, ran := cureFor(err); err != nil && ran {
		if found, lookErr := i.look(ctx, c, mail.RFC); lookErr == nil {
			return found, nil
		}
	}
	switch {
	case err == nil:
		return at, nil
	case StatusCode(err) == http.StatusRequestEntityTooLarge:
		return desk.Landing{}, desk.ErrTooLarge
	case faulted(err) && !passing(err) && !errors.As(err, new(*AccessError)):
		return desk.Landing{}, fmt.Errorf("gmail: a mail is not taken: %w: %w", desk.ErrInvalid, err)
	case NotFound(err) && t != "":
		return i.Import(ctx, m, "", mail) // the thread was deleted meanwhile
	}
	return desk.Landing{}, sayImport(m, err)
}

// Import puts a mail into the mailbox as if it had arrived, and tells where it
// is. It is not repeated once Gmail may have done it. 25 units.
func (c *Client) Import(ctx context.Context, thread string, mail []byte) (desk.Landing, error) {
	m, err := call(patiently(ctx, wholeMail()), c, MessagesImport, onceOnly, func(ctx context.Context) (*gmailapi.Message, error) {
		return c.api.Messages.Import("me", &gmailapi.Message{ThreadId: thread, LabelIds: []string{"INBOX", "UNREAD"}}).
			InternalDateSource("dateHeader").NeverMarkSpam(true).ProcessForCalendar(false).
			Media(bytes.NewReader(mail), googleapi.ContentType("message/rfc822"), googleapi.ChunkSize(0)).
			Fields("id", "threadId").Context(ctx).Do()
	})
	if err != nil {
		return desk.Landing{}, err
	}
	return desk.Landing{ID: desk.MessageID(m.Id), Thread: desk.ThreadID(m.ThreadId)}, nil
}

// look finds a mail that Gmail may have taken, for as long as a search may lag.
func (i *Importer) look(ctx context.Context, c *Client, id desk.RFCID) (at desk.Landing, err error) {
	for n := range i.o.Looks {
		if n > 0 && sleep(ctx, i.o.Pause) != nil {
			break
		}
		if at, err = c.find(ctx, id); !errors.Is(err, desk.ErrNotFound) {
			break
		}
	}
	return at, err
}

// Arrived implements desk.Importer. 20 units.
func (i *Importer) Arrived(ctx context.Context, m desk.Mailbox, id desk.MessageID, needs desk.Needs) (desk.Arrival, error) {
	c, err := i.o.Accounts.Client(m)
	if err != nil {
		return desk.Arrival{}, err
	}
	names := usual
	if needs.Headers {
		names = nil
	}
	got, err := c.Message(Interactive(ctx), string(id), names, needs.Body || needs.Attachments)
	if err != nil {
		return desk.Arrival{}, sayImport(m, err)
	}
	return i.arrival(m, got, needs), nil
}

// Thread implements desk.Importer. 40 units.
func (i *Importer) Thread(ctx context.Context, m desk.Mailbox, t desk.ThreadID) ([]desk.Arrival, error) {
	c, err := i.o.Accounts.Client(m)
	if err != nil {
		return nil, err
	}
	th, err := call(Interactive(ctx), c, ThreadsGet, repeatable, func(ctx context.Context) (*gmailapi.Thread, error) {
		return c.api.Threads.Get("me", string(t)).Format("metadata").MetadataHeaders(usual...).
			Fields("messages(id,threadId,labelIds,internalDate,sizeEstimate,payload/headers)").Context(ctx).Do()
	})
	if err != nil {
		return nil, sayImport(m, err)
	}
	var out []desk.Arrival
	for _, got := range th.Messages {
		if !slices.Contains(got.LabelIds, "DRAFT") && !slices.Contains(got.LabelIds, "CHAT") {
			out = append(out, i.arrival(m, got, desk.Needs{}))
		}
	}
	slices.SortStableFunc(out, func(a, b desk.Arrival) int { return a.Message.At.Compare(b.Message.At) })
	return out, nil
}

func (i *Importer) arrival(m desk.Mailbox, got *gmailapi.Message, needs desk.Needs) desk.Arrival {
	msg, facts := reader{mailbox: m, own: i.o.Own, shared: i.o.Shared}.read(got, needs)
	return desk.Arrival{Message: msg, Facts: facts}
}

// sayImport puts into words why mail cannot be put into a shared mailbox.
func sayImport(m desk.Mailbox, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) && !errors.As(err, new(*CallError)) {
		return err
	}
	say := fmt.Sprintf("Gmail does not take mail into %s just now. Try again in a minute.", m)
	if access := (*AccessError)(nil); errors.As(err, &access) || errors.Is(err, desk.ErrForbidden) {
		say = fmt.Sprintf("Baton has no access to %s at the moment. Tell the person who looks after Baton, and try again when it is connected.", m)
	} else if how, _ := cureFor(err); how == slower {
		say = fmt.Sprintf("%s is very busy just now. Try again in a minute.", m)
	}
	return errors.Join(&desk.Problem{Kind: desk.ErrMail, Say: say}, fmt.Errorf("gmail: handing in mail: %w", err))
}
