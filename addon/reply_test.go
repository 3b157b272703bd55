package addon

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/addon/card/cardtest"
	"baton/desk"
)

const carla = "Carla Customer <carla@shop.example>"

// undoable gives replies ten seconds in which they can be taken back, and a
// signature.
func (h *house) undoable() *house {
	p := acme()
	p.Mailboxes[0].Undo, p.Mailboxes[0].Signature = 10*time.Second, "{name}\nAcme support"
	h.desk.SetPolicy(p, h.rules)
	return h
}

// fields are what stands in a reply's form, with the text written in.
func fields(form cardtest.Card, text string) map[string]any {
	out := map[string]any{"text": text, "then": "wait"}
	for _, name := range []string{"to", "cc"} {
		if in := form.Input(name); in != nil && in.Value != "" {
			out[name] = in.Value
		}
	}
	return out
}

// answered is Ana's reply to a conversation, as the cards let her write it.
func (h *house) answered(c desk.Conversation, text string) cardtest.Card {
	h.Helper()
	form := h.click(ana, h.open(ana, c), "Reply as support@", nil)
	return h.click(ana, form, "Send", fields(form, text))
}

// mails gives the mails of a conversation that are to be sent.
func (h *house) mails(c desk.Conversation) []*desk.Mail {
	h.Helper()
	var out []*desk.Mail
	for _, o := range h.record(c.ID).Outgoing {
		in, err := h.store.Intent(h.Context(), o.Intent)
		if err != nil {
			h.Fatal(err)
		}
		if in.State.Open() {
			out = append(out, in.Mail)
		}
	}
	return out
}

func replyCases() map[string]func(h *house) {
	text, button, not := cardtest.HasText, cardtest.HasButton, cardtest.Not
	return map[string]func(h *house){
		"reply-form": func(h *house) {
			form := h.click(ana, h.undoable().open(ana, h.scene()), "Reply as support@", nil)
			form.Has(h, text("Reply as support@acme.test"), text("Ana Silva\nAcme support"), cardtest.HasInput("cc"), button("Cancel"))
			if in := form.Input("to"); in == nil || in.Value != carla {
				h.Errorf("to = %+v, want the customer", in)
			}
			if in := form.Input("then"); in == nil || !cmp.Equal(in.Selected, []string{"wait"}) {
				h.Errorf("then = %+v, want to wait", in)
			}
		},
		"reply": func(h *house) {
			got := h.undoable().answered(h.scene(), "It is on its way.")
			got.Has(h, text("Your reply goes out at 09:00:10, in 10 s"), button("Undo"), text("Waiting for customer"), text("Sends in 10 s."), not(text("New in this thread")))
			if diff := cmp.Diff([]string{"pop", "updateCard"}, got.Moves); diff != "" {
				h.Errorf("moves (-want +got):\n%s", diff)
			}
			h.now = h.now.Add(11 * time.Second)
			c := h.record(desk.ConversationID(got.Button("Close").Parameters["c"]))
			later := h.open(ana, c)
			later.Has(h, text("Your reply is on its way"))
			for _, b := range later.Buttons() {
				if strings.HasSuffix(b.URL, "/reply-undo") {
					h.Errorf("button %q takes back a reply that is going out", b.Text)
				}
			}
		},
		"reply-undo": func(h *house) {
			c := h.undoable().scene()
			got := h.click(ana, h.answered(c, "It is on its way."), "Undo", nil)
			if in := got.Input("text"); in == nil || in.Value != "It is on its way." {
				h.Errorf("text = %+v, want what was written, without the signature", in)
			}
			if diff := cmp.Diff([]string{"updateCard", "pushCard"}, got.Moves); diff != "" {
				h.Errorf("moves (-want +got):\n%s", diff)
			}
			h.open(ana, c).Has(h, text("support@acme.test · Open"), not(text("Your reply")), text("Ana Silva took back the reply before it went"))
			h.click(ana, got, "Send", fields(got, "Better words.")).Has(h, text("Your reply goes out"))
			if n := len(h.mails(c)); n != 1 {
				h.Errorf("%d mails, want the second one alone", n)
			}
		},
	}
}

