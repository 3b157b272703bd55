package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"baton/desk"
)

var eraseTests = []test{
	{"a mailbox without records", testEraseNothing},
	{"interrupted", testEraseInterrupted},
	{"one mailbox of two", testErase},
	{"many", testEraseMany},
}

func erase(ctx context.Context, t testing.TB, s desk.Store, m desk.Mailbox) error {
	t.Helper()
	e, ok := s.(interface {
		EraseMailbox(context.Context, desk.Mailbox) error
	})
	if !ok {
		t.Fatal("the store has no EraseMailbox")
	}
	return e.EraseMailbox(ctx, m)
}

func testEraseNothing(t *testing.T, s desk.Store) {
	noErr(t, "erase", erase(t.Context(), t, s, support))
	noErr(t, "erase again", erase(t.Context(), t, s, support))
}

// full puts one conversation with everything that can hang on it.
func full(t testing.TB, s desk.Store, m desk.Mailbox, i int) desk.ConversationID {
	t.Helper()
	c, l, in := record(i), line(i), intent(i, "")
	c.Mailbox, c.ID = m, desk.ConversationOf(m, c.Thread)
	c.Shares = []desk.Share{{ID: desk.ShareID(fmt.Sprintf("share-%d", i)), To: bo, By: ana, At: at(i), Until: at(100_000)}}
	l.Mailbox, l.Conversation = m, c.ID
	in.ID, in.Mailbox, in.Conversation = desk.IntentID(fmt.Sprintf("%s-%d", m, i)), m, c.ID
	n := desk.Note{ID: "n", By: ana, At: at(i), Text: "see @bo", Mentions: []desk.Email{bo}}
	put(t, s, c, desk.Change{
		Events: []desk.Event{{Seq: 1, At: at(i)}}, Ledger: []desk.LedgerLine{l}, Intents: []desk.Intent{in}, Notes: []desk.Note{n},
		Handles:    []desk.Handle{desk.HandleRFC(desk.RFCID(fmt.Sprintf("%s-%d@x", m, i)))},
		Mentions:   []desk.Mention{{Person: bo, Conversation: c.ID, Note: n.ID, Mailbox: m, By: ana, At: at(i)}},
		Identities: []desk.Identity{{Mailbox: m, Email: "kim@customer.example", Same: []desk.Email{"kim@customer.example", "kim@x.example"}}},
	})
	noErr(t, "learn", s.Learn(t.Context(), desk.HandleGmail(bo, message(i)), c.ID))
	return c.ID
}

// traces counts what a store has of a conversation and its mailbox.
func traces(t testing.TB, s desk.Store, m desk.Mailbox, i int) map[string]int {
	t.Helper()
	ctx, id, found := t.Context(), desk.ConversationOf(m, thread(i)), map[string]int{}
	count := func(name string, n int, err error) {
		t.Helper()
		if !errors.Is(err, desk.ErrNotFound) {
			noErr(t, name, err)
		}
		if n > 0 {
			found[name] = n
		}
	}
	c, err := s.Conversation(ctx, id)
	count("record", int(c.Version), err)
	events, _, err := s.Events(ctx, id, desk.Page{Limit: 100})
	count("events", len(events), err)
	notes, _, err := s.Notes(ctx, id, desk.Page{Limit: 100})
	count("notes", len(notes), err)
	ids, err := s.Resolve(ctx, desk.HandleRFC(desk.RFCID(fmt.Sprintf("%s-%d@x", m, i))))
	count("handles", len(ids), err)
	lines, err := s.Known(ctx, m, []desk.MessageID{message(i)})
	count("lines", len(lines), err)
	in, err := s.Intent(ctx, desk.IntentID(fmt.Sprintf("%s-%d", m, i)))
	count("intent", len(in.ID), err)
	verdicts, err := s.Verdicts(ctx, m)
	count("verdicts", len(verdicts), err)
	statuses, err := s.Statuses(ctx, m)
	count("statuses", len(statuses), err)
	rows, _, err := s.List(ctx, desk.Query{List: desk.ListQueue, Mailboxes: []desk.Mailbox{m}}, desk.Page{Limit: 10})
	count("queue", len(rows), err)
	who, _, err := s.Customer(ctx, m, "kim@customer.example", nil, 1)
	count("identity", len(who.Same), err)
	return found
}

