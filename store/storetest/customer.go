package storetest

import (
	"fmt"
	"testing"

	"baton/desk"
)

var customerTests = []test{
	{"a stranger", testCustomerStranger},
	{"their conversations", testCustomer},
	{"an identity", testSamePerson},
	{"in many mailboxes", testCustomerBoxes},
	{"an identity that changed meanwhile", testIdentityKnown},
	{"two desks say who is whom", func(t *testing.T, s desk.Store) { People(t, s, s) }},
}

// past asks for a customer and gives the identity and the names of what was found.
func past(t testing.TB, s desk.Store, of desk.Email, limit int, in ...desk.Mailbox) (desk.Identity, []string) {
	t.Helper()
	id, found, err := s.Customer(t.Context(), support, of, in, limit)
	noErr(t, "Customer", err)
	names := []string{}
	for _, c := range found {
		names = append(names, string(c.ID))
	}
	return id, names
}

func testCustomerStranger(t *testing.T, s desk.Store) {
	put(t, s, entry("nobody's", func(c *desk.Conversation) { c.Customer = desk.Address{} }), desk.Change{})
	id, names := past(t, s, "stranger@x.example", 10, support)
	same(t, "identity", id, desk.Identity{Mailbox: support, Email: "stranger@x.example"})
	same(t, "conversations", names, []string{})
	_, names = past(t, s, "kim@customer.example", 10)
	same(t, "in no mailbox", names, []string{})
}

func testCustomer(t *testing.T, s desk.Store) {
	have := func(name string, m desk.Mailbox, who desk.Email, last int, status desk.Status) {
		put(t, s, entry(name, func(c *desk.Conversation) {
			c.Mailbox, c.Customer.Email, c.LastAt, c.Status = m, who, at(last), status
		}), desk.Change{})
	}
	have("old", support, "kim@home.example", 1, desk.Closed)
	have("b", support, "kim@home.example", 5, desk.Open)
	have("a", support, "kim@home.example", 5, desk.Spam)
	have("new", support, "kim@home.example", 9, desk.Open)
	have("sold", sales, "kim@home.example", 7, desk.Open)
	have("else", support, "lee@home.example", 8, desk.Open)
	_, names := past(t, s, "kim@home.example", 10, support)
	same(t, "support", names, []string{"new", "a", "b", "old"})
	_, names = past(t, s, "kim@home.example", 2, support)
	same(t, "two", names, []string{"new", "a"})
	_, names = past(t, s, "kim@home.example", desk.MaxPast, sales, support, sales)
	same(t, "both", names, []string{"new", "sold", "a", "b", "old"})
	have("new", support, "lee@home.example", 9, desk.Open)
	_, names = past(t, s, "kim@home.example", 10, support)
	same(t, "another's by now", names, []string{"a", "b", "old"})
	_, found, err := s.Customer(t.Context(), support, "lee@home.example", []desk.Mailbox{support}, 1)
	noErr(t, "Customer", err)
	same(t, "the record", found[0], read(t, s, "new"))
}

func testSamePerson(t *testing.T, s desk.Store) {
	home, work := desk.Email("kim@home.example"), desk.Email("kim@work.example")
	put(t, s, entry("home", func(c *desk.Conversation) { c.Customer.Email, c.LastAt = home, at(1) }), desk.Change{})
	say := func(same ...desk.Email) {
		var all []desk.Identity
		for _, e := range []desk.Email{home, work} {
			all = append(all, desk.Identity{Mailbox: support, Email: e, Same: same, By: ana, At: at(3)})
		}
		put(t, s, entry("work", func(c *desk.Conversation) { c.Customer.Email, c.LastAt = work, at(2) }), desk.Change{Identities: all})
	}
	for range 2 {
		say(home, work)
		for _, e := range []desk.Email{home, work} {
			id, names := past(t, s, e, 10, support)
			same(t, "identity", id, desk.Identity{Mailbox: support, Email: e, Same: []desk.Email{home, work}, By: ana, At: at(3)})
			same(t, "conversations", names, []string{"work", "home"})
		}
		id, _, err := s.Customer(t.Context(), sales, home, []desk.Mailbox{support}, 10)
		noErr(t, "Customer", err)
		same(t, "as another mailbox knows them", id, desk.Identity{Mailbox: sales, Email: home})
		say()
		id, names := past(t, s, home, 10, support)
		same(t, "taken apart", id, desk.Identity{Mailbox: support, Email: home})
		same(t, "conversations of one", names, []string{"home"})
	}
}

func testCustomerBoxes(t *testing.T, s desk.Store) {
	var boxes []desk.Mailbox
	var same10 []desk.Email
	for i := range desk.MaxIdentity {
		same10 = append(same10, desk.Email(fmt.Sprintf("kim%d@x.example", i)))
	}
	for i := range desk.MaxCustomerBoxes {
		boxes = append(boxes, desk.Mailbox(fmt.Sprintf("box%02d@example.com", i)))
		change := desk.Change{Identities: []desk.Identity{{Mailbox: support, Email: same10[0], Same: same10}}}
		put(t, s, entry(fmt.Sprintf("c%02d", i), func(c *desk.Conversation) {
			c.Mailbox, c.LastAt, c.Customer.Email = boxes[i], at(100-i), same10[i%len(same10)]
		}), change)
	}
	_, names := past(t, s, same10[0], desk.MaxPast, boxes...)
	if len(names) != len(boxes) || names[0] != "c00" || names[29] != "c29" {
		t.Errorf("got %v, want one in each mailbox, newest first", names)
	}
}
