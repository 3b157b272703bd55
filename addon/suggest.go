package addon

import (
	"errors"
	"net/mail"
	"strings"

	"baton/addon/wire"
	"baton/desk"
)

// suggestions is how many people are offered while somebody types.
const suggestions = 10

// suggest offers people whose name begins with what was typed. Only who may
// assign or share the conversation gets names of the roster.
func (a *Addon) suggest(rq *request) (wire.Answer, error) {
	switch rq.ev.Parameter("who") {
	case "texts":
		return a.suggestTexts(rq)
	case "intake":
		return a.suggestIntake(rq)
	}
	p := a.o.Desk.Policy()
	if m := desk.Mailbox(rq.ev.Parameter("m")); rq.ev.Parameter("who") == "workers" && p.Works(rq.who, m) {
		return a.suggestWorkers(rq, m) // whoever works there knows who else does: the record is not needed
	}
	id, _ := target(rq)
	v, err := a.o.Desk.OpenID(rq.Context(), rq.who, id)
	if err == nil && rq.ev.Parameter("who") == "yes" && v.May(desk.RightReply) && v.Role != desk.Guest {
		return a.suggestYes(rq, v)
	}
	if err != nil || !v.May(desk.RightAssign) {
		return wire.Suggestions{}, ignore(err)
	}
	switch rq.ev.Parameter("who") {
	case "workers":
		return a.suggestWorkers(rq, v.Mailbox)
	case "mention":
		return a.suggestMentions(rq, v.Mailbox), nil
	}
	var out wire.Suggestions
	for _, m := range a.o.Desk.Suggest(rq.ev.Form("person"), 100) {
		if len(out) < suggestions && !p.Works(m.Email, v.Mailbox) && m.Email != rq.who {
			out = append(out, m.Name+" <"+string(m.Email)+">")
		}
	}
	return out, nil
}

// suggestWorkers offers who works in a mailbox; those who are available go first
// and the others say what they are.
func (a *Addon) suggestWorkers(rq *request, m desk.Mailbox) (wire.Answer, error) {
	found, err := a.o.Desk.Candidates(rq.Context(), m, rq.ev.Form("person"), suggestions+1)
	var out wire.Suggestions
	for _, c := range found {
		if c.Email == rq.who || len(out) == suggestions {
			continue
		}
		out = append(out, suggestion(c))
	}
	return out, err
}

// suggestion writes a person as the field of a form reads them.
func suggestion(c desk.Candidate) string {
	name := c.Name
	if c.Availability != desk.Available {
		name += " · " + c.Availability.Name()
	}
	return name + " <" + string(c.Email) + ">"
}

// ignore drops the errors that a suggestion must not tell.
func ignore(err error) error {
	if errors.Is(err, desk.ErrNotFound) {
		return nil
	}
	return err
}

// person reads the person field of a form: "Name <address>", an address, or a
// name that only one member has.
func (a *Addon) person(rq *request) (desk.Email, error) {
	typed := strings.TrimSpace(rq.ev.Form("person"))
	if typed == "" {
		return "", nil
	}
	if addr, err := mail.ParseAddress(typed); err == nil {
		return desk.ParseEmail(addr.Address), nil
	}
	if m, ok := a.o.Desk.Policy().Named(strings.TrimPrefix(typed, "@")); ok {
		return m.Email, nil
	}
	found := a.o.Desk.Suggest(typed, 2)
	switch len(found) {
	case 1:
		return found[0].Email, nil
	case 0:
		return "", &desk.Problem{Kind: desk.ErrInvalid, Say: "Nobody on the roster is called " + typed + ". Begin with a name and choose from the list."}
	}
	return "", &desk.Problem{Kind: desk.ErrInvalid, Say: "Several people are called " + typed + ". Choose one from the list."}
}

func isNotFound(err error) bool { return errors.Is(err, desk.ErrNotFound) }
