package desk_test

import (
	"errors"
	"maps"
	"testing"
	"time"

	"baton/desk"
)

// TestUndoSaysWhoActed lets a colleague change the same thing after each
// undoable change: the undo says who, and changes nothing.
func TestUndoSaysWhoActed(t *testing.T) {
	type conv = desk.Conversation
	after := map[desk.EventKind]func(h *house, c conv) (conv, error){
		desk.EventTaken: func(h *house, c conv) (conv, error) {
			return h.desk.Give(h.Context(), mia, c.ID, 0, desk.Give{To: ana})
		},
		desk.EventGiven:    func(h *house, c conv) (conv, error) { return h.desk.Take(h.Context(), mia, c.ID, 0) },
		desk.EventDeclined: func(h *house, c conv) (conv, error) { return h.desk.Take(h.Context(), mia, c.ID, 0) },
		desk.EventReleased: func(h *house, c conv) (conv, error) { return h.desk.Take(h.Context(), ben, c.ID, 0) },
		desk.EventStatus:   func(h *house, c conv) (conv, error) { return h.desk.Reopen(h.Context(), mia, c.ID, 0) },
		desk.EventSnoozed:  func(h *house, c conv) (conv, error) { return h.desk.WakeNow(h.Context(), mia, c.ID, 0) },
		desk.EventWoke:     func(h *house, c conv) (conv, error) { return h.desk.Close(h.Context(), mia, c.ID, 0) },
		desk.EventBounceSeen: func(h *house, c conv) (conv, error) {
			return h.desk.SeeBounce(h.Context(), mia, h.bounced(c.Thread).ID)
		},
		desk.EventReopened: func(h *house, c conv) (conv, error) {
			return h.desk.SetStatus(h.Context(), mia, c.ID, 0, desk.WaitingInternal)
		},
		desk.EventPriority: func(h *house, c conv) (conv, error) {
			return h.desk.SetPriority(h.Context(), mia, c.ID, 0, desk.Normal)
		},
		desk.EventTagged:   func(h *house, c conv) (conv, error) { return h.desk.RemoveTag(h.Context(), mia, c.ID, "refund") },
		desk.EventUntagged: func(h *house, c conv) (conv, error) { return h.desk.AddTag(h.Context(), mia, c.ID, "vip") },
		desk.EventShared: func(h *house, c conv) (conv, error) {
			return h.desk.StopShare(h.Context(), ana, c.ID, c.Shares[len(c.Shares)-1].ID)
		},
		desk.EventTodo: func(h *house, c conv) (conv, error) { return h.desk.DoTodo(h.Context(), mia, c.ID, c.Todos[0].ID) },
		desk.EventShareStopped: func(h *house, c conv) (conv, error) {
			return h.desk.Share(h.Context(), mia, c.ID, desk.Invite{To: olga, Role: desk.ShareReply})
		},
	}
	maps.Copy(after, mergeAfterCases())
	cases := undoCases()
	maps.Copy(cases, mergeUndoCases())
	for kind, play := range cases {
		if after[kind] == nil {
			if how := kind; how != desk.EventNoted && how != desk.EventNoteEdited && how != desk.EventMentionDone && how != desk.EventFollowed && how != desk.EventTodoDone {
				t.Errorf("%s: no case, and it is not one of those that nobody else may change", how)
			}
			continue
		}
		t.Run(string(kind), func(t *testing.T) {
			h := newHouse(t)
			_, by, c := play(h)
			seq := c.EventSeq
			h.clock.pass(time.Minute)
			// What others change beside it is in nobody's way.
			beside := must[conv](t)(h.desk.AddNote(t.Context(), ben, c.ID, "beside", "a note"))
			c = must[conv](t)(after[kind](h, beside))
			last := c.Recent[len(c.Recent)-1]
			_, err := h.desk.Undo(t.Context(), by, c.ID, seq)
			var conflict *desk.Conflict
			if !errors.As(err, &conflict) || conflict.By != last.By || !conflict.At.Equal(last.At) || conflict.Acted == nil || conflict.Acted.Seq != last.Seq {
				t.Fatalf("undo: %v (%+v), want to hear of %s's %s", err, conflict, last.By, last.Kind)
			}
			now := must[conv](t)(h.store.Conversation(t.Context(), c.ID))
			if now.Version != c.Version {
				t.Error("it changed something")
			}
			// When the later change is undone, nothing stands in the way any more.
			must[conv](t)(h.desk.Undo(t.Context(), last.By, c.ID, last.Seq))
			must[conv](t)(h.desk.Undo(t.Context(), by, c.ID, seq))
		})
	}
}

// TestMailStandsInTheWay: nobody closes over a mail by undoing what came before it.
func TestMailStandsInTheWay(t *testing.T) {
	h := newHouse(t)
	c := h.receive("", desk.Person, "S")
	c = must[desk.Conversation](t)(h.desk.SetStatus(t.Context(), ana, c.ID, 0, desk.Closed))
	c = must[desk.Conversation](t)(h.desk.Reopen(t.Context(), ana, c.ID, 0))
	h.clock.pass(time.Minute)
	h.receive(c.Thread, desk.Person, "Re: S")
	_, err := h.desk.Undo(t.Context(), ana, c.ID, c.EventSeq)
	var conflict *desk.Conflict
	if !errors.As(err, &conflict) || conflict.By != "" || conflict.Acted.Kind != desk.EventReceived {
		t.Errorf("undo: %v, want to hear of the mail", err)
	}
}

