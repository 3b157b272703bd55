package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"baton/infra/emulator"
)

// run is one run on its way.
type run struct {
	options
	began   time.Time
	plan    *plan
	google  *google
	fleet   *fleet
	pusher  *pusher
	mails   *mailman
	people  *people
	nemesis *nemesis
	store   string // address
	host    string // of Firestore's emulator
	sent    int    // mails that left
	drafts  int    // that were made and neither sent nor deleted
	result  result
}

// torture does one run from beginning to end. An error says that it could not
// be done; what Baton did wrong is in the result.
func torture(ctx context.Context, o options) (*result, error) {
	r := &run{options: o, began: time.Now()}
	r.result.line = line{Store: o.store, Seed: o.seed, Notifications: o.notifications}
	fmt.Fprintf(o.progress, "seed %d\n", o.seed)
	if r.dir == "" {
		var err error
		if r.dir, err = os.MkdirTemp("", "baton-torture-"); err != nil {
			return nil, err
		}
	}
	err := r.all(ctx)
	r.result.Seconds = float64(time.Since(r.began).Round(10*time.Millisecond)) / float64(time.Second)
	r.result.tell(o.progress)
	switch {
	case err != nil || !r.result.good() || o.keep:
		fmt.Fprintf(o.progress, "everything is kept in %s\n", r.dir)
	case o.dir == "":
		err = os.RemoveAll(r.dir)
	}
	return &r.result, err
}

// all sets the stage, plays the run, and judges it.
func (r *run) all(ctx context.Context) (err error) {
	defer func() { err = errors.Join(err, r.close()) }()
	if err := r.program(ctx); err != nil {
		return err
	}
	if r.options.store == "firestore" {
		e, err := emulator.Firestore()
		if err != nil {
			return err
		}
		defer e.Stop()
		r.host = e.Host
	}
	if err := r.stage(); err != nil {
		return err
	}
	r.began = time.Now() // building and starting what is Google's does not count
	if err := r.play(ctx); err != nil {
		return err
	}
	return r.judge(ctx)
}

// program builds Baton unless it is given.
func (r *run) program(ctx context.Context) error {
	if r.baton != "" {
		return nil
	}
	r.baton = filepath.Join(r.dir, "baton")
	out, err := exec.CommandContext(ctx, "go", "build", "-o", r.baton, "baton/cmd/baton").CombinedOutput()
	if err != nil {
		return fmt.Errorf("the program cannot be built: %w\n%s", err, out)
	}
	return nil
}

// stage makes everything that the run needs, and starts no child yet.
func (r *run) stage() error {
	var err error
	if r.fleet, err = newFleet(r.baton, r.dir, r.processes, r.environment); err != nil {
		return err
	}
	r.plan = newPlan(r.seed, r.notifications)
	r.pusher = newPusher(r.seed, r.fleet)
	if r.google, err = newGoogle(r.dir, r.seed, r.pusher); err != nil {
		return err
	}
	r.pusher.run(r.google.token)
	r.mails = newMailman(r.google.sim, r.plan)
	r.people = &people{google: r.google, fleet: r.fleet, mails: r.mails, client: newClient(pressDeadline)}
	r.nemesis = &nemesis{fleet: r.fleet, random: stream(r.seed, "kill", 0), every: r.every, frozen: 2 * lease}
	r.store = "sqlite:" + filepath.Join(r.dir, "baton.db")
	if r.host != "" {
		r.store = "firestore:torture"
	}
	return os.WriteFile(filepath.Join(r.dir, "policy.yaml"), policyText(), 0o600)
}

// What the children are told of time: short, so that what takes minutes in life
// happens many times in a run.
const (
	sweep = 2 * time.Second
	lease = 4 * time.Second
)

// environment is all that the child in a slot is told.
func (r *run) environment(n int) []string {
	out := []string{
		"BATON_PUBLIC_URL=" + publicURL, "BATON_LISTEN=127.0.0.1:0", "BATON_STORE=" + r.store,
		"BATON_POLICY=" + filepath.Join(r.dir, "policy.yaml"), "BATON_SERVICE_KEY=" + filepath.Join(r.dir, "key.json"),
		"BATON_TOPIC=" + topicName, "BATON_GMAIL_URL=" + r.google.url + "/", "BATON_PUSH_ACCOUNT=" + pushAccount,
		"BATON_PUSH_SUBSCRIPTION=" + subscription, "BATON_ADDON_ACCOUNT=" + addonAccount, "BATON_CLIENT_ID=" + clientID,
		"BATON_ISSUER=" + r.google.issuer.URL(), "BATON_KEYS_URL=" + r.google.url + "/oauth2/v3/certs",
		"BATON_SWEEP=" + sweep.String(), "BATON_UNITS=0",
		fmt.Sprintf("BATON_INSTANCE=torture-%d", n),
	}
	if r.host != "" {
		// One process alone has nobody to wait for.
		out = append(out, "FIRESTORE_EMULATOR_HOST="+r.host, "BATON_LEASE="+lease.String())
	}
	return out
}

// play starts the children, lets everything loose on them, and waits until all
// is at rest.
func (r *run) play(ctx context.Context) error {
	for _, s := range r.fleet.slots {
		if err := r.fleet.start(s); err != nil {
			return err
		}
	}
	if err := r.firstRead(ctx); err != nil {
		return err
	}
	r.google.sim.SetFault(r.google.faults.at)
	g, gctx := errgroup.WithContext(ctx)
	told := make(chan struct{})
	g.Go(func() error { return r.nemesis.run(gctx, r.kills) })
	g.Go(func() error { return r.mails.bringAll(gctx, r.share) })
	g.Go(func() error {
		defer close(told)
		return r.people.run(gctx, r.plan.threads)
	})
	stop := r.tellProgress(told)
	err := g.Wait()
	stop()
	r.result.Kills = int(r.nemesis.kills.Load())
	if err != nil {
		return err
	}
	r.google.faults.off.Store(true)
	return r.rest(ctx)
}

// share tells how many of the mails may have arrived: all of them when nine
// tenths of the kills are done.
func (r *run) share() float64 {
	return float64(r.nemesis.kills.Load()+1) / (0.9*float64(r.kills) + 1)
}

func (r *run) tellProgress(done <-chan struct{}) (stop func()) {
	ended := make(chan struct{})
	quit := make(chan struct{})
	go func() {
		defer close(ended)
		for tick := time.NewTicker(5 * time.Second); ; {
			select {
			case <-tick.C:
				r.tellOnce()
			case <-done:
				done = nil
			case <-quit:
				tick.Stop()
				r.tellOnce()
				return
			}
		}
	}()
	return func() { close(quit); <-ended }
}

func (r *run) tellOnce() {
	delivered, worn := r.mails.counts()
	fmt.Fprintf(r.progress, "%5.1f s: %d of %d mails delivered, %d labelled, %d of %d acts done, %d kills\n", time.Since(r.began).Seconds(),
		delivered, r.notifications, worn, r.people.done.Load(), r.plan.acts, r.nemesis.kills.Load())
}

func (r *run) close() error {
	var errs []error
	if r.fleet != nil {
		errs = append(errs, r.fleet.close())
	}
	if r.people != nil {
		r.people.client.CloseIdleConnections()
	}
	if r.google != nil {
		errs = append(errs, r.google.close())
		r.pusher.close()
	}
	return errors.Join(errs...)
}
