package desk_test

import (
	"fmt"
	"testing"
	"time"

	"baton/desk"
)

// Whom the team brought into the exchange gets its next reply too, as in Gmail:
// but only if the customer saw it, and until the customer writes again.
func TestWhoWasBroughtInStays(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	m, f := h.mail("", desk.Person, "Refund")
	f.To, f.Cc = []desk.Email{"support@acme.test"}, []desk.Email{"lee@shop.example"}
	c := must[desk.Conversation](t)(h.desk.Receive(ctx, m, f))
	wrote := func(to, cc []desk.Email) desk.Conversation {
		t.Helper()
		h.clock.pass(time.Minute)
		m, f := h.mail(c.Thread, desk.Own, "Re: Refund")
		f.To, f.Cc = to, cc
		return must[desk.Conversation](t)(h.desk.Receive(ctx, m, f))
	}
	gets := func(what, to, cc string) {
		t.Helper()
		r := h.desk.Policy().Recipients(&c)
		if got := desk.WriteRecipients(r.To); got != to {
			t.Errorf("%s: to %s, want %s", what, got, to)
		}
		if got := desk.WriteRecipients(r.Cc); got != cc {
			t.Errorf("%s: cc %s, want %s", what, got, cc)
		}
	}
	const carla = "Carla Customer <carla@shop.example>"
	c = wrote([]desk.Email{"supplier@parts.example"}, []desk.Email{"spy@parts.example"})
	gets("asked somebody else, behind the customer's back", carla, "lee@shop.example")
	c = wrote([]desk.Email{"carla@shop.example"}, []desk.Email{"boss@shop.example", "support@acme.test", "lee@shop.example"})
	gets("brought somebody in", carla, "lee@shop.example, boss@shop.example")
	c = wrote([]desk.Email{"lee@shop.example"}, nil)
	gets("wrote to some of them alone", carla, "lee@shop.example, boss@shop.example")
	c = wrote([]desk.Email{"carla@shop.example", "boss@shop.example"}, []desk.Email{"ana@acme.test"})
	gets("once more", carla, "lee@shop.example, boss@shop.example, ana@acme.test")
	h.clock.pass(time.Minute)
	m, f = h.mail(c.Thread, desk.Person, "Re: Refund")
	f.To = []desk.Email{"support@acme.test"}
	c = must[desk.Conversation](t)(h.desk.Receive(ctx, m, f))
	gets("the customer left them out", carla, "")
	var crowd []desk.Email
	for i := range 40 {
		crowd = append(crowd, desk.Email(fmt.Sprintf("p%d@shop.example", i)))
	}
	c = wrote([]desk.Email{"carla@shop.example"}, crowd)
	if r := h.desk.Policy().Recipients(&c); len(r.Cc)+r.More != 40 || len(r.Cc) > 30 {
		t.Errorf("of 40 people %d are kept and %d said to be left out", len(r.Cc), r.More)
	}
}
