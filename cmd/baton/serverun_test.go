package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"baton/cmd/baton/company"
	"baton/desk/identity"
	"baton/desk/identity/issuer"
	"baton/gmail/gmailsim"
)

// publicURL is where Google would reach the server: not where it listens.
const publicURL = "https://baton.example.com"

// deployment is a real `serve`, with stand-ins for Google around it.
type deployment struct {
	*testing.T
	sim    *gmailsim.Server
	issuer *issuer.Issuer
	vars   map[string]string
	log    *lines

	mu   sync.Mutex
	push string             // address that pushes go to; "" = nobody is there yet
	to   gmailsim.Publisher // where notifications go instead; nil = they are pushed
}

func deploy(t *testing.T) *deployment {
	t.Helper()
	d := &deployment{T: t, log: &lines{}}
	var err error
	if d.sim, err = gmailsim.New(gmailsim.Options{Publisher: d}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.sim.Close(context.Background()) })
	for _, m := range company.SharedMailboxes() {
		if err := d.sim.AddMailbox(gmailsim.Mailbox{Address: m.Address}); err != nil {
			t.Fatal(err)
		}
	}
	gmailServer := httptest.NewServer(d.sim)
	t.Cleanup(gmailServer.Close)
	if d.issuer, err = issuer.New(issuer.Options{URL: "https://issuer.example.com"}); err != nil {
		t.Fatal(err)
	}
	keys := httptest.NewServer(d.issuer)
	t.Cleanup(keys.Close)
	key, err := d.sim.ServiceAccountKey(demoMailAccount, gmailServer.URL+"/token")
	if err != nil {
		t.Fatal(err)
	}
	if err := d.sim.Grant(demoMailAccount, string(gmailsim.Modify)); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string][]byte{"key.json": key, "policy.yaml": company.Policy()} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	d.vars = map[string]string{
		"BATON_PUBLIC_URL": publicURL, "BATON_LISTEN": "127.0.0.1:0", "BATON_METRICS_LISTEN": "127.0.0.1:0",
		"BATON_STORE": "sqlite:" + filepath.Join(dir, "baton.db"), "BATON_POLICY": filepath.Join(dir, "policy.yaml"),
		"BATON_SERVICE_KEY": filepath.Join(dir, "key.json"), "BATON_TOPIC": demoTopic, "BATON_GMAIL_URL": gmailServer.URL + "/",
		"BATON_PUSH_ACCOUNT": demoPushAccount, "BATON_PUSH_SUBSCRIPTION": demoSubscription, "BATON_ADDON_ACCOUNT": demoAddonAccount,
		"BATON_CLIENT_ID": demoClientID, "BATON_ISSUER": d.issuer.URL(), "BATON_KEYS_URL": keys.URL + issuer.KeysPath,
		"BATON_SWEEP": "24h", "BATON_UNITS": "0",
	}
	return d
}

// Publish implements gmailsim.Publisher: it pushes once, as Pub/Sub would.
func (d *deployment) Publish(ctx context.Context, topic string, data []byte) error {
	if d.to != nil {
		return d.to.Publish(ctx, topic, data)
	}
	d.mu.Lock()
	address := d.push
	d.mu.Unlock()
	if address == "" {
		return nil
	}
	var n struct {
		EmailAddress string
		HistoryID    uint64
	}
	if err := json.Unmarshal(data, &n); err != nil {
		return err
	}
	token, err := d.issuer.Sign(identity.Claims{Audience: publicURL + "/push", Email: demoPushAccount, EmailVerified: true, Subject: "push"})
	if err != nil {
		return err
	}
	body := string(envelope(n.EmailAddress, n.HistoryID, demoSubscription))
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address+"/push", strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusNoContent {
		return fmt.Errorf("the push was answered with %d", res.StatusCode)
	}
	return nil
}

// serving is what `serve` logs when it is up.
type serving struct{ Msg, Address, Metrics string }

// serve runs the command until the test ends and gives its addresses.
func (d *deployment) serve() (serving, func()) {
	d.Helper()
	read, written := io.Pipe()
	up := make(chan serving, 1)
	go func() {
		defer read.Close() // whoever still writes must not wait
		for dec := json.NewDecoder(io.TeeReader(read, d.log)); ; {
			var s serving
			if err := dec.Decode(&s); err != nil {
				return
			}
			if s.Msg == "serving" {
				up <- s
			}
		}
	}()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	lookup := func(name string) (string, bool) { v, ok := d.vars[name]; return v, ok }
	go func() {
		ended <- run(ctx, []string{"serve"}, lookup, io.Discard, written)
		written.Close()
	}()
	once := sync.OnceFunc(func() {
		http.DefaultClient.CloseIdleConnections()
		began := time.Now()
		stop()
		if err := <-ended; err != nil {
			d.Errorf("serve ended with: %v", err)
		}
		if took := time.Since(began); took > stopWithin {
			d.Errorf("serve took %s to stop", took)
		}
	})
	d.Cleanup(once)
	select {
	case s := <-up:
		return s, once
	case err := <-ended:
		ended <- err
		d.Fatalf("serve ended before it served: %v %q", err, d.log.take())
	case <-time.After(time.Minute):
		d.Fatal("serve was not up within a minute")
	}
	return serving{}, nil
}

