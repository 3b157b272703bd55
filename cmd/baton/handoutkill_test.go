package main

import (
	"math/rand/v2"
	"testing"
	"time"

	"baton/desk"
	"baton/store"
)

// TestHandingOutSurvivesKills lets conversations wait for a team that is away, has
// one of it come back, and kills the real program again and again while it hands
// them out: each goes out once, with its labels.
func TestHandingOutSurvivesKills(t *testing.T) {
	dir := loadedFolder(t)
	waiting, back := letWait(t, dir)
	killUntil(t, dir, func(random *rand.Rand, round int) time.Duration {
		return time.Duration(20+random.IntN(200)+30*round) * time.Millisecond
	}, func(t *testing.T, st store.Opened) bool {
		for _, was := range waiting {
			if nowIs(t, st, was).Assignee == "" {
				return false
			}
		}
		return nothingOpen(t, st)
	})
	st := openStore(t, dir)
	defer st.Close(t.Context())
	policy, sim := openDesk(t, st).Policy(), openGmail(t, dir)
	defer sim.Close(t.Context())
	for _, was := range waiting {
		n, c := len(eventsOf(t, st, was, desk.EventHandedOut)), nowIs(t, st, was)
		if n != 1 || c.Assignee != back {
			t.Errorf("%s: handed out %d times, held by %q; want once, %s", was.ID, n, c.Assignee, back)
		}
		checkThread(t, sim, st, policy, string(was.Thread))
	}
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
	for _, r := range openOnes(t, st, 10) {
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