// Every mistake once: nothing is sent, what was typed stays, and the card says
// what to do.
func TestReplyRefusedStays(t *testing.T) {
	for name, tc := range map[string]struct {
		edit map[string]any
		says string
	}{
		"empty":           {map[string]any{"text": "  \n "}, "Write the reply first."},
		"too long":        {map[string]any{"text": strings.Repeat("w", desk.MaxReply+1)}, "at most 8000 characters"},
		"a bad address":   {map[string]any{"cc": "ben@acme.test, carla@"}, "“carla@” is not a mail address"},
		"two bad ones":    {map[string]any{"to": "who; carla shop.example"}, "“who” and “carla shop.example” are not mail addresses"},
		"nobody":          {map[string]any{"to": "", "cc": "ben@acme.test"}, "nobody in To"},
		"the mailbox":     {map[string]any{"cc": "Support <support@acme.test>"}, "this mailbox itself"},
		"a strange radio": {map[string]any{"then": "burn"}, "Choose what becomes"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t).undoable()
			c := h.mailed("Refund")
			form := h.click(ana, h.open(ana, c), "Reply as support@", nil)
			typed := fields(form, "Hello")
			maps.Copy(typed, tc.edit)
			got := h.click(ana, form, "Send", typed)
			got.Has(t, cardtest.HasText(tc.says), cardtest.HasButton("Send"))
			if !strings.Contains(got.Notification, tc.says) {
				t.Errorf("the line at the bottom says %q", got.Notification)
			}
			for _, field := range []string{"to", "cc", "text"} {
				want, _ := typed[field].(string)
				in := got.Input(field)
				if in == nil {
					t.Fatalf("no field %s", field)
				}
				// A card gives back 8000 characters of a field.
				if have := strings.TrimSuffix(in.Value, "…"); len(have) < min(len(strings.TrimSpace(want)), 7999) || !strings.HasPrefix(want, have) {
					t.Errorf("%s = %.80q, want what was typed", field, in.Value)
				}
			}
			if now := h.record(c.ID); now.Version != c.Version || len(h.mails(c)) != 0 {
				t.Errorf("version %d, %d mails: a refused reply changed something", now.Version, len(h.mails(c)))
			}
			// Put right, the same form sends one mail.
			h.click(ana, got, "Send", map[string]any{"to": carla, "text": "Hello", "then": "keep"}).Has(t, cardtest.HasText("Your reply goes out"))
			if n := len(h.mails(c)); n != 1 {
				t.Errorf("%d mails, want one", n)
			}
		})
	}
}

func TestReplyTappedTwice(t *testing.T) {
	h := newHouse(t).undoable()
	c := h.mailed("Refund")
	form := h.click(ana, h.open(ana, c), "Reply as support@", nil)
	for range 3 {
		h.click(ana, form, "Send", fields(form, "Hello")).Has(t, cardtest.HasText("Your reply goes out"))
	}
	if n := len(h.mails(c)); n != 1 {
		t.Errorf("%d mails, want one", n)
	}
}

func TestReplyAfterUndoOfTheSameForm(t *testing.T) {
	h := newHouse(t).undoable()
	c := h.mailed("Refund")
	form := h.click(ana, h.open(ana, c), "Reply as support@", nil)
	h.click(ana, h.click(ana, form, "Send", fields(form, "Hello")), "Undo", nil)
	again := h.click(ana, form, "Send", fields(form, "Hello")) // the form of before the undo
	again.Has(t, cardtest.HasText("You took this reply back"))
	if n := len(h.mails(c)); n != 0 {
		t.Errorf("%d mails, want none", n)
	}
	h.click(ana, again, "Send", fields(again, "Hello")).Has(t, cardtest.HasText("Your reply goes out"))
	if n := len(h.mails(c)); n != 1 {
		t.Errorf("%d mails, want one", n)
	}
}

