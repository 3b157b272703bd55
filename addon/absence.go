package addon

import (
	"strings"
	"time"

	"baton/addon/card"
	"baton/addon/wire"
	"baton/desk"
)

// presenceSection says whether the person is there, and until when they are not,
// and lets them change it.
func (a *Addon) presenceSection(rq *request, pr desk.Presence) card.Section {
	change := a.action("presence")
	s := card.Section{Header: card.Text("My availability"), Widgets: []card.Widget{
		card.Selection{Name: "presence", Label: "I am", Kind: card.Dropdown, OnChange: &change, Items: ways(pr.Availability)},
	}}
	var say []string
	if !pr.Until.IsZero() {
		say = append(say, "Until "+rq.r.at(pr.Until))
	}
	if deputy := a.o.Desk.Policy().DeputyOf(pr); deputy != "" {
		say = append(say, named(a.o.Desk.Policy(), deputy)+" stands in for you while you are away")
	}
	if len(say) > 0 {
		s.Widgets = append(s.Widgets, card.TextParagraph{Text: card.Text(strings.Join(say, " · "))})
	}
	s.Widgets = append(s.Widgets, card.Buttons{{Text: "Absence and deputy …", Click: a.action("absence-form")}})
	return s
}

func ways(now desk.Availability) []card.Item {
	return []card.Item{
		{Text: "Available", Value: "available", Selected: now == desk.Available},
		{Text: "Busy: I keep mine, nothing new", Value: "busy", Selected: now == desk.Busy},
		{Text: "Away: nothing new, colleagues see it", Value: "away", Selected: now == desk.Away},
		{Text: "Away, and offer my work to others …", Value: string(desk.AwayReassign), Selected: now == desk.AwayReassign},
	}
}

// way reads an availability as a form or a button names it.
func way(s string) desk.Availability {
	if s == "available" {
		return desk.Available
	}
	return desk.Availability(s)
}

// absenceForm answers the button that asks until when somebody is away, and who
// stands in.
func (a *Addon) absenceForm(rq *request) (wire.Answer, error) {
	c, err := a.absenceCard(rq, "")
	if err != nil {
		return nil, err
	}
	return wire.Submit{Render: wire.Show(c)}, nil
}

// absenceCard draws the form, with what was typed when it was refused. One read.
func (a *Addon) absenceCard(rq *request, fault string) (card.Card, error) {
	p := a.o.Desk.Policy()
	if _, ok := p.Member(rq.who); !ok {
		return card.Card{}, desk.ErrNotFound
	}
	all, err := a.o.Desk.Presences(rq.Context())
	if err != nil {
		return card.Card{}, err
	}
	is, until, person := all[rq.who], time.Time{}, ""
	if until = is.Until; is.Deputy != "" {
		person = a.written(is.Deputy)
	}
	if fault != "" {
		is.Availability, person = way(rq.ev.Form("presence")), rq.ev.Form("person")
		until, _ = rq.ev.FormDate("until")
	}
	hint := "Empty: nobody"
	if m, _ := p.Member(rq.who); m.Deputy != "" {
		hint = "Empty: " + named(p, m.Deputy) + ", as your admin set it"
	}
	complete := card.Action{URL: a.o.PublicURL + "/addon/suggest", Quiet: true, Parameters: map[string]string{"who": "deputy"}}
	c := card.Card{Header: card.Header{Title: "My availability"}}
	if fault != "" {
		c.Sections = append(c.Sections, card.Section{Widgets: []card.Widget{card.TextParagraph{Text: card.Bold(fault)}}})
	}
	c.Sections = append(c.Sections, card.Section{Widgets: []card.Widget{
		card.Selection{Name: "presence", Label: "I am", Kind: card.Dropdown, Items: ways(is.Availability)},
		card.DateTime{Name: "until", Label: "Until (optional)", Kind: card.DateAndTime, Zone: rq.r.zone, Value: until},
		card.TextInput{Name: "person", Label: "Who stands in while I am away", Hint: hint, Value: person, Complete: &complete},
		card.TextParagraph{Text: card.Text("Mail that rules would give you goes to them while you are away, if they are available. It ends when you are back.")},
	}})
	save := a.action("absence", "form", "1")
	save.Persist = true
	c.Footer = &card.Footer{
		Primary:   card.Button{Text: "Save", Fill: accent, Click: save},
		Secondary: &card.Button{Text: "Cancel", Click: a.action("back", "form", "1")},
	}
	return c, nil
}

// written writes a person as the field of a form reads them.
func (a *Addon) written(e desk.Email) string {
	return named(a.o.Desk.Policy(), e) + " <" + string(e) + ">"
}

// absence saves the form. Whoever offers their work to others is shown the plan
// first; only who stands in is saved by then.
func (a *Addon) absence(rq *request) (wire.Answer, error) {
	deputy, err := a.person(rq)
	if err != nil {
		return nil, err
	}
	is := desk.Presence{Availability: way(rq.ev.Form("presence")), Deputy: deputy}
	is.Until, _ = rq.ev.FormDate("until")
	if is.Availability == desk.AwayReassign {
		plan, err := a.o.Desk.ReofferPlan(rq.Context(), rq.who)
		if err != nil {
			return nil, err
		}
		if len(plan.Items) > 0 {
			return a.planFor(rq, is)
		}
	}
	if err := a.o.Desk.Attend(rq.Context(), rq.who, is); err != nil {
		return nil, err
	}
	return a.homeAgain(rq, "Saved.")
}

// planFor saves who stands in, and shows the plan that follows from it.
func (a *Addon) planFor(rq *request, is desk.Presence) (wire.Answer, error) {
	all, err := a.o.Desk.Presences(rq.Context())
	if err != nil {
		return nil, err
	}
	now := all[rq.who]
	now.Deputy = is.Deputy
	if err := a.o.Desk.Attend(rq.Context(), rq.who, now); err != nil {
		return nil, err
	}
	plan, err := a.o.Desk.ReofferPlan(rq.Context(), rq.who)
	if err != nil {
		return nil, err
	}
	return wire.Submit{Render: wire.Render{Navigations: []wire.Navigation{wire.Update(a.planCard(rq, plan, is.Until, card.HTML{}))}}}, nil
}

// suggestDeputy offers colleagues of any mailbox in which the person works.
func (a *Addon) suggestDeputy(rq *request) wire.Suggestions {
	p := a.o.Desk.Policy()
	var out wire.Suggestions
	for _, m := range a.o.Desk.Suggest(rq.ev.Form("person"), len(p.Members)) {
		for _, box := range p.WorksIn(rq.who) {
			if len(out) < suggestions && m.Email != rq.who && p.Works(m.Email, box) {
				out = append(out, a.written(m.Email))
				break
			}
		}
	}
	return out
}

// untilParameter reads until when an absence lasts from a button; zero = until
// its person says otherwise.
func untilParameter(rq *request) time.Time {
	t, err := time.Parse(time.RFC3339, rq.ev.Parameter("until"))
	if err != nil {
		return time.Time{}
	}
	return t
}

func untilText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// inPlace says for whom the holder stands in: " for Ana, who is away". One read.
func (d drawing) inPlace(e desk.Email) string {
	if e == "" {
		return ""
	}
	is, _, err := d.a.o.Desk.Whereabouts(d.rq.Context(), e, d.v.Mailbox)
	if err == nil && is.Availability.IsAway() {
		return " for " + named(d.p, e) + ", who is away"
	}
	return " for " + named(d.p, e) + ", who was away"
}
