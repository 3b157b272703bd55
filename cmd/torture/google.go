package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"

	"baton/desk/identity"
	"baton/desk/identity/issuer"
	"baton/gmail/gmailsim"
)

// What the children are told of Google.
const (
	publicURL    = "https://baton.example.com"
	mailAccount  = "baton@torture.iam.gserviceaccount.com"
	pushAccount  = "push@torture.iam.gserviceaccount.com"
	addonAccount = "addon@torture.iam.gserviceaccount.com"
	clientID     = "torture.apps.googleusercontent.com"
	topicName    = "projects/torture/topics/gmail"
	subscription = "projects/torture/subscriptions/gmail"
)

// google is everything of Google's that the children talk to. It lives in this
// process, which nobody kills.
type google struct {
	sim    *gmailsim.Server
	faults *faults
	issuer *issuer.Issuer
	http   *http.Server
	url    string
	served chan error

	mu     sync.Mutex
	tokens map[identity.Claims]string
}

// newGoogle starts Gmail and the issuer of tokens in a folder.
func newGoogle(dir string, seed uint64, publisher gmailsim.Publisher) (_ *google, err error) {
	g := &google{faults: &faults{seed: seed}, tokens: map[identity.Claims]string{}, served: make(chan error, 1)}
	if g.sim, err = gmailsim.New(gmailsim.Options{
		Dir: filepath.Join(dir, "gmail"), Publisher: publisher, PushInterval: pushInterval, Seed: seed | 1, RewriteMessageID: true,
	}); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, g.sim.Close(context.Background()))
		}
	}()
	for _, m := range boxes {
		if err := g.sim.AddMailbox(gmailsim.Mailbox{Address: m.address}); err != nil {
			return nil, err
		}
	}
	if g.issuer, err = issuer.New(issuer.Options{URL: "https://issuer.example.com"}); err != nil {
		return nil, err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("the stand-in Gmail cannot listen: %w", err)
	}
	g.url = "http://" + ln.Addr().String()
	mux := http.NewServeMux()
	mux.Handle(issuer.KeysPath, g.issuer)
	mux.Handle("/", g.sim)
	g.http = &http.Server{Handler: mux}
	go func() { g.served <- g.http.Serve(ln) }()
	if err := g.account(dir); err != nil {
		return nil, errors.Join(err, g.http.Close())
	}
	return g, nil
}

// account makes the service account that the children read mail with.
func (g *google) account(dir string) error {
	key, err := g.sim.ServiceAccountKey(mailAccount, g.url+"/token")
	if err != nil {
		return err
	}
	if err := g.sim.Grant(mailAccount, string(gmailsim.Modify)); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "key.json"), key, 0o600)
}

// token gives a signed token; those asked for before are kept, for signing
// takes a millisecond.
func (g *google) token(c identity.Claims) (string, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if t, ok := g.tokens[c]; ok {
		return t, nil
	}
	t, err := g.issuer.Sign(c)
	if err == nil {
		g.tokens[c] = t
	}
	return t, err
}

// calls counts the calls of each method, over all mailboxes.
func (g *google) calls() map[string]int {
	out := map[string]int{}
	for _, methods := range g.sim.Calls() {
		for m, n := range methods {
			out[m] += n.Calls
		}
	}
	return out
}

func (g *google) close() error {
	err := g.http.Close()
	<-g.served
	return errors.Join(err, g.sim.Close(context.Background()))
}
