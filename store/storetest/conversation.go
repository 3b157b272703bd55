package storetest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"baton/desk"
)

var conversationTests = []test{
	{"missing", testMissing},
	{"error of fn", testErrorOfFn},
	{"nothing", testNothing},
	{"cancelled", testCancelled},
	{"too large", testTooLarge},
	{"panic", testPanic},
	{"taken ledger line fails all", testTakenLine},
	{"intent stays", testIntentStays},
	{"first and next version", testVersions},
	{"identity is kept", testIdentity},
	{"everything arrives", testEverything},
	{"returned values are the caller's", testOwnership},
}

func testMissing(t *testing.T, s desk.Store) {
	ctx := t.Context()
	_, err := s.Conversation(ctx, "none")
	wantErr(t, "conversation", err, desk.ErrNotFound)
	_, err = s.Note(ctx, "none", "n")
	wantErr(t, "note of no record", err, desk.ErrNotFound)
	put(t, s, record(1), desk.Change{})
	_, err = s.Note(ctx, record(1).ID, "n")
	wantErr(t, "note", err, desk.ErrNotFound)
	_, err = s.Line(ctx, support, message(1))
	wantErr(t, "line", err, desk.ErrNotFound)
	_, err = s.Intent(ctx, "none")
	wantErr(t, "intent", err, desk.ErrNotFound)
	_, err = s.CurrentPolicy(ctx)
	wantErr(t, "current policy", err, desk.ErrNotFound)
	_, err = s.PolicyVersion(ctx, "none")
	wantErr(t, "policy version", err, desk.ErrNotFound)

	events, next, err := s.Events(ctx, "none", desk.Page{Limit: 10})
	if len(events) != 0 || next != "" || err != nil {
		t.Errorf("events of no record: got %v, %q, %v; want none", events, next, err)
	}
	ids, err := s.Resolve(ctx, "rfc:none")
	if len(ids) != 0 || err != nil {
		t.Errorf("resolve: got %v, %v; want none", ids, err)
	}
}

func testErrorOfFn(t *testing.T, s desk.Store) {
	before := put(t, s, record(1), desk.Change{})
	mine := &desk.Conflict{Aspect: desk.Assignment, By: ana}
	_, err := s.Update(t.Context(), before.ID, func(c *desk.Conversation) (desk.Change, error) {
		c.Subject = "changed"
		return desk.Change{Ledger: []desk.LedgerLine{line(1)}, Handles: []desk.Handle{"h"}}, mine
	})
	if err != error(mine) {
		t.Errorf("got error %#v, want the one that fn gave", err)
	}
	same(t, "record", read(t, s, before.ID), before)
	_, err = s.Line(t.Context(), support, message(1))
	wantErr(t, "line", err, desk.ErrNotFound)

	_, err = s.Update(t.Context(), "new", func(c *desk.Conversation) (desk.Change, error) { return desk.Change{}, mine })
	wantErr(t, "update of no record", err, mine)
	_, err = s.Conversation(t.Context(), "new")
	wantErr(t, "record after an error", err, desk.ErrNotFound)
}

func testNothing(t *testing.T, s desk.Store) {
	before := put(t, s, record(1), desk.Change{})
	got := update(t, s, before.ID, func(c *desk.Conversation) desk.Change {
		c.Subject = "changed"
		return desk.Change{Nothing: true, Handles: []desk.Handle{"h"}}
	})
	same(t, "returned", got, before)
	same(t, "stored", read(t, s, before.ID), before)
	ids, err := s.Resolve(t.Context(), "h")
	if len(ids) != 0 || err != nil {
		t.Errorf("handle of an empty change: got %v, %v", ids, err)
	}
	got = update(t, s, "new", func(c *desk.Conversation) desk.Change { return desk.Change{Nothing: true} })
	same(t, "no record", got, desk.Conversation{ID: "new"})
	_, err = s.Conversation(t.Context(), "new")
	wantErr(t, "record after nothing", err, desk.ErrNotFound)
}

