package gmail

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"

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

// PushStats counts pushes by what became of them.
type PushStats struct {
	Taken      int64 // handed over
	Refused    int64 // no good token: 401
	Unknown    int64 // acknowledged: the mailbox is not ours
	Foreign    int64 // acknowledged: another subscription
	Garbage    int64 // acknowledged: not to be understood, now or later
	TooLarge   int64 // acknowledged: body over 64 kB
	Unreadable int64 // the body did not arrive: 400
}

// Push is the endpoint that Pub/Sub pushes Gmail's notifications to. A push is
// a doorbell: it is answered at once and stored nowhere, for the sweep finds
// what a lost one would have told.
//
// Whatever a good token brings is acknowledged, unless it did not arrive
// whole: Pub/Sub would deliver garbage again for days.
type Push struct {
	o     PushOptions
	stats struct{ taken, refused, unknown, foreign, garbage, large, unreadable atomic.Int64 }
}

// NewPush makes a push endpoint.
func NewPush(o PushOptions) (*Push, error) {
	if o.Verify == nil || o.Hint == nil || o.Logger == nil {
		return nil, errors.New("gmail: the push endpoint needs to verify tokens, to hand hints over, and a logger")
	}
	return &Push{o: o}, nil
}

// ServeHTTP implements http.Handler. It answers 204, or 401, 405 or 400. The
// token is judged before the body is read.
func (p *Push) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "push with POST", http.StatusMethodNotAllowed)
		return
	}
	if err := p.verify(r); err != nil {
		p.stats.refused.Add(1)
		p.o.Logger.WarnContext(r.Context(), "gmail: a push was refused: its token is missing or not good")
		w.Header().Set("WWW-Authenticate", "Bearer")
		http.Error(w, "a good token is required", http.StatusUnauthorized)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPush))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		p.stats.large.Add(1)
		w.WriteHeader(http.StatusNoContent)
		return
	}
	if err != nil {
		p.stats.unreadable.Add(1)
		http.Error(w, "the body did not arrive", http.StatusBadRequest)
		return
	}
	p.take(body)
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

func (p *Push) take(body []byte) {
	h, subscription, err := readEnvelope(body)
	switch {
	case p.o.Subscription != "" && subscription != p.o.Subscription && subscription != "":
		p.stats.foreign.Add(1)
	case err != nil:
		p.stats.garbage.Add(1)
	case p.o.Subscription != "" && subscription == "":
		p.stats.foreign.Add(1)
	case p.o.Hint(h.Mailbox, h.History):
		p.stats.taken.Add(1)
	default:
		p.stats.unknown.Add(1)
	}
}

// Stats gives the counters since the endpoint was made.
func (p *Push) Stats() PushStats {
	s := &p.stats
	return PushStats{
		Taken: s.taken.Load(), Refused: s.refused.Load(), Unknown: s.unknown.Load(), Foreign: s.foreign.Load(),
		Garbage: s.garbage.Load(), TooLarge: s.large.Load(), Unreadable: s.unreadable.Load(),
	}
}
