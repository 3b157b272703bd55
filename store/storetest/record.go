package storetest

import (
	"testing"

	"baton/desk"
)

func testIntentStays(t *testing.T, s desk.Store) {
	first := intent(1, record(1).ID)
	put(t, s, record(1), desk.Change{Intents: []desk.Intent{first}})
	second := first
	second.Interactive, second.CreatedAt = true, at(9)
	c := update(t, s, record(1).ID, func(*desk.Conversation) desk.Change { return desk.Change{Intents: []desk.Intent{second}} })
	if c.Version != 2 {
		t.Errorf("version: got %d, want 2: the change itself is written", c.Version)
	}
	got, err := s.Intent(t.Context(), first.ID)
	noErr(t, "intent", err)
	same(t, "intent", got, first)
}

func testVersions(t *testing.T, s desk.Store) {
	id := record(1).ID
	var seen desk.Conversation
	c := update(t, s, id, func(c *desk.Conversation) desk.Change {
		seen = *c
		c.Mailbox, c.Status = support, desk.Open
		return desk.Change{}
	})
	same(t, "record before the first change", seen, desk.Conversation{ID: id})
	if c.Version != 1 {
		t.Errorf("first version: got %d, want 1", c.Version)
	}
	for want := int64(2); want < 5; want++ {
		c = update(t, s, id, func(now *desk.Conversation) desk.Change {
			same(t, "record before", *now, c)
			return desk.Change{}
		})
		if c.Version != want {
			t.Errorf("version: got %d, want %d", c.Version, want)
		}
		same(t, "stored", read(t, s, id), c)
	}
}

func testIdentity(t *testing.T, s desk.Store) {
	id := record(1).ID
	c := update(t, s, id, func(c *desk.Conversation) desk.Change {
		*c = record(2)
		c.Version = 41
		return desk.Change{}
	})
	if c.ID != id || c.Version != 1 {
		t.Errorf("got id %s version %d, want %s version 1: fn may not rename", c.ID, c.Version, id)
	}
	same(t, "stored", read(t, s, id), c)
}

func testEverything(t *testing.T, s desk.Store) {
	ctx := t.Context()
	full := fullRecord()
	id := full.ID
	note := full.Notes[0]
	in := desk.Intent{
		ID: "i", Kind: desk.IntentLabels, State: desk.IntentPending, Mailbox: support, Conversation: id, Message: "m",
		LabelsRev: 3, Draft: "d", Interactive: true, CreatedAt: at(1), NotBefore: at(2), Attempts: 4, Reason: "why",
	}
	event := desk.Event{Seq: 1, At: at(1), Kind: desk.EventGiven, By: ana, Who: bo, From: "x", To: "y", Why: "z", Due: at(9), Version: 1}
	mention := desk.Mention{Person: ana, Conversation: id, Note: note.ID, Mailbox: support, By: bo, At: at(3)}
	l := line(5)
	l.RFC, l.Reason, l.Size = "a@b", "a person", 1234
	got := put(t, s, full, desk.Change{
		Events: []desk.Event{event}, Intents: []desk.Intent{in}, Ledger: []desk.LedgerLine{l},
		Handles: []desk.Handle{"h"}, Notes: []desk.Note{note}, Mentions: []desk.Mention{mention},
		Turns: []desk.Turn{{Team: "Front", Member: ana, At: at(4)}},
	})
	full.Version = 1
	same(t, "returned", got, full)
	same(t, "record", read(t, s, id), full)
	gotIntent, err := s.Intent(ctx, in.ID)
	noErr(t, "intent", err)
	same(t, "intent", gotIntent, in)
	events, _, err := s.Events(ctx, id, desk.Page{Limit: 5})
	noErr(t, "events", err)
	same(t, "events", events, []desk.Event{event})
	gotLine, err := s.Line(ctx, support, l.Message)
	noErr(t, "line", err)
	same(t, "line", gotLine, l)
	gotNote, err := s.Note(ctx, id, note.ID)
	noErr(t, "note", err)
	same(t, "note", gotNote, note)
	mentions, _, err := s.MentionsOf(ctx, ana, desk.Page{Limit: 5})
	noErr(t, "mentions", err)
	same(t, "mentions", mentions, []desk.MentionRow{{Mention: mention, Row: rowOf(full)}})
	ids, err := s.Resolve(ctx, "h")
	noErr(t, "resolve", err)
	same(t, "resolve", ids, []desk.ConversationID{id})
}

// fullRecord has something in every field.
func fullRecord() desk.Conversation {
	c := record(3)
	c.Priority, c.Tags, c.Assignee, c.Team = desk.High, []string{"refund", "vip"}, ana, "Front"
	c.Delegation = &desk.Delegation{By: bo, To: ana, At: at(4), Why: "knows it", Due: at(90)}
	c.Route = desk.Route{Rules: []string{"Refunds"}, Reason: "rule Refunds matched", At: at(3), Policy: "p1"}
	c.Episodes = []desk.Episode{
		{Number: 1, OpenedAt: at(1), ClosedAt: at(2), ClosedBy: bo, RepliedAt: at(2), ReplyDue: at(5)},
		{Number: 2, OpenedAt: at(3), ReplyDue: at(60), Reopened: "wrote again"},
	}
	c.EpisodeCount, c.InboundAt, c.OutboundAt, c.Unanswered = 2, at(3), at(2), at(3)
	c.LastRFC, c.NoteCount, c.EventSeq, c.LabelsRev, c.Worn = "a@b", 1, 1, 3, []string{"Baton/Open"}
	c.Notes = []desk.Note{{
		ID: "n1", By: ana, At: at(2), Text: "call them", Mentions: []desk.Email{bo}, EditedAt: at(4),
		Earlier: []desk.NoteVersion{{Text: "write them", At: at(2)}},
	}}
	c.Shares = []desk.Share{{
		ID: "s1", To: "guest@example.com", Role: desk.ShareComment, By: ana, At: at(4), Until: at(900), Why: "to advise",
		StoppedAt: at(6), StoppedBy: bo, ReadAt: at(5), Reads: 2,
	}}
	c.Recent = []desk.Event{{Seq: 1, At: at(1), Kind: desk.EventGiven, By: ana, Who: bo, Version: 1}}
	c.Marks = map[desk.Aspect]desk.Mark{desk.Assignment: {Version: 1, By: bo, At: at(4)}}
	return c
}

func testOwnership(t *testing.T, s desk.Store) {
	full := fullRecord()
	put(t, s, full, desk.Change{})
	first := read(t, s, full.ID)
	first.Tags[0], first.Notes[0].Text, first.Delegation.Why = "x", "x", "x"
	first.Marks[desk.Assignment] = desk.Mark{}
	full.Version = 1
	same(t, "second read", read(t, s, full.ID), full)
	got := update(t, s, full.ID, func(c *desk.Conversation) desk.Change { return desk.Change{} })
	got.Tags[0], got.Episodes[0].Number = "x", 9
	full.Version = 2
	same(t, "read after update", read(t, s, full.ID), full)
}

// rowOf is a record as lists must show it.
func rowOf(c desk.Conversation) desk.Row {
	return desk.Row{
		ID: c.ID, Mailbox: c.Mailbox, Thread: c.Thread, LastID: c.LastID, Subject: c.Subject, Customer: c.Customer,
		Status: c.Status, Priority: c.Priority, Assignee: c.Assignee, Team: c.Team, Due: c.Due(), LastAt: c.LastAt, Since: c.Since(),
	}
}
