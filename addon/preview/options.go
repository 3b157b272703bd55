package preview

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"baton/addon/gallery"
)

// Person is somebody the page can be used as.
type Person struct {
	Email    string `json:"email"`
	Name     string `json:"name"`
	Role     string `json:"role"`
	Locale   string `json:"locale,omitempty"`   // BCP 47; "en-US" when empty
	TimeZone string `json:"timeZone,omitempty"` // IANA name; "UTC" when empty
}

// Sample is a ready customer mail behind a "let a customer write" button.
type Sample struct {
	Label string // on the button
	From  string // address of the customer, shown beside the label
	To    string // mailbox it goes to
	// Raw builds the RFC 822 mail, dated now. Each call makes a new Message-ID.
	Raw func(now time.Time) ([]byte, error)
}

// Options is what a Page needs. Everything without a stated default is required.
type Options struct {
	PublicURL      string   // scheme, host and port under which the add-on is called and audiences are built
	HomeURL        string   // homepage trigger; "/addon/home" when empty
	MessageURL     string   // contextual trigger; "/addon/message" when empty
	ServiceAccount string   // e-mail of the add-on service account, in the system token
	ClientID       string   // OAuth client id of the add-on, audience of the user token
	Scopes         []string // granted scopes, reported to the add-on
	GmailURL       string   // base address of the stand-in Gmail, told to API clients
	People         []Person
	Samples        []Sample // may be empty

	Mail   Mail
	Tokens Tokens
	Signer Signer
	// Settle returns when pushes, sync and outbox are idle, or with the context's error.
	Settle func(ctx context.Context) error
	// Changes gives a value after mail or labels changed; several changes may share one value.
	// The channel may be closed, or left open, when ctx ends.
	Changes func(ctx context.Context) <-chan struct{}

	// Gallery draws every card of the add-on for /preview/gallery; nil = that page
	// says that there is none.
	Gallery *gallery.Gallery

	Client *http.Client     // posts events; its timeout and redirect rules are replaced. http.DefaultClient's transport when nil
	Now    func() time.Time // the clock
	Log    *slog.Logger     // ids and durations only
}

// check fills defaults and says what is missing.
func (o Options) check() (Options, error) {
	base, err := url.Parse(o.PublicURL)
	if err != nil {
		return o, fmt.Errorf("preview: public address %q: %w", o.PublicURL, err)
	}
	switch {
	case base.Scheme != "http" && base.Scheme != "https", base.Host == "", base.User != nil:
		return o, fmt.Errorf("preview: public address %q must be http(s)://host[:port]", o.PublicURL)
	case o.Mail == nil, o.Tokens == nil, o.Signer == nil:
		return o, errors.New("preview: mail, tokens and signer are needed")
	case o.Settle == nil, o.Changes == nil, o.Now == nil, o.Log == nil:
		return o, errors.New("preview: settle, changes, clock and log are needed")
	case o.ServiceAccount == "", o.ClientID == "":
		return o, errors.New("preview: service account and client id are needed to sign tokens")
	case len(o.People) == 0:
		return o, errors.New("preview: at least one person is needed")
	}
	for _, p := range o.People {
		if _, err := p.zone(); err != nil {
			return o, fmt.Errorf("preview: time zone %q of a person: %w", p.TimeZone, err)
		}
	}
	if o.HomeURL == "" {
		o.HomeURL = "/addon/home"
	}
	if o.MessageURL == "" {
		o.MessageURL = "/addon/message"
	}
	return o, nil
}

func (p Person) zone() (*time.Location, error) { return time.LoadLocation(p.TimeZone) }

func (p Person) locale() string {
	if p.Locale == "" {
		return "en-US"
	}
	return p.Locale
}
