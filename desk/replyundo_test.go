package desk_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"baton/desk"
)

// timeless leaves out what counts changes: the rest of a record is as it was
// after something was undone.
var timeless = cmp.Options{
	cmpopts.IgnoreFields(desk.Conversation{}, "Version", "Recent", "EventSeq", "LabelsRev", "Worn", "Marks", "Labels", "Outgoing"),
	cmpopts.EquateEmpty(),
}

// What is taken back is as it was, from every status to every other.
func TestUnsendRestores(t *testing.T) {
	for _, was := range []desk.Status{desk.Open, desk.WaitingCustomer, desk.WaitingInternal, desk.Closed, desk.Ignored, desk.Spam} {
		for _, then := range []desk.Then{desk.ThenKeep, desk.ThenWait, desk.ThenClose} {
			h := newHouse(t).undoable()
			c := h.receive("", desk.Person, "Refund")
			h.clock.pass(time.Minute)
			before := must[desk.Conversation](t)(h.desk.SetStatus(t.Context(), mia, c.ID, 0, was))
			h.clock.pass(time.Minute)
			a := answer("o")
			a.Then, a.Cc = then, []desk.Address{{Name: "Kim", Email: "kim@shop.example"}}
			after := must[desk.Conversation](t)(h.desk.Reply(t.Context(), ana, c.ID, 0, a))
			if want := map[desk.Then]desk.Status{desk.ThenKeep: was, desk.ThenWait: desk.WaitingCustomer, desk.ThenClose: desk.Closed}[then]; after.Status != want {
				t.Errorf("%s then %s: %s", was, then, after.Status)
			}
			id := after.Outgoing[0].Intent
			for range 2 { // and once more gives the same
				got, text, err := h.desk.Unsend(t.Context(), ana, c.ID, id)
				if err != nil {
					t.Fatalf("%s then %s: %v", was, then, err)
				}
				if diff := cmp.Diff(before, got, timeless); diff != "" {
					t.Errorf("%s then %s, undone (-before +after):\n%s", was, then, diff)
				}
				want := desk.Answer{Text: a.Text, To: a.To, Cc: a.Cc, Then: then, Again: id}
				if diff := cmp.Diff(want, text); diff != "" {
					t.Errorf("%s then %s, what was written (-want +got):\n%s", was, then, diff)
				}
			}
			in := must[desk.Intent](t)(h.store.Intent(t.Context(), id))
			if in.State != desk.IntentCancelled {
				t.Errorf("%s then %s: the intent is %s", was, then, in.State)
			}
			if got := desk.WantedLabels(acme(), &after); was == after.Status && cmp.Diff(got, desk.WantedLabels(acme(), &before)) != "" {
				t.Errorf("labels moved without a status: %v", got)
			}
		}
	}
}

// So does who moved it away and back.
func TestUnsendLeavesMovesAwayAndBack(t *testing.T) {
	h := newHouse(t).undoable()
	c := h.receive("", desk.Person, "Refund")
	r := must[desk.Conversation](t)(h.desk.Reply(t.Context(), ana, c.ID, 0, answer("o")))
	for _, to := range []desk.Status{desk.Closed, desk.WaitingCustomer} {
		must[desk.Conversation](t)(h.desk.SetStatus(t.Context(), mia, c.ID, 0, to))
	}
	got, _, err := h.desk.Unsend(t.Context(), ana, c.ID, r.Outgoing[0].Intent)
	if err != nil || got.Status != desk.WaitingCustomer {
		t.Errorf("%s, %v; want what Mia chose to stay", got.Status, err)
	}
}

// A reply that was not sent asks for nothing any more once the team has
// answered in Gmail; a guest reads their own only.
func TestUnsentIsSettledInGmail(t *testing.T) {
	h := newHouse(t)
	c := h.receive("", desk.Person, "Refund")
	must[desk.Conversation](t)(h.desk.Share(t.Context(), ana, c.ID, desk.Invite{To: olga, Role: desk.ShareReply}))
	must[desk.Conversation](t)(h.desk.Reply(t.Context(), ana, c.ID, 0, answer("o")))
	in := h.sent()[0]
	if err := h.desk.Unsent(t.Context(), in, "the limit is reached"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.desk.Rewrite(t.Context(), olga, c.ID, in.ID); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("a guest reads Ana's text: %v", err)
	}
	h.clock.pass(time.Minute)
	got := h.own(c.Thread, "")
	if o, ok := got.Unsent(); ok {
		t.Errorf("the team has answered, and it still asks: %+v", o)
	}
}

