package desk

import (
	"context"
	"errors"
	"slices"
	"strings"
)

// shownPast is how many of a customer's other conversations are shown.
const shownPast = 10

// CustomerView is what a person may know of a conversation's customer.
type CustomerView struct {
	View
	Identity Identity
	// Past are other conversations of theirs, in mailboxes where the person works:
	// those that are not over first, then the newest; at most ten.
	Past []Conversation
	More bool // there are more
	// Language is what the customer's programs mostly declare, or "".
	Language string
}

// Customer tells of a conversation's customer, from what records say and without
// reading any mail: who works in the conversation's mailbox sees their other
// conversations in the mailboxes where they work themselves. One read beside the
// conversation's own.
func (d *Desk) Customer(ctx context.Context, by Email, id ConversationID) (CustomerView, error) {
	v, err := d.view(ctx, by, id)
	if err != nil {
		return CustomerView{}, err
	}
	if !v.May(RightCustomer) {
		return CustomerView{}, forbidden("%s", ours(RightCustomer.Refusal()))
	}
	out := CustomerView{View: v, Identity: Identity{Mailbox: v.Mailbox, Email: v.Customer.Email}, Language: v.Language}
	if v.Customer.Email == "" {
		return out, nil
	}
	identity, all, err := d.store.Customer(ctx, v.Mailbox, v.Customer.Email, d.Policy().WorksIn(by), MaxPast)
	if err != nil {
		return CustomerView{}, err
	}
	out.Identity, out.Language = identity, usual(all)
	for _, c := range all {
		if c.ID != v.ID && c.Merged == nil {
			out.Past = append(out.Past, c)
		}
	}
	slices.SortStableFunc(out.Past, func(a, b Conversation) int {
		switch {
		case a.Status.Active() == b.Status.Active():
			return 0
		case a.Status.Active():
			return -1
		}
		return 1
	})
	out.More = len(out.Past) > shownPast || len(all) == MaxPast
	out.Past = out.Past[:min(len(out.Past), shownPast)]
	return out, nil
}

// usual gives the language that most of some conversations declare; of two that
// are as frequent, that of the newer conversation, which comes first.
func usual(all []Conversation) (lang string) {
	n := map[string]int{}
	for _, c := range all {
		if c.Language != "" {
			n[c.Language]++
		}
	}
	for _, c := range all {
		if n[c.Language] > n[lang] {
			lang = c.Language
		}
	}
	return lang
}

// SamePerson says that another address is the customer's too, in this mailbox.
// Nothing happens to mail. Said already = no change. Six reads, one commit.
func (d *Desk) SamePerson(ctx context.Context, by Email, id ConversationID, other Email) (Conversation, error) {
	other = ParseEmail(string(other))
	return d.people(ctx, by, id, other, func(c *Conversation, mine, theirs []Email) ([][]Email, error) {
		p := d.Policy()
		if _, ok := usable(Address{Email: other}); !ok || strings.ContainsAny(string(other), " \n") {
			return nil, invalid("“%s” is not a mail address. Write it like kim@work.example.", other)
		}
		if _, member := p.Member(other); member || p.ours(other) {
			return nil, invalid("%s belongs to the team, not to a customer.", other)
		}
		if slices.Contains(mine, other) {
			return nil, nil
		}
		all := slices.Compact(slices.Sorted(slices.Values(slices.Concat(mine, theirs))))
		if len(all) > MaxIdentity {
			return nil, invalid("At most %d addresses can belong to one person.", MaxIdentity)
		}
		return [][]Email{all}, nil
	})
}

// OtherPerson says that an address is not the customer's after all. Said already
// = no change. Six reads, one commit.
func (d *Desk) OtherPerson(ctx context.Context, by Email, id ConversationID, other Email) (Conversation, error) {
	other = ParseEmail(string(other))
	return d.people(ctx, by, id, other, func(c *Conversation, mine, _ []Email) ([][]Email, error) {
		if !slices.Contains(mine, other) || len(mine) < 2 {
			return nil, nil
		}
		return [][]Email{slices.DeleteFunc(slices.Clone(mine), func(e Email) bool { return e == other }), {other}}, nil
	})
}

