package storetest

import (
	"testing"
	"time"

	"baton/desk"
)

var valueTests = []test{
	{"times", testTimes},
	{"empty slices", testEmpty},
	{"strings", testStrings},
	{"large numbers", testNumbers},
}

func testTimes(t *testing.T, s desk.Store) {
	lisbon := time.FixedZone("UTC+5", 5*3600)
	odd := time.Date(2026, 3, 29, 1, 59, 59, 123456789, lisbon)
	want := time.Date(2026, 3, 28, 20, 59, 59, 123456000, time.UTC)
	c := record(1)
	c.LastAt, c.Assignee = odd, ana
	c.Delegation = &desk.Delegation{By: bo, To: ana, At: odd, Due: odd}
	c.Episodes = []desk.Episode{{Number: 1, OpenedAt: odd}}
	c.Marks = map[desk.Aspect]desk.Mark{desk.Progress: {At: odd}}
	in := intent(1, c.ID)
	in.CreatedAt, in.NotBefore = odd, odd
	got := put(t, s, c, desk.Change{
		Events:  []desk.Event{{Seq: 1, At: odd}},
		Intents: []desk.Intent{in},
		Notes:   []desk.Note{{ID: "n", At: odd, Earlier: []desk.NoteVersion{{At: odd}}}},
		Turns:   []desk.Turn{{Team: "Front", Member: ana, At: odd}},
	})
	same(t, "stored record", read(t, s, c.ID), got)
	gotIntent, err := s.Intent(t.Context(), in.ID)
	noErr(t, "intent", err)
	note, err := s.Note(t.Context(), c.ID, "n")
	noErr(t, "note", err)
	turns, err := s.Turns(t.Context(), "Front")
	noErr(t, "turns", err)
	events, _, err := s.Events(t.Context(), c.ID, desk.Page{Limit: 1})
	noErr(t, "events", err)
	rows, _, err := s.List(t.Context(), desk.Query{List: desk.ListMine, Person: ana, Mailboxes: []desk.Mailbox{support}}, desk.Page{Limit: 1})
	noErr(t, "list", err)
	if len(rows) != 1 || len(events) != 1 || len(note.Earlier) != 1 {
		t.Fatalf("got %d rows, %d events, %d earlier notes; want one of each", len(rows), len(events), len(note.Earlier))
	}
	for what, at := range map[string]time.Time{
		"record": got.LastAt, "pointer": got.Delegation.Due, "slice": got.Episodes[0].OpenedAt, "map": got.Marks[desk.Progress].At,
		"intent": gotIntent.NotBefore, "note": note.At, "inner slice": note.Earlier[0].At, "turn": turns[ana], "event": events[0].At,
		"row": rows[0].LastAt, "due in row": rows[0].Due,
	} {
		if at != want {
			t.Errorf("%s: got %v, want %v", what, at, want)
		}
	}
	if !got.Unanswered.IsZero() || !gotIntent.ClaimedUntil.IsZero() {
		t.Errorf("zero times came back as %v and %v", got.Unanswered, gotIntent.ClaimedUntil)
	}
	plain := put(t, s, desk.Conversation{ID: "plain", Mailbox: support, Status: desk.Closed}, desk.Change{})
	rows, _, err = s.List(t.Context(), desk.Query{List: desk.ListStatus, Status: desk.Closed, Mailboxes: []desk.Mailbox{support}}, desk.Page{Limit: 1})
	noErr(t, "list", err)
	same(t, "row without times", rows, []desk.Row{rowOf(plain)})
}

func testEmpty(t *testing.T, s desk.Store) {
	c := record(1)
	c.Tags, c.Notes, c.Shares, c.Worn = []string{}, []desk.Note{}, []desk.Share{}, []string{}
	c.Marks, c.Route.Rules = map[desk.Aspect]desk.Mark{}, []string{}
	got := put(t, s, c, desk.Change{Notes: []desk.Note{{ID: "n", Mentions: []desk.Email{}}}})
	want := record(1)
	want.Version = 1
	same(t, "returned", got, want)
	same(t, "stored", read(t, s, c.ID), want)
	note, err := s.Note(t.Context(), c.ID, "n")
	noErr(t, "note", err)
	same(t, "note", note, desk.Note{ID: "n"})
}

func testStrings(t *testing.T, s desk.Store) {
	for i, text := range []string{
		"a\x00b", "quotes ' \" ` \\ %s", "👩‍👩‍👧 \U0001F600", "\u202eright to left\u202c عربى עברית", "é é", "line\r\nnext\u2028",
		"'; DROP TABLE conversation; --", "<b>&amp;</b>", "\ufeffbom", "null", " ",
	} {
		c := record(i)
		c.Subject, c.Customer.Name, c.Tags, c.Team = text, text, []string{text}, text
		handle := desk.Handle("rfc:" + text)
		got := put(t, s, c, desk.Change{
			Handles: []desk.Handle{handle}, Notes: []desk.Note{{ID: "n", Text: text}},
			Turns: []desk.Turn{{Team: text, Member: ana, At: at(1)}},
		})
		c.Version = 1
		same(t, "returned", got, c)
		same(t, "record", read(t, s, c.ID), c)
		note, err := s.Note(t.Context(), c.ID, "n")
		noErr(t, "note", err)
		same(t, "note", note.Text, text)
		ids, err := s.Resolve(t.Context(), handle)
		noErr(t, "resolve", err)
		same(t, "handle", ids, []desk.ConversationID{c.ID})
		ids, err = s.Resolve(t.Context(), handle[:len(handle)-1])
		noErr(t, "resolve", err)
		same(t, "a shorter handle", len(ids), 0)
		turns, err := s.Turns(t.Context(), text)
		noErr(t, "turns", err)
		same(t, "turns", turns, map[desk.Email]time.Time{ana: at(1)})
		rows, _, err := s.List(t.Context(), desk.Query{List: desk.ListStatus, Status: desk.Open, Mailboxes: []desk.Mailbox{support}}, desk.Page{Limit: 1})
		noErr(t, "list", err)
		same(t, "row", rows, []desk.Row{rowOf(c)})
	}
}

func testNumbers(t *testing.T, s desk.Store) {
	const large = int64(1)<<53 + 1
	c := record(1)
	c.LabelsRev, c.EventSeq = large, large
	put(t, s, c, desk.Change{Events: []desk.Event{{Seq: large, At: at(1)}}})
	c.Version = 1
	same(t, "record", read(t, s, c.ID), c)
	events, _, err := s.Events(t.Context(), c.ID, desk.Page{Limit: 1})
	noErr(t, "events", err)
	same(t, "event", events, []desk.Event{{Seq: large, At: at(1)}})
	st, err := s.SetMailboxState(t.Context(), support, func(m *desk.MailboxState) { m.Cursor = 1<<63 + 3 })
	noErr(t, "mailbox state", err)
	same(t, "cursor", st.Cursor, uint64(1<<63+3))
	st, err = s.MailboxState(t.Context(), support)
	noErr(t, "mailbox state", err)
	same(t, "stored cursor", st.Cursor, uint64(1<<63+3))
}
