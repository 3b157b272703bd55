package gmail_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	pubsub "cloud.google.com/go/pubsub/v2/apiv1"
	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/durationpb"

	"baton/desk"
	"baton/desk/identity"
	"baton/desk/identity/issuer"
	"baton/gmail"
	"baton/infra/emulator"
	"baton/infra/need"
)

const pushAccount = "push@acme.iam.gserviceaccount.com"

// cloud is Google's emulator of Pub/Sub with the topic that Gmail publishes to.
type cloud struct {
	testing.TB
	host   string
	topics *pubsub.TopicAdminClient
	subs   *pubsub.SubscriptionAdminClient
}

func newCloud(t testing.TB) *cloud {
	t.Helper()
	e, err := theEmulator()
	need.Met(t, "Pub/Sub's emulator", err)
	t.Setenv("PUBSUB_EMULATOR_HOST", e.Host)
	c := &cloud{TB: t, host: e.Host}
	if c.topics, err = pubsub.NewTopicAdminClient(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.topics.Close() })
	if c.subs, err = pubsub.NewSubscriptionAdminClient(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.subs.Close() })
	if _, err := c.topics.CreateTopic(t.Context(), &pubsubpb.Topic{Name: pulledTopic}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		// The next test begins with nothing; a subscription may be gone already.
		ctx := context.Background()
		_ = c.subs.DeleteSubscription(ctx, &pubsubpb.DeleteSubscriptionRequest{Subscription: subscription})
		if err := c.topics.DeleteTopic(ctx, &pubsubpb.DeleteTopicRequest{Topic: pulledTopic}); err != nil {
			t.Error(err)
		}
	})
	return c
}

// started is the emulator that the tests share: starting one takes seconds.
var started struct {
	once sync.Once
	*emulator.Emulator
	err error
}

func theEmulator() (*emulator.Emulator, error) {
	started.once.Do(func() { started.Emulator, started.err = emulator.PubSub() })
	return started.Emulator, started.err
}

func (c *cloud) subscribe(push *pubsubpb.PushConfig) {
	c.Helper()
	_, err := c.subs.CreateSubscription(c.Context(), &pubsubpb.Subscription{
		Name: subscription, Topic: pulledTopic, AckDeadlineSeconds: 10, PushConfig: push,
		RetryPolicy: &pubsubpb.RetryPolicy{MinimumBackoff: durationpb.New(100 * time.Millisecond), MaximumBackoff: durationpb.New(200 * time.Millisecond)},
	})
	if err != nil {
		c.Fatal(err)
	}
}

// unsubscribe stops deliveries before the endpoint goes away.
func (c *cloud) unsubscribe() {
	c.Helper()
	if err := c.subs.DeleteSubscription(c.Context(), &pubsubpb.DeleteSubscriptionRequest{Subscription: subscription}); err != nil {
		c.Error(err)
	}
}

func (c *cloud) publish(data ...string) {
	c.Helper()
	for part := range slices.Chunk(data, 500) {
		var list []*pubsubpb.PubsubMessage
		for _, d := range part {
			list = append(list, &pubsubpb.PubsubMessage{Data: []byte(d)})
		}
		if _, err := c.topics.Publish(c.Context(), &pubsubpb.PublishRequest{Topic: pulledTopic, Messages: list}); err != nil {
			c.Fatal(err)
		}
	}
}

// gate is the push endpoint with the real check of tokens, behind a proxy that
// does what the emulator leaves out: it signs. When asked, it fails instead.
type gate struct {
	testing.TB
	push   *gmail.Push
	direct string // the endpoint itself
	signed string // the proxy
	claims func(*identity.Claims)
	first  chan struct{} // closed when the first hint came

	mu     sync.Mutex
	rung   map[string]int
	broken []http.HandlerFunc // answer instead, one each
}