func testErase(t *testing.T, s desk.Store) {
	ctx := t.Context()
	gone, kept := full(t, s, support, 1), full(t, s, sales, 1)
	want := traces(t, s, sales, 1)
	if len(want) != 10 {
		t.Fatalf("before: %v", want)
	}
	_, err := s.SetMailboxState(ctx, support, func(st *desk.MailboxState) { st.Cursor, st.DisconnectedAt = 9, at(1) })
	noErr(t, "set state", err)
	_, err = s.SetGrant(ctx, desk.Grant{Mailbox: support, Mode: desk.ByDelegation, At: at(1)})
	noErr(t, "set grant", err)
	noErr(t, "erase", erase(ctx, t, s, support))

	same(t, "traces of what was erased", traces(t, s, support, 1), map[string]int{})
	same(t, "traces of the other mailbox", traces(t, s, sales, 1), want)
	mentions, _, err := s.MentionsOf(ctx, bo, desk.Page{Limit: 10})
	noErr(t, "mentions", err)
	shared, _, err := s.SharedWith(ctx, bo, at(2), desk.Page{Limit: 10})
	noErr(t, "shared", err)
	if len(mentions) != 1 || len(shared) != 1 || mentions[0].Mention.Conversation != kept || shared[0].ID != kept {
		t.Errorf("got mentions %v, shares %v, want those of the other mailbox", mentions, shared)
	}
	ids, err := s.Resolve(ctx, desk.HandleGmail(bo, message(1)))
	noErr(t, "resolve", err)
	same(t, "a handle of both", ids, []desk.ConversationID{kept})
	intents, err := s.Intents(ctx)
	noErr(t, "intents", err)
	same(t, "intents", intents, map[desk.IntentState]int{desk.IntentPending: 1})
	claimed, err := s.Claim(ctx, "w", at(500), at(501), 10)
	noErr(t, "claim", err)
	if len(claimed) != 1 || claimed[0].Mailbox != sales {
		t.Errorf("claimed %v, want the other mailbox's intent", claimed)
	}
	st, err := s.MailboxState(ctx, support)
	noErr(t, "state", err)
	if st.Cursor != 9 || st.DisconnectedAt.IsZero() {
		t.Errorf("the mailbox's state is %+v, want it as it was", st)
	}
	_, err = s.Grant(ctx, support)
	noErr(t, "the mailbox's grant", err)

	// It begins anew, with the same messages.
	same(t, "the same conversation", full(t, s, support, 1), gone)
	if c := read(t, s, gone); c.Version != 1 {
		t.Errorf("the new record has version %d, want 1", c.Version)
	}
}

// testEraseInterrupted ends the context at every place in turn: what is left
// goes when it is called again.
func testEraseInterrupted(t *testing.T, s desk.Store) {
	const many = 5
	for i := range many {
		full(t, s, support, i)
	}
	for n := 1; ; n++ {
		ctx := &fading{Context: t.Context()}
		ctx.left.Store(int64(n))
		err := erase(ctx, t, s, support)
		if err == nil {
			break
		}
		wantErr(t, "interrupted", err, context.Canceled)
		if n > 10_000 {
			t.Fatal("it does not end")
		}
	}
	for i := range many {
		same(t, "traces", traces(t, s, support, i), map[string]int{})
	}
}

// fading is a context that ends after it was asked so often.
type fading struct {
	context.Context
	left atomic.Int64
}

// Err implements context.Context.
func (f *fading) Err() error {
	if f.left.Add(-1) < 0 {
		return context.Canceled
	}
	return f.Context.Err()
}

// testEraseMany takes more than one batch of everything.
func testEraseMany(t *testing.T, s desk.Store) {
	const many = 450
	for i := range many {
		full(t, s, support, i)
	}
	noErr(t, "erase", erase(t.Context(), t, s, support))
	for _, i := range []int{0, many / 2, many - 1} {
		same(t, "traces", traces(t, s, support, i), map[string]int{})
	}
	intents, err := s.Intents(t.Context())
	noErr(t, "intents", err)
	same(t, "intents", intents, map[desk.IntentState]int{})
	mentions, _, err := s.MentionsOf(t.Context(), bo, desk.Page{Limit: 10})
	noErr(t, "mentions", err)
	same(t, "mentions", len(mentions), 0)
}
