package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"baton/desk"
	"baton/desk/identity"
	"baton/infra/need"
)

// The benchmarks of the whole program. Each does a fixed amount of work once
// and adds rows to one table, which is printed at the end; docs/performance.md
// holds our figures. They measure, they do not judge.

// row is one line of the table.
type row struct{ what, goal, got string }

var table struct {
	sync.Mutex
	rows []row
}

func report(what, goal, format string, args ...any) {
	table.Lock()
	defer table.Unlock()
	table.rows = append(table.rows, row{what, goal, fmt.Sprintf(format, args...)})
}

// printTable writes the rows in Markdown, with the machine they came from.
func printTable(w io.Writer) {
	table.Lock()
	defer table.Unlock()
	if len(table.rows) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s, %s/%s, %d cores, GOMAXPROCS %d\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.GOMAXPROCS(0))
	fmt.Fprintln(w, "| what | goal | got |\n|---|---|---|")
	for _, r := range table.rows {
		fmt.Fprintf(w, "| %s | %s | %s |\n", r.what, r.goal, r.got)
	}
}

// stageFor runs the demo for a benchmark.
func stageFor(b *testing.B, c demoCmd) *demo {
	b.Helper()
	c.Listen = "127.0.0.1:0"
	if c.Mailbox == "" {
		c.Mailbox = "support@acme.test"
	}
	d, err := newDemo(b.Context(), &c, b.TempDir(), slog.New(slog.DiscardHandler), tuning{})
	if err != nil {
		b.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- d.serve(ctx) }()
	b.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			b.Error(err)
		}
	})
	return d
}

// BenchmarkIngest delivers the corpus to the stand-in and waits until every
// message is recorded, routed and labelled.
func BenchmarkIngest(b *testing.B) {
	path := need.Corpus(b)
	for range b.N {
		d := stageFor(b, demoCmd{})
		c := demoCmd{Mbox: path, Mailbox: "support@acme.test"}
		if err := d.reading(b.Context()); err != nil {
			b.Fatal(err)
		}
		costs := d.service.store.Costs()
		units := d.sim.Units("support@acme.test")
		began := time.Now()
		marks := watchLedger(b, d, began)
		if err := d.load(b.Context(), &c, io.Discard); err != nil {
			b.Fatal(err)
		}
		if err := d.settle(b.Context()); err != nil {
			b.Fatal(err)
		}
		took := time.Since(began)
		at := marks()
		n := float64(d.loaded.messages)
		b.ReportMetric(n/took.Seconds(), "mails/s")
		now := d.service.store.Costs()
		report("ingest of the corpus, durable, through push, history, records and labels", "740 mails/s", "%.0f mails/s (%d in %.2f s)", n/took.Seconds(), int(n), took.Seconds())
		report("the last 500 against the first 500", "no slower", "%.2f s against %.2f s", (at[len(at)-1] - at[len(at)-2]).Seconds(), at[0].Seconds())
		report("Gmail units a mail over the corpus", "≤ 27", "%.2f", float64(d.sim.Units("support@acme.test")-units)/n)
		report("store reads and commits a mail over the corpus", "≤ 2 and 1", "%.2f and %.2f", float64(now.Reads-costs.Reads)/n, float64(now.Commits-costs.Commits)/n)
	}
}

// watchLedger notes when each 500th message was recorded. The returned function
// ends it.
func watchLedger(b *testing.B, d *demo, began time.Time) func() []time.Duration {
	ctx, stop := context.WithCancel(b.Context())
	done := make(chan []time.Duration)
	go func() {
		var at []time.Duration
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		for {
			n := 0
			for _, s := range d.service.room.Statuses() {
				n += s.Received
			}
			for n >= 500*(len(at)+1) {
				at = append(at, time.Since(began))
			}
			select {
			case <-ctx.Done():
				done <- at
				return
			case <-tick.C:
			}
		}
	}()
	return func() []time.Duration { stop(); return <-done }
}

// caller posts add-on events as Google would, with both tokens signed.
type caller struct {
	d      *demo
	client *http.Client
	system map[string]string // token by URL
	user   string
}

func newCaller(b *testing.B, d *demo, who string) *caller {
	c := &caller{d: d, system: map[string]string{}, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, MaxIdleConns: 64}}}
	b.Cleanup(c.client.CloseIdleConnections)
	sign := func(aud, email string) string {
		t, err := d.issuer.Sign(identity.Claims{Audience: aud, Email: email, EmailVerified: true, Subject: identity.Subject(email)})
		if err != nil {
			b.Fatal(err)
		}
		return t
	}
	c.user = sign(demoClientID, who)
	for _, path := range []string{"/addon/home", "/addon/message", "/addon/do/take"} {
		c.system[path] = sign(d.page.url()+path, demoAddonAccount)
	}
	return c
}

// post sends one event and gives how long the answer took.
func (c *caller) post(path string, gmail, parameters map[string]string) (time.Duration, error) {
	body, err := json.Marshal(map[string]any{
		"commonEventObject":        map[string]any{"hostApp": "GMAIL", "platform": "WEB", "parameters": parameters},
		"authorizationEventObject": map[string]any{"userIdToken": c.user, "systemIdToken": c.system[path], "userOAuthToken": "x"},
		"gmail":                    gmail,
	})
	if err != nil {
		return 0, err
	}
	req, err := http.NewRequest(http.MethodPost, c.d.page.url()+path, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Authorization", "Bearer "+c.system[path])
	began := time.Now()
	res, err := c.client.Do(req)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, res.Body)
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("%s answered %s", path, res.Status)
	}
	return time.Since(began), err
}

