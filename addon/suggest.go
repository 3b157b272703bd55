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
	case "deputy":
		return a.suggestDeputy(rq), nil
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
	if e, ok := addressIn(typed); ok {
		return a.o.Desk.Policy().Whose(e), nil
	}
	if m, ok := a.o.Desk.Policy().Named(strings.TrimPrefix(typed, "@")); ok {
		return m.Email, nil
	}
	if t, ok := a.team(typed); ok {
		return "", &desk.Problem{Kind: desk.ErrInvalid, Say: t.Name + " is a team, and one person is needed here. Choose " + oneOf(a.o.Desk.Policy(), t.Members) + ", or name the team in a note."}
	}
	found := a.o.Desk.Suggest(typed, 2)
	switch len(found) {
	case 1:
		return found[0].Email, nil
	case 0:
		say := "Nobody on the roster is called " + echoed(typed) + ". "
		if near := a.nearPeople(typed); len(near) > 0 {
			say += "Did you mean " + oneOf(a.o.Desk.Policy(), near) + "? "
		}
		return "", &desk.Problem{Kind: desk.ErrInvalid, Say: say + "Begin with a name and choose from the list."}
	}
	return "", &desk.Problem{Kind: desk.ErrInvalid, Say: "Several people are called " + echoed(typed) + ". Choose one from the list."}
}

// addressIn reads "Name <address>" or an address. The name may have what a mail's
// header would have in quotation marks: the list offers it as the roster has it.
func addressIn(typed string) (desk.Email, bool) {
	if i := strings.LastIndexByte(typed, '<'); i > 0 && strings.HasSuffix(typed, ">") {
		typed = typed[i:]
	}
	addr, err := mail.ParseAddress(typed)
	if err != nil {
		return "", false
	}
	return desk.ParseEmail(addr.Address), true
}

// team gives the team that was typed, by its name or as a note names it.
func (a *Addon) team(typed string) (desk.Team, bool) {
	typed = strings.TrimSpace(strings.TrimSuffix(typed, teamMark))
	for _, t := range a.o.Desk.Policy().Teams {
		if strings.EqualFold(t.Name, typed) || strings.EqualFold(a.o.Desk.Policy().MentionTeam(t), typed) {
			return t, true
		}
	}
	return desk.Team{}, false
}

// nearPeople gives the members whose names are near a mistyped one.
func (a *Addon) nearPeople(typed string) (out []desk.Email) {
	p := a.o.Desk.Policy()
	for _, word := range p.Near(typed) {
		if m, ok := p.Named(strings.TrimPrefix(word, "@")); ok {
			out = append(out, m.Email)
		}
	}
	return out
}

// oneOf names people to choose one from, the first few of many.
func oneOf(p *desk.Policy, list []desk.Email) string {
	if len(list) == 0 {
		return "somebody by name"
	}
	var names []string
	for _, e := range list[:min(len(list), 4)] {
		names = append(names, named(p, e))
	}
	if len(list) > len(names) {
		names = append(names, "another of its members")
	}
	if last := len(names) - 1; last > 0 {
		return strings.Join(names[:last], ", ") + " or " + names[last]
	}
	return names[0]
}

func isNotFound(err error) bool { return errors.Is(err, desk.ErrNotFound) }