func TestReplyOvertaken(t *testing.T) {
	for name, tc := range map[string]struct {
		meanwhile func(h *house, c desk.Conversation)
		says      string
	}{
		"by a note": {func(h *house, c desk.Conversation) {
			h.must(h.desk.AddNote(h.Context(), ben, c.ID, "n", "Do <b>not</b> refund, @ana"))
		}, "Ben Okafor wrote a note: Do <b>not</b> refund, @ana"},
		"by a reply": {func(h *house, c desk.Conversation) {
			h.must(h.desk.Reply(h.Context(), ben, c.ID, 0, desk.Answer{Text: "Hi", To: []desk.Address{{Email: "carla@shop.example"}}}))
		}, "Ben Okafor wrote a reply"},
		"from Gmail": {func(h *house, c desk.Conversation) {
			h.mailFrom(desk.Message{Thread: c.Thread, Subject: "Re: Refund", Verdict: desk.Own, From: desk.Address{Email: "support@acme.test"}})
		}, "The team answered"},
		"by the customer": {func(h *house, c desk.Conversation) {
			h.now = h.now.Add(time.Second)
			h.mailFrom(desk.Message{Thread: c.Thread, Subject: "Re: Refund"})
		}, "carla@shop.example wrote"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			c := h.mailed("Refund")
			form := h.click(ana, h.open(ana, c), "Reply as support@", nil)
			tc.meanwhile(h, c)
			before := h.record(c.ID)
			typed := fields(form, "My own words")
			got := h.click(ana, form, "Send", typed)
			got.Has(t, cardtest.HasText("Not sent: somebody wrote since you opened this."), cardtest.HasButton("Send anyway"))
			if !strings.Contains(strings.Join(got.Texts(), "\n"), tc.says) {
				t.Errorf("the card does not say %q:\n%s", tc.says, strings.Join(got.Texts(), "\n"))
			}
			if in := got.Input("text"); in == nil || in.Value != "My own words" {
				t.Errorf("text = %+v, want what was typed", in)
			}
			if now := h.record(c.ID); now.Version != before.Version {
				t.Errorf("version %d, want %d: something was done", now.Version, before.Version)
			}
			h.click(ana, got, "Send anyway", typed).Has(t, cardtest.HasText("Your reply is on its way"))
		})
	}
}

// What the person did themself, and what nobody said, stops nothing.
func TestReplyNotOvertaken(t *testing.T) {
	h := newHouse(t)
	c := h.mailed("Refund")
	form := h.click(ana, h.open(ana, c), "Reply as support@", nil)
	h.must(h.desk.AddNote(t.Context(), ana, c.ID, "n", "mine"))
	h.must(h.desk.AddTag(t.Context(), ben, c.ID, "refund"))
	h.mailFrom(desk.Message{Thread: c.Thread, Subject: "Out of office", Verdict: desk.AutoReply})
	h.click(ana, form, "Send", fields(form, "Hello")).Has(t, cardtest.HasText("Your reply is on its way"))
}

func TestReplyOfGuests(t *testing.T) {
	h := newHouse(t)
	c := h.mailed("Refund")
	h.must(h.desk.Share(t.Context(), ana, c.ID, desk.Invite{To: olga, Role: desk.ShareComment}))
	h.must(h.desk.Share(t.Context(), ana, c.ID, desk.Invite{To: uwe, Role: desk.ShareReply}))
	h.open(olga, c).Has(t, cardtest.Not(cardtest.HasButton("Reply as support@")))
	for _, verb := range []string{"reply", "reply-form"} {
		got := h.do(verb, olga, c, map[string]any{"to": carla, "text": "Hello"}, "form", "1", "once", "o")
		if !strings.Contains(got.Notification, "not to answer it") || got.Input("text") != nil {
			t.Errorf("%s by a commenting guest: %q", verb, got.Notification)
		}
	}
	h.do("reply", eve, c, map[string]any{"to": carla, "text": "Hello"}, "form", "1").Has(t, cardtest.HasText("not one of the team's conversations"))
	form := h.click(uwe, h.open(uwe, c), "Reply as support@", nil)
	if in := form.Input("then"); in == nil || len(in.Selected) != 1 {
		t.Errorf("then = %+v", in)
	}
	typed := fields(form, "Hello")
	typed["then"] = "close"
	h.click(uwe, form, "Send", typed).Has(t, cardtest.HasText("only people who work in this mailbox can close it"))
	typed["then"] = "wait"
	h.click(uwe, form, "Send", typed).Has(t, cardtest.HasText("Your reply is on its way"))
}

