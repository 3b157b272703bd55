package desk_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
)

func TestFill(t *testing.T) {
	values := map[desk.Placeholder]string{desk.CustomerFirst: "Carla", desk.AgentName: "{{handle}}"}
	for text, want := range map[string]struct {
		text    string
		missing []desk.Placeholder
	}{
		"Hello {{customer.first_name}}!":                     {"Hello Carla!", nil},
		`Hello {{ customer.first_name | "there" }}!`:         {"Hello Carla!", nil},
		`Hello {{customer.name|"there"}}, {{subject | ""}}.`: {"Hello there, .", nil},
		"{{customer.name}} {{handle}} {{customer.name}}":     {"{{customer.name}} {{handle}} {{customer.name}}", []desk.Placeholder{desk.CustomerName, desk.HandleText}},
		"{{agent.name}}":        {"{{handle}}", nil}, // what a value holds is not looked at again
		"{customer.name} {{ }}": {"{customer.name} {{ }}", nil},
	} {
		got, missing := desk.SavedText{Text: text}.Fill(values)
		if got != want.text || !cmp.Equal(missing, want.missing) {
			t.Errorf("%s: %q, missing %q; want %q, %q", text, got, missing, want.text, want.missing)
		}
	}
}

func TestValues(t *testing.T) {
	p := acme()
	for name, first := range map[string]string{
		"Carla Customer": "Carla", "Customer, Carla": "Carla", "carla": "carla", "": "", "carla@shop.example": "", "Dr. Who": "",
		"Ana\r\nBcc: x": "Ana", "{{handle}} X": "((handle))", "  Zoë  Ø ": "Zoë",
	} {
		c := desk.Conversation{ID: "abcd1234xyz", Mailbox: support, Subject: "Réfund {{handle}}", Customer: desk.Address{Name: name, Email: "carla@shop.example"}}
		v := p.ValuesFor(&c, ana)
		if v[desk.CustomerFirst] != first && !strings.Contains(first, "(") {
			t.Errorf("%q: first name %q, want %q", name, v[desk.CustomerFirst], first)
		}
		want := map[desk.Placeholder]string{desk.AgentName: "Ana Silva", desk.AgentFirst: "Ana", desk.MailboxName: "Support", desk.MailboxAddress: "support@acme.test",
			desk.SubjectText: "Réfund ((handle))", desk.HandleText: "ABCD-1234", desk.CustomerEmail: "carla@shop.example"}
		for k, w := range want {
			if v[k] != w {
				t.Errorf("%s = %q, want %q", k, v[k], w)
			}
		}
		for k, got := range v {
			if strings.ContainsAny(got, "\r\n{}") {
				t.Errorf("%s = %q can do harm in a text", k, got)
			}
		}
	}
}

func TestTextsFor(t *testing.T) {
	p := acme()
	p.Texts = []desk.SavedText{{Name: "all"}, {Name: "sales", Mailboxes: []desk.Mailbox{sales}}, {Name: "support", Mailboxes: []desk.Mailbox{support}}}
	for who, want := range map[desk.Email]string{ana: "all support", ben: "all sales support", adam: "all sales support", olga: "", eve: ""} {
		var got []string
		for _, x := range p.TextsFor(who, "") {
			got = append(got, x.Name)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %q, want %q", who, got, want)
		}
	}
}

// aliases is a Gmail that accepts some addresses in From.
type aliases struct {
	accepted []desk.Address
	fail     error
	asked    int
}

func (a *aliases) Accepted(context.Context, desk.Mailbox) ([]desk.Address, error) {
	a.asked++
	return a.accepted, a.fail
}

// A reply goes out from the alias that was written to, if Gmail accepts it, and
// from the mailbox itself otherwise: never from anything else.
func TestReplyFromAlias(t *testing.T) {
	for name, tc := range map[string]struct {
		to    desk.Email
		gmail aliases
		want  desk.Address
		asked int
	}{
		"to the mailbox":    {to: "support@acme.test", gmail: aliases{accepted: []desk.Address{{Email: "help@acme.test"}}}, want: desk.Address{Name: "Support", Email: "support@acme.test"}},
		"accepted":          {to: "help@acme.test", gmail: aliases{accepted: []desk.Address{{Email: "x@acme.test"}, {Email: "help@acme.test"}}}, want: desk.Address{Name: "Support", Email: "help@acme.test"}, asked: 1},
		"with its own name": {to: "help@acme.test", gmail: aliases{accepted: []desk.Address{{Name: "Help\r\nBcc: x", Email: "help@acme.test"}}}, want: desk.Address{Name: "Help Bcc: x", Email: "help@acme.test"}, asked: 1},
		"not accepted":      {to: "help@acme.test", want: desk.Address{Name: "Support", Email: "support@acme.test"}, asked: 1},
		"no answer":         {to: "help@acme.test", gmail: aliases{fail: errors.New("gmail")}, want: desk.Address{Name: "Support", Email: "support@acme.test"}, asked: 1},
		"an unknown alias":  {to: "evil@acme.test", gmail: aliases{accepted: []desk.Address{{Email: "evil@acme.test"}}}, want: desk.Address{Name: "Support", Email: "support@acme.test"}},
	} {
		h, _ := drafting(t, &tc.gmail)
		p := acme()
		p.Mailboxes[0].Signature = "{name}, {address}"
		h.desk.SetPolicy(p, h.rules)
		m, f := h.mail("", desk.Person, "Refund")
		f.To = []desk.Email{tc.to}
		c := must[desk.Conversation](t)(h.desk.Receive(t.Context(), m, f))
		must[desk.Conversation](t)(h.desk.Reply(t.Context(), ana, c.ID, 0, answer("o")))
		got := h.sent()[0].Mail
		if got.From != tc.want || !strings.HasSuffix(got.Text, "Ana Silva, "+string(tc.want.Email)) || tc.gmail.asked != tc.asked {
			t.Errorf("%s: from %+v, asked %d, %q; want %+v, %d", name, got.From, tc.gmail.asked, got.Text, tc.want, tc.asked)
		}
		if shown := h.desk.Sender(t.Context(), &c); shown != tc.want {
			t.Errorf("%s: shown as %+v", name, shown)
		}
		d := h.drafts(ana, c.ID, answer("d"))
		if in := must[desk.Intent](t)(h.store.Intent(t.Context(), desk.DraftID(c.ID, ana, "d"))); in.Mail.From != tc.want || d.Draft == "" {
			t.Errorf("%s: a draft from %+v", name, in.Mail.From)
		}
	}
}
