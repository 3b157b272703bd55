package addon

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"baton/addon/card/cardtest"
	"baton/desk"
)

// texts gives the desk saved texts, and so many more.
func (h *house) texts(more int) *house {
	p := acme()
	p.Texts = []desk.SavedText{
		{Name: "Thanks", Text: "Hello {{customer.first_name}},\n\nthank you. Your reference is {{handle}}.\n{{agent.first_name}} <3"},
		{Name: "Greeting", Text: `Dear {{customer.name | "customer"}},`, Mailboxes: []desk.Mailbox{support}},
		{Name: "Offer", Text: "Our offer", Mailboxes: []desk.Mailbox{sales}},
	}
	for i := range more {
		p.Texts = append(p.Texts, desk.SavedText{Name: fmt.Sprintf("Model %d", i), Text: "Text " + fmt.Sprint(i)})
	}
	h.desk.SetPolicy(p, h.rules)
	return h
}

// inserted is what the answer puts into the mail that is being written.
func inserted(answer []byte) string {
	_, rest, _ := strings.Cut(string(answer), `"insertContents":[{"content":"`)
	text, _, _ := strings.Cut(rest, `","contentType":"MUTABLE_HTML"}],"type":"IN_PLACE_INSERT"}`)
	return text
}

func (h *house) composing(as desk.Email) cardtest.Card {
	h.Helper()
	return h.show("/addon/compose", event{as: as})
}

func textCases() map[string]func(h *house) {
	text, button, not := cardtest.HasText, cardtest.HasButton, cardtest.Not
	return map[string]func(h *house){
		"reply-text": func(h *house) {
			c := h.texts(0).scene()
			form := h.replyForm(c)
			form.Has(h, text("Greeting"), text("Thanks"), not(text("Offer")))
			in := form.Input("saved")
			if in == nil || in.OnChange != publicURL+"/addon/do/reply-text" {
				h.Fatalf("picker %+v", in)
			}
			f := fields(form, "Good morning.\n")
			f["saved"], f["cc"], f["then"] = tagMark("Thanks"), "kim@shop.example", "close"
			got := h.do("reply-text", ana, c, f, "once", "o", "form", "1")
			want := "Good morning.\n\nHello Carla,\n\nthank you. Your reference is " + c.Reference() + ".\nAna <3"
			if v := got.Input("text"); v == nil || v.Value != want {
				h.Errorf("text %+v, want %q", v, want)
			}
			if cc, then := got.Input("cc"), got.Input("then"); cc.Value != "kim@shop.example" || !cmp.Equal(then.Selected, []string{"close"}) || got.Button("Send").Parameters["once"] != "o" {
				h.Errorf("cc %+v, then %+v: what was typed is lost", cc, then)
			}
			if !cmp.Equal(got.Moves, []string{"updateCard"}) {
				h.Errorf("moves %v", got.Moves)
			}
		},
		"texts": func(h *house) {
			h.texts(30)
			h.composing(ana).Has(h, cardtest.HasInput("q"), button("Show more"), not(text("Offer")), not(text("Model 29")))
			h.click(ana, h.composing(ana), "Show more", nil).Has(h, text("Model 29"), not(button("Show more")))
			h.click(ana, h.composing(ana), "Find", map[string]any{"q": "el 2"}).Has(h, text("Model 2"), text("Model 21"), not(text("Thanks")))
			h.click(ana, h.composing(ana), "Find", map[string]any{"q": "zebra"}).Has(h, text("No saved text has these words"))
		},
		"text-insert": func(h *house) {
			h.texts(0)
			list := h.composing(ana)
			list.Has(h, text("Thanks"), text("Dear customer"), not(cardtest.HasInput("q")))
			b := list.Button("Insert")
			got := h.pressIn(ana, b, nil, nil)
			cardtest.Parse(h, got).Has(h, text("The customer's first name"), text("The reference"), not(text("Your name")))
			form := cardtest.Parse(h, got)
			h.click(ana, form, "Insert", map[string]any{"customer.first_name": "Car<la"}).Has(h, text("Fill in every field"), text("The reference"))
			got = h.pressIn(ana, form.Button("Insert"), map[string]any{"customer.first_name": "Car<la", "handle": "R & D"}, nil)
			if diff := cmp.Diff(`Hello Car\u0026lt;la,\u003cbr\u003e\u003cbr\u003ethank you. Your reference is R \u0026amp; D.\u003cbr\u003eAna \u0026lt;3`, escaped(inserted(got))); diff != "" {
				h.Errorf("inserted (-want +got):\n%s\n%s", diff, got)
			}
		},
	}
}

