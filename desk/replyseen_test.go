package desk_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"baton/desk"
)

// Of two who answer from the same card at once, one is sent and the other is
// shown it.
func TestTwoAnswerAtOnce(t *testing.T) {
	h := newHouse(t).undoable()
	for range 10 {
		c := h.receive("", desk.Person, "Refund")
		before := len(h.sent())
		errs := make(map[desk.Email]error)
		var mu sync.Mutex
		var racers sync.WaitGroup
		for _, by := range []desk.Email{ana, ben, mia} {
			racers.Go(func() {
				_, err := h.desk.Reply(context.Background(), by, c.ID, c.Version, answer("o"))
				mu.Lock()
				defer mu.Unlock()
				errs[by] = err
			})
		}
		racers.Wait()
		stopped := 0
		for by, err := range errs {
			var conflict *desk.Conflict
			switch {
			case err == nil:
			case errors.As(err, &conflict) && conflict.Aspect == desk.Talk && len(conflict.Came) == 1 && conflict.Came[0].Kind == desk.EventAnswered:
				stopped++
			default:
				t.Errorf("%s: %v", by, err)
			}
		}
		if n := len(h.sent()) - before; n != 1 || stopped != 2 {
			t.Errorf("%d mails and %d stopped, want 1 and 2", n, stopped)
		}
	}
}

// A press that comes twice at the same moment sends one mail.
func TestOnePressTwiceAtOnce(t *testing.T) {
	h := newHouse(t)
	for range 10 {
		c := h.receive("", desk.Person, "Refund")
		before := len(h.sent())
		var racers sync.WaitGroup
		for range 4 {
			racers.Go(func() {
				if _, err := h.desk.Reply(context.Background(), ana, c.ID, c.Version, answer("o")); err != nil {
					t.Error(err)
				}
			})
		}
		racers.Wait()
		if n := len(h.sent()) - before; n != 1 {
			t.Errorf("%d mails, want one", n)
		}
	}
}

// A reply is stopped exactly when somebody else said something after the
// version that its writer had seen, however much else happened: never through
// words of one's own or other changes, as long as the record reaches back.
func TestReplyIsStoppedForWhatOthersSaid(t *testing.T) {
	h := newHouse(t).undoable()
	stopped, let := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		ctx := context.Background()
		c := h.receive("", desk.Person, "Refund")
		version, said := c.Version, c.Version // the last version in which somebody but Ana spoke
		others := func(err error) {
			if err != nil {
				rt.Fatal(err)
			}
			version++
			said = version
		}
		mine := func(err error) {
			if err != nil {
				rt.Fatal(err)
			}
			version++
		}
		undo := func() {
			was := said
			r, err := h.desk.Reply(ctx, ben, c.ID, 0, answer(""))
			others(err)
			_, _, err = h.desk.Unsend(ctx, ben, c.ID, r.Outgoing[len(r.Outgoing)-1].Intent)
			mine(err)
			said = was
		}
		steps := []func(){
			func() { _, err := h.desk.AddNote(ctx, ben, c.ID, "", "a note"); others(err) },
			func() { _, err := h.desk.AddNote(ctx, ana, c.ID, "", "a note"); mine(err) },
			func() { _, err := h.desk.AddTag(ctx, ben, c.ID, fmt.Sprint("t", version)); mine(err) },
			func() {
				_, err := h.desk.Give(ctx, mia, c.ID, 0, desk.Give{To: ben, Why: fmt.Sprint(version)})
				mine(err)
			},
			func() { h.receive(c.Thread, desk.AutoReply, "Away"); mine(nil) },
			func() { h.clock.pass(time.Minute); h.receive(c.Thread, desk.Person, "Re: Refund"); others(nil) },
			func() { h.own(c.Thread, ""); others(nil) },
			undo,
		}
		for range rapid.IntRange(0, 5).Draw(rt, "before") {
			steps[rapid.IntRange(0, len(steps)-1).Draw(rt, "step")]()
		}
		now := h.record(c.ID)
		if now.Version != version {
			rt.Fatalf("version %d, counted %d", now.Version, version)
		}
		seen := rapid.Int64Range(1, version).Draw(rt, "seen")
		_, err := h.desk.Reply(ctx, ana, c.ID, seen, answer("mine"))
		reaches := len(now.Recent) < desk.KeptEvents || now.Recent[0].Version <= seen+1
		switch want := said > seen; {
		case want && !errors.Is(err, desk.ErrConflict):
			rt.Fatalf("seen %d of %d, somebody spoke in %d, and it was sent (%v)", seen, version, said, err)
		case !want && reaches && err != nil:
			rt.Fatalf("seen %d of %d, nobody else spoke after %d, and it was stopped: %v", seen, version, said, err)
		case want:
			stopped++
		default:
			let++
		}
	})
	if stopped < 10 || let < 10 {
		t.Errorf("%d stopped, %d let through: this test tests little", stopped, let)
	}
}

// When too much happened for the record to tell what, a reply is stopped and
// says so, unless nobody said anything at all.
func TestReplyAfterMuch(t *testing.T) {
	h := newHouse(t)
	c := h.receive("", desk.Person, "Refund")
	must[desk.Conversation](t)(h.desk.AddNote(t.Context(), ben, c.ID, "n", "Wait"))
	for i := range desk.KeptEvents + 1 {
		must[desk.Conversation](t)(h.desk.AddTag(t.Context(), mia, c.ID, fmt.Sprint("t", i)))
	}
	_, err := h.desk.Reply(t.Context(), ana, c.ID, c.Version, answer("o"))
	var conflict *desk.Conflict
	if !errors.As(err, &conflict) || conflict.Aspect != desk.Talk || len(conflict.Came) != 0 {
		t.Errorf("%v, want a conflict without lines", err)
	}
	if _, err := h.desk.Reply(t.Context(), ana, c.ID, c.Version+1, answer("o")); err != nil {
		t.Errorf("the note was seen, only tags came: %v", err)
	}
	a := answer("anyway")
	a.Anyway = true
	must[desk.Conversation](t)(h.desk.Reply(t.Context(), ben, c.ID, 1, a))
}
