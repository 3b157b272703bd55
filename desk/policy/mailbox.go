package policy

import (
	"slices"

	"github.com/goccy/go-yaml/ast"

	"baton/desk"
)

// box is a mailbox and where its parts stand.
type box struct {
	desk.MailboxPolicy
	at      place
	aliases []word
	members []word
	yes     approval
}

// mailboxes reads the shared mailboxes.
func (r *reader) mailboxes(t table) []box {
	var out []box
	before := len(r.faults)
	r.each(t, "mailboxes", MaxMailboxes, func(n ast.Node, at place) {
		m, ok := r.table(n, at, "a mailbox", "address", "name", "aliases", "members", "first_reply", "follow_up", "hours", "undo", "signature", "notices", "alarm", "approval")
		if !ok {
			return
		}
		r.need(m, "address", "name", "members")
		b := box{at: m.at, aliases: r.texts(m, "aliases", MaxAliases), members: r.texts(m, "members", MaxMembers)}
		b.Name, _ = r.name(m, "name")
		b.FirstReply, b.FollowUp = r.duration(m, "first_reply"), r.duration(m, "follow_up")
		b.Undo, b.Signature, b.Hours, b.Notices, b.Alarm = r.undo(m), r.signature(m), r.hours(m), r.notices(m), r.alarm(m)
		b.yes = r.approval(m)
		if w, ok := r.text(m, "address"); ok {
			b.at = w.at
			e, _ := r.address(w)
			b.Address = desk.Mailbox(e)
		}
		if e, ok := m.keys["members"]; ok {
			if s, ok := e.node.(*ast.SequenceNode); ok && len(s.Values) == 0 {
				r.fault(e.at, "nobody works in this mailbox: name at least one member")
			}
		}
		out = append(out, b)
	})
	if e, ok := t.keys["mailboxes"]; ok && len(out) == 0 && len(r.faults) == before {
		r.fault(e.at, "mailboxes is empty: a desk needs at least one mailbox")
	}
	return out
}

// addresses checks that every address on the desk means one thing only, and
// fills in the aliases.
func (r *reader) addresses(boxes []box, people []person) {
	taken := make(map[desk.Email]string)
	for _, p := range people {
		if p.Email != "" {
			taken[p.Email] = "the address of the member " + p.Name
		}
	}
	for _, b := range boxes {
		e := desk.Email(b.Address)
		if e == "" {
			continue
		}
		if use, ok := taken[e]; ok {
			r.fault(b.at, "%s is already %s: a mailbox needs an address of its own", e, use)
			continue
		}
		taken[e] = "the mailbox " + string(e)
	}
	for i := range boxes {
		for _, w := range boxes[i].aliases {
			e, ok := r.address(w)
			if !ok {
				continue
			}
			if use, ok := taken[e]; ok {
				r.fault(w.at, "%s is already %s: an alias leads to one mailbox only", e, use)
				continue
			}
			taken[e] = "an alias of " + string(boxes[i].Address)
			boxes[i].Aliases = append(boxes[i].Aliases, e)
		}
	}
}

// onRoster checks the members of mailboxes and teams against the roster, and
// fills them in.
func (r *reader) onRoster(boxes []box, teams []team, people []person) {
	var roster []desk.Email
	for _, p := range people {
		roster = append(roster, p.Email)
	}
	for i := range boxes {
		boxes[i].Members = r.listed(boxes[i].members, roster)
	}
	for i := range teams {
		teams[i].Members = r.listed(teams[i].members, roster)
	}
}

func (r *reader) listed(words []word, roster []desk.Email) []desk.Email {
	var out []desk.Email
	for _, w := range words {
		e, ok := r.address(w)
		switch {
		case !ok:
		case !slices.Contains(roster, e):
			r.fault(w.at, "%s is not on the roster%s", e, orAdd(nearEmail(e, roster)))
		case slices.Contains(out, e):
			r.fault(w.at, "%s is named twice: keep one", e)
		default:
			out = append(out, e)
		}
	}
	return out
}

func orAdd(hint string) string {
	if hint == "" {
		return ": add the address to members, or remove it here"
	}
	return hint
}
