package main

import (
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"baton/cmd/baton/company"
	"baton/desk"
	"baton/gmail/gmailsim"
	"baton/store"
)

// loadedFolder is a folder in which the demo's company is loaded and at rest.
func loadedFolder(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if code := start(t, realBaton(t), "demo", "--once", "--json", "--listen", "127.0.0.1:0", "--data", dir).wait(t, time.Minute); code != 0 {
		t.Fatalf("demo --once: exit status %d", code)
	}
	return dir
}

// killUntil starts the real program in a folder and kills it some time after it
// serves, until all that was to happen has.
func killUntil(t *testing.T, dir string, after func(random *rand.Rand, round int) time.Duration, all func(t *testing.T, st store.Opened) bool) {
	t.Helper()
	path, seed := realBaton(t), uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	looked := func() bool {
		st := openStore(t, dir)
		defer st.Close(t.Context())
		return all(t, st)
	}
	const most = 40
	for round := range most {
		c := start(t, path, "demo", "--listen", "127.0.0.1:0", "--data", dir)
		c.address(t)
		c.after(after(random, round))
		if err := c.Process.Kill(); err != nil {
			t.Fatalf("the demo had ended: %v\n%s", c.err, &c.stderr)
		}
		c.wait(t, 10*time.Second)
		if looked() {
			t.Logf("all was done after %d kills", round+1)
			return
		}
	}
	t.Fatalf("%d runs did not do all", most)
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

// openOnes are the conversations that are open in support's mailbox, at least some.
func openOnes(t *testing.T, st desk.Store, least int) []desk.Row {
	t.Helper()
	rows, _, err := st.List(t.Context(), desk.Query{List: desk.ListStatus, Status: desk.Open, Mailboxes: []desk.Mailbox{support}}, desk.Page{Limit: 100})
	if err != nil || len(rows) < least {
		t.Fatalf("%d open conversations, want at least %d (%v)", len(rows), least, err)
	}
	return rows
}

// nowIs gives a record as the store has it.
func nowIs(t *testing.T, st desk.Store, was desk.Conversation) desk.Conversation {
	t.Helper()
	c, err := st.Conversation(t.Context(), was.ID)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// nothingOpen tells whether each promise is kept.
func nothingOpen(t *testing.T, st store.Opened) bool {
	t.Helper()
	n, err := st.Intents(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n[desk.IntentPending]+n[desk.IntentClaimed] == 0
}

// eventsOf are the events of one kind in a conversation's history.
func eventsOf(t *testing.T, st desk.Store, c desk.Conversation, kind desk.EventKind) (out []desk.Event) {
	t.Helper()
	events, _, err := st.Events(t.Context(), c.ID, desk.Page{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, ev := range events {
		if ev.Kind == kind {
			out = append(out, ev)
		}
	}
	return out
}

// openGmail is the stand-in of a folder that no process uses; the test closes it.
func openGmail(t *testing.T, dir string) *gmailsim.Server {
	t.Helper()
	sim, err := gmailsim.New(gmailsim.Options{Dir: filepath.Join(dir, "gmail")})
	if err != nil {
		t.Fatal(err)
	}
	return sim
}
