package storetest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"baton/desk"

	"github.com/anishathalye/porcupine"
)

var linearTests = []test{
	{"take, give, release, clear", testLinear},
}

// move is one step of a client: it takes, gives to another, releases, clears
// whoever holds, or reads. Without clearing, a client that is done could keep
// the conversation and all others would only be refused.
type move struct {
	kind    string
	who, to desk.Email
}

// outcome is what the client was told: whether the move was made, and who held
// the conversation before it.
type outcome struct {
	made   bool
	holder desk.Email
}

var errNotYours = errors.New("not yours")

// play makes one move through the store.
func play(t *testing.T, s desk.Store, id desk.ConversationID, m move) (outcome, error) {
	if m.kind == "read" {
		c, err := s.Conversation(t.Context(), id)
		return outcome{made: true, holder: c.Assignee}, err
	}
	var out outcome
	_, err := s.Update(t.Context(), id, func(c *desk.Conversation) (desk.Change, error) {
		out = outcome{holder: c.Assignee}
		switch {
		case m.kind == "take" && c.Assignee == "":
			c.Assignee = m.who
		case m.kind == "give" && c.Assignee == m.who:
			c.Assignee = m.to
		case m.kind == "release" && c.Assignee == m.who:
			c.Assignee = ""
		case m.kind == "clear":
			c.Assignee = ""
		default:
			return desk.Change{}, errNotYours
		}
		out.made = true
		return desk.Change{}, nil
	})
	if errors.Is(err, errNotYours) {
		err = nil
	}
	return out, err
}

// assignment is what one conversation must look like: a register with owner.
var assignment = porcupine.Model{
	Init: func() any { return desk.Email("") },
	Step: func(state, input, output any) (bool, any) {
		holder, m, out := state.(desk.Email), input.(move), output.(outcome)
		if out.holder != holder {
			return false, state
		}
		switch m.kind {
		case "read":
			return true, holder
		case "clear":
			return out.made, desk.Email("")
		case "take":
			if holder != "" {
				return !out.made, holder
			}
			return out.made, m.who
		case "give":
			if holder != m.who {
				return !out.made, holder
			}
			return out.made, m.to
		default:
			if holder != m.who {
				return !out.made, holder
			}
			return out.made, desk.Email("")
		}
	},
}

func testLinear(t *testing.T, s desk.Store) {
	const clients, moves = 8, 40
	id := record(1).ID
	put(t, s, record(1), desk.Change{})
	name := func(i int) desk.Email { return desk.Email(fmt.Sprintf("agent%d@example.com", i)) }
	var mu sync.Mutex
	var history []porcupine.Operation
	begin := time.Now()
	errs := together(clients, func(i int) error {
		random := rand.New(rand.NewPCG(uint64(i), 7))
		for range moves {
			m := move{
				kind: []string{"take", "take", "give", "release", "clear", "read"}[random.IntN(6)],
				who:  name(i), to: name(random.IntN(clients)),
			}
			call := time.Since(begin)
			out, err := play(t, s, id, m)
			if err != nil {
				return err
			}
			op := porcupine.Operation{ClientId: i, Input: m, Output: out, Call: int64(call), Return: int64(time.Since(begin))}
			mu.Lock()
			history = append(history, op)
			mu.Unlock()
		}
		return nil
	})
	noErr(t, "moves", errors.Join(errs...))
	taken := 0
	for _, op := range history {
		if op.Output.(outcome).made && op.Input.(move).kind == "take" {
			taken++
		}
	}
	if taken < 10 {
		t.Errorf("taken only %d times: the history shows nothing", taken)
	}
	if got := porcupine.CheckOperationsTimeout(assignment, history, time.Minute); got != porcupine.Ok {
		t.Errorf("history of %d moves: got %s, want a history that one holder at a time explains", len(history), got)
	}
}
