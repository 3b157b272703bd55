package gmail

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"cloud.google.com/go/pubsub/v2"
	"google.golang.org/api/option"
	"google.golang.org/grpc"

	"baton/desk"
)

// PullOptions are what a Pull is made of. The first three are required.
type PullOptions struct {
	// Subscription is pulled from: "projects/P/subscriptions/S".
	Subscription string
	// Hint takes a hint over without blocking; false = the mailbox is unknown.
	Hint   func(m desk.Mailbox, id uint64) bool
	Logger *slog.Logger

	// Client says how Google is reached and as whom; none = the credentials of
	// the machine. The library itself turns to PUBSUB_EMULATOR_HOST if it is set.
	Client []option.ClientOption
	// Outstanding is how many notifications are held at a time, 0 = 64, and
	// bounds the goroutines. Bytes bounds their size together, 0 = 1 MB.
	Outstanding, Bytes int
	// Pause gives the wait after the nth failure in a row (from 1); nil =
	// doubling from a second to five minutes.
	Pause func(n int) time.Duration
	Now   func() time.Time // nil = time.Now
}

func (o PullOptions) filled() PullOptions {
	if o.Outstanding == 0 {
		o.Outstanding = 64
	}
	if o.Bytes == 0 {
		o.Bytes = 1 << 20
	}
	if o.Pause == nil {
		o.Pause = func(n int) time.Duration {
			d := min(5*time.Minute, time.Second<<min(n-1, 9))
			return d - rand.N(d/4+1)
		}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return o
}

const (
	// steady is how long a stream lives without an error until it counts as
	// well. Google refuses at once.
	steady = 10 * time.Second
	// flushWithin bounds how long acknowledgements may take to reach Google when
	// the pull is closed. What is lost is delivered again.
	flushWithin = 3 * time.Second
	// unreachable is how long Google may be out of reach before it is told: the
	// library reopens streams all day, and most breaks last seconds.
	unreachable = time.Minute
)

// Pull takes Gmail's notifications from a pull subscription, for hosts that
// Google cannot reach from outside. It judges and counts them as Push does.
//
// It needs no health of its own to be safe: while it fails, the sweep finds
// what it would have told. It tries again for as long as it is open.
type Pull struct {
	door
	o      PullOptions
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu      sync.Mutex
	started bool
	problem *PullError
	lost    time.Time // Google is out of reach since then; zero = it is not
}

// NewPull makes a Pull that does nothing yet; see Start.
func NewPull(o PullOptions) (*Pull, error) {
	if o.Hint == nil || o.Logger == nil {
		return nil, errors.New("gmail: pulling needs to hand hints over, and a logger")
	}
	if part := strings.Split(o.Subscription, "/"); len(part) != 4 || part[0] != "projects" || part[1] == "" || part[2] != "subscriptions" || part[3] == "" {
		return nil, fmt.Errorf("gmail: the subscription %q is not projects/PROJECT/subscriptions/NAME", o.Subscription)
	}
	return &Pull{door: door{hint: o.Hint, log: o.Logger}, o: o.filled(), cancel: func() {}}, nil
}

// Start begins to pull. It does not wait for Google. A second call does
// nothing.
func (p *Pull) Start() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.started {
		return
	}
	p.started = true
	ctx, cancel := context.WithCancel(context.Background())
	p.cancel = cancel
	p.wg.Go(func() { p.run(ctx) })
}

// Close stops pulling, lets acknowledgements reach Google for 3 s at most, and
// waits. A closed Pull stays closed.
func (p *Pull) Close() error {
	p.mu.Lock()
	p.started = true
	cancel := p.cancel
	p.mu.Unlock()
	cancel()
	p.wg.Wait()
	return nil
}

// Problem tells why nothing can be pulled; nil = all is well, as far as known.
func (p *Pull) Problem() *PullError {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.problem == nil && !p.lost.IsZero() && p.o.Now().Sub(p.lost) >= unreachable {
		return p.problemOf(errLost)
	}
	return p.problem
}

// run pulls until ctx ends.
func (p *Pull) run(ctx context.Context) {
	for n := 1; ; n++ {
		began := p.o.Now()
		err := p.receive(ctx)
		if ctx.Err() != nil {
			return
		}
		if p.o.Now().Sub(began) >= steady {
			n = 1
		}
		problem := p.problemOf(err)
		p.set(problem)
		pause := p.o.Pause(n)
		p.log.Warn("gmail: notifications cannot be pulled; until they can, mail is found by the sweep", "problem", problem.Error(), "failures", n, "pause", pause)
		if sleep(ctx, pause) != nil {
			return
		}
	}
}

// receive pulls until ctx ends or Google refuses. Broken connections are
// mended by the library.
func (p *Pull) receive(ctx context.Context) error {
	options := append([]option.ClientOption{
		option.WithGRPCConnectionPool(1), // a notification is 100 bytes
		option.WithGRPCDialOption(grpc.WithChainStreamInterceptor(p.watch)),
	}, p.o.Client...)
	client, err := pubsub.NewClient(ctx, strings.Split(p.o.Subscription, "/")[1], options...)
	if err != nil {
		return err
	}
	closed := sync.OnceFunc(func() { _ = client.Close() }) // nothing is left to be lost
	defer closed()
	ended := make(chan struct{})
	defer close(ended)
	p.wg.Go(func() { hurry(ctx, ended, closed) })
	well := time.AfterFunc(steady, func() { p.set(nil) })
	defer well.Stop()
	s := client.Subscriber(p.o.Subscription)
	s.ReceiveSettings.MaxOutstandingMessages = p.o.Outstanding
	s.ReceiveSettings.MaxOutstandingBytes = p.o.Bytes
	s.ReceiveSettings.MaxExtension = time.Minute
	s.ReceiveSettings.NumGoroutines = 1
	return s.Receive(ctx, func(ctx context.Context, m *pubsub.Message) {
		p.set(nil)
		if p.take(ctx, m.Data) {
			m.Ack()
		} else {
			m.Nack()
		}
	})
}

// hurry closes the connection a little after ctx ended, unless pulling ended
// before: the library tries for a minute to acknowledge what it took.
func hurry(ctx context.Context, ended <-chan struct{}, closed func()) {
	select {
	case <-ended:
		return
	case <-ctx.Done():
	}
	late := time.NewTimer(flushWithin)
	defer late.Stop()
	select {
	case <-ended:
	case <-late.C:
		closed()
	}
}

// watch notes whether streams can be opened, for Receive says nothing of what
// it mends itself.
func (p *Pull) watch(ctx context.Context, desc *grpc.StreamDesc, cc *grpc.ClientConn, method string, next grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	s, err := next(ctx, desc, cc, method, opts...)
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case err == nil:
		p.lost = time.Time{}
	case p.lost.IsZero() && ctx.Err() == nil:
		p.lost = p.o.Now()
	}
	return s, err
}

func (p *Pull) set(problem *PullError) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.problem = problem
}
