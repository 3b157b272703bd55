package main

import (
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"baton/cmd/baton/company"
	"baton/desk"
	"baton/gmail/gmailsim"
)

// TestTimersSurviveKills snoozes conversations from one process and has the real
// program, killed again and again around the moment at which they wake, wake
// them: each once, late if need be, with its labels.
func TestTimersSurviveKills(t *testing.T) {
	path, dir := realBaton(t), t.TempDir()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	if code := start(t, path, "demo", "--once", "--json", "--listen", "127.0.0.1:0", "--data", dir).wait(t, time.Minute); code != 0 {
		t.Fatalf("demo --once: exit status %d", code)
	}
	asleep := snoozeAll(t, dir)
	if len(asleep) < 10 {
		t.Fatalf("%d conversations to snooze, want at least 10", len(asleep))
	}
	for round := range 40 {
		c := start(t, path, "demo", "--listen", "127.0.0.1:0", "--data", dir)
		c.address(t)
		c.after(time.Duration(100+random.IntN(500)+50*round) * time.Millisecond)
		kill(t, c)
		if awake(t, dir, asleep) {
			t.Logf("all %d were awake after %d kills", len(asleep), round+1)
			checkAwake(t, dir, asleep)
			return
		}
	}
	t.Fatal("40 runs did not wake everything")
}

func kill(t *testing.T, c *child) {
	t.Helper()
	if err := c.Process.Kill(); err != nil {
		t.Fatalf("the demo had ended: %v\n%s", c.err, &c.stderr)
	}
	c.wait(t, 10*time.Second)
}

// snoozeAll puts aside what is open in a folder that no process uses, for
// two seconds.
func snoozeAll(t *testing.T, dir string) []desk.Conversation {
	t.Helper()
	st := openStore(t, dir)
	defer st.Close(t.Context())
	d := openDesk(t, st)
	rows, _, err := st.List(t.Context(), desk.Query{List: desk.ListStatus, Status: desk.Open, Mailboxes: []desk.Mailbox{support}}, desk.Page{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	var out []desk.Conversation
	for _, r := range rows {
		c, err := d.Snooze(t.Context(), "mia@acme.test", r.ID, 0, desk.Nap{Until: time.Now().Add(2 * time.Second)})
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, c)
	}
	return out
}

// awake tells whether all are, and no promise is open.
func awake(t *testing.T, dir string, asleep []desk.Conversation) bool {
	t.Helper()
	st := openStore(t, dir)
	defer st.Close(t.Context())
	for _, was := range asleep {
		c, err := st.Conversation(t.Context(), was.ID)
		if err != nil {
			t.Fatal(err)
		}
		if c.Status == desk.Snoozed {
			return false
		}
	}
	n, err := st.Intents(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n[desk.IntentPending]+n[desk.IntentClaimed] == 0
}

func checkAwake(t *testing.T, dir string, asleep []desk.Conversation) {
	t.Helper()
	st := openStore(t, dir)
	defer st.Close(t.Context())
	policy, _, err := loadPolicy("policy.yaml", company.Policy())
	if err != nil {
		t.Fatal(err)
	}
	sim, err := gmailsim.New(gmailsim.Options{Dir: filepath.Join(dir, "gmail")})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close(t.Context())
	for _, was := range asleep {
		events, _, err := st.Events(t.Context(), was.ID, desk.Page{Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		woke := 0
		for _, ev := range events {
			if ev.Kind != desk.EventWoke {
				continue
			}
			woke++
			if ev.At.Before(was.Nap.Until) || !ev.Due.Equal(was.Nap.Until) {
				t.Errorf("%s woke at %s, its time was %s", was.ID, ev.At, was.Nap.Until)
			}
		}
		if woke != 1 {
			t.Errorf("%s woke %d times", was.ID, woke)
		}
		if in, err := st.Intent(t.Context(), was.Nap.Timer); err != nil || in.State != desk.IntentDone {
			t.Errorf("timer of %s: %s, %v; want done", was.ID, in.State, err)
		}
		checkThread(t, sim, st, policy, string(was.Thread))
	}
}

// openDesk is a desk of the demo's company on a store, without the rest of the
// program.
func openDesk(t *testing.T, st desk.Store) *desk.Desk {
	t.Helper()
	policy, router, err := loadPolicy("policy.yaml", company.Policy())
	if err != nil {
		t.Fatal(err)
	}
	d, err := desk.New(desk.Options{Store: st}, policy, router)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