func (d *deployment) get(url string) (int, string) {
	d.Helper()
	res, err := http.Get(url)
	if err != nil {
		d.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		d.Fatal(err)
	}
	return res.StatusCode, string(b)
}

// wears waits until a thread wears labels of ours.
func (d *deployment) wears(thread string, want ...string) {
	d.Helper()
	changed, stop := d.sim.Subscribe()
	defer stop()
	end := time.After(time.Minute)
	for {
		mails, err := d.sim.Thread(support, thread)
		if err != nil {
			d.Fatal(err)
		}
		got := ours(mails[0].Labels)
		if slices.Equal(got, want) {
			return
		}
		select {
		case <-changed:
		case <-end:
			d.Fatalf("the thread wears %q, want %q", got, want)
		}
	}
}

// TestServe runs the whole service with the settings that an admin would give:
// a mail comes by push and is labelled; a restart goes on.
func TestServe(t *testing.T) {
	d := deploy(t)
	at, stop := d.serve()
	d.mu.Lock()
	d.push = at.Address
	d.mu.Unlock()
	if at.Metrics == "" || at.Metrics == at.Address {
		t.Fatalf("the log names %q as the address of metrics, main address %q", at.Metrics, at.Address)
	}
	for path, want := range map[string]string{"/healthz": `{"status":"ok"}`, "/readyz": `{"status":"ready"}`} {
		if code, body := d.get(at.Address + path); code != http.StatusOK || strings.TrimSpace(body) != want {
			t.Errorf("%s = %d %q, want 200 %q", path, code, body, want)
		}
	}
	for _, url := range []string{at.Address + "/metrics", at.Metrics + "/healthz", at.Metrics + "/push", at.Address + "/preview/api/state", at.Address + "/"} {
		if code, _ := d.get(url); code != http.StatusNotFound && code != http.StatusMethodNotAllowed {
			t.Errorf("%s = %d, want nothing there", url, code)
		}
	}
	d.read(at)
	got, err := d.sim.Deliver(t.Context(), support, []byte(customerMail("carla@shop.example", "Where is my kettle?", "It has not come.")))
	if err != nil {
		t.Fatal(err)
	}
	d.wears(got.ThreadID, "Baton/Status/Open")
	began := time.Now()
	second := runs(t, d.vars, "serve")
	if took := time.Since(began); second.code != exitFault || !strings.Contains(second.stderr, "another process") || took > 10*time.Second {
		t.Errorf("a second serve on the same store: code %d after %s, said %q", second.code, took, second.stderr)
	}
	_, text := d.get(at.Metrics + "/metrics")
	for _, pattern := range []string{
		`baton_hints_total\{outcome="taken",way="push"\} [1-9]`, `baton_hints_total\{outcome="refused",way="push"\} 0`,
		`baton_gmail_units_total\{mailbox="support@acme.test",method="[a-zA-Z.]+"\} [1-9]`, `baton_gmail_calls_total\{`,
		`baton_store_operations_total\{kind="commit"\} [1-9]`, `baton_intents_total\{outcome="parked"\} 0`, `baton_intents_waiting\{state="pending"\} \d`,
		`baton_mailbox_troubled\{mailbox="support@acme.test"\} 0`, `baton_mailbox_watch_left_seconds\{mailbox="support@acme.test"\} [1-9]`, `go_goroutines \d`,
		`baton_mailbox_queue\{mailbox="support@acme.test"\} [1-9]`,
	} {
		if !regexp.MustCompile(`(?m)^` + pattern).MatchString(text) {
			t.Errorf("/metrics has no line %s", pattern)
		}
	}
	for _, private := range []string{"carla", "kettle"} {
		if strings.Contains(text, private) {
			t.Errorf("/metrics carries %q", private)
		}
	}
	stop()

	d.mu.Lock()
	d.push = "" // nobody is there
	d.mu.Unlock()
	missed, err := d.sim.Deliver(t.Context(), support, []byte(customerMail("carla@shop.example", "Missed", "While Baton was down.")))
	if err != nil {
		t.Fatal(err)
	}
	_, stop = d.serve()
	d.wears(missed.ThreadID, "Baton/Status/Open")
	stop()
	for _, line := range d.log.take() {
		for _, private := range []string{"carla", "kettle", "Missed", "key.json", `"level":"ERROR"`} {
			if strings.Contains(line, private) {
				t.Errorf("the log carries %q: %s", private, line)
			}
		}
	}
}

var readings = regexp.MustCompile(`(?m)^baton_gmail_calls_total\{.*method="history.list"\} [1-9]`)

// read waits until every mailbox has been read once: mail from before opens
// nothing.
func (d *deployment) read(at serving) {
	d.Helper()
	end := time.After(time.Minute)
	for {
		_, text := d.get(at.Metrics + "/metrics")
		if len(readings.FindAllString(text, -1)) == len(company.SharedMailboxes()) {
			return
		}
		select {
		case <-end:
			d.Fatalf("the mailboxes were not read:\n%.3000s", text)
		case <-time.After(5 * time.Millisecond):
		}
	}
}