func TestReplyNotSent(t *testing.T) {
	h := newHouse(t)
	c := h.mailed("Refund")
	h.answered(c, "It is on its way.")
	in, err := h.store.Intent(t.Context(), h.record(c.ID).Outgoing[0].Intent)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := h.desk.Unsent(t.Context(), in, "the mailbox is over its sending limit."); err != nil {
			t.Fatal(err)
		}
	}
	got := h.open(ben, c)
	got.Has(t, cardtest.HasText("The reply of Ana Silva was not sent: the mailbox is over its sending limit"), cardtest.HasText("support@acme.test · Open"))
	form := h.click(ana, h.open(ana, c), "Try again", nil)
	if in := form.Input("text"); in == nil || in.Value != "It is on its way." {
		t.Errorf("text = %+v, want that of the reply that was not sent", in)
	}
	h.click(ana, form, "Send", fields(form, "It is on its way.")).Has(t, cardtest.HasText("Your reply is on its way"), cardtest.Not(cardtest.HasButton("Try again")))
	h.click(ben, got, "Try again", nil).Has(t, cardtest.HasText("not one of the team's conversations")) // somebody did
}

func TestReplyUndoRefused(t *testing.T) {
	h := newHouse(t).undoable()
	c := h.mailed("Refund")
	sent := h.answered(c, "Hello")
	undo := sent.Button("Undo")
	id := desk.IntentID(undo.Parameters["r"])
	for as, says := range map[desk.Email]string{ben: "Only they or a manager", ana: "too late"} {
		if as == ana {
			if _, err := h.store.Draft(t.Context(), id, "d1"); err != nil {
				t.Fatal(err)
			}
		}
		got := h.show("/addon/do/reply-undo", event{as: as, params: maps.Clone(undo.Parameters)})
		if !strings.Contains(got.Notification, says) {
			t.Errorf("%s: %q, want %q", as, got.Notification, says)
		}
	}
	h.show("/addon/do/reply-undo", event{as: eve, params: maps.Clone(undo.Parameters)}).Has(t, cardtest.HasText("not one of the team's conversations"))
	if now := h.record(c.ID); now.Status != desk.WaitingCustomer || len(now.Sending()) != 1 {
		t.Errorf("%s, %+v: a refused undo changed something", now.Status, now.Outgoing)
	}
}

// Text of mail in the form's fields is data, whatever it looks like.
func TestReplyFormIsInert(t *testing.T) {
	h := newHouse(t)
	c := h.mailFrom(desk.Message{Subject: "<b>x</b>", From: desk.Address{Name: `Eve", <ceo@acme.test>, "`, Email: "eve@evil.test"}})
	form := h.click(ana, h.open(ana, c), "Reply as support@", nil)
	h.click(ana, form, "Send", fields(form, "Hello <i>there</i>")).Has(t, cardtest.HasText("Your reply is on its way"))
	if m := h.mails(c); len(m) != 1 || len(m[0].To) != 1 || m[0].To[0].Email != "eve@evil.test" || len(m[0].Cc) != 0 || m[0].Text != "Hello <i>there</i>" {
		t.Errorf("mails %+v: want one to eve alone, as it was written", m)
	}
}

// What leaves the house says so before it goes.
func TestReplySaysThatItLeaves(t *testing.T) {
	h := newHouse(t)
	c := h.mailed("Refund")
	h.click(ana, h.open(ana, c), "Reply as support@", nil).Has(t, cardtest.HasText("It goes out at once and cannot be taken back."))
	h.undoable()
	h.click(ana, h.open(ana, c), "Reply as support@", nil).Has(t, cardtest.HasText("It can be taken back for 10 s after Send. What has gone out cannot."))
}