func newGate(t testing.TB, change func(*gmail.PushOptions)) *gate {
	t.Helper()
	g := &gate{TB: t, rung: map[string]int{}, first: make(chan struct{})}
	rang := sync.OnceFunc(func() { close(g.first) })
	iss, err := issuer.New(issuer.Options{URL: "https://issuer.acme.test"})
	if err != nil {
		t.Fatal(err)
	}
	keys := httptest.NewServer(iss)
	t.Cleanup(keys.Close)
	v, err := identity.New(identity.Options{Issuers: []string{iss.URL()}, KeysURL: keys.URL + issuer.KeysPath})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	const audience = "https://baton.acme.test/push"
	o := gmail.PushOptions{
		Verify: func(ctx context.Context, token string) error {
			_, err := v.Verify(ctx, token, identity.Want{Audience: audience, Email: pushAccount})
			return err
		},
		Hint: func(m desk.Mailbox, id uint64) bool {
			g.mu.Lock()
			defer g.mu.Unlock()
			g.rung[fmt.Sprint(m, " ", id)]++
			if len(g.rung) == 1 {
				rang()
			}
			return m == support
		},
		Subscription: subscription, Logger: quiet(),
	}
	if change != nil {
		change(&o)
	}
	if g.push, err = gmail.NewPush(o); err != nil {
		t.Fatal(err)
	}
	endpoint := httptest.NewServer(g.push)
	t.Cleanup(endpoint.Close)
	g.direct = endpoint.URL
	target, err := url.Parse(endpoint.URL)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	proxy := &httputil.ReverseProxy{
		Transport: transport,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			c := identity.Claims{Audience: audience, Email: pushAccount, EmailVerified: true, Subject: "1"}
			if g.claims != nil {
				g.claims(&c)
			}
			token, err := iss.Sign(c)
			if err != nil {
				t.Error(err)
			}
			r.Out.Header.Set("Authorization", "Bearer "+token)
		},
	}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.mu.Lock()
		h := http.Handler(proxy)
		if len(g.broken) > 0 {
			h, g.broken = g.broken[0], g.broken[1:]
		}
		g.mu.Unlock()
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	g.signed = front.URL
	return g
}

// hints gives the hints so far, and how often each came.
func (g *gate) hints() map[string]int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return maps.Clone(g.rung)
}

// wait waits until something holds of how pushes were judged.
func (g *gate) wait(what string, holds func(gmail.HintStats) bool) {
	g.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	late := time.After(60 * time.Second)
	for !holds(g.push.Stats()) {
		select {
		case <-tick.C:
		case <-late:
			g.Fatalf("waited in vain until %s: %+v, %d different hints", what, g.push.Stats(), len(g.hints()))
		}
	}
}

// Google's emulator pushes: without a token it is refused for as long as it
// tries; with one each notification rings, garbage is acknowledged.
func TestEmulatorPushes(t *testing.T) {
	c := newCloud(t)
	g := newGate(t, nil)
	c.subscribe(&pubsubpb.PushConfig{PushEndpoint: g.direct})
	c.publish(notification("support@acme.test", 7))
	g.wait("it was refused twice", func(s gmail.HintStats) bool { return s.Refused >= 2 })
	if s := g.push.Stats(); counted(s) != s.Refused {
		t.Errorf("without a token: %+v, want refusals only", s)
	}
	c.unsubscribe()

	g = newGate(t, nil) // a push to the first may be under way still
	c.subscribe(&pubsubpb.PushConfig{PushEndpoint: g.signed})
	var data []string
	for i := range 1_000 {
		data = append(data, notification("support@acme.test", uint64(1)<<63+uint64(i)))
	}
	c.publish(append(data, "garbage", notification("stranger@acme.test", 7))...)
	// Some may come twice.
	g.wait("each was judged", func(s gmail.HintStats) bool {
		return s.Taken >= 1_000 && s.Garbage >= 1 && s.Unknown >= 1 && len(g.hints()) == 1_001
	})
	c.unsubscribe()
	if got := g.push.Stats(); counted(got) != got.Taken+got.Garbage+got.Unknown {
		t.Errorf("with a token: %+v", got)
	}
}

