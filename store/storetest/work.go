package storetest

import (
	"fmt"
	"testing"
	"time"

	"baton/desk"
)

// Filled is what a filled store can be asked about.
type Filled struct {
	conversations []desk.ConversationID
	handles       []desk.Handle
	messages      []desk.MessageID
	intents       []desk.IntentID
	policies      []string
	teams         []string
	people        []desk.Email
}

const (
	mia desk.Email = "mia@example.com" // manages
	gus desk.Email = "gus@example.com" // a guest
)

type noRules struct{}

func (noRules) Route(desk.Facts) desk.Routing { return desk.Routing{Reason: "no rule matched"} }
func (noRules) Needs(desk.Mailbox) desk.Needs { return desk.Needs{} }

// Work fills a store with what people do at a desk in some conversations, and
// with what goes on around them.
func Work(t testing.TB, s desk.Store, conversations int) *Filled {
	t.Helper()
	f := &Filled{people: []desk.Email{ana, bo, mia, gus}, teams: []string{"Front"}}
	now := base
	d, err := desk.New(desk.Options{
		Store: s, Holder: "worker", Clock: func() time.Time { now = now.Add(time.Second); return now },
		Promised: func(p desk.Promise) {
			for _, in := range p.Intents {
				f.intents = append(f.intents, in.ID)
			}
		},
	}, &desk.Policy{
		Version: "p2", Desk: "Acme", Zone: time.UTC,
		Mailboxes: []desk.MailboxPolicy{{Address: support, Members: []desk.Email{ana, bo, mia}, FirstReply: time.Hour}, {Address: sales, Members: []desk.Email{bo, mia}}},
		Members: []desk.Member{{Email: ana, Name: "Ana", Label: "Ana", Role: desk.Agent}, {Email: bo, Name: "Bo", Label: "Bo", Role: desk.Agent},
			{Email: mia, Name: "Mia", Label: "Mia", Role: desk.Manager}},
	}, noRules{})
	noErr(t, "desk", err)
	for i := range conversations {
		m := desk.Message{Mailbox: []desk.Mailbox{support, sales}[i%2], Thread: thread(i / 2), From: desk.Address{Name: "Kim", Email: "kim@shop.example"},
			Subject: fmt.Sprintf("Order %d", i), Verdict: []desk.Verdict{desk.Person, desk.Person, desk.Bounce}[i%3], Reason: "looks so"}
		for k := range 1 + i%4 {
			m.ID, m.At = message(10*i+k), now
			m.RFC = desk.RFCID(fmt.Sprintf("%d.%d@shop.example", i, k%3))
			c, err := d.Receive(t.Context(), m, desk.Facts{Mailbox: m.Mailbox, From: m.From, Verdict: m.Verdict, At: m.At})
			noErr(t, "receive", err)
			if k == 0 {
				f.conversations = append(f.conversations, c.ID)
			}
			f.messages = append(f.messages, m.ID)
			f.handles = append(f.handles, desk.HandleRFC(m.RFC), desk.HandleThread(m.Thread))
		}
		f.treat(t, d, i)
	}
	f.around(t, s)
	return f
}

// treat does with a conversation what its number says.
func (f *Filled) treat(t testing.TB, d *desk.Desk, i int) {
	t.Helper()
	ctx, id := t.Context(), f.conversations[i]
	do := func(what string, err error) {
		t.Helper()
		noErr(t, what, err)
	}
	if i%2 == 0 {
		_, err := d.Take(ctx, bo, id, 0)
		do("take", err)
	}
	if i%4 == 0 {
		_, err := d.Give(ctx, bo, id, 0, desk.Give{To: mia, Why: "knows it", Due: at(60 + 60*i)})
		do("give", err)
	}
	if i%3 == 0 {
		for k := range 1 + i%13 {
			c, err := d.AddNote(ctx, bo, id, "", fmt.Sprintf("Note %d, see @Mia \u202e %s", k, "👩‍👩‍👧"))
			do("note", err)
			_, err = d.EditNote(ctx, bo, id, c.Notes[len(c.Notes)-1].ID, fmt.Sprintf("Note %d, better @Mia", k))
			do("edit", err)
			if k%3 == 0 {
				_, err = d.SettleMention(ctx, mia, id, c.Notes[len(c.Notes)-1].ID)
				do("mention done", err)
			}
		}
	}
	if i%5 == 0 {
		c, err := d.Share(ctx, mia, id, desk.Invite{To: gus, Role: desk.ShareView, Until: at(1 + 500*i)})
		do("share", err)
		if i%10 == 0 {
			_, err := d.StopShare(ctx, mia, id, c.Shares[0].ID)
			do("stop", err)
		}
		do("learn", d.Learn(ctx, gus, message(5000+i), id))
		f.handles = append(f.handles, desk.HandleGmail(gus, message(5000+i)))
	}
	if i%7 == 0 {
		_, err := d.SetPriority(ctx, mia, id, 0, desk.High)
		do("priority", err)
		_, err = d.AddTag(ctx, mia, id, "refund")
		do("tag", err)
	}
	if i%6 == 1 {
		_, err := d.Close(ctx, mia, id, 0)
		do("close", err)
	}
}

