package storetest

import (
	"fmt"
	"slices"
	"testing"

	"baton/desk"
	neutral "baton/store/entry"
)

// Answers asks a filled store everything that a desk asks, and gives the
// answers by question. Two stores that hold the same give the same; who holds
// a claim is left out.
func (f *Filled) Answers(t testing.TB, s desk.Store) map[string]any {
	t.Helper()
	a := map[string]any{}
	say := func(question string, answer any, err error) {
		t.Helper()
		if err != nil {
			answer = err.Error()
		}
		a[question] = answer
	}
	ctx := t.Context()
	for _, id := range f.conversations {
		c, err := s.Conversation(ctx, id)
		say("conversation "+string(id), c, err)
		a["events "+string(id)] = walk(t, 7, func(p desk.Page) ([]desk.Event, desk.Next, error) { return s.Events(ctx, id, p) })
		notes := walk(t, 7, func(p desk.Page) ([]desk.Note, desk.Next, error) { return s.Notes(ctx, id, p) })
		a["notes "+string(id)] = notes
		for _, n := range notes {
			got, err := s.Note(ctx, id, n.ID)
			say("note "+string(id)+" "+string(n.ID), got, err)
		}
	}
	for _, h := range f.handles {
		ids, err := s.Resolve(ctx, h)
		slices.Sort(ids)
		say("resolve "+string(h), ids, err)
	}
	for _, id := range f.intents {
		in, err := s.Intent(ctx, id)
		say("intent "+string(id), neutral.Unclaimed(in), err)
	}
	f.lists(t, s, a)
	for _, m := range []desk.Mailbox{support, sales, "old@example.com", ""} {
		known, err := s.Known(ctx, m, f.messages[:min(len(f.messages), 500)])
		say("known "+string(m), known, err)
		verdicts, err := s.Verdicts(ctx, m)
		say("verdicts "+string(m), verdicts, err)
		statuses, err := s.Statuses(ctx, m)
		say("statuses "+string(m), statuses, err)
		st, err := s.MailboxState(ctx, m)
		say("mailbox "+string(m), st, err)
		g, err := s.Grant(ctx, m)
		say("grant "+string(m), g, err)
		for _, id := range f.messages {
			line, err := s.Line(ctx, m, id)
			say(fmt.Sprint("line ", m, id), line, err)
		}
	}
	intents, err := s.Intents(ctx)
	if n := intents[desk.IntentClaimed]; n > 0 {
		intents[desk.IntentPending] += n
		delete(intents, desk.IntentClaimed)
	}
	say("intents", intents, err)
	who, theirs, err := s.Customer(ctx, support, "kim@shop.example", []desk.Mailbox{support, sales}, 10)
	say("customer", []any{who, theirs}, err)
	group, err := s.Group(ctx, "g")
	say("group", group, err)
	states, err := s.MailboxStates(ctx)
	say("mailboxes", states, err)
	grants, err := s.Grants(ctx)
	say("grants", grants, err)
	policy, err := s.CurrentPolicy(ctx)
	say("policy", policy, err)
	for _, v := range f.policies {
		policy, err := s.PolicyVersion(ctx, v)
		say("policy "+v, policy, err)
	}
	presences, err := s.Presences(ctx)
	say("presences", presences, err)
	for _, team := range f.teams {
		turns, err := s.Turns(ctx, team)
		say("turns "+team, turns, err)
	}
	return a
}

// lists asks for every list, of everybody.
func (f *Filled) lists(t testing.TB, s desk.Store, a map[string]any) {
	t.Helper()
	ctx := t.Context()
	a["parked"] = walk(t, 3, func(p desk.Page) ([]desk.Intent, desk.Next, error) { return s.Parked(ctx, p) })
	for _, person := range append([]desk.Email{""}, f.people...) {
		for _, status := range desk.Statuses() {
			for _, list := range []desk.List{desk.ListMine, desk.ListQueue, desk.ListLate, desk.ListStatus} {
				q := desk.Query{List: list, Mailboxes: []desk.Mailbox{support, sales}, Person: person, Status: status, Now: at(2000)}
				what := fmt.Sprint(list, " ", person, " ", status)
				if list != desk.ListStatus && status != desk.Open || list == desk.ListStatus && person != "" {
					continue
				}
				a[what] = walk(t, 9, func(p desk.Page) ([]desk.Row, desk.Next, error) { return s.List(ctx, q, p) })
				n, err := s.Count(ctx, q, 1000)
				noErr(t, what, err)
				a["count "+what] = n
			}
		}
		a["mentions "+string(person)] = walk(t, 5, func(p desk.Page) ([]desk.MentionRow, desk.Next, error) { return s.MentionsOf(ctx, person, p) })
		for _, now := range []int{1, 3000, 10_000, 1_000_000} {
			a[fmt.Sprint("shared ", person, now)] = walk(t, 2, func(p desk.Page) ([]desk.Row, desk.Next, error) { return s.SharedWith(ctx, person, at(now), p) })
		}
	}
}