// escaped writes HTML's signs as JSON may.
func escaped(s string) string {
	return strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`).Replace(s)
}

// What Gmail tells of a mail that is being written is used, and no more.
func TestComposeKnowsTheRecipient(t *testing.T) {
	h := newHouse(t).texts(0)
	press := func(to ...string) string {
		b := h.composing(ana).Button("Insert")
		return string(h.pressIn(ana, b, nil, map[string]any{"accessToken": "t", "toRecipients": to}))
	}
	if got := press("Carla Customer <carla@shop.example>"); strings.Contains(got, "first name") || !strings.Contains(got, "The reference") {
		t.Errorf("one recipient with a name: %.500s", got)
	}
	for _, to := range [][]string{{"carla@shop.example"}, {"Carla <carla@shop.example>", "Kim <kim@shop.example>"}, {"<<"}, nil} {
		if got := press(to...); !strings.Contains(got, "The customer's first name") {
			t.Errorf("%q: %.500s, want to be asked", to, got)
		}
	}
}

func TestComposeOutsiders(t *testing.T) {
	h := newHouse(t).texts(0)
	for _, as := range []desk.Email{olga, uwe, eve} {
		for _, path := range []string{"/addon/compose", "/addon/do/texts", "/addon/do/text-insert"} {
			got := h.raw(path, event{as: as, params: map[string]string{"t": tagMark("Thanks")}})
			if strings.Contains(string(got), "Thanks") || strings.Contains(string(got), "thank you") || strings.Contains(string(got), "hostAppAction") {
				t.Errorf("%s as %s: %.300s", path, as, got)
			}
		}
		got := h.raw("/addon/suggest", event{as: as, params: map[string]string{"who": "texts"}, form: map[string]any{"q": "t"}})
		if strings.Contains(string(got), "Thanks") {
			t.Errorf("suggested to %s: %s", as, got)
		}
	}
	h.desk.SetPolicy(acme(), h.rules)
	h.composing(ana).Has(t, cardtest.HasText("There are none yet"))
	// Another mailbox's texts are not offered, whatever mark is sent.
	h.texts(0)
	if got := h.raw("/addon/do/text-insert", event{as: ana, params: map[string]string{"t": tagMark("Offer")}}); strings.Contains(string(got), "Our offer") {
		t.Errorf("ana inserts what sales says: %s", got)
	}
}

// Many saved texts are found by typing, in a reply as well.
func TestManyTextsInAReply(t *testing.T) {
	h := newHouse(t).texts(20)
	c := h.scene()
	form := h.replyForm(c)
	in := form.Input("saved")
	if in == nil || in.Complete == "" {
		t.Fatalf("picker %+v, want suggestions", in)
	}
	got := h.raw("/addon/suggest", event{as: ana, params: map[string]string{"c": string(c.ID), "who": "texts"}, form: map[string]any{"saved": "than"}})
	if !strings.Contains(string(got), `"Thanks"`) || strings.Contains(string(got), "Model") {
		t.Errorf("suggested %s", got)
	}
	f := fields(form, "T")
	for typed, want := range map[string]string{"greet": "T\n\nDear Carla Customer,", "GREETING": "T\n\nDear Carla Customer,", "": "T", "model": "T"} {
		f["saved"] = typed
		if v := h.click(ana, form, "Insert", f).Input("text"); v == nil || v.Value != want {
			t.Errorf("%q: %+v, want %q", typed, v, want)
		}
	}
	f["saved"] = "zebra"
	h.click(ana, form, "Insert", f).Has(t, cardtest.HasText("There is no saved text called “zebra”"))
}

// A customer without a name: the place stays open, says so, and stops the mail.
func TestTextStaysOpen(t *testing.T) {
	h := newHouse(t).texts(0)
	c := h.mailFrom(desk.Message{Subject: "S", From: desk.Address{Email: "carla@shop.example"}})
	form := h.replyForm(c)
	f := fields(form, "")
	f["saved"] = tagMark("Thanks")
	got := h.do("reply-text", ana, c, f, "once", "o", "form", "1")
	got.Has(t, cardtest.HasText("This is not known here: the customer's first name. Write it where the braces stand"))
	f["text"] = got.Input("text").Value
	h.click(ana, got, "Send", f).Has(t, cardtest.HasText("Not filled in: the customer's first name ({{customer.first_name}})."))
	if n := len(h.record(c.ID).Outgoing); n != 0 {
		t.Errorf("%d replies", n)
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

// toAlias is a mail that came by an alias of the support mailbox.
func (h *house) toAlias(alias desk.Email) desk.Conversation {
	h.Helper()
	h.n++
	id := fmt.Sprintf("%x", 0x18c2f3a9b0d1e200+h.n)
	m := desk.Message{
		Mailbox: support, ID: desk.MessageID(id), Thread: desk.ThreadID(id), RFC: desk.RFCID(id + "@shop.example"),
		From: desk.Address{Email: "carla@shop.example"}, At: h.now, Verdict: desk.Person, Subject: "By an alias",
	}
	return h.must(h.desk.Receive(h.Context(), m, desk.Facts{Mailbox: support, From: m.From, To: []desk.Email{alias}, Alias: string(alias), At: m.At}))
}

// The form shows the address that the mail goes out from, and its signature.
func TestReplyFromAlias(t *testing.T) {
	h := newHouse(t)
	p := acme()
	p.Mailboxes[0].Aliases, p.Mailboxes[0].Signature = []desk.Email{"help@acme.test"}, "{name} · {address}"
	h.desk.SetPolicy(p, h.rules)
	direct := h.mailFrom(desk.Message{Subject: "To support"})
	h.open(ana, direct)
	if h.aliases.asked != 0 {
		t.Error("Gmail was asked for a mail to the mailbox itself")
	}
	c := h.toAlias("help@acme.test")
	for name, tc := range map[string]struct {
		accepted []desk.Address
		fail     error
		want     string
	}{
		"accepted":           {accepted: []desk.Address{{Name: "Acme help", Email: "help@acme.test"}}, want: "help"},
		"another one":        {accepted: []desk.Address{{Email: "info@acme.test"}}, want: "support"},
		"Gmail does not say": {fail: errors.New("no answer"), want: "support"},
	} {
		h.aliases.accepted, h.aliases.fail = tc.accepted, tc.fail
		form := h.click(ana, h.open(ana, c), "Reply as "+tc.want+"@", nil)
		form.Has(t, cardtest.HasText("Reply as "+tc.want+"@acme.test"), cardtest.HasText("Ana Silva · "+tc.want+"@acme.test"))
		h.click(ana, form, "Send", fields(form, name))
		ms := h.mails(c)
		m := ms[len(ms)-1]
		from := desk.Address{Name: "Support", Email: desk.Email(tc.want + "@acme.test")}
		if tc.want == "help" {
			from.Name = "Acme help"
		}
		if m.From != from || !strings.HasSuffix(m.Text, "Ana Silva · "+tc.want+"@acme.test") {
			t.Errorf("%s: from %+v with %q", name, m.From, m.Text)
		}
	}
}

// What looks like an open placeholder stops a reply, with a word on which; one
// more press sends it as it is, for who means it.
func TestOpenPlaceholdersStopAReply(t *testing.T) {
	for typed, want := range map[string]string{
		"Dear {{x}},":                                  "Not filled in: {{x}}. Nothing was sent.",
		"Hello {{customer.first_name}}":                "Not filled in: the customer's first name ({{customer.first_name}}). Nothing was sent.",
		"Hello {{ customer.frist_name | \"there\" }}!": "Not filled in: {{ customer.frist_name | \"there\" }}. Nothing was sent.",
		"{{a}} {{b}} {{a}}":                            "Not filled in: {{a}}, {{b}}. Nothing was sent.",
	} {
		h := newHouse(t)
		c := h.mailed("Refund")
		form := h.do("reply-form", ana, c, nil)
		fields := map[string]any{"to": carla, "text": typed, "then": "keep"}
		got := h.click(ana, form, "Send", fields)
		got.Has(t, cardtest.HasText(want), cardtest.HasButton("Send with the braces"))
		if in := got.Input("text"); in == nil || in.Value != typed {
			t.Errorf("text = %+v, want what was typed", in)
		}
		if now := h.record(c.ID); len(now.Outgoing) != 0 {
			t.Fatalf("%q is on its way", typed)
		}
		// A colleague's note comes in between: the press still means the braces.
		h.must(h.desk.AddNote(t.Context(), ben, c.ID, "n", "wait"))
		over := h.click(ana, got, "Send with the braces", fields)
		over.Has(t, cardtest.HasText("Not sent: somebody wrote since you opened this."))
		h.click(ana, over, "Send anyway", fields)
		if now := h.record(c.ID); len(now.Outgoing) != 1 {
			t.Errorf("%q: %d replies on their way, want the one", typed, len(now.Outgoing))
		}
		draft := h.click(ana, h.do("reply-form", ana, c, nil), "Open as draft", fields)
		draft.Has(t, cardtest.HasText(want), cardtest.HasButton("Open as draft with the braces"))
		h.click(ana, draft, "Open as draft with the braces", fields)
		if now := h.record(c.ID); len(now.Outgoing) != 2 {
			t.Errorf("%q: %d, want the draft as well", typed, len(now.Outgoing))
		}
	}
	h := newHouse(t)
	c := h.mailed("Refund")
	for _, honest := range []string{"if (a) {{ return; }\n}}", "one { brace }", "{{}}", "{{\n}}"} {
		h.click(ana, h.do("reply-form", ana, c, nil), "Send", map[string]any{"to": carla, "text": honest, "then": "keep"}).Has(t, cardtest.Not(cardtest.HasText("Not filled in")))
	}
}

// The list of saved texts shows no braces: what is known, and words for the rest.
func TestSavedTextsAreShownFilled(t *testing.T) {
	h := newHouse(t)
	p := acme()
	p.Texts = []desk.SavedText{{Name: "Hello", Text: "Hello {{customer.first_name}}, dear {{customer.name | \"customer\"}}, {{handle}}. {{agent.first_name}}"}}
	h.desk.SetPolicy(p, h.rules)
	h.show("/addon/compose", event{as: ana}).Has(t, cardtest.HasText("Hello [the customer's first name], dear customer, [the reference]. Ana"), cardtest.Not(cardtest.HasText("{{")))
}
