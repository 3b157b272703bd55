package gallery

import (
	"time"

	"baton/desk"
)

// sleeping is the scene, snoozed by ana until tomorrow morning.
func (s *stage) sleeping() desk.Conversation {
	return s.must(s.desk.Snooze(s.ctx, ana, s.scene().ID, 0, desk.Nap{Morning: true, Why: "parts come tomorrow"}))
}

// ring performs the timer of a snoozed conversation, as the outbox does.
func (s *stage) ring(c desk.Conversation) desk.Conversation {
	in, err := s.store.Intent(s.ctx, s.record(c.ID).Nap.Timer)
	s.ok(err)
	_, err = s.desk.Wake(s.ctx, in)
	s.ok(err)
	return s.record(c.ID)
}

// offered is two conversations of ana's, one of a team.
func (s *stage) offered() desk.Conversation {
	s.rules["Invoice"] = desk.Routing{Matched: []string{"billing"}, Team: "Billing", Reason: "rule billing matched"}
	s.policy(func(p *desk.Policy) { p.Teams = []desk.Team{{Name: "Billing", Members: []desk.Email{ana, ben}}} })
	c := s.scene()
	s.must(s.desk.Take(s.ctx, ana, s.mailed("Invoice").ID, 0))
	return c
}

// reoffered is ana away, and her two conversations with others.
func (s *stage) reoffered() {
	s.offered()
	plan, err := s.desk.ReofferPlan(s.ctx, ana)
	s.ok(err)
	_, err = s.desk.Reoffer(s.ctx, ana, plan.Version)
	s.ok(err)
}

// rests are the cards of what was put aside, and of people who are away.
func rests() []State {
	return []State{
		{"form-snooze", "Snooze …", "The choices with their times where the reader is.", func(s *stage) Answer {
			return s.pressed("snooze-form", ana, s.scene())
		}},
		{"form-snooze-refused", "Snooze …, refused", "What was chosen is still there; the reason stands on top.", func(s *stage) Answer {
			return s.sent("snooze", ana, s.scene(), map[string]any{"nap": "pick", "until": s.now.Add(-time.Hour), "why": "<b>parts</b>"})
		}},
		{"snoozed", "Snoozed by a colleague", "Until when, why, and Wake now.", func(s *stage) Answer {
			return s.shown(ben, s.sleeping())
		}},
		{"woke", "Awake again", "Why it woke, and who had put it aside.", func(s *stage) Answer {
			c := s.sleeping()
			return s.later(24*time.Hour).shown(ana, s.ring(c))
		}},
		{"woke-in-queue", "Awake again while its holder is away", "It left the holder for the queue.", func(s *stage) Answer {
			c := s.sleeping()
			s.ok(s.desk.SetPresence(s.ctx, ana, desk.Away))
			return s.later(24*time.Hour).shown(ben, s.ring(c))
		}},
		{"absent", "A customer wrote to somebody who is away", "The card says so to whoever opens it.", func(s *stage) Answer {
			c := s.scene()
			s.ok(s.desk.SetPresence(s.ctx, ana, desk.Away))
			return s.later(time.Hour).shown(ben, s.mailFrom(desk.Message{Thread: c.Thread, Subject: "Re: Refund for order 1042"}))
		}},
		{"plan", "Away, and my work to others: the plan", "Nothing has changed yet.", func(s *stage) Answer {
			s.offered()
			return s.raw("/addon/do/presence", event{as: ana, form: map[string]any{"presence": "away_reassign"}})
		}},
		{"home-away", "Back after being away", "What happened meanwhile; Take back while nobody has worked on it.", func(s *stage) Answer {
			s.reoffered()
			return s.atHome(ana)
		}},
		{"home-away-worked", "Back after a colleague worked on it", "Only Seen is left.", func(s *stage) Answer {
			s.reoffered()
			rows, _, err := s.desk.ListFor(s.ctx, ben, desk.Query{List: desk.ListMine}, desk.Page{Limit: 9})
			s.ok(err)
			for _, row := range rows {
				s.must(s.desk.AddNote(s.ctx, ben, row.ID, "w"+string(row.ID), "On it"))
			}
			return s.later(time.Hour).atHome(ana)
		}},
	}
}
