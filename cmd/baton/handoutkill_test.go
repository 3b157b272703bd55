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

// TestHandingOutSurvivesKills lets conversations wait for a team that is away, has
// one of it come back, and kills the real program again and again while it hands
// them out: each goes out once, with its labels.
func TestHandingOutSurvivesKills(t *testing.T) {
	path, dir := realBaton(t), t.TempDir()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	if code := start(t, path, "demo", "--once", "--json", "--listen", "127.0.0.1:0", "--data", dir).wait(t, time.Minute); code != 0 {
		t.Fatalf("demo --once: exit status %d", code)
	}
	waiting, back := letWait(t, dir)
	if len(waiting) < 10 {
		t.Fatalf("%d conversations to hand out, want at least 10", len(waiting))
	}
	for round := range 40 {
		c := start(t, path, "demo", "--listen", "127.0.0.1:0", "--data", dir)
		c.address(t)
		c.after(time.Duration(20+random.IntN(200)+30*round) * time.Millisecond)
		kill(t, c)
		if handedOut(t, dir, waiting) {
			t.Logf("all %d were handed out after %d kills", len(waiting), round+1)
			checkHandedOut(t, dir, waiting, back)
			return
		}
	}
	t.Fatal("40 runs did not hand everything out")
}

// letWait has what is open in a folder that no process uses wait for a team, and
// one of it come back.
func letWait(t *testing.T, dir string) (waiting []desk.Conversation, back desk.Email) {
	t.Helper()
	st := openStore(t, dir)
	defer st.Close(t.Context())
	d := openDesk(t, st)
	team := d.Policy().Teams[0]
	for _, who := range team.Members {
		if err := d.SetPresence(t.Context(), who, desk.Away); err != nil {
			t.Fatal(err)
		}
		if back == "" && d.Policy().Works(who, support) {
			back = who
		}
	}
	rows, _, err := st.List(t.Context(), desk.Query{List: desk.ListStatus, Status: desk.Open, Mailboxes: []desk.Mailbox{support}}, desk.Page{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r.Assignee != "" {
			if _, err := d.Release(t.Context(), "mia@acme.test", r.ID, 0); err != nil {
				t.Fatal(err)
			}
		}
		c, err := st.Update(t.Context(), r.ID, func(c *desk.Conversation) (desk.Change, error) {
			c.Team, c.Waits = team.Name, &desk.Waits{Team: team.Name, Since: time.Now(), Version: c.Version + 1}
			return desk.Change{}, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		waiting = append(waiting, c)
	}
	if err := d.SetPresence(t.Context(), back, desk.Available); err != nil {
		t.Fatal(err)
	}
	return waiting, back
}

// handedOut tells whether all are, and no promise is open.
func handedOut(t *testing.T, dir string, waiting []desk.Conversation) bool {
	t.Helper()
	st := openStore(t, dir)
	defer st.Close(t.Context())
	for _, was := range waiting {
		c, err := st.Conversation(t.Context(), was.ID)
		if err != nil {
			t.Fatal(err)
		}
		if c.Assignee == "" {
			return false
		}
	}
	n, err := st.Intents(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n[desk.IntentPending]+n[desk.IntentClaimed] == 0
}

func checkHandedOut(t *testing.T, dir string, waiting []desk.Conversation, back desk.Email) {
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
	for _, was := range waiting {
		events, _, err := st.Events(t.Context(), was.ID, desk.Page{Limit: 100})
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, ev := range events {
			if ev.Kind == desk.EventHandedOut {
				n++
			}
		}
		c, err := st.Conversation(t.Context(), was.ID)
		if err != nil || c.Assignee != back || n != 1 {
			t.Errorf("%s: handed out %d times, held by %q, %v; want once, %s", was.ID, n, c.Assignee, err, back)
		}
		checkThread(t, sim, st, policy, string(was.Thread))
	}
}