// many runs n posts by some callers at once and gives the times in order of
// length, and how many were done a second.
func many(b *testing.B, callers, n int, post func(i int) (time.Duration, error)) (times []time.Duration, rate float64) {
	b.Helper()
	var next atomic.Int64
	var wg sync.WaitGroup
	all := make([][]time.Duration, callers)
	began := time.Now()
	for c := range callers {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				t, err := post(i)
				if err != nil {
					b.Error(err)
					return
				}
				all[c] = append(all[c], t)
			}
		})
	}
	wg.Wait()
	rate = float64(n) / time.Since(began).Seconds()
	times = slices.Concat(all...)
	slices.Sort(times)
	return times, rate
}

func percentile(times []time.Duration, p float64) time.Duration {
	if len(times) == 0 {
		return 0
	}
	return times[min(len(times)-1, int(p*float64(len(times))))].Round(10 * time.Microsecond)
}

// seed records conversations of one person's mail each, as the room would.
func seed(b *testing.B, d *demo, n int) []desk.Conversation {
	b.Helper()
	out := make([]desk.Conversation, n)
	began := time.Now()
	many(b, 32, n, func(i int) (time.Duration, error) {
		id := fmt.Sprintf("%016x", 0x18c0000000000000+i)
		from := desk.Address{Name: fmt.Sprint("Customer ", i), Email: desk.Email(fmt.Sprintf("c%d@shop.example", i))}
		at := began.Add(-time.Duration(i) * time.Minute)
		m := desk.Message{
			Mailbox: "support@acme.test", ID: desk.MessageID(id), Thread: desk.ThreadID(id), RFC: desk.RFCID(fmt.Sprintf("m%d@shop.example", i)),
			From: from, Subject: fmt.Sprint("Order ", i, ", where is it?"), At: at, Verdict: desk.Person, Reason: "no sign of a machine",
		}
		var err error
		out[i], err = d.service.desk.Receive(b.Context(), m, desk.Facts{Mailbox: m.Mailbox, From: from, Subject: m.Subject, Verdict: m.Verdict, At: at})
		return 0, err
	})
	return out
}

func event(c desk.Conversation) map[string]string {
	var n uint64
	fmt.Sscanf(string(c.Thread), "%x", &n)
	return map[string]string{"messageId": fmt.Sprint("msg-f:", n), "threadId": fmt.Sprint("thread-f:", n), "accessToken": "x"}
}

// BenchmarkPanel opens cards and takes conversations over HTTP, with both
// tokens verified, on a store of 10,000 conversations; the load comes from the
// same process.
func BenchmarkPanel(b *testing.B) {
	for range b.N {
		d := stageFor(b, demoCmd{})
		if err := d.reading(b.Context()); err != nil {
			b.Fatal(err)
		}
		convs := seed(b, d, 10_000)
		if err := until(b.Context(), func() (bool, error) { n, err := d.openIntents(b.Context()); return n == 0, err }); err != nil {
			b.Fatal(err)
		}
		ana := newCaller(b, d, "ana@acme.test")
		message := func(i int) (time.Duration, error) {
			return ana.post("/addon/message", event(convs[i*7919%len(convs)]), nil)
		}
		home := func(int) (time.Duration, error) { return ana.post("/addon/home", nil, nil) }
		many(b, 4, 500, message) // connections, caches
		before := d.service.store.Costs()
		times, _ := many(b, 1, 2000, message)
		after := d.service.store.Costs()
		report("message card, 1 caller, 10,000 conversations", "p50 < 1.5 ms", "p50 %v, p99 %v", percentile(times, .5), percentile(times, .99))
		report("store reads a message card", "≤ 2", "%.2f, commits %d", float64(after.Reads-before.Reads)/2000, after.Commits-before.Commits)
		times, rate := many(b, 32, 20_000, message)
		report("message card, 32 callers", "≥ 3,000/s, p99 < 40 ms", "%.0f/s, p50 %v, p99 %v", rate, percentile(times, .5), percentile(times, .99))
		times, _ = many(b, 1, 300, home)
		report("home card, 1 caller, 10,000 in the queue", "p50 < 3 ms", "p50 %v, p99 %v", percentile(times, .5), percentile(times, .99))
		before = d.service.store.Costs()
		times, rate = many(b, 32, 8000, func(i int) (time.Duration, error) {
			return ana.post("/addon/do/take", nil, map[string]string{"c": string(convs[i].ID), "v": fmt.Sprint(convs[i].Version)})
		})
		after = d.service.store.Costs()
		report("take, 32 callers, each another conversation, durable", "≥ 1,000/s, p99 < 80 ms", "%.0f/s, p50 %v, p99 %v", rate, percentile(times, .5), percentile(times, .99))
		report("store reads and commits a take, with its label", "1 and 1", "%.2f and %.2f", float64(after.Reads-before.Reads)/8000, float64(after.Commits-before.Commits)/8000)
	}
}