// around is what goes on beside conversations.
func (f *Filled) around(t testing.TB, s desk.Store) {
	t.Helper()
	ctx := t.Context()
	for i, state := range []desk.IntentState{desk.IntentDone, desk.IntentParked, desk.IntentCancelled, desk.IntentPending, desk.IntentPending} {
		claimed, err := s.Claim(ctx, "settler", at(10_000), at(10_001), 3)
		noErr(t, "claim", err)
		var all []desk.Settlement
		for _, in := range claimed {
			all = append(all, desk.Settlement{ID: in.ID, Holder: "settler", State: state, Reason: "because", Failed: i > 2, LabelsRev: 1 << 40})
		}
		_, err = s.Settle(ctx, all)
		noErr(t, "settle", err)
	}
	for i, m := range []desk.Mailbox{support, sales, "old@example.com"} {
		_, err := s.SetMailboxState(ctx, m, func(st *desk.MailboxState) {
			st.Cursor, st.Fence, st.SyncedAt, st.Units = 1<<63+uint64(i), 3, at(i), 40
			st.Labels = map[string]string{"baton/open": "Label_1"}
			st.Audit = desk.Audit{At: at(1), Gaps: []desk.Gap{{Hour: at(0), Missing: 2}}}
		})
		noErr(t, "mailbox", err)
		for range i + 1 {
			_, err = s.SetGrant(ctx, desk.Grant{Mailbox: m, Mode: desk.ByConsent, Token: []byte{0, 1, 0xff}, Key: "k", Scopes: []string{"s"}, At: at(i)})
			noErr(t, "grant", err)
		}
		for k := range 3 {
			holder := fmt.Sprint("process ", k)
			_, err = s.Acquire(ctx, "sync:"+string(m), holder, at(k), at(k+1))
			noErr(t, "lease", err)
			noErr(t, "release", s.Release(ctx, "sync:"+string(m), holder))
		}
	}
	noErr(t, "drop", s.DropGrant(ctx, "old@example.com"))
	for i, version := range []string{"p1", "p2", "p3", "p2"} {
		noErr(t, "policy", s.SavePolicy(ctx, desk.PolicyText{Version: version, Text: []byte("desk: " + version), At: at(i)}))
		f.policies = append(f.policies, version)
	}
	for i, p := range f.people {
		noErr(t, "presence", s.SetPresence(ctx, desk.Presence{Member: p, Availability: desk.Away, At: at(i)}))
	}
	_, err := s.Update(ctx, f.conversations[0], func(*desk.Conversation) (desk.Change, error) {
		return desk.Change{Turns: []desk.Turn{{Team: "Front", Member: ana, At: at(1)}, {Team: "Front", Member: bo, At: at(2)}}}, nil
	})
	noErr(t, "turns", err)
	_, err = s.Update(ctx, f.conversations[0], func(*desk.Conversation) (desk.Change, error) {
		return desk.Change{Identities: []desk.Identity{{Mailbox: support, Email: "kim@shop.example", Same: []desk.Email{"kim@shop.example", "kim@x.example"}, By: ana, At: at(1)}}}, nil
	})
	noErr(t, "identity", err)
	noErr(t, "group", s.SaveGroup(ctx, desk.Group{ID: "g", By: ana, At: at(1), Conversations: f.conversations}))
	noErr(t, "line", s.Record(ctx, desk.LedgerLine{Mailbox: sales, Message: "gone", Verdict: desk.Gone, At: at(1), RecordedAt: at(2)}))
	f.messages = append(f.messages, "gone")
}
