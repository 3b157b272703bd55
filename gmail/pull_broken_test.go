package gmail_test

import (
	"context"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"

	"baton/gmail"
)

func (w *well) deleteSubscription(ctx context.Context) {
	w.Helper()
	if _, err := w.server.GServer.DeleteSubscription(ctx, &pubsubpb.DeleteSubscriptionRequest{Subscription: subscription}); err != nil {
		w.Fatal(err)
	}
}

func (w *well) createSubscription(ctx context.Context) {
	w.Helper()
	if _, err := w.server.GServer.CreateSubscription(ctx, &pubsubpb.Subscription{Name: subscription, Topic: pulledTopic, AckDeadlineSeconds: 60}); err != nil {
		w.Fatal(err)
	}
}

// wire passes connections on to a server, and can cut them or be deaf.
type wire struct {
	ln   net.Listener
	wg   sync.WaitGroup
	mu   sync.Mutex
	to   string
	open map[net.Conn]bool
}

func newWire(t testing.TB, to string) *wire {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{ln: ln, to: to, open: map[net.Conn]bool{}}
	w.wg.Go(w.accept)
	t.Cleanup(func() { ln.Close(); w.cut(); w.wg.Wait() })
	return w
}

func (w *wire) addr() string { return w.ln.Addr().String() }

func (w *wire) accept() {
	for {
		in, err := w.ln.Accept()
		if err != nil {
			return
		}
		w.mu.Lock()
		to := w.to
		w.mu.Unlock()
		out, err := net.Dial("tcp", to)
		if err != nil {
			in.Close()
			continue
		}
		w.mu.Lock()
		w.open[in], w.open[out] = true, true
		w.mu.Unlock()
		for _, pair := range [][2]net.Conn{{in, out}, {out, in}} {
			w.wg.Go(func() {
				_, _ = io.Copy(pair[0], pair[1])
				pair[0].Close()
				pair[1].Close()
			})
		}
	}
}

// cut breaks all connections; new ones are let through.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for c := range w.open {
		c.Close()
	}
	clear(w.open)
}

// The connection breaks again and again while notifications come. What was on
// its way comes again when its deadline is over.
func TestPullOverABrokenWire(t *testing.T) {
	w := newWell(t)
	line := newWire(t, w.server.Addr)
	w.open(line.addr(), nil)
	for i := range 300 {
		w.publish(notification("support@acme.test", i+1))
		if i%100 == 80 {
			w.wait("something is taken", func() bool { return len(w.keys()) > i/4 })
			line.cut()
		}
	}
	w.server.SetTimeNowFunc(func() time.Time { return time.Now().Add(time.Minute) })
	w.wait("all is taken", func() bool { return len(w.keys()) == 300 })
	if p := w.pull.Problem(); p != nil {
		t.Errorf("a mended connection is a problem: %v", p)
	}
}

// The server goes away and another one takes its place.
func TestPullAfterARestart(t *testing.T) {
	w := newWell(t)
	line := newWire(t, w.server.Addr)
	w.open(line.addr(), nil)
	w.publish(notification("support@acme.test", 1))
	w.wait("the first is taken", func() bool { return len(w.keys()) == 1 })
	stop := w.stop
	w.serve()
	line.mu.Lock()
	line.to = w.server.Addr
	line.mu.Unlock()
	stop()
	line.cut()
	w.publish(notification("support@acme.test", 2))
	w.wait("the second is taken", func() bool { return len(w.keys()) == 2 })
}

// Nobody is there: that is told, and closing does not wait.
func TestPullFromADeadHost(t *testing.T) {
	w := newWell(t)
	line := newWire(t, w.server.Addr)
	w.open(line.addr(), nil)
	w.publish(notification("support@acme.test", 1))
	w.wait("the first is taken", func() bool { return len(w.keys()) == 1 })
	line.ln.Close()
	line.cut()
	w.wait("it is told", func() bool { p := w.pull.Problem(); return p != nil && p.Code == codes.Unavailable })
	if p := w.pull.Problem(); !strings.Contains(p.Error(), "pubsub.googleapis.com") {
		t.Errorf("problem %v", p)
	}
	began := time.Now()
	w.pull.Close()
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("closing took %v", took)
	}
}

