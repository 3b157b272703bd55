package gallery

import (
	"time"

	"baton/desk"
)

// goes makes somebody away.
func (s *stage) goes(who desk.Email, is desk.Presence) {
	s.ok(s.desk.Attend(s.ctx, who, is))
}

// absences are the cards of people who are away, of who stands in for them, and of
// queues that nobody sees to.
func absences() []State {
	until := func(s *stage) time.Time { return s.now.Add(24 * time.Hour) }
	return []State{
		{"form-absence", "Absence and deputy …", "Until when, and who stands in.", func(s *stage) Answer {
			s.goes(ana, desk.Presence{Availability: desk.Away, Until: until(s), Deputy: ben})
			return s.raw("/addon/do/absence-form", event{as: ana})
		}},
		{"form-absence-refused", "Absence and deputy …, refused", "What was typed is still there.", func(s *stage) Answer {
			return s.raw("/addon/do/absence", event{as: ana, params: map[string]string{"form": "1"}, form: map[string]any{"presence": "away", "person": "<b>Zoe"}})
		}},
		{"home-deputy", "Home of somebody who is away", "Until when, and who stands in.", func(s *stage) Answer {
			s.goes(ana, desk.Presence{Availability: desk.Away, Until: until(s), Deputy: ben})
			return s.atHome(ana)
		}},
		{"plan-deputy", "The plan when somebody stands in", "It proposes them.", func(s *stage) Answer {
			s.offered()
			return s.raw("/addon/do/absence", event{as: ana, params: map[string]string{"form": "1"}, form: map[string]any{"presence": "away_reassign", "person": string(ben), "until": until(s)}})
		}},
		{"form-give-away", "Give to somebody who is away", "It asks once more, and offers who stands in.", func(s *stage) Answer {
			c := s.scene()
			s.goes(ben, desk.Presence{Availability: desk.Away, Until: until(s), Deputy: mia})
			return s.sent("give", ana, c, map[string]any{"person": string(ben), "why": "You know <b>them</b>"})
		}},
		{"stands-in", "Held in somebody's place", "For whom, and that they are away.", func(s *stage) Answer {
			s.rules["Hers"] = desk.Routing{Matched: []string{"hers"}, Person: ana, Reason: "rule hers matched"}
			s.goes(ana, desk.Presence{Availability: desk.Away, Deputy: ben})
			return s.shown(mia, s.mailed("Hers"))
		}},
		{"handed-out", "Handed out after waiting", "Why it came to its holder, and Undo for managers.", func(s *stage) Answer {
			s.rules["Hers"] = desk.Routing{Matched: []string{"hers"}, Person: ana, Reason: "rule hers matched"}
			s.goes(ana, desk.Presence{Availability: desk.Away})
			c := s.mailed("Hers")
			s.later(time.Hour).goes(ana, desk.Presence{})
			_, err := s.desk.HandOut(s.ctx, desk.Intent{Waiting: desk.WaitKey(ana)})
			s.ok(err)
			return s.shown(mia, s.record(c.ID))
		}},
		{"home-alarm", "A manager's home when the queue grows", "Plainly, on top.", func(s *stage) Answer {
			s.rules["Hers"] = desk.Routing{Matched: []string{"hers"}, Person: ana, Reason: "rule hers matched"}
			s.policy(func(p *desk.Policy) {
				p.Mailboxes[0].Alarm = desk.Alarm{Unassigned: 2, Stopped: true}
				p.Rules = []desk.Rule{{Name: "hers", Then: desk.Actions{Person: ana}}}
			})
			s.goes(ana, desk.Presence{Availability: desk.Away})
			s.mailed("Hers")
			s.mailed("Hers")
			s.ok(s.desk.Round(s.ctx))
			return s.later(time.Hour).atHome(mia)
		}},
	}
}
