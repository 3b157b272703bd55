package storetest

import (
	"fmt"
	"testing"

	"baton/desk"
)

var historyTests = []test{
	{"bad pages", testBadPages},
	{"events newest first", testEvents},
	{"events while more come", testEventsGrow},
	{"notes", testNotes},
}

func testBadPages(t *testing.T, s desk.Store) {
	put(t, s, record(1), desk.Change{})
	boxes := []desk.Mailbox{support}
	for _, page := range []desk.Page{{}, {Limit: -1}, {Limit: 101}, {Limit: 10, After: "never given"}} {
		_, _, err := s.Events(t.Context(), record(1).ID, page)
		wantErr(t, fmt.Sprintf("events, page %+v", page), err, desk.ErrInvalid)
		_, _, err = s.List(t.Context(), desk.Query{List: desk.ListQueue, Mailboxes: boxes}, page)
		wantErr(t, fmt.Sprintf("list, page %+v", page), err, desk.ErrInvalid)
	}
	_, _, err := s.List(t.Context(), desk.Query{List: "none", Mailboxes: boxes}, desk.Page{Limit: 1})
	wantErr(t, "unknown list", err, desk.ErrInvalid)
	_, err = s.Count(t.Context(), desk.Query{List: "none", Mailboxes: boxes}, 1)
	wantErr(t, "count of an unknown list", err, desk.ErrInvalid)
}

func addEvents(t *testing.T, s desk.Store, n int) {
	t.Helper()
	update(t, s, record(1).ID, func(c *desk.Conversation) desk.Change {
		var change desk.Change
		c.Mailbox = support
		for range n {
			c.EventSeq++
			change.Events = append(change.Events, desk.Event{Seq: c.EventSeq, At: at(int(c.EventSeq)), Kind: desk.EventTagged})
		}
		return change
	})
}

func sequences(events []desk.Event) []int64 {
	var seqs []int64
	for _, e := range events {
		seqs = append(seqs, e.Seq)
	}
	return seqs
}

func down(from, to int64) []int64 {
	var out []int64
	for ; from >= to; from-- {
		out = append(out, from)
	}
	return out
}

func testEvents(t *testing.T, s desk.Store) {
	put(t, s, record(2), desk.Change{Events: []desk.Event{{Seq: 3, At: at(3)}}})
	addEvents(t, s, 20)
	addEvents(t, s, 3)
	for _, limit := range []int{1, 5, 22, 23, 24, 100} {
		events := walk(t, limit, func(p desk.Page) ([]desk.Event, desk.Next, error) {
			return s.Events(t.Context(), record(1).ID, p)
		})
		same(t, fmt.Sprintf("pages of %d", limit), sequences(events), down(23, 1))
	}
}

func testEventsGrow(t *testing.T, s desk.Store) {
	addEvents(t, s, 10)
	first, next, err := s.Events(t.Context(), record(1).ID, desk.Page{Limit: 4})
	noErr(t, "events", err)
	same(t, "first page", sequences(first), down(10, 7))
	addEvents(t, s, 5)
	second, _, err := s.Events(t.Context(), record(1).ID, desk.Page{Limit: 4, After: next})
	noErr(t, "events", err)
	same(t, "second page", sequences(second), down(6, 3))
}

func testNotes(t *testing.T, s desk.Store) {
	id := record(1).ID
	note := func(name string, minute int) desk.Note {
		return desk.Note{ID: desk.NoteID(name), By: ana, At: at(minute), Text: name, Mentions: []desk.Email{bo}}
	}
	put(t, s, record(1), desk.Change{Notes: []desk.Note{note("b", 2), note("a", 2), note("c", 1)}})
	put(t, s, record(2), desk.Change{Notes: []desk.Note{note("other", 9)}})
	edited := note("c", 1)
	edited.Text, edited.EditedAt = "edited", at(5)
	edited.Earlier = []desk.NoteVersion{{Text: "c", At: at(1)}}
	update(t, s, id, func(*desk.Conversation) desk.Change { return desk.Change{Notes: []desk.Note{edited, note("d", 3)}} })
	for _, limit := range []int{1, 2, 4, 10} {
		notes := walk(t, limit, func(p desk.Page) ([]desk.Note, desk.Next, error) { return s.Notes(t.Context(), id, p) })
		same(t, fmt.Sprintf("pages of %d", limit), notes, []desk.Note{note("d", 3), note("a", 2), note("b", 2), edited})
	}
	got, err := s.Note(t.Context(), id, "c")
	noErr(t, "note", err)
	same(t, "edited note", got, edited)
	_, err = s.Note(t.Context(), record(2).ID, "c")
	wantErr(t, "note of another record", err, desk.ErrNotFound)
}
