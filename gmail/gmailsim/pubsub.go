package gmailsim

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// PubSubOptions say where and how a PubSub pushes.
type PubSubOptions struct {
	Endpoint     string                                // URL that is posted to
	Token        func(context.Context) (string, error) // bearer of each request; nil sends none
	Subscription string                                // "" is projects/sim/subscriptions/gmail
	Client       *http.Client                          // nil has a timeout of 60 s
	Backoff      time.Duration                         // before the first retry, doubled up to 64 times; 0 is 100 ms
	Attempts     int                                   // then a message is given up; 0 is 20
	Queue        int                                   // messages waiting at most, more are refused; 0 is 1000
	Workers      int                                   // requests at a time; 0 is 4
	After        func(time.Duration) <-chan time.Time  // nil is time.After
	Now          func() time.Time                      // nil is time.Now
	Log          *slog.Logger                          // nil is silent
}

// PubSub is a Publisher that pushes each message to an HTTP endpoint in Pub/Sub's wrapped envelope,
// with a bearer token, until it is answered 102, 200, 201, 202 or 204. Delivery is unordered and at
// least once.
type PubSub struct {
	opt    PubSubOptions
	queue  chan pushMessage
	ids    atomic.Uint64
	ctx    context.Context
	cancel context.CancelFunc
	work   sync.WaitGroup

	mu     sync.Mutex
	open   int // queued, on the way, or waiting for a retry
	lost   int
	closed bool
}

type pushMessage struct {
	data []byte
	id   string
	at   time.Time
}

// NewPubSub starts a pusher. Close ends it.
func NewPubSub(opt PubSubOptions) (*PubSub, error) {
	if !strings.HasPrefix(opt.Endpoint, "http://") && !strings.HasPrefix(opt.Endpoint, "https://") {
		return nil, fmt.Errorf("gmailsim: push endpoint %q: want an http or https URL", opt.Endpoint)
	}
	if opt.Subscription == "" {
		opt.Subscription = "projects/sim/subscriptions/gmail"
	}
	if opt.Client == nil {
		opt.Client = &http.Client{Timeout: time.Minute}
	}
	if opt.Backoff <= 0 {
		opt.Backoff = 100 * time.Millisecond
	}
	if opt.Attempts <= 0 {
		opt.Attempts = 20
	}
	if opt.Queue <= 0 {
		opt.Queue = 1000
	}
	if opt.Workers <= 0 {
		opt.Workers = 4
	}
	if opt.After == nil {
		opt.After = time.After
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Log == nil {
		opt.Log = slog.New(slog.NewTextHandler(io.Discard, nil))
	}
	p := &PubSub{opt: opt, queue: make(chan pushMessage, opt.Queue)}
	p.ctx, p.cancel = context.WithCancel(context.Background())
	for range opt.Workers {
		p.work.Go(p.run)
	}
	return p, nil
}

// Publish implements Publisher: it queues the message and returns.
func (p *PubSub) Publish(_ context.Context, _ string, data []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return errors.New("gmailsim: the pusher is closed")
	}
	m := pushMessage{data, strconv.FormatUint(10_000_000_000+p.ids.Add(1), 10), p.opt.Now()}
	select {
	case p.queue <- m:
		p.open++
		return nil
	default:
		p.lost++
		return fmt.Errorf("gmailsim: %d notifications wait already; is the endpoint up?", p.opt.Queue)
	}
}

// Idle tells whether nothing is queued, on its way, or waiting for a retry.
func (p *PubSub) Idle() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.open == 0
}

// Lost counts messages that were refused or given up.
func (p *PubSub) Lost() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.lost
}

// Close takes no more messages, pushes those that wait until ctx ends, then gives up the rest.
func (p *PubSub) Close(ctx context.Context) error {
	p.mu.Lock()
	if !p.closed {
		p.closed = true
		close(p.queue)
	}
	p.mu.Unlock()
	done := make(chan struct{})
	go func() { p.work.Wait(); close(done) }()
	var err error
	select {
	case <-done:
	case <-ctx.Done():
		err = fmt.Errorf("gmailsim: closing the pusher: notifications given up: %w", ctx.Err())
		p.cancel()
		<-done
	}
	p.cancel()
	p.opt.Client.CloseIdleConnections()
	return err
}

func (p *PubSub) run() {
	for m := range p.queue {
		ok := p.deliver(m)
		p.mu.Lock()
		p.open--
		if !ok {
			p.lost++
		}
		p.mu.Unlock()
	}
}

// deliver pushes one message until it is taken.
func (p *PubSub) deliver(m pushMessage) bool {
	wait := p.opt.Backoff
	for n := 1; ; n++ {
		err := p.post(m)
		if err == nil {
			return true
		}
		if p.ctx.Err() != nil {
			return false // closing; what it would have told is in the history
		}
		if n == p.opt.Attempts {
			p.opt.Log.Warn("gmailsim: a notification is given up", "attempts", n, "error", err)
			return false
		}
		select {
		case <-p.opt.After(wait):
		case <-p.ctx.Done():
			return false
		}
		wait = min(2*wait, 64*p.opt.Backoff)
	}
}

// post makes one attempt.
func (p *PubSub) post(m pushMessage) error {
	at := m.at.UTC().Format("2006-01-02T15:04:05.000Z")
	body, err := json.Marshal(map[string]any{
		"message": map[string]any{
			"data": base64.StdEncoding.EncodeToString(m.data), "attributes": map[string]string{},
			"messageId": m.id, "message_id": m.id, "publishTime": at, "publish_time": at,
		},
		"subscription": p.opt.Subscription,
	})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(p.ctx, http.MethodPost, p.opt.Endpoint, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "CloudPubSub-Google")
	if p.opt.Token != nil {
		tok, err := p.opt.Token(p.ctx)
		if err != nil {
			return fmt.Errorf("getting a token for the push: %w", err)
		}
		req.Header.Set("Authorization", "Bearer "+tok)
	}
	res, err := p.opt.Client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 1<<20)) // so that the connection is used again
	switch res.StatusCode {
	case 102, 200, 201, 202, 204:
		return nil
	}
	return fmt.Errorf("endpoint answered %d", res.StatusCode)
}