// deaf is a Pub/Sub that hands out one notification and hears no acknowledgement.
type deaf struct {
	pubsubpb.UnimplementedSubscriberServer
	asked chan *pubsubpb.StreamingPullRequest
}

func (d deaf) StreamingPull(s pubsubpb.Subscriber_StreamingPullServer) error {
	r, err := s.Recv()
	if err != nil {
		return err
	}
	d.asked <- r
	m := &pubsubpb.PubsubMessage{Data: []byte(notification("support@acme.test", 7)), MessageId: "1"}
	if err := s.Send(&pubsubpb.StreamingPullResponse{ReceivedMessages: []*pubsubpb.ReceivedMessage{{AckId: "1", Message: m}}}); err != nil {
		return err
	}
	<-s.Context().Done()
	return nil
}

func (deaf) Acknowledge(ctx context.Context, _ *pubsubpb.AcknowledgeRequest) (*emptypb.Empty, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// Pub/Sub is told the bounds, and closing while it hears nothing gives up soon.
func TestPullClosedWithoutAnswer(t *testing.T) {
	w := newWell(t)
	d := deaf{asked: make(chan *pubsubpb.StreamingPullRequest, 1)}
	w.open(front(t, func(s *grpc.Server) { pubsubpb.RegisterSubscriberServer(s, d) }), func(o *gmail.PullOptions) { o.Outstanding, o.Bytes = 5, 9_000 })
	if r := <-d.asked; r.MaxOutstandingMessages != 5 || r.MaxOutstandingBytes != 9_000 || r.StreamAckDeadlineSeconds != 10 || r.Subscription != subscription {
		t.Errorf("asked for %v", r)
	}
	w.wait("it is taken", func() bool { return w.pull.Stats().Taken == 1 })
	began := time.Now()
	w.pull.Close()
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("closing took %v", took)
	}
}

// front starts a gRPC server and gives its address.
func front(t testing.TB, register func(*grpc.Server), options ...grpc.ServerOption) string {
	t.Helper()
	server := grpc.NewServer(options...)
	register(server)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var served sync.WaitGroup
	served.Go(func() { _ = server.Serve(ln) })
	t.Cleanup(func() { server.Stop(); served.Wait() })
	return ln.Addr().String()
}

// Each of Google's refusals has its remedy, and no address or token in it.
func TestPullRefused(t *testing.T) {
	for code, says := range map[codes.Code]string{
		codes.PermissionDenied:   "roles/pubsub.subscriber",
		codes.Unauthenticated:    "credentials",
		codes.FailedPrecondition: "pull subscription",
		codes.ResourceExhausted:  "quotas",
		codes.Unimplemented:      "tried again",
	} {
		t.Run(code.String(), func(t *testing.T) {
			refuse := grpc.UnknownServiceHandler(func(any, grpc.ServerStream) error { return status.Error(code, "secret") })
			w := newWell(t)
			w.open(front(t, func(*grpc.Server) {}, refuse), nil)
			w.wait("it is refused", func() bool { return w.pull.Problem() != nil })
			if p := w.pull.Problem(); p.Code != code || !strings.Contains(p.Error(), says) || strings.Contains(p.Error(), "secret") {
				t.Errorf("problem %v", p)
			}
			w.pull.Close()
			if !strings.Contains(w.log.String(), says) {
				t.Errorf("the log does not tell: %s", w.log.String())
			}
		})
	}
	t.Run("no credentials", func(t *testing.T) {
		t.Setenv("GOOGLE_APPLICATION_CREDENTIALS", "/nowhere/key.json")
		w := newWell(t)
		w.open("", func(o *gmail.PullOptions) { o.Client = nil })
		w.wait("it is told", func() bool { return w.pull.Problem() != nil })
		if p := w.pull.Problem(); !strings.Contains(p.Error(), "Google credentials") || strings.Contains(p.Error(), "/nowhere") {
			t.Errorf("problem %v", p)
		}
	})
}
