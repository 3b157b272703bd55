package addon

import (
	"slices"
	"strings"

	"baton/addon/card"
	"baton/addon/wire"
	"baton/desk"
)

// teamMark follows a team's name where people and teams are offered together.
const teamMark = " (team)"

// mentionInput asks for people and teams to name in a note: several, with commas
// between, typed with suggestions.
func (d drawing) mentionInput() card.TextInput {
	complete := d.a.suggestAction(d.v.Conversation, "mention")
	return card.TextInput{Name: "mention", Label: "Mention (optional)", Hint: "Choose one after the other; their names are put below your note", Value: d.rq.typedMention, Complete: &complete}
}

// suggestMentions offers people and teams for what stands after the last comma.
// An offer carries what stands before it, because Gmail puts it in place of the
// whole field, and ends with a comma, so that the next one can be typed at once. People who cannot see the conversation come last.
func (a *Addon) suggestMentions(rq *request, m desk.Mailbox) wire.Suggestions {
	p := a.o.Desk.Policy()
	before, typed := "", rq.ev.Form("mention")
	if i := strings.LastIndexByte(typed, ','); i >= 0 {
		before, typed = strings.TrimSpace(typed[:i])+", ", typed[i+1:]
	}
	typed = strings.TrimPrefix(strings.TrimSpace(typed), "@")
	var inside, outside wire.Suggestions
	for _, t := range p.Teams {
		begins := len(typed) <= len(t.Name) && strings.EqualFold(t.Name[:len(typed)], typed)
		if begins && !strings.Contains(t.Name, ",") && p.MentionTeam(t) != "" {
			inside = append(inside, before+t.Name+teamMark)
		}
	}
	for _, member := range a.o.Desk.Suggest(typed, 100) {
		switch {
		case member.Email == rq.who:
		case p.Works(member.Email, m):
			inside = append(inside, before+pickName(p, member))
		default:
			outside = append(outside, before+pickName(p, member))
		}
	}
	all := slices.DeleteFunc(append(inside, outside...), func(s string) bool { return card.Plain(s, 200) != s })
	all = all[:min(len(all), suggestions)]
	for i := range all {
		all[i] += ","
	}
	return all
}

// pickName is how a member is offered: the name if it is nobody else's. It has no
// comma, which parts those who are picked.
func pickName(p *desk.Policy, m desk.Member) string {
	same := func(o desk.Member) bool { return o.Email != m.Email && strings.EqualFold(o.Name, m.Name) }
	if m.Name == "" || strings.ContainsAny(m.Name, ",<>@\"") || strings.HasSuffix(m.Name, teamMark) || slices.ContainsFunc(p.Members, same) {
		return strings.Join(strings.Fields(strings.ReplaceAll(m.Name, ",", " ")), " ") + " <" + string(m.Email) + ">"
	}
	return m.Name
}

// picked gives the words that name in a note whom the field asks for.
func (a *Addon) picked(rq *request, m desk.Mailbox) (words []string, err error) {
	for part := range strings.SplitSeq(rq.ev.Form("mention"), ",") {
		part = strings.TrimPrefix(strings.TrimSpace(part), "@")
		if part == "" {
			continue
		}
		word := a.pick(part, m)
		if word == "" {
			return nil, &desk.Problem{Kind: desk.ErrInvalid, Say: "Nobody and no team here is called " + echoed(part) + ". Begin with a name and choose from the list. Your note was kept in its field."}
		}
		words = append(words, word)
	}
	return words, nil
}

// pick gives the word for one person or team, or "" when there is not exactly one.
func (a *Addon) pick(part string, m desk.Mailbox) string {
	p := a.o.Desk.Policy()
	if name, ok := strings.CutSuffix(part, teamMark); ok {
		if t, ok := p.Team(strings.TrimSpace(name)); ok {
			return p.MentionTeam(t)
		}
	}
	if e, ok := addressIn(part); ok {
		part = string(e)
		if people, _ := p.Called(part, m); len(people) == 1 {
			return p.Mention(people[0])
		}
		return ""
	}
	var named []desk.Member
	for _, member := range p.Members {
		if strings.EqualFold(member.Name, part) {
			named = append(named, member)
		}
	}
	if len(named) == 0 {
		if people, team := p.Called(part, m); len(people) > 0 && !team {
			return p.Mention(people[0])
		}
		if t, ok := p.Team(part); ok {
			return p.MentionTeam(t)
		}
		named = a.o.Desk.Suggest(part, 2)
	}
	if len(named) != 1 {
		return ""
	}
	return p.Mention(named[0].Email)
}
