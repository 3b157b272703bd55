package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"baton/desk"
)

// testIdentityKnown bases a change of identities on what was read, and on what is so no
// longer.
func testIdentityKnown(t *testing.T, s desk.Store) {
	home, work := desk.Email("kim@home.example"), desk.Email("kim@work.example")
	alone := desk.Identity{Mailbox: support, Email: home}
	write := func(known desk.Identity, minute int, set ...desk.Email) error {
		_, err := s.Update(t.Context(), "c", func(c *desk.Conversation) (desk.Change, error) {
			c.Mailbox = support
			change := desk.Change{Known: []desk.Identity{known}, Events: []desk.Event{{Seq: c.EventSeq + 1, Kind: desk.EventSame}}}
			c.EventSeq++
			for _, e := range []desk.Email{home, work} {
				change.Identities = append(change.Identities, desk.Identity{Mailbox: support, Email: e, Same: set, By: ana, At: at(minute)})
			}
			return change, nil
		})
		return err
	}
	know := func() desk.Identity {
		id, _ := past(t, s, home, 10)
		return id
	}
	noErr(t, "nothing known", write(alone, 1, home, work))
	first := know()
	same(t, "written", first, desk.Identity{Mailbox: support, Email: home, Same: []desk.Email{home, work}, By: ana, At: at(1)})
	refused := func(what string, err error) {
		t.Helper()
		if !errors.Is(err, desk.ErrConflict) {
			t.Errorf("%s: got %v, want ErrConflict", what, err)
		}
	}
	version := read(t, s, "c").Version
	refused("known as alone", write(alone, 2))
	later := first
	later.At = at(2)
	refused("known as said at another time", write(later, 2))
	same(t, "identity after what was refused", know(), first)
	same(t, "version after what was refused", read(t, s, "c").Version, version)
	noErr(t, "known as it is", write(first, 3, home, work))
	refused("known as it was", write(first, 4))
	noErr(t, "taken apart", write(know(), 5))
	same(t, "apart", know(), alone)
	refused("known as it was before", write(first, 6))
	noErr(t, "alone again", write(alone, 7, home, work))
}

// People has two desks, as of two processes, say at once, from a conversation
// each, which of several addresses are one person: none of what they say is
// lost, and what they say to the contrary leaves no address with half of a set.
// a and b are the same store, or one opened twice.
func People(t *testing.T, a, b desk.Store) {
	const each = 4
	s, stores := a, [2]desk.Store{a, b}
	var desks [2]*desk.Desk
	for i, s := range stores {
		var err error
		desks[i], err = desk.New(desk.Options{Store: s, Clock: func() time.Time { return at(90) }}, &desk.Policy{
			Version: "p", Desk: "Acme", Zone: time.UTC,
			Mailboxes: []desk.MailboxPolicy{{Address: support, Members: []desk.Email{ana}}},
			Members:   []desk.Member{{Email: ana, Name: "Ana", Label: "Ana", Role: desk.Agent}},
		}, noRules{})
		noErr(t, "desk", err)
	}
	from := [2]string{"first", "second"}
	for _, name := range from {
		put(t, s, entry(name, func(c *desk.Conversation) { c.Customer.Email = "kim@home.example" }), desk.Change{})
	}
	addr := func(i, k int) desk.Email { return desk.Email(fmt.Sprintf("kim%d%d@work.example", i, k)) }
	race := func(say func(ctx context.Context, d *desk.Desk, id desk.ConversationID, other desk.Email) error) {
		t.Helper()
		var wg sync.WaitGroup
		for i, d := range desks {
			wg.Go(func() {
				for k := range each {
					if err := say(t.Context(), d, desk.ConversationID(from[i]), addr(i, k)); err != nil {
						t.Errorf("desk %d, address %d: %v", i, k, err)
					}
				}
			})
		}
		wg.Wait()
	}
	race(func(ctx context.Context, d *desk.Desk, id desk.ConversationID, other desk.Email) error {
		_, err := d.SamePerson(ctx, ana, id, other)
		return err
	})
	all := []desk.Email{"kim@home.example"}
	for i := range desks {
		for k := range each {
			all = append(all, addr(i, k))
		}
	}
	slices.Sort(all)
	for _, e := range all {
		id, _ := past(t, s, e, 10)
		same(t, "the set of "+string(e), id.Same, all)
	}
	race(func(ctx context.Context, d *desk.Desk, id desk.ConversationID, other desk.Email) error {
		_, err := d.OtherPerson(ctx, ana, id, other)
		return err
	})
	for _, e := range all {
		id, _ := past(t, s, e, 10)
		same(t, string(e)+" apart", id.Addresses(), []desk.Email{e})
	}
}