// Who moved the status after the reply keeps it.
func TestUnsendLeavesLaterMoves(t *testing.T) {
	h := newHouse(t).undoable()
	c := h.receive("", desk.Person, "Refund")
	r := must[desk.Conversation](t)(h.desk.Reply(t.Context(), ana, c.ID, 0, answer("o")))
	must[desk.Conversation](t)(h.desk.SetStatus(t.Context(), mia, c.ID, 0, desk.Closed))
	got, _, err := h.desk.Unsend(t.Context(), ana, c.ID, r.Outgoing[0].Intent)
	if err != nil || got.Status != desk.Closed {
		t.Errorf("%s, %v; want Mia's closing to stay", got.Status, err)
	}
}

func TestUnsendRefused(t *testing.T) {
	h := newHouse(t).undoable()
	c := h.receive("", desk.Person, "Refund")
	other := h.receive("", desk.Person, "Other")
	r := must[desk.Conversation](t)(h.desk.Reply(t.Context(), ana, c.ID, 0, answer("o")))
	id := r.Outgoing[0].Intent
	for name, tc := range map[string]struct {
		by   desk.Email
		c    desk.ConversationID
		id   desk.IntentID
		kind error
	}{
		"by a stranger":           {eve, c.ID, id, desk.ErrNotFound},
		"by another agent":        {ben, c.ID, id, desk.ErrForbidden},
		"of another conversation": {ana, other.ID, id, desk.ErrNotFound},
		"of nothing":              {ana, c.ID, "nothing", desk.ErrNotFound},
	} {
		if _, _, err := h.desk.Unsend(t.Context(), tc.by, tc.c, tc.id); !errors.Is(err, tc.kind) {
			t.Errorf("%s: %v, want %v", name, err, tc.kind)
		}
	}
	must[desk.Intent](t)(h.store.Draft(t.Context(), id, "d1"))
	if _, _, err := h.desk.Unsend(t.Context(), ana, c.ID, id); !errors.Is(err, desk.ErrInvalid) || !strings.Contains(err.Error(), "too late") {
		t.Errorf("drafted: %v, want that it is too late", err)
	}
	h.own(c.Thread, id)
	if _, _, err := h.desk.Unsend(t.Context(), mia, c.ID, id); !strings.Contains(err.Error(), "too late") {
		t.Errorf("sent: %v, want that it is too late", err)
	}
	if now := h.record(c.ID); now.Status != desk.WaitingCustomer || now.Outgoing[0].State != desk.Sent {
		t.Errorf("%s, %+v: a refused undo changed something", now.Status, now.Outgoing)
	}
}

func TestManagersMayUnsend(t *testing.T) {
	h := newHouse(t).undoable()
	c := h.receive("", desk.Person, "Refund")
	r := must[desk.Conversation](t)(h.desk.Reply(t.Context(), ana, c.ID, 0, answer("o")))
	got, _, err := h.desk.Unsend(t.Context(), mia, c.ID, r.Outgoing[0].Intent)
	if err != nil || got.Status != desk.Open {
		t.Errorf("%s, %v", got.Status, err)
	}
}

