package addon

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"baton/addon/locale"
	"baton/addon/wire"
	"baton/desk"
	"baton/desk/identity"
)

// request is one event, by a person who is who they say.
type request struct {
	*http.Request
	id  string // names the event in the log
	who desk.Email
	ev  *wire.Event
	r   reader

	typedNote string // a note that was refused, to be shown in its field again
	// typedMention is whom it was to name.
	typedMention string
	sender       *desk.Address // that replies go out from, once it was asked for
	changed      bool          // the person just changed the conversation that is drawn
	made         *desk.Tally   // what the handler has changed so far
	unread       bool          // the open message is none that the person can read, so they cannot hand it in
	receipt      bool          // the card begins with what is missing of an intake
	apart        bool          // the open message is not of the conversation, but answers one that is
}

// handler answers an event. An error is turned into words by fault.go.
type handler func(rq *request) (wire.Answer, error)

const scopeEmail = "https://www.googleapis.com/auth/userinfo.email"

// route serves one address. An event that does not prove who sent it is
// answered with 401 and nothing else; everything after that is answered with
// 200 and a card, since Gmail shows a bare error for any other status.
func (a *Addon) route(e *echo.Echo, path string, kind wire.Kind, h handler) {
	e.POST(path, func(c echo.Context) error {
		began := time.Now()
		rq := &request{Request: c.Request(), id: rand.Text()[:10]}
		log := a.o.Logger.With("request", rq.id, "route", path)
		answer, outcome, err := a.answer(rq, path, h)
		switch {
		case errors.Is(err, identity.ErrToken):
			log.Warn("addon: token refused", "reason", identity.ReasonOf(err))
			a.o.Observe(path, "unauthorized", time.Since(began))
			return c.NoContent(http.StatusUnauthorized)
		case errors.Is(err, wire.ErrTooLarge):
			a.o.Observe(path, "too_large", time.Since(began))
			return c.NoContent(http.StatusRequestEntityTooLarge)
		case errors.Is(err, wire.ErrMalformed):
			log.Warn("addon: not an event")
			a.o.Observe(path, "malformed", time.Since(began))
			return c.NoContent(http.StatusBadRequest)
		case err != nil:
			outcome = "error"
			log.Error("addon: event not answered as asked", "error", err)
		}
		var b bytes.Buffer
		if err := wire.Encode(&b, kind, answer); err != nil {
			log.Error("addon: answer cannot be written", "error", err)
			a.o.Observe(path, "error", time.Since(began))
			return c.NoContent(http.StatusInternalServerError)
		}
		a.o.Observe(path, outcome, time.Since(began))
		log.Debug("addon: answered", "outcome", outcome)
		c.Response().Header().Set("Cache-Control", "no-store")
		return c.Blob(http.StatusOK, "application/json; charset=utf-8", b.Bytes())
	})
}

// answer verifies, runs the handler and turns its faults into words. The error
// is for the log; with one of identity's or wire's errors nothing was done.
func (a *Addon) answer(rq *request, path string, h handler) (wire.Answer, string, error) {
	bearer, _ := strings.CutPrefix(rq.Header.Get("Authorization"), "Bearer ")
	want := identity.Want{Audience: a.o.PublicURL + rq.URL.RequestURI(), Email: a.o.Account}
	if _, err := a.o.Verifier.Verify(rq.Context(), bearer, want); err != nil {
		return nil, "", err
	}
	ev, err := wire.Decode(rq.Body)
	if err != nil {
		return nil, "", err
	}
	if ev.Auth.UserIDToken == "" && len(ev.Auth.AuthorizedScopes) > 0 && !ev.Granted(scopeEmail) {
		// The person has not let Google tell us who they are; Gmail asks them and
		// repeats the call.
		return wire.AskScopes{Scopes: []string{scopeEmail}}, "consent", nil
	}
	claims, err := a.o.Verifier.Verify(rq.Context(), string(ev.Auth.UserIDToken), identity.Want{Audience: a.o.ClientID})
	if err != nil {
		return nil, "", err
	}
	rq.who, rq.ev = desk.ParseEmail(claims.Email), ev
	rq.r = reader{now: a.o.Desk.Now(), zone: a.o.Desk.Policy().Zone, style: locale.Of(string(ev.Common.UserLocale))}
	if zone, ok := ev.Location(); ok {
		rq.r.zone = zone
	}
	var ctx context.Context
	ctx, rq.made = desk.Tallied(rq.Context())
	rq.Request = rq.WithContext(ctx)
	answer, err := h(rq)
	if err == nil {
		return answer, "ok", nil
	}
	return a.fault(rq, path, err)
}
