package gallery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"baton/addon"
	"baton/addon/gallery/acme"
	"baton/desk"
	"baton/desk/identity"
	"baton/desk/identity/issuer"
)

// stage is one desk of the company, behind the add-on's real routes and token
// checks. Its methods panic with a failure, which Draw turns into an error, so
// that rows read as what happens.
type stage struct {
	ctx      context.Context
	desk     *desk.Desk
	store    desk.Store
	gmail    *gmail
	rules    acme.Rules
	view     View
	now      time.Time
	handler  http.Handler
	issuer   *issuer.Issuer
	verifier *identity.Verifier
	close    func() error
	n, once  int
	looks    bool // who looks is written down, at once
}

// failure is what stands between a state and its card.
type failure struct{ error }

func (g *Gallery) stage(ctx context.Context, v View) (*stage, error) {
	keys, err := g.issuer()
	if err != nil {
		return nil, err
	}
	s := &stage{
		ctx: ctx, view: v, now: began, issuer: keys, rules: acme.Rules{},
		gmail: &gmail{letters: map[desk.ThreadID][]desk.Letter{}, handles: map[string][]desk.RFCID{}},
	}
	if s.store, s.close, err = g.open(ctx); err != nil {
		return nil, fmt.Errorf("open a store: %w", err)
	}
	if err := s.build(); err != nil {
		return nil, errors.Join(err, s.drop())
	}
	return s, nil
}

func (s *stage) build() (err error) {
	clock := func() time.Time { return s.now }
	s.desk, err = desk.New(desk.Options{
		Store: s.store, Clock: clock, Threads: s.gmail, Drafts: &drafts{s: s}, SendAs: s.gmail, Importer: &s.gmail.own, Looked: s.looked,
	}, acme.Policy(), s.rules)
	if err != nil {
		return err
	}
	s.verifier, err = identity.New(identity.Options{
		Issuers: []string{s.issuer.URL()}, KeysURL: s.issuer.URL() + issuer.KeysPath, HTTPClient: direct(s.issuer), Clock: clock,
	})
	if err != nil {
		return err
	}
	a, err := addon.New(addon.Options{
		Desk: s.desk, Verifier: s.verifier, Mail: s.gmail, PublicURL: publicURL, Account: account, ClientID: clientID,
		Logger: slog.New(slog.DiscardHandler),
		Once:   func() string { s.once++; return fmt.Sprintf("once-%d", s.once) },
	})
	if err != nil {
		return err
	}
	e := echo.New()
	a.Register(e)
	s.handler = e
	return nil
}

// looked writes down who looks, where a state is about that.
func (s *stage) looked(l desk.Looked) {
	if s.looks {
		s.ok(s.store.Look(s.ctx, l.Conversation, l.Look, l.Over...))
	}
}

func (s *stage) drop() error {
	var err error
	if s.verifier != nil {
		err = s.verifier.Close()
	}
	return errors.Join(err, s.close())
}

// policy changes the company's policy.
func (s *stage) policy(change func(p *desk.Policy)) *stage {
	p := acme.Policy()
	change(p)
	s.desk.SetPolicy(p, s.rules)
	return s
}

// undoable gives replies ten seconds in which they can be taken back, and a
// signature.
func (s *stage) undoable() *stage {
	return s.policy(func(p *desk.Policy) {
		p.Mailboxes[0].Undo, p.Mailboxes[0].Signature = 10*time.Second, "{name}\nAcme support"
	})
}

func (s *stage) later(d time.Duration) *stage {
	s.now = s.now.Add(d)
	return s
}

func (s *stage) ok(err error) {
	if err != nil {
		panic(failure{err})
	}
}

// must gives what the desk gave.
func (s *stage) must(c desk.Conversation, err error) desk.Conversation {
	s.ok(err)
	return c
}

// scene is a conversation that ana holds, given by mia, with a note of ana's, a
// tag, and a share to olga.
func (s *stage) scene() desk.Conversation {
	c := s.mailed("Refund for order 1042")
	c = s.must(s.desk.Give(s.ctx, mia, c.ID, 0, desk.Give{To: ana, Why: "you know them"}))
	c = s.must(s.desk.AddNote(s.ctx, ana, c.ID, "n1", "Billing has it, ask @Ben"))
	c = s.must(s.desk.AddTag(s.ctx, ana, c.ID, "refund"))
	return s.must(s.desk.Share(s.ctx, ana, c.ID, desk.Invite{To: olga, Role: desk.ShareView, Why: "stock"}))
}

// record reads a conversation as the store has it.
func (s *stage) record(id desk.ConversationID) desk.Conversation {
	return s.must(s.store.Conversation(s.ctx, id))
}
