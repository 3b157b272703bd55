package gallery

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"baton/addon/wire"
	"baton/desk"
	"baton/desk/identity/issuer"
)

// View is how Gmail shows the add-on to somebody. The zero View is Gmail on the
// web that says nothing about its reader; times are then in the desk's own zone.
type View struct {
	Platform string // "WEB", "IOS" or "ANDROID"; "WEB" when empty
	Locale   string // BCP 47, as Google sends it: "en-US"
	Zone     string // IANA name: "Europe/Vienna"
}

// Answer is what the add-on gave, with the event that led to it.
type Answer struct {
	As   desk.Email
	Path string // "/addon/message", "/addon/do/take"
	Kind wire.Kind
	JSON []byte
}

// Store opens a store of its own for one card, and gives what drops it.
type Store func(ctx context.Context) (desk.Store, func() error, error)

// Gallery draws states. It is safe for concurrent use.
type Gallery struct {
	open   Store
	issuer func() (*issuer.Issuer, error) // made when the first card is drawn
}

// New makes a Gallery. Its first card takes some 100 ms longer, for the key that
// signs its tokens.
func New(open Store) (*Gallery, error) {
	if open == nil {
		return nil, errors.New("gallery: without a store no card can be drawn")
	}
	return &Gallery{open: open, issuer: sync.OnceValues(func() (*issuer.Issuer, error) {
		keys, err := issuer.New(issuer.Options{URL: "https://issuer.test"})
		if err != nil {
			return nil, fmt.Errorf("key of the issuer: %w", err)
		}
		return keys, nil
	})}, nil
}

// Draw lets happen what leads to a state and gives the add-on's answer. It says
// what failed when the state cannot be reached any more.
func (g *Gallery) Draw(ctx context.Context, st State, v View) (a Answer, err error) {
	s, err := g.stage(ctx, v)
	if err != nil {
		return Answer{}, fmt.Errorf("gallery: %s: %w", st.Name, err)
	}
	defer func() {
		switch f := recover().(type) {
		case nil:
		case failure:
			err = fmt.Errorf("gallery: %s: %w", st.Name, f.error)
		default:
			_ = s.drop() // the fault says more
			panic(f)
		}
		err = errors.Join(err, s.drop())
	}()
	return st.build(s), nil
}

// Scene is a desk that stays: the add-on over the company of the gallery, for
// somebody who wants to press the buttons. As an http.RoundTripper it is the way
// to the add-on, which is in this process only.
type Scene struct {
	http.RoundTripper
	PublicURL string // what the add-on's tokens and buttons name
	s         *stage
}

// Scene opens a desk with one conversation that nobody holds, and gives its
// thread. Its time stands still.
func (g *Gallery) Scene(ctx context.Context, subject string) (sc *Scene, t desk.ThreadID, err error) {
	s, err := g.stage(ctx, View{})
	if err != nil {
		return nil, "", err
	}
	defer func() {
		if f, ok := recover().(failure); ok {
			sc, err = nil, errors.Join(f.error, s.drop())
		}
	}()
	c := s.mailed(subject)
	return &Scene{RoundTripper: inside{s.handler}, PublicURL: publicURL, s: s}, c.Thread, nil
}

// Sign makes an ID token that the scene's add-on believes.
func (sc *Scene) Sign(audience string, who desk.Email) (string, error) {
	return sc.s.sign(audience, string(who))
}

// Account is the service account that the add-on believes.
func (sc *Scene) Account() string { return account }

// ClientID is the audience of a person's token.
func (sc *Scene) ClientID() string { return clientID }

// Close drops the desk.
func (sc *Scene) Close() error { return sc.s.drop() }

// began is when every state begins: a Monday morning in winter.
var began = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
