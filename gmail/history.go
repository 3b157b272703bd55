package gmail

import (
	"slices"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"

	"baton/desk"
)

// touched is what one reading of the history tells of one message, all records
// taken together.
type touched struct {
	id        desk.MessageID
	thread    desk.ThreadID
	added     bool              // reported as new, not only as changed
	draft     bool              // a draft, by the newest record
	deleted   bool              // deleted for good
	labels    map[string]bool   // net effect by label id: put on, or taken off
	orders    map[string]uint64 // history ids of the last change, by label id
	cameAt    uint64            // history id of the adding; 0 = it was not reported
	came      []string          // labels that it came with, by id, as the history says
	seen      bool              // looked up in the ledger by this reading
	known     bool              // was in the ledger before this reading
	fresh     *gmailapi.Message
	drafts    []desk.DraftStep // its coming and going as a draft
	deletedAt uint64           // history id of the deletion
	ours      bool             // is a reply of a card that went out
	automatic bool             // is an automatic answer, which moves nothing
	taken     bool             // got its ledger line from this reading
	void      bool             // is nothing to take in: gone, or a draft
	at        time.Time        // when it came; zero = it was not fetched
}

// span collects a reading's records by message, in their order.
type span struct {
	byID   map[desk.MessageID]*touched
	order  []*touched
	since  time.Time // when the last reading that came to its end began; zero = unknown
	listed time.Time // when this one began
}

func newSpan() *span { return &span{byID: make(map[desk.MessageID]*touched)} }

// add takes over a page of records. A message counts as new by any kind of
// change, for Gmail does not always report the adding itself.
func (s *span) add(records []*gmailapi.History) {
	for _, r := range records {
		for _, a := range r.MessagesAdded {
			if t := s.at(a.Message); t != nil {
				t.added, t.cameAt, t.came = true, r.Id, a.Message.LabelIds
				if t.draft {
					t.draftStep(r.Id, true)
				}
			}
		}
		for _, l := range r.LabelsAdded {
			s.labels(r.Id, l.Message, l.LabelIds, true)
		}
		for _, l := range r.LabelsRemoved {
			s.labels(r.Id, l.Message, l.LabelIds, false)
		}
		for _, d := range r.MessagesDeleted {
			if t := s.at(d.Message); t != nil {
				t.deleted, t.deletedAt = true, r.Id
				if t.draft {
					t.draftStep(r.Id, false)
				}
			}
		}
	}
}

func (s *span) labels(order uint64, m *gmailapi.Message, ids []string, on bool) {
	t := s.at(m)
	if t == nil {
		return
	}
	if t.labels == nil {
		t.labels = make(map[string]bool, len(ids))
		t.orders = make(map[string]uint64, len(ids))
	}
	for _, id := range ids {
		t.labels[id], t.orders[id] = on, order
		if id == "DRAFT" {
			t.draft = on
			t.draftStep(order, on)
		}
		if id == "TRASH" && t.draft {
			t.draftStep(order, !on)
		}
	}
}

// at finds or begins what is known of a message. A record's own labels say
// whether it is a draft.
func (s *span) at(m *gmailapi.Message) *touched {
	if m == nil || m.Id == "" {
		return nil
	}
	t := s.byID[desk.MessageID(m.Id)]
	if t == nil {
		t = &touched{id: desk.MessageID(m.Id)}
		s.byID[t.id] = t
		s.order = append(s.order, t)
	}
	if m.ThreadId != "" {
		t.thread = desk.ThreadID(m.ThreadId)
	}
	if len(m.LabelIds) > 0 {
		t.draft = slices.Contains(m.LabelIds, "DRAFT")
	}
	return t
}

// waiting gives the messages that were not looked up yet.
func (s *span) waiting() []*touched {
	var out []*touched
	for _, t := range s.order {
		if !t.seen && !t.draft {
			out = append(out, t)
		}
	}
	return out
}

// arrivalLike holds when a label change alone looks like mail coming in, going
// out or being brought back to the team's eyes.
func (t *touched) arrivalLike() bool {
	for _, id := range []string{"INBOX", "UNREAD", "SENT", "SPAM", "IMPORTANT"} {
		if t.labels[id] {
			return true
		}
	}
	on, changed := t.labels["DRAFT"]
	return changed && !on
}
