package main

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"baton/addon/preview"
	"baton/cmd/baton/company"
	"baton/desk/identity"
	"baton/desk/identity/issuer"
	"baton/gmail/gmailsim"
)

// demo is what the demo is made of.
type demo struct {
	sim     *gmailsim.Server
	pubsub  *gmailsim.PubSub
	issuer  *issuer.Issuer
	service *service
	page    *server // the page, Baton's endpoints and the issuer's keys
	gmail   *server // the stand-in's Gmail API
	preview *preview.Page
	shared  []string // addresses of the shared mailboxes
	loaded  loaded
}

// newDemo sets the stage: everything listens, nothing runs.
func newDemo(ctx context.Context, c *demoCmd, dir string, log *slog.Logger, t tuning) (_ *demo, err error) {
	if err := c.check(); err != nil {
		return nil, usage(err)
	}
	d := &demo{}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.drop(context.WithoutCancel(ctx)))
		}
	}()
	router := newEcho(log)
	if d.page, err = listen(c.Listen, router); err != nil {
		return nil, err
	}
	if d.gmail, err = listen("127.0.0.1:0", nil); err != nil {
		return nil, err
	}
	if d.pubsub, err = gmailsim.NewPubSub(gmailsim.PubSubOptions{
		Endpoint: d.page.url() + "/push", Token: d.pushToken, Subscription: demoSubscription, Log: log,
	}); err != nil {
		return nil, err
	}
	if d.sim, err = gmailsim.New(gmailsim.Options{Dir: filepath.Join(dir, "gmail"), Publisher: d.pubsub, UnitsPerMinute: c.Units, Log: log}); err != nil {
		return nil, err
	}
	d.gmail.http.Handler = d.sim
	if err = d.addMailboxes(); err != nil {
		return nil, err
	}
	key, err := d.keys()
	if err != nil {
		return nil, err
	}
	s := d.settings(c, dir)
	if err = s.validate(); err != nil {
		return nil, err
	}
	if t.echoDelay == 0 {
		// Here somebody plays the customer a second after playing the agent.
		t.echoDelay = time.Second
	}
	if d.service, err = newService(ctx, s, key, company.Policy(), log, t); err != nil {
		return nil, err
	}
	if d.preview, err = d.newPreview(log); err != nil {
		return nil, err
	}
	d.service.mount(router)
	d.service.metrics.mount(router)
	router.GET(issuer.KeysPath, wrap(d.issuer))
	d.preview.Mount(router.Group(""))
	return d, nil
}

// drop gives back what a stage that could not be set has opened.
func (d *demo) drop(ctx context.Context) error {
	var errs []error
	for _, s := range []*server{d.page, d.gmail} {
		if s != nil {
			errs = append(errs, s.ln.Close())
		}
	}
	if d.service != nil {
		errs = append(errs, d.service.close(ctx))
	}
	if d.pubsub != nil {
		errs = append(errs, d.pubsub.Close(ctx))
	}
	if d.sim != nil {
		errs = append(errs, d.sim.Close(ctx))
	}
	return errors.Join(errs...)
}

func (d *demo) addMailboxes() error {
	for _, m := range company.SharedMailboxes() {
		box := gmailsim.Mailbox{Address: m.Address, Name: m.Name}
		for _, a := range m.Aliases {
			box.Aliases = append(box.Aliases, gmailsim.Alias{Address: a, Name: m.Name})
		}
		if err := d.sim.AddMailbox(box); err != nil {
			return err
		}
		d.shared = append(d.shared, m.Address)
	}
	for _, p := range company.People() {
		if err := d.sim.AddMailbox(gmailsim.Mailbox{Address: p.Email, Name: p.Name}); err != nil {
			return err
		}
	}
	return nil
}

// keys makes the issuer and Baton's service account, both of which need an RSA
// key, some 100 ms each.
func (d *demo) keys() (account []byte, err error) {
	var g errgroup.Group
	g.Go(func() (err error) {
		d.issuer, err = issuer.New(issuer.Options{URL: d.page.url()})
		return err
	})
	g.Go(func() (err error) {
		account, err = d.sim.ServiceAccountKey(demoMailAccount, d.gmail.url()+"/token")
		return err
	})
	if err := g.Wait(); err != nil {
		return nil, err
	}
	return account, d.sim.Grant(demoMailAccount, string(gmailsim.Modify))
}

// settings are what an admin would tell `serve`.
func (d *demo) settings(c *demoCmd, dir string) *settings {
	return &settings{
		Listen: c.Listen, PublicURL: d.page.url(), Store: "sqlite:" + filepath.Join(dir, "baton.db"), Policy: "policy.yaml",
		accessSettings: accessSettings{ServiceKey: "demo"}, Topic: demoTopic, GmailURL: d.gmail.url() + "/",
		PushAccount: demoPushAccount, PushSubscription: demoSubscription, AddonAccount: demoAddonAccount, ClientID: demoClientID,
		Issuers: []string{d.page.url()}, KeysURL: d.page.url() + issuer.KeysPath,
		Units: strconv.Itoa(c.Units), Sweep: "1m", Lease: "1m", FirstImport: "0", LogLevel: "info",
	}
}

func (d *demo) pushToken(context.Context) (string, error) {
	return d.issuer.Sign(identity.Claims{Audience: d.page.url() + "/push", Email: demoPushAccount, EmailVerified: true, Subject: "push"})
}

// members are who works in a shared mailbox, for the page.
func (d *demo) members(mailbox string) []string {
	var out []string
	for _, m := range d.service.desk.Policy().Mailboxes {
		if string(m.Address) == mailbox {
			for _, e := range m.Members {
				out = append(out, string(e))
			}
		}
	}
	slices.Sort(out)
	return out
}
