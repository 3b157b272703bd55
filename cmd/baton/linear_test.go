package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"baton/desk"
	"baton/desk/rule"
	"baton/infra/emulator"
	"baton/infra/need"
	"baton/store"
)

// press is what one person does at a moment: takes, gives, releases or looks.
type press struct {
	kind   string
	by, to desk.Email
	seen   int64 // the version in front of them
}

// told is what they were told: "" for done, "conflict", "forbidden", or "lost"
// when the answer did not reach them.
type told struct {
	outcome string
	holder  desk.Email
	version int64
}

// held is a conversation as far as assignment goes.
type held struct {
	holder  desk.Email
	version int64
	markBy  desk.Email // who last changed the assignment, and in which version
	mark    int64
}

// after gives how the conversation stands after a press and what is said.
func (h held) after(p press) (held, told) {
	stale := h.mark > p.seen && p.seen != 0 && h.markBy != p.by
	to := map[string]desk.Email{"take": p.by, "give": p.to, "release": ""}
	switch {
	case p.kind == "look",
		p.kind == "take" && h.holder == p.by,
		p.kind == "give" && h.holder == p.to,
		p.kind == "release" && h.holder == "":
		return h, told{"", h.holder, h.version}
	case stale:
		return h, told{"conflict", h.holder, h.version}
	case p.kind == "release" && h.holder != p.by:
		return h, told{outcome: "forbidden"}
	}
	next := held{holder: to[p.kind], version: h.version + 1, markBy: p.by, mark: h.version + 1}
	return next, told{"", next.holder, next.version}
}

// assigning is the desk's promise: each press happens at one moment, all in one
// order. One whose answer was lost happened at some moment, or never.
func assigning(begin held) porcupine.Model {
	m := porcupine.NondeterministicModel{
		Init: func() []any { return []any{begin} },
		Step: func(state, input, output any) []any {
			was, out := state.(held), output.(told)
			next, says := was.after(input.(press))
			switch {
			case out.outcome == "lost":
				return []any{was, next}
			case out == says:
				return []any{next}
			}
			return nil
		},
	}
	return m.ToModel()
}

// TestAssigningIsLinear has agents take, give and release one conversation at
// once, from cards of any age, some with answers that are lost, on both
// stores; porcupine looks for one order that explains all they were told.
func TestAssigningIsLinear(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		assignAtOnce(t, "sqlite:"+filepath.Join(t.TempDir(), "baton.db"))
	})
	t.Run("firestore", func(t *testing.T) {
		needFirestore(t)
		assignAtOnce(t, "firestore:linear")
	})
}

// needFirestore lets what opens a Firestore store reach an emulator.
func needFirestore(t testing.TB) {
	t.Helper()
	if os.Getenv("FIRESTORE_EMULATOR_HOST") != "" {
		return
	}
	e, err := emulator.Firestore()
	need.Met(t, "Firestore's emulator", err)
	t.Cleanup(e.Stop)
	switch t := t.(type) {
	case *testing.T:
		t.Setenv("FIRESTORE_EMULATOR_HOST", e.Host)
	case *testing.B:
		t.Setenv("FIRESTORE_EMULATOR_HOST", e.Host)
	}
}

func assignAtOnce(t *testing.T, address string) {
	const agents, presses = 6, 30
	st, err := store.Open(t.Context(), address, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close(context.Background())
	policy := &desk.Policy{Version: "1", Zone: time.UTC, Mailboxes: []desk.MailboxPolicy{{Address: support}}}
	var people []desk.Email
	for i := range agents {
		e := desk.Email(fmt.Sprintf("agent%d@example.com", i))
		people = append(people, e)
		policy.Members = append(policy.Members, desk.Member{Email: e, Label: fmt.Sprint("A", i), Role: desk.Agent})
	}
	policy.Mailboxes[0].Members = people
	router, faults := rule.Compile(policy)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	d, err := desk.New(desk.Options{Store: st}, policy, router)
	if err != nil {
		t.Fatal(err)
	}
	first, err := d.Receive(t.Context(), desk.Message{Mailbox: support, ID: "18c0000000000001", Thread: "18c0000000000001", Verdict: desk.Person,
		From: desk.Address{Email: "carla@shop.example"}, Subject: "Kettle", At: time.Now()}, desk.Facts{Mailbox: support})
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var history []porcupine.Operation
	begin := time.Now()
	forever := int64(time.Hour)
	var group sync.WaitGroup
	for i, by := range people {
		group.Go(func() {
			random := rand.New(rand.NewPCG(uint64(i), 11))
			seen := first.Version
			for range presses {
				p := press{kind: []string{"take", "take", "give", "release", "look"}[random.IntN(5)], by: by, to: people[random.IntN(agents)], seen: seen}
				call := int64(time.Since(begin))
				out := doPress(t, d, first.ID, p, random)
				ret := int64(time.Since(begin))
				if out.outcome == "lost" {
					ret = forever // it may still happen
				} else if out.outcome != "forbidden" {
					seen = out.version
				}
				mu.Lock()
				history = append(history, porcupine.Operation{ClientId: len(history), Input: p, Output: out, Call: call, Return: ret})
				mu.Unlock()
			}
		})
	}
	group.Wait()
	counts := map[string]int{}
	for _, op := range history {
		counts[op.Output.(told).outcome]++
	}
	t.Logf("%v", counts)
	if counts["conflict"] < 5 || counts[""] < 20 || counts["lost"] == 0 {
		t.Errorf("outcomes %v: the history shows too little", counts)
	}
	if got := porcupine.CheckOperationsTimeout(assigning(held{version: first.Version}), history, 5*time.Minute); got != porcupine.Ok {
		t.Errorf("%s: no order explains what %d presses were told: %s", address, len(history), got)
	}
}

// doPress acts through the desk. One press in eight loses its answer.
func doPress(t *testing.T, d *desk.Desk, id desk.ConversationID, p press, random *rand.Rand) told {
	ctx := t.Context()
	if random.IntN(8) == 0 && p.kind != "look" {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Duration(random.IntN(4000))*time.Microsecond)
		defer cancel()
	}
	var c desk.Conversation
	var err error
	switch p.kind {
	case "take":
		c, err = d.Take(ctx, p.by, id, p.seen)
	case "give":
		c, err = d.Give(ctx, p.by, id, p.seen, desk.Give{To: p.to})
	case "release":
		c, err = d.Release(ctx, p.by, id, p.seen)
	default:
		var v desk.View
		v, err = d.OpenID(ctx, p.by, id)
		c = v.Conversation
	}
	conflict := (*desk.Conflict)(nil)
	switch {
	case errors.As(err, &conflict):
		return told{"conflict", conflict.Now.Assignee, conflict.Now.Version}
	case errors.Is(err, desk.ErrForbidden):
		return told{outcome: "forbidden"}
	case ctx.Err() != nil && err != nil:
		return told{outcome: "lost"}
	case err != nil:
		t.Errorf("%s by %s: %v", p.kind, p.by, err)
	}
	return told{"", c.Assignee, c.Version}
}
