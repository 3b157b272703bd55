package gmail

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/url"
	"strings"
	"sync"
	"time"

	pubsub "cloud.google.com/go/pubsub/v2/apiv1"
	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/metadata"

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
	// Outstanding is how many notifications Pub/Sub sends before some are
	// acknowledged, 0 = 64. Bytes bounds their size together, 0 = 1 MB.
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
	// steady is how long a stream lives until it counts as well. Google refuses
	// at once, and ends good streams after half an hour.
	steady = 10 * time.Second
	// ackWithin bounds an acknowledgement, also one that is under way when the
	// pull is closed. What is not acknowledged is delivered again.
	ackWithin = 3 * time.Second
	// redeliver is after how long a notification comes again if this process
	// dies with it: Pub/Sub's least. Handing one over takes microseconds.
	redeliver = 10 * time.Second
)

// Pull takes Gmail's notifications from a pull subscription, for hosts that
// Google cannot reach from outside. It judges and counts them as Push does.
//
// One goroutine takes them one after the other: handing over does not block, and
// Pub/Sub sends no more than the bounds before the last ones are acknowledged.
// The library's own subscriber would add leases and goroutines, and waits for up
// to half a minute when it is closed while Google is out of reach.
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

// Close stops pulling and waits, for 3 s at most until the last acknowledgement
// reached Google. A closed Pull stays closed.
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
			n = 0
		} else {
			problem := p.problemOf(err)
			p.set(problem)
			p.log.Warn("gmail: notifications cannot be pulled; until they can, mail is found by the sweep", "problem", problem.Error(), "failures", n)
		}
		if sleep(ctx, p.o.Pause(max(n, 1))) != nil {
			return
		}
	}
}

// receive opens a stream and pulls until it ends.
func (p *Pull) receive(ctx context.Context) error {
	client, err := pubsub.NewSubscriptionAdminClient(ctx, append([]option.ClientOption{
		// A connection that is dead and does not know it is found out.
		option.WithGRPCDialOption(grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 5 * time.Minute})),
	}, p.o.Client...)...)
	if err != nil {
		return err
	}
	defer client.Close()
	client.CallOptions.StreamingPull = nil // run tries again, and tells why it must
	s, err := client.StreamingPull(metadata.AppendToOutgoingContext(ctx, "x-goog-request-params", "subscription="+url.QueryEscape(p.o.Subscription)))
	if err != nil {
		return err
	}
	err = s.Send(&pubsubpb.StreamingPullRequest{
		Subscription: p.o.Subscription, StreamAckDeadlineSeconds: int32(redeliver / time.Second),
		MaxOutstandingMessages: int64(p.o.Outstanding), MaxOutstandingBytes: int64(p.o.Bytes),
	})
	if err != nil && !errors.Is(err, io.EOF) { // io.EOF: Recv knows why
		return err
	}
	well := time.AfterFunc(steady, func() { p.set(nil) })
	defer well.Stop()
	for {
		r, err := s.Recv()
		if err != nil {
			return err
		}
		p.set(nil)
		if err := p.takeAll(ctx, client, r.ReceivedMessages); err != nil {
			return err
		}
	}
}

// takeAll hands notifications over, then acknowledges them.
func (p *Pull) takeAll(ctx context.Context, client *pubsub.SubscriptionAdminClient, list []*pubsubpb.ReceivedMessage) error {
	var acks, nacks []string
	for _, m := range list {
		if p.take(ctx, m.GetMessage().GetData()) {
			acks = append(acks, m.AckId)
		} else {
			nacks = append(nacks, m.AckId)
		}
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), ackWithin)
	defer cancel()
	if len(nacks) > 0 {
		// At once, or after the subscription's retry policy.
		if err := client.ModifyAckDeadline(ctx, &pubsubpb.ModifyAckDeadlineRequest{Subscription: p.o.Subscription, AckIds: nacks}); err != nil {
			return err
		}
	}
	if len(acks) == 0 {
		return nil
	}
	return client.Acknowledge(ctx, &pubsubpb.AcknowledgeRequest{Subscription: p.o.Subscription, AckIds: acks})
}

func (p *Pull) set(problem *PullError) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.problem = problem
}