// TestRulesStandInTheWay: a conversation that was opened anew long after went
// to nobody; undoing who took it before gives it to nobody else.
func TestRulesStandInTheWay(t *testing.T) {
	h := newHouse(t)
	c := h.receive("", desk.Person, "S")
	c = must[desk.Conversation](t)(h.desk.Take(t.Context(), ana, c.ID, 0))
	taken := c.EventSeq
	must[desk.Conversation](t)(h.desk.Close(t.Context(), ana, c.ID, 0))
	h.clock.pass(31 * 24 * time.Hour)
	c = must[desk.Conversation](t)(h.desk.Give(t.Context(), mia, c.ID, 0, desk.Give{To: ben}))
	h.clock.pass(time.Hour)
	h.receive(c.Thread, desk.Person, "Re: S")
	_, err := h.desk.Undo(t.Context(), mia, c.ID, c.EventSeq)
	var conflict *desk.Conflict
	if !errors.As(err, &conflict) || conflict.Acted.Kind != desk.EventReopened {
		t.Errorf("undo: %v, want to hear that it was opened anew", err)
	}
	if _, err := h.desk.Undo(t.Context(), ana, c.ID, taken); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("undo after 31 days: %v, want it refused", err)
	}
}

// TestWhoMayUndo is the matrix of people and of whose change it was.
func TestWhoMayUndo(t *testing.T) {
	people := []desk.Email{ana, ben, mia, adam, olga, "late@acme.test", eve, ""}
	for _, tc := range []struct {
		kind desk.EventKind
		want map[desk.Email]error // nil = may; others ErrNotFound
	}{
		{desk.EventPriority, map[desk.Email]error{ana: nil, ben: desk.ErrForbidden, mia: nil, adam: nil, olga: desk.ErrForbidden}},
		{desk.EventNoteEdited, map[desk.Email]error{ana: nil, ben: desk.ErrForbidden, mia: desk.ErrForbidden, adam: desk.ErrForbidden, olga: desk.ErrForbidden}},
		{desk.EventMentionDone, map[desk.Email]error{ana: desk.ErrForbidden, ben: nil, mia: desk.ErrForbidden, adam: desk.ErrForbidden, olga: desk.ErrForbidden}},
	} {
		for _, who := range people {
			h := newHouse(t)
			_, _, c := undoCases()[tc.kind](h)
			want, sees := tc.want[who]
			if !sees {
				want = desk.ErrNotFound
			}
			_, err := h.desk.Undo(t.Context(), who, c.ID, c.EventSeq)
			if !errors.Is(err, want) || want == nil && err != nil {
				t.Errorf("%s undoes %s: %v, want %v", who, tc.kind, err, want)
			}
			_, unknown := h.desk.Undo(t.Context(), who, c.ID, 99)
			if !errors.Is(unknown, desk.ErrNotFound) {
				t.Errorf("%s undoes what never was: %v", who, unknown)
			}
		}
	}
}

// TestUndoLongAfter undoes a change that the record itself does not carry any
// more, and finds who acted since in the history.
func TestUndoLongAfter(t *testing.T) {
	h := newHouse(t)
	c := h.receive("", desk.Person, "S")
	do := must[desk.Conversation](t)
	c = do(h.desk.Take(t.Context(), ana, c.ID, 0))
	c = do(h.desk.SetPriority(t.Context(), ana, c.ID, 0, desk.High))
	c = do(h.desk.SetPriority(t.Context(), ben, c.ID, 0, desk.Normal))
	for i := range 250 {
		c = do(h.desk.AddNote(t.Context(), ben, c.ID, "", string(rune('a'+i%26))))
	}
	if c.Recent[0].Seq < 5 {
		t.Fatal("the record still carries the change")
	}
	_, err := h.desk.Undo(t.Context(), ana, c.ID, 3)
	var conflict *desk.Conflict
	if !errors.As(err, &conflict) || conflict.By != ben {
		t.Errorf("undo: %v, want to hear of ben", err)
	}
	before := h.store.Costs()
	if c = do(h.desk.Undo(t.Context(), ana, c.ID, 2)); c.Assignee != "" {
		t.Errorf("%s holds it, want nobody", c.Assignee)
	}
	if after := h.store.Costs(); after.Commits != before.Commits+1 {
		t.Errorf("%d commits, want 1", after.Commits-before.Commits)
	}
}

func TestUndoWhatCannotComeBack(t *testing.T) {
	h := newHouse(t)
	c := h.receive("", desk.Person, "S")
	do := must[desk.Conversation](t)
	do(h.desk.Give(t.Context(), mia, c.ID, 0, desk.Give{To: ana}))
	given := do(h.desk.Take(t.Context(), ben, c.ID, 0))
	c = do(h.desk.Share(t.Context(), ben, c.ID, desk.Invite{To: olga, Role: desk.ShareView, Until: h.clock.now().Add(time.Hour)}))
	stopped := do(h.desk.StopShare(t.Context(), ben, c.ID, c.Shares[0].ID))
	h.clock.pass(2 * time.Hour)
	if _, err := h.desk.Undo(t.Context(), ben, c.ID, stopped.EventSeq); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("a share that would have ended: %v, want it refused", err)
	}
	p := acme()
	p.Mailboxes[0].Members = []desk.Email{ben, mia}
	h.desk.SetPolicy(p, h.rules)
	if _, err := h.desk.Undo(t.Context(), ben, c.ID, given.EventSeq); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("back to somebody who left: %v, want it refused", err)
	}
}
