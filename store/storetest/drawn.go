package storetest

import (
	"fmt"
	"testing"
	"time"

	"baton/desk"

	"pgregory.net/rapid"
)

// Draw fills a store with values that no desk would make, as long as a store
// takes them, by the contract's own methods. s is empty.
func Draw(t testing.TB, r *rapid.T, s desk.Store) *Filled {
	t.Helper()
	f := &Filled{people: []desk.Email{ana, bo, mia, gus}}
	word := rapid.SampledFrom([]string{"", ".", "a/b", "%", "__x__", "é", "a\x00b", "\U0001F600", "'; --", "null", "x y", "~"})
	person := rapid.SampledFrom(append([]desk.Email{""}, f.people...))
	when := rapid.Map(rapid.Int64Range(-1, 4_000_000), func(n int64) time.Time {
		if n < 0 {
			return time.Time{}
		}
		return base.Add(time.Duration(n) * time.Millisecond)
	})
	box := rapid.SampledFrom([]desk.Mailbox{support, sales, "old@example.com"})
	for i := range rapid.IntRange(1, 8).Draw(r, "records") {
		id := desk.ConversationID(fmt.Sprint(word.Draw(r, "id"), i))
		f.conversations = append(f.conversations, id)
		seq := int64(0)
		for range rapid.IntRange(1, 3).Draw(r, "versions") {
			n := len(f.messages)
			c := desk.Conversation{ID: id, Mailbox: box.Draw(r, "mailbox"), Thread: desk.ThreadID(word.Draw(r, "thread")),
				Subject: word.Draw(r, "subject"), Team: word.Draw(r, "team"), Status: rapid.SampledFrom(desk.Statuses()).Draw(r, "status"),
				Assignee: person.Draw(r, "assignee"), LastAt: when.Draw(r, "last"), OpenedAt: when.Draw(r, "opened"),
				Delegation: &desk.Delegation{Due: when.Draw(r, "due")}, Tags: []string{word.Draw(r, "tag")}, LabelsRev: rapid.Int64().Draw(r, "rev")}
			for k := range rapid.IntRange(0, 3).Draw(r, "shares") {
				c.Shares = append(c.Shares, desk.Share{ID: desk.ShareID(fmt.Sprint(k)), To: person.Draw(r, "guest"),
					At: when.Draw(r, "shared"), Until: when.Draw(r, "until"), StoppedAt: when.Draw(r, "stopped")})
			}
			in := intent(n, id)
			in.ID = desk.IntentID(fmt.Sprint(word.Draw(r, "intent"), n))
			in.State = rapid.SampledFrom([]desk.IntentState{desk.IntentPending, desk.IntentClaimed, desk.IntentDone, desk.IntentParked, desk.IntentCancelled, desk.IntentHeld}).Draw(r, "state")
			in.Holder, in.Interactive, in.NotBefore = word.Draw(r, "holder"), rapid.Bool().Draw(r, "interactive"), when.Draw(r, "not before")
			in.Mail = &desk.Mail{Text: word.Draw(r, "text"), To: []desk.Address{}}
			l := line(n)
			l.Conversation, l.RFC, l.Verdict = id, desk.RFCID(word.Draw(r, "rfc")), rapid.SampledFrom(desk.Verdicts()).Draw(r, "verdict")
			note := desk.Note{ID: desk.NoteID(word.Draw(r, "note")), By: ana, At: when.Draw(r, "noted"), Text: word.Draw(r, "text"), Mentions: []desk.Email{}}
			ch := desk.Change{Intents: []desk.Intent{in}, Ledger: []desk.LedgerLine{l}, Notes: []desk.Note{note},
				Handles:  []desk.Handle{desk.HandleRFC(l.RFC), desk.HandleThread(c.Thread), desk.Handle(fmt.Sprintf("rfc:\xff%d", n%3))},
				Mentions: []desk.Mention{{Person: person.Draw(r, "named"), Conversation: id, Note: note.ID, At: note.At, Done: rapid.Bool().Draw(r, "done")}},
				Turns:    []desk.Turn{{Team: word.Draw(r, "turn"), Member: ana, At: when.Draw(r, "turned")}}}
			for range rapid.IntRange(0, 5).Draw(r, "events") {
				seq++
				ch.Events = append(ch.Events, desk.Event{Seq: seq, At: when.Draw(r, "at"), Kind: desk.EventNoted, To: word.Draw(r, "to")})
			}
			c.EventSeq = seq
			put(t, s, c, ch)
			f.messages, f.handles = append(f.messages, l.Message), append(f.handles, ch.Handles...)
			f.intents, f.teams = append(f.intents, in.ID), append(f.teams, ch.Turns[0].Team)
		}
	}
	for range rapid.IntRange(0, 3).Draw(r, "grants") {
		m := box.Draw(r, "granted")
		_, err := s.SetGrant(t.Context(), desk.Grant{Mailbox: m, At: when.Draw(r, "since"), Scopes: []string{}})
		noErr(t, "grant", err)
		if rapid.Bool().Draw(r, "dropped") {
			noErr(t, "drop", s.DropGrant(t.Context(), m))
		}
	}
	return f
}