// people changes which addresses stand together: decide gets those of the
// customer and those of another address, and gives how they stand afterwards, or
// nil to leave them.
func (d *Desk) people(ctx context.Context, by Email, id ConversationID, other Email, decide func(c *Conversation, mine, theirs []Email) ([][]Email, error)) (Conversation, error) {
	v, err := d.view(ctx, by, id)
	if err != nil {
		return Conversation{}, err
	}
	if !v.May(RightCustomer) {
		return Conversation{}, forbidden("%s", ours(RightCustomer.Refusal()))
	}
	if v.Customer.Email == "" {
		return Conversation{}, invalid("The mail names no sender, so nobody can be said to be the same person.")
	}
	d.persons.Lock() // spares those of this process tries that cannot win
	defer d.persons.Unlock()
	for range maxSaid {
		now, known, err := d.partition(ctx, v.Mailbox, []Email{v.Customer.Email, other})
		if err != nil {
			return Conversation{}, err
		}
		to, err := decide(&v.Conversation, now[0], now[len(now)-1])
		if err != nil || to == nil {
			return v.Conversation, err
		}
		kind := EventSame
		if len(to) > 1 {
			kind = EventNotSame
		}
		c, err := d.changeBy(ctx, by, v.ID, RightCustomer, func(e *edit) error {
			e.stand(to, known)
			e.touch(Knowing, by, e.now)
			e.event(Event{Kind: kind, Who: other, From: spell(now), To: spell(to)})
			return nil
		})
		if !saidElsewhere(err) {
			return c, err
		}
	}
	return Conversation{}, ErrUnavailable
}

// maxSaid bounds how often a change of who is whom is tried anew because others
// changed the same people meanwhile: one of them wins each time.
const maxSaid = 50

// saidElsewhere tells whether a change failed because who is whom is no longer
// as it was read.
func saidElsewhere(err error) bool {
	var seen *Conflict
	return errors.Is(err, ErrConflict) && !errors.As(err, &seen)
}

// partition gives the sets in which some addresses stand, each once, and what was
// read to know it: all identities of a set are written together, so one of them
// tells whether the set is still the same.
func (d *Desk) partition(ctx context.Context, m Mailbox, of []Email) (sets [][]Email, known []Identity, err error) {
	for _, e := range of {
		if slices.ContainsFunc(sets, func(set []Email) bool { return slices.Contains(set, e) }) {
			continue
		}
		id, _, err := d.store.Customer(ctx, m, e, nil, 1)
		if err != nil {
			return nil, nil, err
		}
		sets, known = append(sets, id.Addresses()), append(known, id)
	}
	return sets, known, nil
}

// stand writes how addresses stand together, if those that were read stand as
// they did.
func (e *edit) stand(sets [][]Email, known []Identity) {
	e.change.Known = known
	for _, set := range sets {
		for _, who := range set {
			id := Identity{Mailbox: e.Mailbox, Email: who, By: e.by, At: e.now}
			if len(set) > 1 {
				id.Same = set
			}
			e.change.Identities = append(e.change.Identities, id)
		}
	}
}

// spell writes sets of addresses into an event: a line each, in one order.
func spell(sets [][]Email) string {
	var lines []string
	for _, set := range sets {
		var words []string
		for _, e := range slices.Sorted(slices.Values(set)) {
			words = append(words, string(e))
		}
		lines = append(lines, strings.Join(words, " "))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func unspell(s string) (sets [][]Email) {
	for _, line := range strings.Split(s, "\n") {
		var set []Email
		for _, w := range strings.Fields(line) {
			set = append(set, Email(w))
		}
		sets = append(sets, set)
	}
	return sets
}

// addressesOf names all addresses that a change of an identity is about.
func addressesOf(ev *Event) string {
	words := strings.Fields(ev.From)
	slices.Sort(words)
	return strings.Join(words, " ")
}

// putPeople undoes a change of an identity if the addresses stand as it left
// them; r has how they stand now.
func (e *edit) putPeople(ev, back *Event, r *reading) error {
	if spell(r.people) != ev.To {
		return invalid("Who is whom has been changed since, from another conversation. Change it by hand on the customer's card.")
	}
	back.From, back.To = ev.To, ev.From
	e.stand(unspell(ev.From), r.known)
	return nil
}

// readPeople reads how the addresses of an event stand now.
func (d *Desk) readPeople(ctx context.Context, m Mailbox, ev *Event) ([][]Email, []Identity, error) {
	var all []Email
	for _, w := range strings.Fields(ev.From) {
		all = append(all, Email(w))
	}
	return d.partition(ctx, m, all)
}
