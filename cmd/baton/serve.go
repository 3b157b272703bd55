package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/labstack/echo/v4"
	"golang.org/x/sync/errgroup"
)

// serveCmd serves until it is told to stop.
type serveCmd struct {
	settings
}

// Help is shown by --help.
func (c *serveCmd) Help() string {
	return `Every flag can be given as an environment variable: --public-url as BATON_PUBLIC_URL. All faults of the
settings are reported at once. SIGTERM or SIGINT stops within 8 s: requests and calls under way are finished,
claims and leases are given back. Exit status: 0 stopped as asked, 1 failed, 2 settings, 3 policy.`
}

// Run serves.
func (c *serveCmd) Run(ctx context.Context, e *env) error {
	s := &c.settings
	settings := s.validate()
	key, text, files := s.files()
	if err := errors.Join(settings, files); err != nil {
		return err
	}
	log := newLog(e.stderr, s.level)
	sv, err := newService(ctx, s, key, text, log, tuning{})
	if asked(ctx, err) {
		return nil
	}
	if err != nil {
		return err
	}
	router := newEcho(log)
	sv.mount(router)
	servers, err := serveOn(s, sv, router, log)
	if err != nil {
		return errors.Join(err, sv.close(context.WithoutCancel(ctx)))
	}
	log.Info("serving", "address", servers[0].url(), "metrics", servers[len(servers)-1].url(), "mailboxes", len(sv.desk.Policy().Mailboxes), "policy", sv.desk.Policy().Version, "store", s.Store)
	err = serveUntil(ctx, sv, servers...)
	log.Info("stopped")
	return err
}

// files reads the files that the settings name, and reports all that is wrong
// with them.
func (s *settings) files() (key, policy []byte, err error) {
	var faults []error
	if key, err = s.serviceKey(); err != nil {
		faults = append(faults, err)
	}
	if s.Policy != "" {
		if policy, err = readFile(s.Policy); err != nil {
			faults = append(faults, usage(fmt.Errorf("the policy file cannot be read: %w", err)))
		} else if _, _, err = loadPolicy(s.Policy, policy); err != nil {
			faults = append(faults, err)
		}
	}
	return key, policy, errors.Join(faults...)
}

// serveOn opens the addresses; metrics go to one of their own when asked.
func serveOn(s *settings, sv *service, main *echo.Echo, log *slog.Logger) ([]*server, error) {
	if s.MetricsAddr == "" {
		sv.metrics.mount(main)
	}
	first, err := listen(s.Listen, main)
	if err != nil || s.MetricsAddr == "" {
		return []*server{first}, err
	}
	own := newEcho(log)
	sv.metrics.mount(own)
	second, err := listen(s.MetricsAddr, own)
	if err != nil {
		return nil, errors.Join(err, first.ln.Close())
	}
	return []*server{first, second}, nil
}

// serveUntil runs a service and its servers until ctx ends or one of them
// fails, then stops all within stopWithin.
func serveUntil(ctx context.Context, sv *service, servers ...*server) error {
	g, ctx := errgroup.WithContext(ctx)
	if control := sv.control(ctx); control != nil {
		servers = append(servers, control)
	}
	end, cancel := outlive(ctx, stopWithin-time.Second)
	defer cancel()
	for _, s := range servers {
		g.Go(s.serve)
	}
	g.Go(func() error { return sv.run(ctx) })
	g.Go(func() error {
		<-ctx.Done()
		var errs []error
		for _, s := range servers {
			errs = append(errs, s.stop(end))
		}
		return errors.Join(errs...)
	})
	err := g.Wait()
	return errors.Join(err, sv.close(end))
}

// outlive gives a context that ends so much later than ctx. All that stops
// shares it, so that the waits do not add up.
func outlive(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(d, cancel)
		context.AfterFunc(longer, func() { timer.Stop() })
	})
	return longer, func() { stop(); cancel() }
}

// asked tells whether an error comes from nothing but having been told to stop.
func asked(ctx context.Context, err error) bool {
	return ctx.Err() != nil && errors.Is(err, context.Canceled)
}

// newLog writes JSON lines.
func newLog(w io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}))
}
