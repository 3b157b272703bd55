package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"baton/desk"
)

// heard is a conversation whose newest mail has these addresses.
func heard(env desk.Envelope) *desk.Conversation {
	return &desk.Conversation{Mailbox: support, Heard: env, Customer: desk.Address{Name: "Carla", Email: "carla@shop.example"}}
}

func TestRecipients(t *testing.T) {
	own := desk.Address{Name: "Support", Email: "support@acme.test"}
	at := func(list ...desk.Email) (out []desk.Address) {
		for _, e := range list {
			out = append(out, desk.Address{Email: e})
		}
		return out
	}
	sender := desk.Address{Name: "Kim", Email: "kim@shop.example"}
	for name, tc := range map[string]struct {
		env  desk.Envelope
		want desk.Recipients
	}{
		"nobody wrote yet": {desk.Envelope{}, desk.Recipients{From: own, To: []desk.Address{{Name: "Carla", Email: "carla@shop.example"}}}},
		"reply to all": {desk.Envelope{From: sender, To: []desk.Email{"support@acme.test", "lee@shop.example"}, Cc: []desk.Email{"ana@acme.test", "kim@shop.example", "lee@shop.example"}},
			desk.Recipients{From: own, To: []desk.Address{sender}, Cc: at("lee@shop.example", "ana@acme.test"), Sender: sender}},
		"never ourselves": {desk.Envelope{From: sender, To: []desk.Email{"support@acme.test"}, Cc: []desk.Email{"help@acme.test", "sales@acme.test", "support+x@acme.test", "help+y@acme.test"}},
			desk.Recipients{From: own, To: []desk.Address{sender}, Sender: sender}},
		"to an alias": {desk.Envelope{From: sender, To: []desk.Email{"help@acme.test"}},
			desk.Recipients{From: desk.Address{Name: "Support", Email: "help@acme.test"}, To: []desk.Address{sender}, Sender: sender}},
		"to both": {desk.Envelope{From: sender, To: []desk.Email{"help@acme.test"}, Cc: []desk.Email{"support@acme.test"}},
			desk.Recipients{From: own, To: []desk.Address{sender}, Sender: sender}},
		"by an alias that only delivery shows": {desk.Envelope{From: sender, To: []desk.Email{"list@shop.example"}, Alias: "help@acme.test"},
			desk.Recipients{From: desk.Address{Name: "Support", Email: "help@acme.test"}, To: []desk.Address{sender}, Cc: at("list@shop.example"), Sender: sender}},
		"by an alias that the policy does not list": {desk.Envelope{From: sender, To: []desk.Email{"other@acme.test"}, Alias: "other@acme.test"},
			desk.Recipients{From: own, To: []desk.Address{sender}, Cc: at("other@acme.test"), Sender: sender}},
		"answers wanted elsewhere": {desk.Envelope{From: sender, ReplyTo: at("desk@shop.example")},
			desk.Recipients{From: own, To: at("desk@shop.example"), Sender: sender, Redirected: true}},
		"answers wanted at the sender": {desk.Envelope{From: sender, ReplyTo: at("kim@shop.example")},
			desk.Recipients{From: own, To: at("kim@shop.example"), Sender: sender}},
		"answers wanted from ourselves": {desk.Envelope{From: sender, ReplyTo: at("support@acme.test")},
			desk.Recipients{From: own, To: []desk.Address{sender}, Sender: sender}},
		"unusable and more": {desk.Envelope{From: sender, Cc: []desk.Email{"jörg@shop.example", "a@b"}, More: 3},
			desk.Recipients{From: own, To: []desk.Address{sender}, Sender: sender, More: 5}},
	} {
		if diff := cmp.Diff(tc.want, acme().Recipients(heard(tc.env))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// The envelope is kept with the record, bounded, and follows the newest mail of
// a person only.
func TestHeard(t *testing.T) {
	h := newHouse(t)
	m, f := h.mail("", desk.Person, "Refund")
	for i := range 40 {
		f.To = append(f.To, desk.Email(fmt.Sprintf("p%d@shop.example", i)))
	}
	f.Cc = []desk.Email{"late@shop.example"}
	f.ReplyTo = []desk.Address{{Email: "jörg@shop.example"}}
	for i := range 7 {
		f.ReplyTo = append(f.ReplyTo, desk.Address{Email: desk.Email(fmt.Sprintf("r%d@shop.example", i))})
	}
	c := must[desk.Conversation](t)(h.desk.Receive(t.Context(), m, f))
	if len(c.Heard.To) != 25 || c.Heard.More != 19 || len(c.Heard.ReplyTo) != 5 {
		t.Errorf("%d kept, %d more, %v; want 25, 19 and 5", len(c.Heard.To), c.Heard.More, c.Heard.ReplyTo)
	}
	m, f = h.mail(c.Thread, desk.AutoReply, "Away")
	f.To = []desk.Email{"x@y.test"}
	c = must[desk.Conversation](t)(h.desk.Receive(t.Context(), m, f))
	if len(c.Heard.To) != 25 {
		t.Errorf("a machine's mail changed who is answered: %+v", c.Heard)
	}
	m, f = h.mail(c.Thread, desk.Person, "Re: Refund")
	m.At = m.At.Add(1e9)
	f.ReplyTo = []desk.Address{{Name: "Kim, the clerk", Email: "kim@shop.example"}}
	c = must[desk.Conversation](t)(h.desk.Receive(t.Context(), m, f))
	if diff := cmp.Diff(desk.Envelope{From: m.From, ReplyTo: []desk.Address{{Name: "Kim, the clerk", Email: "kim@shop.example"}}}, c.Heard); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Nobody who got the mail is lost, nobody of the desk is answered, nobody is
// named twice, and nobody is added.
func TestRecipientsProperty(t *testing.T) {
	p := acme()
	address := rapid.SampledFrom([]desk.Email{"support@acme.test", "help@acme.test", "sales@acme.test", "support+1@acme.test", "ana@acme.test",
		"kim@shop.example", "lee@shop.example", "a.b-c@x.example", "o'neil@x.example", "jörg@x.example", "nobody"})
	ours := []desk.Email{"support@acme.test", "help@acme.test", "sales@acme.test", "support+1@acme.test"}
	unfit := []desk.Email{"jörg@x.example", "nobody"}
	rapid.Check(t, func(t *rapid.T) {
		env := desk.Envelope{From: desk.Address{Email: address.Draw(t, "from")}, To: rapid.SliceOf(address).Draw(t, "to"), Cc: rapid.SliceOf(address).Draw(t, "cc")}
		for _, e := range rapid.SliceOfN(address, 0, 2).Draw(t, "reply to") {
			env.ReplyTo = append(env.ReplyTo, desk.Address{Email: e})
		}
		r := p.Recipients(heard(env))
		var got []desk.Email
		for _, a := range slices.Concat(r.To, r.Cc) {
			got = append(got, a.Email)
		}
		lost := 0
		for _, e := range slices.Concat(env.To, env.Cc) {
			if !slices.Contains(got, e) && !slices.Contains(ours, e) {
				lost++
			}
			if !slices.Contains(got, e) && !slices.Contains(ours, e) && !slices.Contains(unfit, e) {
				t.Fatalf("%s is lost: %v", e, got)
			}
		}
		if lost > 0 && r.More == 0 {
			t.Fatal("somebody is left out and nothing says so")
		}
		all := slices.Concat(env.To, env.Cc, []desk.Email{env.From.Email, "carla@shop.example"})
		for _, a := range env.ReplyTo {
			all = append(all, a.Email)
		}
		for i, e := range got {
			if slices.Contains(ours, e) || slices.Contains(got[:i], e) || !slices.Contains(all, e) {
				t.Fatalf("%s is ours, there twice, or added: %v", e, got)
			}
		}
		// What the form shows is read back as it is.
		for _, list := range [][]desk.Address{r.To, r.Cc} {
			back, err := desk.ParseRecipients(desk.WriteRecipients(list))
			if err != nil || cmp.Diff(list, back) != "" {
				t.Fatalf("%v is read back as %v, %v", list, back, err)
			}
		}
	})
}

// Any name can be written into the field and read back, and stays one person.
func TestRecipientsAreReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := strings.Join(strings.Fields(strings.Map(func(r rune) rune {
			if r < ' ' || r == 0x7f {
				return ' '
			}
			return r
		}, rapid.StringN(0, 40, 100).Draw(t, "name"))), " ")
		list := []desk.Address{{Name: name, Email: "kim@shop.example"}, {Email: "lee@shop.example"}}
		back, err := desk.ParseRecipients(desk.WriteRecipients(list))
		if err != nil || len(back) != 2 || back[0].Email != "kim@shop.example" || back[1] != list[1] {
			t.Fatalf("%q is read back as %q, %v", desk.WriteRecipients(list), back, err)
		}
	})
}
