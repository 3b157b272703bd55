package addon

import (
	"errors"
	"fmt"
	"time"

	"baton/addon/card"
	"baton/addon/wire"
	"baton/desk"
)

// presence saves the person's availability. Whoever offers their work to others
// is shown first what would become of it, and nothing is changed yet.
func (a *Addon) presence(rq *request) (wire.Answer, error) {
	to := way(rq.ev.Form("presence"))
	if p := rq.ev.Parameter("presence"); p != "" {
		to = way(p)
	}
	if to == desk.AwayReassign {
		plan, err := a.o.Desk.ReofferPlan(rq.Context(), rq.who)
		if err != nil {
			return nil, err
		}
		if len(plan.Items) > 0 {
			return wire.Submit{Render: wire.Show(a.planCard(rq, plan, time.Time{}, card.HTML{}))}, nil
		}
	}
	if err := a.o.Desk.SetPresenceUntil(rq.Context(), rq.who, to, untilParameter(rq)); err != nil {
		return nil, err
	}
	return a.homeAgain(rq, "Saved.")
}

// reoffer does what the plan said that was shown, or shows what has become of
// the plan.
func (a *Addon) reoffer(rq *request) (wire.Answer, error) {
	plan, err := a.o.Desk.ReofferUntil(rq.Context(), rq.who, rq.ev.Parameter("plan"), untilParameter(rq))
	if errors.Is(err, desk.ErrConflict) {
		banner := card.Bold("Something changed since you saw this. Nothing was done; this is what would happen now.")
		return wire.Submit{Render: wire.Render{Navigations: []wire.Navigation{wire.Update(a.planCard(rq, plan, untilParameter(rq), banner))}}}, nil
	}
	if err != nil {
		return nil, err
	}
	return a.homeAgain(rq, fmt.Sprintf("You are away. %s offered to others.", were(len(plan.Items))))
}

func were(n int) string {
	if n == 1 {
		return "One conversation was"
	}
	return fmt.Sprintf("%d conversations were", n)
}

// shownPlan is how many conversations of a plan its card lists.
const shownPlan = 40

// planCard shows what would become of each of a person's open conversations.
func (a *Addon) planCard(rq *request, plan desk.Plan, until time.Time, banner card.HTML) card.Card {
	p := a.o.Desk.Policy()
	c := card.Card{Header: card.Header{Title: "Away: offer my work to others", Subtitle: "Nothing has changed yet"}}
	if !banner.Empty() {
		c.Sections = append(c.Sections, card.Section{Widgets: []card.Widget{card.TextParagraph{Text: banner}}})
	}
	s := card.Section{Header: card.Text(fmt.Sprintf("Your open conversations (%d)", len(plan.Items)))}
	for _, it := range plan.Items[:min(len(plan.Items), shownPlan)] {
		to := "Goes to the queue"
		switch {
		case it.Deputy:
			to = "Goes to " + named(p, it.To) + ", who stands in for you"
		case it.To != "":
			to = "Goes to " + named(p, it.To)
		case it.Row.Team != "":
			to = "Goes to the queue of the team " + card.Isolate(it.Row.Team)
		}
		line := card.DecoratedText{Top: nameOf(it.Row.Customer), Text: card.Text(subject(it.Row.Subject)), Bottom: to}
		if it.Row.Late(rq.r.now) {
			line.Icon, line.Bottom = card.Clock, to+" · "+rq.r.due(it.Row.Due)
		}
		s.Widgets = append(s.Widgets, line)
	}
	if more := len(plan.Items) - shownPlan; more > 0 {
		s.Widgets = append(s.Widgets, card.TextParagraph{Text: card.Text(fmt.Sprintf("And %d more, in the same way.", more))})
	}
	if plan.More {
		s.Widgets = append(s.Widgets, card.TextParagraph{Text: card.Text(fmt.Sprintf("These are the first %d. Choose this once more for the rest.", desk.MaxPlan))})
	}
	if plan.Kept == 1 {
		s.Widgets = append(s.Widgets, card.TextParagraph{Text: card.Text("One that is snoozed or waits for a customer stays with you until something happens; then it is offered, too.")})
	}
	if plan.Kept > 1 {
		s.Widgets = append(s.Widgets, card.TextParagraph{Text: card.Text(fmt.Sprintf("%d that are snoozed or wait for a customer stay with you until something happens; then they are offered, too.", plan.Kept))})
	}
	c.Sections = append(c.Sections, s)
	text := fmt.Sprintf("Offer these %d to others", len(plan.Items))
	if len(plan.Items) == 1 {
		text = "Offer it to others"
	}
	if len(plan.Items) == 0 {
		text = "Be away"
	}
	c.Footer = &card.Footer{
		Primary:   card.Button{Text: text, Fill: accent, Click: a.action("reoffer", "plan", plan.Version, "until", untilText(until), "form", "1")},
		Secondary: &card.Button{Text: "Only away", Alt: "Be away and keep my conversations", Click: a.action("presence", "presence", string(desk.Away), "until", untilText(until), "form", "1")},
	}
	return c
}

// lostSections tell what happened to the person's conversations while they were
// away, and what colleagues who are away now cannot see to.
func (a *Addon) lostSections(rq *request, h desk.Home) []card.Section {
	var out []card.Section
	p := a.o.Desk.Policy()
	if len(h.Lost) > 0 {
		s := card.Section{Header: card.Text("What happened to your conversations")}
		for _, l := range h.Lost {
			line := card.DecoratedText{Top: rq.r.at(l.At) + " · " + nameOf(l.Row.Customer), Text: card.Text(subject(l.Row.Subject)),
				Bottom: a.nowWith(rq, l.Row), Wrap: true, Click: a.action("open", "c", string(l.Row.ID))}
			if l.Untouched {
				line.End = card.Button{Text: "Take back", Alt: "Take back " + subject(l.Row.Subject) + "; nobody has worked on it", Click: a.action("take-back", "c", string(l.Row.ID))}
			} else {
				line.End = card.Button{Text: "Seen", Alt: "Take " + subject(l.Row.Subject) + " off this list", Click: a.action("lost-seen", "c", string(l.Row.ID))}
			}
			s.Widgets = append(s.Widgets, line)
		}
		out = append(out, s)
	}
	if len(h.Held) > 0 {
		s := card.Section{Header: card.Text("Held by colleagues who are away")}
		for _, row := range h.Held {
			line := a.rowLine(rq, row)
			if d, ok := line.(card.DecoratedText); ok {
				d.Top += " · held by " + named(p, row.Assignee)
				line = d
			}
			s.Widgets = append(s.Widgets, line)
		}
		out = append(out, s)
	}
	return out
}

// nowWith says with whom a conversation is now.
func (a *Addon) nowWith(rq *request, row desk.Row) string {
	switch {
	case row.Assignee == rq.who:
		return "You hold it again"
	case !row.Status.Active():
		return row.Status.Name()
	case row.Assignee != "":
		return named(a.o.Desk.Policy(), row.Assignee) + " holds it · " + row.Status.Name()
	}
	return "In the queue · " + row.Status.Name()
}

func (a *Addon) takeBack(rq *request) (wire.Answer, error) {
	id, _ := target(rq)
	if _, err := a.o.Desk.TakeBack(rq.Context(), rq.who, id); err != nil {
		return nil, err
	}
	return a.homeAgain(rq, "You hold it again.")
}

func (a *Addon) lostSeen(rq *request) (wire.Answer, error) {
	id, _ := target(rq)
	if _, err := a.o.Desk.Forget(rq.Context(), rq.who, id); err != nil {
		return nil, err
	}
	return a.homeAgain(rq, "Done.")
}
