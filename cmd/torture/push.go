package main

import (
	"context"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"

	"baton/desk/identity"
)

// pushInterval is the shortest time between two notifications of a mailbox.
// Google's is a second; more of them make more trouble.
const pushInterval = 50 * time.Millisecond

const (
	pushDrops    = 10                     // of a hundred notifications
	pushTries    = 3                      // of some of those that nobody takes
	pushHold     = 300 * time.Millisecond // how long one is kept back at most
	pushWorkers  = 3
	pushMost     = 1000 // more wait for nobody
	pushDeadline = 3 * time.Second
)

// pusher takes Gmail's notifications and brings them to any child: each twice,
// in no order, some never.
type pusher struct {
	to     *fleet
	token  func(identity.Claims) (string, error)
	client *http.Client

	mu      sync.Mutex
	random  *rand.Rand
	waiting []push
	open    int // taken from waiting and on the way
	stats   pushStats
	work    sync.WaitGroup
	cancel  context.CancelFunc
}

type push struct {
	data  []byte
	due   time.Time
	tries int
}

type pushStats struct{ notified, dropped, posted, failed int }

func newPusher(seed uint64, to *fleet) *pusher {
	return &pusher{to: to, random: stream(seed, "push", 0), client: newClient(pushDeadline)}
}

// run posts until close.
func (p *pusher) run(token func(identity.Claims) (string, error)) {
	p.token = token
	ctx, cancel := context.WithCancel(context.Background())
	p.cancel = cancel
	for range pushWorkers {
		p.work.Go(func() { p.pushAll(ctx) })
	}
}

func (p *pusher) close() {
	p.cancel()
	p.work.Wait()
	p.client.CloseIdleConnections()
}

// Publish implements gmailsim.Publisher.
func (p *pusher) Publish(_ context.Context, _ string, data []byte) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stats.notified++
	if p.random.IntN(100) < pushDrops || len(p.waiting) >= pushMost {
		p.stats.dropped++
		return nil
	}
	for range 2 {
		p.waiting = append(p.waiting, push{data: data, due: time.Now().Add(rand.N(pushHold))})
	}
	return nil
}

// idle tells whether nothing waits or is on the way.
func (p *pusher) idle() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.waiting)+p.open == 0
}

func (p *pusher) pushAll(ctx context.Context) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		n, ok := p.next()
		if ok {
			p.deliver(ctx, n)
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// next takes any notification that is due.
func (p *pusher) next() (push, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.waiting) == 0 {
		return push{}, false
	}
	i := p.random.IntN(len(p.waiting))
	n := p.waiting[i]
	if time.Now().Before(n.due) {
		return push{}, false
	}
	last := len(p.waiting) - 1
	p.waiting[i] = p.waiting[last]
	p.waiting = p.waiting[:last]
	p.open++
	return n, true
}

// deliver posts one notification; some of those that nobody takes come again.
func (p *pusher) deliver(ctx context.Context, n push) {
	err := p.post(ctx, n)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open--
	p.stats.posted++
	if err == nil {
		return
	}
	p.stats.failed++
	if n.tries++; n.tries < pushTries && p.random.IntN(2) == 0 {
		n.due = time.Now().Add(rand.N(pushHold))
		p.waiting = append(p.waiting, n)
	}
}

func (p *pusher) post(ctx context.Context, n push) error {
	address, err := p.to.any()
	if err != nil {
		return err
	}
	token, err := p.token(identity.Claims{Audience: publicURL + "/push", Email: pushAccount, EmailVerified: true, Subject: "push"})
	if err != nil {
		return err
	}
	body := fmt.Sprintf(`{"message":{"data":%q,"messageId":"1"},"subscription":%q}`, base64.StdEncoding.EncodeToString(n.data), subscription)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address+"/push", strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := p.client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusNoContent {
		return fmt.Errorf("the push was answered with %d", res.StatusCode)
	}
	return nil
}

// newClient makes a client for children that come and go.
func newClient(timeout time.Duration) *http.Client {
	return &http.Client{Timeout: timeout, Transport: &http.Transport{MaxIdleConnsPerHost: 8, IdleConnTimeout: 2 * time.Second}}
}
