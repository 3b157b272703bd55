package desk_test

import (
	"context"
	"testing"
	"time"

	"pgregory.net/rapid"

	"baton/desk"
)

// handing plays people who come and go, and mail, against the desk, and knows for
// each conversation whom its rule means and whether a person put it where it is.
type handing struct {
	h      *house
	is     map[desk.Email]desk.Presence
	all    []desk.ConversationID
	means  map[desk.ConversationID][]desk.Email
	chosen map[desk.ConversationID]bool       // a person decided who holds it
	holds  map[desk.ConversationID]desk.Email // as the model knows it
}

func (m *handing) mail(t *rapid.T) {
	subject := rapid.SampledFrom([]string{"bill", "bill", "Ana's", "S"}).Draw(t, "subject")
	c := m.h.receive("", desk.Person, subject)
	m.all = append(m.all, c.ID)
	m.means[c.ID] = map[string][]desk.Email{"bill": {ana, ben}, "Ana's": {ana}}[subject]
	m.holds[c.ID] = c.Assignee
}

func (m *handing) presence(t *rapid.T) {
	who := rapid.SampledFrom([]desk.Email{ana, ben, mia}).Draw(t, "who")
	is := desk.Presence{Availability: rapid.SampledFrom([]desk.Availability{desk.Available, desk.Busy, desk.Away, desk.AwayReassign}).Draw(t, "is")}
	if is.Availability != desk.Available && rapid.Bool().Draw(t, "ends") {
		is.Until = m.h.clock.now().Add(time.Hour)
	}
	if who == ana && rapid.Bool().Draw(t, "deputy") {
		is.Deputy = mia
	}
	if err := m.h.desk.Attend(context.Background(), who, is); err != nil {
		t.Fatal(err)
	}
	m.is[who] = is
}

// there tells whether somebody is given work now, worked out apart from the desk.
func (m *handing) there(who desk.Email) bool {
	is := m.is[who]
	return is.Availability == desk.Available || !is.Until.IsZero() && !is.Until.After(m.h.clock.now())
}

// may tells whether somebody may be handed what means some people.
func (m *handing) may(who desk.Email, means []desk.Email) bool {
	for _, e := range means {
		if who == e {
			return m.there(e)
		}
	}
	a := m.is[ana]
	away := (a.Availability == desk.Away || a.Availability == desk.AwayReassign) && !m.there(ana)
	return len(means) == 1 && away && a.Deputy == who && m.there(who)
}

func (m *handing) person(t *rapid.T) {
	if len(m.all) == 0 {
		return
	}
	id := rapid.SampledFrom(m.all).Draw(t, "which")
	c := m.h.record(id)
	var err error
	if c.Assignee == "" {
		c, err = m.h.desk.Take(context.Background(), mia, id, 0)
	} else if last := c.Recent[len(c.Recent)-1]; last.Kind == desk.EventHandedOut && rapid.Bool().Draw(t, "undo") {
		c, err = m.h.desk.Undo(context.Background(), last.Who, id, last.Seq)
	} else {
		c, err = m.h.desk.Release(context.Background(), mia, id, 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	m.chosen[id], m.holds[id] = true, c.Assignee
}

// rest lets everything that is promised happen, and a round.
func (m *handing) rest(t *rapid.T) {
	m.h.performs(m.h.desk)
	if err := m.h.desk.Round(context.Background()); err != nil {
		t.Fatal(err)
	}
	m.h.performs(m.h.desk)
	got := map[desk.Email]int{}
	for _, id := range m.all {
		c := m.h.record(id)
		switch was := m.holds[id]; {
		case c.Assignee == was && was != "":
		case c.Assignee == was && !m.chosen[id]:
			for _, who := range []desk.Email{ana, ben, mia} {
				if m.may(who, m.means[id]) {
					t.Fatalf("it waits, and %s is there for it: %+v", who, c.Waits)
				}
			}
		case c.Assignee == was:
		case m.chosen[id] || was != "":
			t.Fatalf("a person had put it with %q, and it went to %q", was, c.Assignee)
		case !m.may(c.Assignee, m.means[id]):
			t.Fatalf("handed to %q, who is not there for it (%+v)", c.Assignee, m.is)
		default:
			if len(m.means[id]) == 2 {
				got[c.Assignee]++
			}
			m.holds[id] = c.Assignee
		}
	}
	if d := got[ana] - got[ben]; m.there(ana) && m.there(ben) && (d > 1 || d < -1) {
		t.Fatalf("handed out %v at once, want about as many each", got)
	}
}

// TestHandingOutAgainstModel: at rest nothing waits while somebody is there for
// it, nobody is handed what they may not be, nobody gets it in one burst while a
// colleague is free, and what a person decided stays.
func TestHandingOutAgainstModel(t *testing.T) {
	h := newHouse(t)
	h.bills()
	rapid.Check(t, func(rt *rapid.T) {
		m := &handing{h: h, is: map[desk.Email]desk.Presence{}, means: map[desk.ConversationID][]desk.Email{}, chosen: map[desk.ConversationID]bool{}, holds: map[desk.ConversationID]desk.Email{}}
		h.is(desk.Available, ana, ben, mia)
		for _, who := range []desk.Email{ana, ben, mia} {
			if err := h.desk.Attend(context.Background(), who, desk.Presence{}); err != nil {
				rt.Fatal(err)
			}
		}
		h.performs(h.desk) // what an earlier game left
		rt.Repeat(map[string]func(*rapid.T){
			"mail": m.mail, "more mail": m.mail, "presence": m.presence, "person": m.person, "rest": m.rest,
			"time": func(t *rapid.T) { h.clock.pass(time.Duration(rapid.IntRange(1, 90).Draw(t, "minutes")) * time.Minute) },
		})
		m.rest(rt)
	})
}
