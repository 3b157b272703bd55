package gmail_test

import (
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"cloud.google.com/go/pubsub/v2/pstest"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"baton/desk"
	"baton/gmail"
)

const pulledTopic = "projects/acme/topics/gmail"

// well is a Pub/Sub in this process with one pull subscription, and a Pull
// whose hints are counted.
type well struct {
	testing.TB
	server *pstest.Server
	stop   func() // ends server
	pull   *gmail.Pull
	mu     sync.Mutex
	log    strings.Builder
	rung   map[string]int
}

// newWell starts the server; open makes the Pull.
func newWell(t testing.TB) *well {
	t.Helper()
	w := &well{TB: t, rung: map[string]int{}}
	w.serve()
	return w
}

// serve starts a server with the topic and its subscription.
func (w *well) serve() {
	w.Helper()
	server := pstest.NewServer()
	w.server, w.stop = server, sync.OnceFunc(func() { server.Close() })
	w.Cleanup(w.stop)
	if _, err := w.server.GServer.CreateTopic(w.Context(), &pubsubpb.Topic{Name: pulledTopic}); err != nil {
		w.Fatal(err)
	}
	if _, err := w.server.GServer.CreateSubscription(w.Context(), &pubsubpb.Subscription{Name: subscription, Topic: pulledTopic, AckDeadlineSeconds: 60}); err != nil {
		w.Fatal(err)
	}
}

// hint counts hints; mailboxes other than acme.test's are unknown.
func (w *well) hint(m desk.Mailbox, id uint64) bool {
	if !strings.HasSuffix(string(m), "@acme.test") {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rung[fmt.Sprint(m, " ", id)]++
	return true
}

// open starts a Pull on an address.
func (w *well) open(address string, change func(*gmail.PullOptions)) {
	w.Helper()
	o := gmail.PullOptions{
		Subscription: subscription, Hint: w.hint, Logger: slog.New(slog.NewTextHandler(lockedWriter{&w.mu, &w.log}, nil)),
		Client: plainly(address), Pause: func(int) time.Duration { return 10 * time.Millisecond },
	}
	if change != nil {
		change(&o)
	}
	p, err := gmail.NewPull(o)
	if err != nil {
		w.Fatal(err)
	}
	w.pull = p
	w.Cleanup(func() { p.Close() })
	p.Start()
}

// plainly reaches a Pub/Sub of this machine without TLS.
func plainly(address string) []option.ClientOption {
	return []option.ClientOption{
		option.WithEndpoint(address), option.WithoutAuthentication(), option.WithTelemetryDisabled(),
		option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())),
	}
}

func (w *well) publish(data string) string {
	return w.server.Publish(pulledTopic, []byte(data), nil)
}

func notification(address string, id any) string {
	return fmt.Sprintf(`{"emailAddress":%q,"historyId":%v}`, address, id)
}

// wait waits until something holds.
func (w *well) wait(what string, holds func() bool) {
	w.Helper()
	tick := time.NewTicker(20 * time.Millisecond) // looking stops the server
	defer tick.Stop()
	late := time.After(2 * time.Minute)
	for !holds() {
		select {
		case <-tick.C:
		case <-late:
			w.Fatalf("waited in vain until %s; %+v, %v", what, w.pull.Stats(), w.pull.Problem())
		}
	}
}

// counted adds up what became of notifications.
func counted(s gmail.HintStats) int64 {
	return s.Taken + s.Refused + s.Unknown + s.Foreign + s.Garbage + s.TooLarge + s.Unreadable + s.Panicked
}

// acked tells whether every message that was ever published is acknowledged.
func (w *well) acked() bool {
	return !slices.ContainsFunc(w.server.Messages(), func(m *pstest.Message) bool { return m.Acks == 0 })
}

// nacked counts nacks: deadlines set to nothing.
func nacked(m *pstest.Message) (n int) {
	for _, a := range m.Modacks {
		if a.AckDeadline == 0 {
			n++
		}
	}
	return n
}
