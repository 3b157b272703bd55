package gallery

import (
	"fmt"
	"time"

	"baton/desk"
)

// queued receives mails and gives the ids of their conversations.
func (s *stage) queued(n int) (ids []string) {
	for i := range n {
		s.later(time.Minute)
		ids = append(ids, string(s.mailed(fmt.Sprint("Question ", i+1)).ID))
	}
	return ids
}

// bulk posts the form that changes several.
func (s *stage) bulk(form map[string]any) Answer {
	return s.raw("/addon/do/bulk", event{as: ana, params: map[string]string{"l": "queue", "m": string(support), "form": "1"}, form: form})
}

// several are the cards that change many conversations at once.
func several() []State {
	return []State{
		{"form-several", "Select several …", "A box for each, and what to do.", func(s *stage) Answer {
			s.queued(4)
			return s.raw("/addon/do/bulk-form", event{as: ana, params: map[string]string{"l": "queue", "m": string(support)}})
		}},
		{"form-several-refused", "Select several …, refused", "What was chosen is still chosen.", func(s *stage) Answer {
			return s.bulk(map[string]any{"ids": s.queued(3)[:2], "do": "give"})
		}},
		{"several-done", "Several changed, some left", "How many, which not and why, and Undo all.", func(s *stage) Answer {
			ids := s.queued(4)
			s.must(s.desk.Close(s.ctx, ben, desk.ConversationID(ids[1]), 0))
			return s.bulk(map[string]any{"ids": append(ids, "never"), "do": "close"})
		}},
		{"several-undone", "Several undone", "Except what somebody has touched since.", func(s *stage) Answer {
			ids := s.queued(3)
			done, err := s.desk.Bulk(s.ctx, ana, []desk.ConversationID{desk.ConversationID(ids[0]), desk.ConversationID(ids[1]), desk.ConversationID(ids[2])}, desk.Bulk{Close: true})
			s.ok(err)
			s.later(time.Minute).must(s.desk.Reopen(s.ctx, ben, desk.ConversationID(ids[2]), 0))
			return s.raw("/addon/do/bulk-undo", event{as: ana, params: map[string]string{"g": string(done.Group)}})
		}},
	}
}