// Sending and taking back race: either it is sent and stays so, or it is taken
// back and nothing is drafted.
func TestUnsendAgainstSending(t *testing.T) {
	h := newHouse(t).undoable()
	undone, sent := 0, 0
	for range 20 {
		c := h.receive("", desk.Person, "Refund")
		r := must[desk.Conversation](t)(h.desk.Reply(t.Context(), ana, c.ID, 0, answer("o")))
		id := r.Outgoing[0].Intent
		var racers sync.WaitGroup
		var drafted desk.Intent
		var undo error
		racers.Go(func() { drafted, _ = h.store.Draft(t.Context(), id, "d") })
		racers.Go(func() { _, _, undo = h.desk.Unsend(t.Context(), ana, c.ID, id) })
		racers.Wait()
		now := h.record(c.ID)
		switch {
		case undo == nil && drafted.Draft == "" && now.Status == desk.Open:
			undone++
		case undo != nil && drafted.Draft == "d" && now.Status == desk.WaitingCustomer && len(now.Sending()) == 1:
			sent++
		default:
			t.Errorf("undo %v, draft %q, %s", undo, drafted.Draft, now.Status)
		}
	}
	if undone+sent != 20 {
		t.Errorf("%d undone and %d sent of 20", undone, sent)
	}
}

func TestUnsent(t *testing.T) {
	for _, was := range []desk.Status{desk.Open, desk.Closed} {
		for _, then := range []desk.Then{desk.ThenKeep, desk.ThenWait, desk.ThenClose} {
			h := newHouse(t)
			c := h.receive("", desk.Person, "Refund")
			must[desk.Conversation](t)(h.desk.SetStatus(t.Context(), mia, c.ID, 0, was))
			a := answer("o")
			a.Then = then
			must[desk.Conversation](t)(h.desk.Reply(t.Context(), ana, c.ID, 0, a))
			in := h.sent()[0]
			for range 2 {
				if err := h.desk.Unsent(t.Context(), in, "the limit is reached"); err != nil {
					t.Fatal(err)
				}
			}
			got := h.record(c.ID)
			o, ok := got.Unsent()
			if !ok || o.Why != "the limit is reached" || got.Status != desk.Open {
				t.Errorf("%s then %s: %s, %+v", was, then, got.Status, o)
			}
			n := 0
			for _, ev := range got.Recent {
				if ev.Kind == desk.EventUnsent && ev.Who == ana {
					n++
				}
			}
			if n != 1 {
				t.Errorf("%s then %s: told %d times, want once", was, then, n)
			}
			if was == desk.Open && (got.EpisodeCount != 1 || !got.Episode().ClosedAt.IsZero() || got.Unanswered.IsZero()) {
				t.Errorf("%s then %s: episode %+v of %d, unanswered %v; want the first one to run on", was, then, got.Episode(), got.EpisodeCount, got.Unanswered)
			}
			if _, _, err := h.desk.Rewrite(t.Context(), eve, c.ID, in.ID); !errors.Is(err, desk.ErrNotFound) {
				t.Errorf("a stranger reads the text: %v", err)
			}
			_, text, err := h.desk.Rewrite(t.Context(), ben, c.ID, in.ID)
			if err != nil || text.Text != a.Text || text.Again != in.ID {
				t.Errorf("%s then %s: %+v, %v", was, then, text, err)
			}
			text.Once = "again"
			got = must[desk.Conversation](t)(h.desk.Reply(t.Context(), ben, c.ID, 0, text))
			if _, ok := got.Unsent(); ok || got.Outgoing[0].State != desk.Replaced {
				t.Errorf("%s then %s: written again, it still asks: %+v", was, then, got.Outgoing)
			}
		}
	}
}

// A mail that was given up and then found to be sent counts as sent.
func TestUnsentAndSentAfterAll(t *testing.T) {
	h := newHouse(t)
	c := h.receive("", desk.Person, "Refund")
	must[desk.Conversation](t)(h.desk.Reply(t.Context(), ana, c.ID, 0, answer("o")))
	in := h.sent()[0]
	if err := h.desk.Unsent(t.Context(), in, "nobody knows"); err != nil {
		t.Fatal(err)
	}
	got := h.own(c.Thread, in.ID)
	if _, ok := got.Unsent(); ok || got.Status != desk.WaitingCustomer || got.Outgoing[0].State != desk.Sent {
		t.Errorf("%s, %+v", got.Status, got.Outgoing)
	}
	if err := h.desk.Unsent(t.Context(), in, "nobody knows"); err != nil || h.record(c.ID).Outgoing[0].State != desk.Sent {
		t.Errorf("what was sent is said to be unsent again (%v)", err)
	}
}
