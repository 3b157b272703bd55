package desk_test

import (
	"testing"

	"baton/desk"
)

// A holder who offers their work to others keeps what a colleague hands to them:
// the thread's own mail is no news.
func TestHandInToSomebodyAway(t *testing.T) {
	h, _ := takesIn(t, 0)
	if err := h.desk.SetPresence(t.Context(), ben, desk.AwayReassign); err != nil {
		t.Fatal(err)
	}
	r := must[desk.Receipt](t)(h.desk.HandIn(t.Context(), ana, desk.Intake{Mailbox: support, To: ben}, h.carlas(5)))
	if c := r.Conversation; c.Assignee != ben || c.Reoffered != nil {
		t.Errorf("held by %q, %+v", c.Assignee, c.Reoffered)
	}
}

// Gmail keeps apart what Ana's mailbox shows as one thread: all of it is given to
// whom she chose.
func TestHandInApart(t *testing.T) {
	h, _ := takesIn(t, 0)
	o := h.carlas(4)
	o.mails[2].Odd = true
	r := must[desk.Receipt](t)(h.desk.HandIn(t.Context(), ana, desk.Intake{Mailbox: support, To: ben}, o))
	if r.Apart != 1 || r.Conversation.Messages != 3 || r.Left != 0 {
		t.Errorf("%+v", r)
	}
	rows, _, err := h.store.List(t.Context(), desk.Query{List: desk.ListMine, Mailboxes: []desk.Mailbox{support}, Person: ben}, desk.Page{Limit: 10})
	if err != nil || len(rows) != 2 {
		t.Errorf("Ben holds %d: %v", len(rows), err)
	}
}

// Nothing was answered by a person: a newsletter, and a thread of Ana's alone.
func TestHandInOpensIt(t *testing.T) {
	for name, set := range map[string]func(l *mail){
		"a newsletter": func(l *mail) { l.Auto = true },
		"Ana's own":    func(l *mail) { l.From, l.To = ana, "carla@shop.example" },
	} {
		h, _ := takesIn(t, 0)
		o := h.carlas(1)
		set(&o.mails[0])
		c := must[desk.Receipt](t)(h.desk.HandIn(t.Context(), ana, desk.Intake{Mailbox: support}, o)).Conversation
		if c.Status != desk.Open || c.Customer.Email != "carla@shop.example" || !c.Unanswered.IsZero() || !c.Due().IsZero() || c.Assignee != "" {
			t.Errorf("%s: %s, customer %v, unanswered %v, due %v", name, c.Status, c.Customer, c.Unanswered, c.Due())
		}
	}
}