// Answers that are no acknowledgement bring the notification again: faults of
// all kinds, and an answer that does not come in time.
func TestEmulatorPushesAgain(t *testing.T) {
	c := newCloud(t)
	g := newGate(t, nil)
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	g.broken = []http.HandlerFunc{
		status(500), status(503), status(429), status(401),
		func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		func(_ http.ResponseWriter, r *http.Request) { // until the deadline of 10 s is over and it came again
			select {
			case <-r.Context().Done():
			case <-g.first:
			}
		},
	}
	c.subscribe(&pubsubpb.PushConfig{PushEndpoint: g.signed})
	c.publish(notification("support@acme.test", 7))
	g.wait("it is taken", func(s gmail.HintStats) bool { return s.Taken == 1 })
	c.unsubscribe()
	diff := cmp.Diff(map[string]int{"support@acme.test 7": 1}, g.hints())
	g.mu.Lock()
	defer g.mu.Unlock()
	if diff != "" || len(g.broken) > 0 {
		t.Errorf("hints (-want +got):\n%s%d faults were not met", diff, len(g.broken))
	}
}

// Payloads without an envelope work when metadata is written.
func TestEmulatorPushesUnwrapped(t *testing.T) {
	c := newCloud(t)
	g := newGate(t, nil)
	c.subscribe(&pubsubpb.PushConfig{PushEndpoint: g.signed, Wrapper: &pubsubpb.PushConfig_NoWrapper_{NoWrapper: &pubsubpb.PushConfig_NoWrapper{WriteMetadata: true}}})
	c.publish(notification("support@acme.test", 7), "garbage")
	g.wait("both were judged", func(s gmail.HintStats) bool { return counted(s) >= 2 })
	c.unsubscribe()
	if diff := cmp.Diff(gmail.HintStats{Taken: 1, Garbage: 1}, g.push.Stats()); diff != "" {
		t.Errorf("counters (-want +got):\n%s", diff)
	}
}

// What the proxy signs is what lets it in: every claim that is off is refused.
func TestSignedForSomebodyElse(t *testing.T) {
	for name, change := range map[string]func(*identity.Claims){
		"audience": func(c *identity.Claims) { c.Audience += "/" }, "account": func(c *identity.Claims) { c.Email = "push@other.iam.gserviceaccount.com" },
		"unverified": func(c *identity.Claims) { c.EmailVerified = false }, "issuer": func(c *identity.Claims) { c.Issuer = identity.GoogleIssuer },
		"expired": func(c *identity.Claims) {
			c.IssuedAt, c.Expiry = time.Now().Add(-2*time.Hour), time.Now().Add(-time.Hour)
		},
	} {
		g := newGate(t, nil)
		g.claims = change
		res, err := http.Post(g.signed, "application/json", strings.NewReader(wrap(base64.StdEncoding, notification("support@acme.test", 7))))
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if rung := g.hints(); res.StatusCode != http.StatusUnauthorized || len(rung) > 0 {
			t.Errorf("%s: %d, rung %v", name, res.StatusCode, rung)
		}
	}
	http.DefaultClient.CloseIdleConnections()
}

// Google's emulator is pulled from with the client as it is in service: 5,000
// notifications by one process, garbage among them.
func TestEmulatorPulled(t *testing.T) {
	c := newCloud(t)
	c.subscribe(nil)
	w := newWell(t)
	w.open("", func(o *gmail.PullOptions) { o.Client = nil })
	var data []string
	for i := range 5_000 {
		data = append(data, notification("support@acme.test", i+1))
		if i%100 == 99 {
			data[i] = "garbage"
		}
	}
	c.publish(data...)
	w.wait("all is taken", func() bool { return len(w.keys()) == 4_950 && w.pull.Stats().Garbage >= 50 })
	w.pull.Close()
	soon, cancel := context.WithTimeout(t.Context(), 2*time.Second) // it waits for a message, and there should be none
	defer cancel()
	left, err := c.subs.Pull(soon, &pubsubpb.PullRequest{Subscription: subscription, MaxMessages: 10})
	if err != nil && soon.Err() == nil {
		t.Fatal(err)
	}
	if n := len(left.GetReceivedMessages()); n > 0 {
		t.Errorf("%d notifications were left", n)
	}
}
