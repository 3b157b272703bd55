// Package addon is Baton's side of the Gmail add-on: it takes the events that
// Google posts when somebody opens a message or presses a button in the side
// panel, asks the desk, and answers with cards.
//
//   - auth.go: both ID tokens of an event are verified before anything else
//   - message.go: a message is opened; which conversation is it
//   - home.go: no message is open
//   - act.go, actions.go: the buttons; each calls one method of the desk
//   - read.go, readcard.go, quote.go: the mail itself, live, for those who have not got it before them
//   - reply.go: answering as the mailbox; draft.go: the same in a Gmail draft
//   - compose.go, texts.go: saved texts, in Gmail's compose window and in a reply
//   - note.go, mention.go, offer.go: notes, whom they name, and letting those in who cannot see them
//   - todo.go, follow.go: what is to be done, and who hears of what
//   - collision.go: who else is at it, and what came back
//   - intake.go, intakecard.go: handing a thread of one's own mailbox to the team
//   - undo.go: taking a change back; bulk.go: one change of many conversations
//   - snooze.go, away.go: put aside; availability and what happened meanwhile
//   - customer.go: a customer's other conversations and addresses; merging
//   - suggest.go: people, while somebody types
//   - phone.go: what Gmail's phone app lacks; when.go, locale.go: days and times as the reader writes them
//   - manifest.go: what Google is told of the add-on
//   - fault.go: what people read when something cannot be done
//   - messagecard.go, notecard.go, homecard.go, formcard.go, sharecard.go: the cards
//
// Package wire is the JSON on both sides, package card builds the cards, and
// package preview is the side panel in a browser, without Google.
package addon

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"time"

	"github.com/labstack/echo/v4"

	"baton/addon/card"
	"baton/addon/wire"
	"baton/desk"
	"baton/desk/identity"
)

// Verifier checks an ID token; *identity.Verifier does.
type Verifier interface {
	Verify(ctx context.Context, token string, want identity.Want) (identity.Claims, error)
}

// Opened is the message that a person has open, with the short-lived tokens of
// the event, which reach that message and, to read, the others of its thread.
type Opened struct {
	Message      string // as the event names it
	UserToken    string
	MessageToken string
}

// Original is the thread of an opened message; Close ends reading it.
type Original interface {
	desk.Original
	Close()
}

// Mail reads an opened message in the person's own mailbox.
type Mail interface {
	// Handles gives the message's own Message-ID first, then those that it
	// answers, newest first.
	Handles(ctx context.Context, o Opened) ([]desk.RFCID, error)
	// Original begins to read the message's thread; thread is its id in that
	// mailbox, or "" when it is not known.
	Original(o Opened, thread desk.ThreadID) (Original, error)
}

// Options are what an Addon is made of.
type Options struct {
	Desk     *desk.Desk
	Verifier Verifier
	Mail     Mail
	// PublicURL is the address under which Google reaches this server, without a
	// slash at its end. Token audiences and the addresses of buttons follow from
	// it, never from what a request claims.
	PublicURL string
	// Account is the add-on's service account, which signs the system token.
	Account string
	// ClientID is the audience of the user's token.
	ClientID string
	Logger   *slog.Logger
	// Observe is told of every answered event, for metrics; nil = nobody.
	Observe func(route, outcome string, took time.Duration)
	// Once gives a fresh word for forms that must not be sent twice; nil =
	// random.
	Once func() string
}

// Addon answers the add-on's events.
type Addon struct {
	o Options
}

// New makes an Addon.
func New(o Options) (*Addon, error) {
	if o.Desk == nil || o.Verifier == nil || o.Mail == nil || o.Logger == nil {
		return nil, errors.New("addon: desk, verifier, mail and logger are required")
	}
	if o.PublicURL == "" || o.Account == "" || o.ClientID == "" {
		return nil, errors.New("addon: public address, service account and client id are required; without them no token can be checked")
	}
	if o.Once == nil {
		o.Once = func() string { return rand.Text()[:12] }
	}
	if o.Observe == nil {
		o.Observe = func(string, string, time.Duration) {}
	}
	return &Addon{o: o}, nil
}

// Register adds the routes below /addon.
func (a *Addon) Register(e *echo.Echo) {
	a.route(e, "/addon/home", wire.Trigger, a.home)
	a.route(e, "/addon/message", wire.Trigger, a.message)
	a.route(e, "/addon/compose", wire.Trigger, a.compose)
	a.route(e, "/addon/suggest", wire.Suggest, a.suggest)
	for verb, h := range a.actions() {
		a.route(e, "/addon/do/"+verb, wire.Action, h)
	}
}

// action makes the click that posts to /addon/do/verb with parameters, given
// as keys and values in turn.
func (a *Addon) action(verb string, pairs ...string) card.Action {
	act := card.Action{URL: a.o.PublicURL + "/addon/do/" + verb, Parameters: make(map[string]string)}
	for i := 0; i+1 < len(pairs); i += 2 {
		act.Parameters[pairs[i]] = pairs[i+1]
	}
	return act
}

func (a *Addon) suggestAction(c desk.Conversation, who string) card.Action {
	act := card.Action{URL: a.o.PublicURL + "/addon/suggest", Quiet: true, Parameters: map[string]string{"who": who}}
	if c.ID != "" {
		act.Parameters["c"], act.Parameters["m"] = string(c.ID), string(c.Mailbox)
	}
	return act
}
