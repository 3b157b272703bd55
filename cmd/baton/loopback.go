package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"
)

// loopback waits on this machine for the owner's browser to come back (RFC
// 8252, 7.3).
type loopback struct {
	ln     net.Listener
	server *http.Server
	state  string          // the only one that is ours
	came   chan url.Values // holds one: what the browser came back with
	answer chan said       // holds one: what it is shown
	ended  chan struct{}
}

// listenLoopback opens the address, host:port on this machine.
func listenLoopback(ctx context.Context, address string) (*loopback, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil || !isLoopback(host) {
		return nil, usage(fmt.Errorf("--loopback %q is no address of this machine such as 127.0.0.1:0", address))
	}
	var c net.ListenConfig
	ln, err := c.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("cannot listen on %s for the browser's answer: %w. Choose another address with --loopback", address, err)
	}
	l := &loopback{ln: ln, came: make(chan url.Values, 1), answer: make(chan said, 1), ended: make(chan struct{})}
	l.server = &http.Server{Handler: http.HandlerFunc(l.serve), ReadHeaderTimeout: 10 * time.Second, MaxHeaderBytes: 32 << 10}
	return l, nil
}

// redirect is where the browser has to come back to.
func (l *loopback) redirect() string { return "http://" + l.ln.Addr().String() + connectDonePath }

// serve answers the browser. Whoever else finds the port learns nothing and
// ends nothing.
func (l *loopback) serve(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	if r.Method != http.MethodGet || r.URL.Path != connectDonePath || r.Host != l.ln.Addr().String() || q.Get("state") != l.state {
		show(w, http.StatusBadRequest, refusedPage(&fault{Say: "This answer does not belong to the consent that was asked for here.", Remedy: "Open the address that baton printed."}))
		return
	}
	select {
	case l.came <- q:
	default:
		show(w, http.StatusConflict, refusedPage(&fault{Say: "An answer came already.", Remedy: "Look at what baton printed."}))
		return
	}
	select {
	case s := <-l.answer:
		show(w, http.StatusOK, s)
	case <-r.Context().Done():
	}
}

// wait gives what the browser came back with to finish, whose outcome it is
// shown. It gives up when ctx ends or the time is over.
func (l *loopback) wait(ctx context.Context, visit string, within time.Duration, finish func(url.Values) (outcome, error)) (outcome, error) {
	u, err := url.Parse(visit)
	if err != nil {
		return outcome{}, err
	}
	l.state = u.Query().Get("state")
	go func() {
		defer close(l.ended)
		_ = l.server.Serve(l.ln) // ends with close, which is no error
	}()
	defer l.close(ctx)
	timer := time.NewTimer(within)
	defer timer.Stop()
	select {
	case q := <-l.came:
		o, err := finish(q)
		if err != nil {
			l.answer <- refusedPage(asFault(err))
			return outcome{}, err
		}
		l.answer <- connectedPage(o)
		return o, nil
	case <-timer.C:
		return outcome{}, &fault{Code: "no_answer", Say: fmt.Sprintf("Nobody agreed within %s; nothing was changed.", length(within)), Remedy: "Run it again, or send the owner a link: --link."}
	case <-ctx.Done():
		return outcome{}, ctx.Err()
	}
}

// close lets the browser have its page and ends.
func (l *loopback) close(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if err := l.server.Shutdown(ctx); err != nil {
		_ = l.server.Close()
	}
	<-l.ended
}

// drop closes a loopback that nobody waited at.
func (l *loopback) drop() error {
	if err := l.ln.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}
