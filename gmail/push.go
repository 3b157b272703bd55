package gmail

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"

	"baton/desk"
)

// maxPush bounds a push's body in bytes. Gmail's are under 1 kB.
const maxPush = 64 << 10

// PushOptions are what a push endpoint is made of. All but Subscription are
// required.
type PushOptions struct {
	// Verify judges the bearer token of a request; an error refuses it.
	Verify func(ctx context.Context, token string) error
	// Hint takes a hint over without blocking; false = the mailbox is unknown.
	Hint func(m desk.Mailbox, id uint64) bool
	// Subscription is whose pushes are taken ("projects/P/subscriptions/S"); ""
	// = anybody's who has a good token.
	Subscription string
	Logger       *slog.Logger
}

// Push is the endpoint that Pub/Sub pushes Gmail's notifications to. A push is
// a doorbell: it is answered at once and stored nowhere, for the sweep finds
// what a lost one would have told.
//
// Whatever a good token brings is acknowledged, unless it did not arrive
// whole: Pub/Sub would deliver garbage again for days.
//
// A subscription that sends payloads unwrapped works as well if it writes
// metadata: the header that names the subscription tells it from a wrapped one.
type Push struct {
	door
	o PushOptions
}

// NewPush makes a push endpoint.
func NewPush(o PushOptions) (*Push, error) {
	if o.Verify == nil || o.Hint == nil || o.Logger == nil {
		return nil, errors.New("gmail: the push endpoint needs to verify tokens, to hand hints over, and a logger")
	}
	return &Push{door: door{hint: o.Hint, log: o.Logger}, o: o}, nil
}

// ServeHTTP implements http.Handler. It answers 204, or 401, 405, 400 or 500.
// The token is judged before the body is read.
func (p *Push) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "push with POST", http.StatusMethodNotAllowed)
		return
	}
	if err := p.verify(r); err != nil {
		p.refused.Add(1)
		p.o.Logger.WarnContext(r.Context(), "gmail: a push was refused: its token is missing or not good")
		w.Header().Set("WWW-Authenticate", "Bearer")
		http.Error(w, "a good token is required", http.StatusUnauthorized)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPush))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		p.large.Add(1)
		w.WriteHeader(http.StatusNoContent)
		return
	}
	if err != nil {
		p.unreadable.Add(1)
		http.Error(w, "the body did not arrive", http.StatusBadRequest)
		return
	}
	if !p.ring(r, body) {
		http.Error(w, "the notification could not be handed over", http.StatusInternalServerError)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (p *Push) verify(r *http.Request) error {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	if !ok || !strings.EqualFold(scheme, "Bearer") || token == "" {
		return errors.New("no bearer token")
	}
	return p.o.Verify(r.Context(), token)
}

// unwrapped is the header in which Pub/Sub names the subscription of a payload
// that it sends as it is, when told to write metadata
// (cloud.google.com/pubsub/docs/payload-unwrapping).
const unwrapped = "X-Goog-Pubsub-Subscription-Name"

// ring takes what a push brought, unless it is another subscription's.
func (p *Push) ring(r *http.Request, body []byte) (done bool) {
	data, subscription, err := body, r.Header.Get(unwrapped), error(nil)
	if subscription == "" {
		data, subscription, err = readEnvelope(body)
	}
	switch {
	case p.o.Subscription != "" && subscription != "" && subscription != p.o.Subscription:
		p.foreign.Add(1)
	case err != nil:
		p.garbage.Add(1)
	case p.o.Subscription != "" && subscription == "":
		p.foreign.Add(1)
	default:
		return p.take(r.Context(), data)
	}
	return true
}
