package main

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"cloud.google.com/go/pubsub/v2/apiv1/pubsubpb"
	"cloud.google.com/go/pubsub/v2/pstest"
)

const pulled = "projects/demo/subscriptions/baton-pull"

// topic publishes what the stand-in Gmail notifies.
type topic struct{ server *pstest.Server }

// Publish implements gmailsim.Publisher.
func (p topic) Publish(_ context.Context, _ string, data []byte) error {
	p.server.Publish(demoTopic, data, nil)
	return nil
}

// deployPull is a deployment on a host that Google cannot reach. There is a
// topic, and a subscription once subscribe is called.
func deployPull(t *testing.T) (d *deployment, subscribe func()) {
	server := pstest.NewServer()
	t.Cleanup(func() { server.Close() })
	t.Setenv("PUBSUB_EMULATOR_HOST", server.Addr)
	if _, err := server.GServer.CreateTopic(t.Context(), &pubsubpb.Topic{Name: demoTopic}); err != nil {
		t.Fatal(err)
	}
	d = deploy(t)
	d.to = topic{server}
	d.vars["BATON_PULL"] = pulled
	delete(d.vars, "BATON_PUSH_ACCOUNT")
	delete(d.vars, "BATON_PUSH_SUBSCRIPTION")
	return d, func() {
		t.Helper()
		if _, err := server.GServer.CreateSubscription(t.Context(), &pubsubpb.Subscription{Name: pulled, Topic: demoTopic, AckDeadlineSeconds: 60}); err != nil {
			t.Fatal(err)
		}
	}
}

// TestServePull: a mail comes by a notification that was pulled; there is no
// address to push to.
func TestServePull(t *testing.T) {
	d, subscribe := deployPull(t)
	subscribe()
	at, stop := d.serve()
	if code, body := d.get(at.Address + "/readyz"); code != http.StatusOK || strings.TrimSpace(body) != `{"status":"ready"}` {
		t.Errorf("/readyz = %d %q", code, body)
	}
	if code, _ := d.get(at.Address + "/push"); code != http.StatusNotFound {
		t.Errorf("/push = %d, want nothing there", code)
	}
	d.read(at)
	got, err := d.sim.Deliver(t.Context(), support, []byte(customerMail("carla@shop.example", "Where is my kettle?", "It has not come.")))
	if err != nil {
		t.Fatal(err)
	}
	d.wears(got.ThreadID, "Baton/Status/Open")
	_, text := d.get(at.Metrics + "/metrics")
	for _, pattern := range []string{`baton_hints_total\{outcome="taken",way="pull"\} [1-9]`, `baton_hints_total\{outcome="garbage",way="pull"\} 0`, `baton_pull_troubled 0`} {
		if !regexp.MustCompile(`(?m)^` + pattern).MatchString(text) {
			t.Errorf("/metrics has no line %s", pattern)
		}
	}
	stop()
}

// TestServePullMissing: without its subscription Baton starts, says what is
// wrong, and goes on without a restart when it is there.
func TestServePullMissing(t *testing.T) {
	d, subscribe := deployPull(t)
	at, stop := d.serve()
	troubled := func() (bool, error) {
		code, body := d.get(at.Address + "/readyz")
		if code != http.StatusOK {
			t.Fatalf("/readyz = %d %q", code, body)
		}
		return strings.Contains(body, "notifications cannot be pulled"), nil
	}
	if err := until(t.Context(), troubled); err != nil {
		t.Fatal(err)
	}
	if _, text := d.get(at.Metrics + "/metrics"); !strings.Contains(text, "baton_pull_troubled 1") {
		t.Error("/metrics does not say that it is troubled")
	}
	if logged := strings.Join(d.log.take(), "\n"); !strings.Contains(logged, "The subscription "+pulled+" does not exist. Create it") {
		t.Errorf("the log does not say what to do:\n%s", logged)
	}
	d.read(at)
	subscribe()
	got, err := d.sim.Deliver(t.Context(), support, []byte(customerMail("carla@shop.example", "Where is my kettle?", "It has not come.")))
	if err != nil {
		t.Fatal(err)
	}
	d.wears(got.ThreadID, "Baton/Status/Open")
	stop()
}

// TestPullSettings: pushed or pulled, exactly one.
func TestPullSettings(t *testing.T) {
	for name, c := range map[string]struct {
		change func(map[string]string)
		says   []string
	}{
		"neither":      {func(v map[string]string) { delete(v, "BATON_PULL") }, []string{"--push-account (BATON_PUSH_ACCOUNT) is missing", "--pull"}},
		"both":         {func(v map[string]string) { v["BATON_PUSH_ACCOUNT"] = "push@p.iam.gserviceaccount.com" }, []string{"--push-account", "exclude each other"}},
		"audience":     {func(v map[string]string) { v["BATON_PUSH_AUDIENCE"] = "https://x.example" }, []string{"--push-audience", "exclude each other"}},
		"subscription": {func(v map[string]string) { v["BATON_PUSH_SUBSCRIPTION"] = "projects/p/subscriptions/s" }, []string{"--push-subscription", "exclude each other"}},
		"a topic":      {func(v map[string]string) { v["BATON_PULL"] = "projects/p/topics/t" }, []string{"--pull", "projects/p/topics/t"}},
		"no address":   {func(v map[string]string) { delete(v, "BATON_PUBLIC_URL") }, []string{"--public-url (BATON_PUBLIC_URL) is missing"}},
	} {
		vars := goodSettings()
		delete(vars, "BATON_PUSH_ACCOUNT")
		vars["BATON_PULL"] = "projects/p/subscriptions/s"
		c.change(vars)
		r := runs(t, vars, "serve")
		for _, want := range c.says {
			if r.code != exitUsage || !strings.Contains(r.stderr, want) {
				t.Errorf("%s: code %d, said %q; want %q", name, r.code, r.stderr, want)
			}
		}
	}
}