func testCancelled(t *testing.T, s desk.Store) {
	before := put(t, s, record(1), desk.Change{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Update(ctx, before.ID, func(c *desk.Conversation) (desk.Change, error) {
		c.Subject = "changed"
		return desk.Change{}, nil
	})
	wantErr(t, "update", err, context.Canceled)
	_, err = s.Conversation(ctx, before.ID)
	wantErr(t, "conversation", err, context.Canceled)
	wantErr(t, "record", s.Record(ctx, line(1)), context.Canceled)
	_, err = s.Claim(ctx, "w", at(0), at(1), 1)
	wantErr(t, "claim", err, context.Canceled)
	_, err = s.SetMailboxState(ctx, support, func(m *desk.MailboxState) { m.Cursor = 7 })
	wantErr(t, "mailbox state", err, context.Canceled)
	_, _, err = s.List(ctx, desk.Query{List: desk.ListQueue, Mailboxes: []desk.Mailbox{support}}, desk.Page{Limit: 1})
	wantErr(t, "list", err, context.Canceled)

	// A context that ends while fn computes.
	ctx, cancel = context.WithCancel(t.Context())
	_, err = s.Update(ctx, before.ID, func(c *desk.Conversation) (desk.Change, error) {
		cancel()
		c.Subject = "changed"
		return desk.Change{}, nil
	})
	wantErr(t, "update cancelled on the way", err, context.Canceled)
	same(t, "record", read(t, s, before.ID), before)
}

func testTooLarge(t *testing.T, s desk.Store) {
	before := put(t, s, record(1), desk.Change{})
	huge := strings.Repeat("x", 3<<20)
	_, err := s.Update(t.Context(), before.ID, func(c *desk.Conversation) (desk.Change, error) {
		c.Subject = huge
		return desk.Change{Ledger: []desk.LedgerLine{line(1)}}, nil
	})
	wantErr(t, "record", err, desk.ErrTooLarge)
	_, err = s.Update(t.Context(), before.ID, func(c *desk.Conversation) (desk.Change, error) {
		c.Subject = "changed"
		return desk.Change{Ledger: []desk.LedgerLine{line(1)}, Notes: []desk.Note{{ID: "n", Text: huge}}}, nil
	})
	wantErr(t, "note", err, desk.ErrTooLarge)
	same(t, "record after", read(t, s, before.ID), before)
	_, err = s.Line(t.Context(), support, message(1))
	wantErr(t, "line after", err, desk.ErrNotFound)
	wantErr(t, "policy", s.SavePolicy(t.Context(), desk.PolicyText{Version: "1", Text: []byte(huge)}), desk.ErrTooLarge)
}

func testPanic(t *testing.T, s desk.Store) {
	before := put(t, s, record(1), desk.Change{})
	_, err := s.Update(t.Context(), before.ID, func(c *desk.Conversation) (desk.Change, error) { panic("on purpose") })
	if err == nil || !strings.Contains(err.Error(), "on purpose") {
		t.Errorf("panic in fn: got error %v, want one that names it", err)
	}
	_, err = s.SetMailboxState(t.Context(), support, func(*desk.MailboxState) { panic("on purpose") })
	if err == nil || !strings.Contains(err.Error(), "on purpose") {
		t.Errorf("panic in fn of a mailbox: got error %v, want one that names it", err)
	}
	update(t, s, before.ID, func(c *desk.Conversation) desk.Change { c.Subject = "after"; return desk.Change{} })
}

func testTakenLine(t *testing.T, s desk.Store) {
	ctx := t.Context()
	noErr(t, "record", s.Record(ctx, line(7)))
	before := put(t, s, record(1), desk.Change{})
	change := desk.Change{
		Events:   []desk.Event{{Seq: 1, At: at(1), Kind: desk.EventReceived}},
		Intents:  []desk.Intent{intent(1, before.ID)},
		Ledger:   []desk.LedgerLine{line(8), line(7)},
		Handles:  []desk.Handle{"h"},
		Notes:    []desk.Note{{ID: "n", At: at(1)}},
		Mentions: []desk.Mention{{Person: ana, Conversation: before.ID, Note: "n", At: at(1)}},
		Turns:    []desk.Turn{{Team: "Front", Member: ana, At: at(1)}},
	}
	for _, id := range []desk.ConversationID{before.ID, "new"} {
		_, err := s.Update(ctx, id, func(c *desk.Conversation) (desk.Change, error) {
			c.Mailbox, c.Subject = support, "changed"
			return change, nil
		})
		wantErr(t, "update", err, desk.ErrExists)
	}
	same(t, "record", read(t, s, before.ID), before)
	_, err := s.Conversation(ctx, "new")
	wantErr(t, "new record", err, desk.ErrNotFound)
	_, err = s.Line(ctx, support, message(8))
	wantErr(t, "the other line", err, desk.ErrNotFound)
	_, err = s.Intent(ctx, change.Intents[0].ID)
	wantErr(t, "intent", err, desk.ErrNotFound)
	_, err = s.Note(ctx, before.ID, "n")
	wantErr(t, "note", err, desk.ErrNotFound)
	events, _, err := s.Events(ctx, before.ID, desk.Page{Limit: 10})
	ids, err2 := s.Resolve(ctx, "h")
	mentions, _, err3 := s.MentionsOf(ctx, ana, desk.Page{Limit: 10})
	turns, err4 := s.Turns(ctx, "Front")
	noErr(t, "reads", errors.Join(err, err2, err3, err4))
	if len(events)+len(ids)+len(mentions)+len(turns) != 0 {
		t.Errorf("left over: events %v, handles %v, mentions %v, turns %v", events, ids, mentions, turns)
	}
	verdicts, err := s.Verdicts(ctx, support)
	noErr(t, "verdicts", err)
	same(t, "verdicts", verdicts, map[desk.Verdict]int{desk.Person: 1})
}
