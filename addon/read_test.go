package addon

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"baton/addon/card/cardtest"
	"baton/desk"
)

// threads is a Gmail that knows the letters of some threads, oldest first.
type threads struct {
	mu     sync.Mutex
	of     map[desk.ThreadID][]desk.Letter
	fail   error
	during func() // runs while a thread is fetched
	asked  int
}

func (g *threads) Heads(_ context.Context, _ desk.Mailbox, t desk.ThreadID, _ desk.MessageID, _ int) ([]desk.Head, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asked++
	if g.during != nil {
		g.during()
	}
	var out []desk.Head
	for _, l := range g.of[t] {
		out = append(out, l.Head)
	}
	return out, g.fail
}

func (g *threads) Letters(_ context.Context, _ desk.Mailbox, t desk.ThreadID, ids []desk.MessageID) ([]desk.Letter, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	var out []desk.Letter
	for _, id := range ids {
		for _, l := range g.of[t] {
			if l.ID == id {
				out = append(out, l)
			}
		}
	}
	return out, g.fail
}

// thread has the desk and Gmail know a thread of so many messages, a minute
// apart; each says "canary" and its number, and carries a file.
func (h *house) thread(n int) (desk.Conversation, []desk.Letter) {
	h.Helper()
	var c desk.Conversation
	for i := range n {
		m := desk.Message{Subject: "Order 1042", Thread: c.Thread}
		c = h.mailFrom(m)
		h.gmail.of[c.Thread] = append(h.gmail.of[c.Thread], desk.Letter{
			Head: desk.Head{ID: c.LastID, From: desk.Address{Name: "Carla Customer", Email: "carla@shop.example"}, At: h.now},
			To:   []desk.Address{{Email: desk.Email(support)}}, Text: fmt.Sprintf("canary-%d.\n\n> quoted-%d\n", i+1, i+1),
			Files: []desk.Attachment{{Name: fmt.Sprintf("file-%d.pdf", i+1), Size: 12_345}},
		})
		h.now = h.now.Add(time.Minute)
	}
	return c, h.gmail.of[c.Thread]
}

func readCases() map[string]func(h *house) {
	text, button, not := cardtest.HasText, cardtest.HasButton, cardtest.Not
	return map[string]func(h *house){
		"read": func(h *house) {
			c, _ := h.thread(7)
			got := h.do("read", ana, c, nil)
			got.Has(h, text("Messages 1 to 5 of 7"), text("canary-7"), text("canary-3"), not(text("canary-2")), not(text("quoted-7")), text("file-7.pdf (12 kB)"))
			h.click(ana, got, "Show older (2)", nil).Has(h, text("Messages 6 to 7 of 7"), text("canary-2"), text("canary-1"), not(text("canary-3")), not(button("Show older")))
			h.click(ana, got, "Show quoted text", nil).Has(h, text("canary-7"), text("quoted-7"), not(text("canary-6")))
		},
	}
}

func (h *house) shareOf(c desk.Conversation, to desk.Email) *desk.Share {
	h.Helper()
	now := h.record(c.ID)
	return now.ShareTo(to, h.now)
}

func (h *house) share(c desk.Conversation, to desk.Email, in desk.Invite) desk.Conversation {
	h.Helper()
	in.To = to
	return h.must(h.desk.Share(h.Context(), ana, c.ID, in))
}

// Every role with every scope: what is read, page by page and message by
// message, is what the share opens.
func TestGuestsReadWhatTheShareOpens(t *testing.T) {
	for _, role := range []desk.ShareRole{desk.ShareView, desk.ShareComment, desk.ShareReply} {
		for name, tc := range map[string]struct {
			scope func(ls []desk.Letter) desk.ShareScope
			opens []int
		}{
			"whole": {func([]desk.Letter) desk.ShareScope { return desk.ShareScope{} }, []int{1, 2, 3, 4, 5, 6, 7, 8}},
			"from": {func(ls []desk.Letter) desk.ShareScope {
				return desk.ShareScope{Extent: desk.FromMessage, Messages: []desk.MessageID{ls[5].ID}}
			}, []int{6, 7, 8}},
			"chosen": {func(ls []desk.Letter) desk.ShareScope {
				return desk.ShareScope{Extent: desk.Chosen, Messages: []desk.MessageID{ls[1].ID, ls[4].ID}}
			}, []int{2, 5}},
			"one old": {func(ls []desk.Letter) desk.ShareScope {
				return desk.ShareScope{Extent: desk.Chosen, Messages: []desk.MessageID{ls[0].ID}}
			}, []int{1}},
		} {
			for _, files := range []bool{false, true} {
				t.Run(fmt.Sprint(role, name, files), func(t *testing.T) {
					h := newHouse(t)
					c, ls := h.thread(7)
					h.share(c, uwe, desk.Invite{Role: role, Scope: tc.scope(ls), Attachments: files})
					more, all := h.thread(1) // a message that came later
					h.gmail.of[c.Thread] = append(ls, desk.Letter{Head: desk.Head{ID: more.LastID, At: h.now}, Text: "canary-8.", Files: all[0].Files})
					ls = h.gmail.of[c.Thread]
					page := h.click(uwe, h.open(uwe, c), "Read the conversation", nil)
					seen := strings.Join(page.Texts(), "\n")
					for older(page) != "" {
						page = h.click(uwe, page, older(page), nil)
						seen += strings.Join(page.Texts(), "\n")
					}
					for i, l := range ls {
						want := slices.Contains(tc.opens, i+1)
						if got := strings.Contains(seen, fmt.Sprintf("canary-%d.", i+1)); got != want {
							t.Errorf("message %d seen: %v, want %v", i+1, got, want)
						}
						one := h.do("read", uwe, c, nil, "msg", string(l.ID))
						if got := strings.Contains(strings.Join(one.Texts(), "\n"), fmt.Sprintf("canary-%d.", i+1)); got != want {
							t.Errorf("message %d asked for by its id: %v, want %v", i+1, got, want)
						}
						if next := strings.Join(h.do("read", uwe, c, nil, "p", string(l.ID)).Texts(), "\n"); !want && strings.Contains(next, "canary") {
							t.Errorf("from message %d on: %s", i+1, next)
						}
					}
					if got := strings.Contains(seen, "file-"); got != files {
						t.Errorf("files seen: %v, want %v", got, files)
					}
				})
			}
		}
	}
}

func older(c cardtest.Card) string {
	for _, b := range c.Buttons() {
		if strings.HasPrefix(b.Text, "Show older") {
			return b.Text
		}
	}
	return ""
}

// A message outside the share is answered as one that never was, and so is a
// conversation that is not shared.
func TestForeignMessagesAreUnknown(t *testing.T) {
	h := newHouse(t)
	c, ls := h.thread(3)
	h.share(c, uwe, desk.Invite{Role: desk.ShareView, Scope: desk.ShareScope{Extent: desk.Chosen, Messages: []desk.MessageID{ls[1].ID}}})
	answer := func(key string, id desk.MessageID) string {
		return strings.ReplaceAll(string(h.answer("read", uwe, c, key, string(id))), string(id), "ID")
	}
	for _, key := range []string{"msg", "p"} {
		if theirs, nobodys := answer(key, ls[0].ID), answer(key, "18c2f3a9b0d1ffff"); theirs != nobodys || strings.Contains(theirs, "canary") {
			t.Errorf("%s: a message outside the share and one that never was:\n%s\n%s", key, theirs, nobodys)
		}
	}
	if reads := h.record(c.ID).Shares[0].Reads; reads != 0 {
		t.Errorf("%d reads logged of what was not shown", reads)
	}
}

func TestStoppedShareEndsOnTheNextPage(t *testing.T) {
	h := newHouse(t)
	c, _ := h.thread(7)
	c = h.share(c, uwe, desk.Invite{Role: desk.ShareView})
	page := h.do("read", uwe, c, nil)
	h.must(h.desk.StopShare(t.Context(), ana, c.ID, c.Shares[0].ID))
	asked := h.gmail.asked
	h.click(uwe, page, "Show older (2)", nil).Has(t, cardtest.HasText("not one of the team's conversations"), cardtest.Not(cardtest.HasText("canary")))
	if h.gmail.asked != asked {
		t.Error("Gmail was asked for somebody who may not read")
	}
	// Stopped while Gmail is being asked.
	c = h.share(c, uwe, desk.Invite{Role: desk.ShareView})
	h.gmail.during = func() {
		h.gmail.during = nil
		h.must(h.desk.StopShare(t.Context(), ana, c.ID, c.ShareTo(uwe, h.now).ID))
	}
	h.do("read", uwe, c, nil).Has(t, cardtest.HasText("not one of the team's conversations"), cardtest.Not(cardtest.HasText("canary")))
	// Made narrower while Gmail is being asked: the narrow one counts.
	c = h.share(c, uwe, desk.Invite{Role: desk.ShareView})
	h.gmail.during = func() {
		h.gmail.during = nil
		h.share(c, uwe, desk.Invite{Role: desk.ShareView, Scope: desk.ShareScope{Extent: desk.Chosen, Messages: []desk.MessageID{c.LastID}}})
	}
	h.do("read", uwe, c, nil).Has(t, cardtest.HasText("canary-7"), cardtest.Not(cardtest.HasText("canary-6")))
}

func TestReadingIsLogged(t *testing.T) {
	h := newHouse(t)
	c, ls := h.thread(7)
	h.share(c, uwe, desk.Invite{Role: desk.ShareView})
	reads := func() int { return h.record(c.ID).Shares[0].Reads }
	page := h.do("read", uwe, c, nil)
	h.do("read", uwe, c, nil) // the same again
	if reads() != 1 {
		t.Errorf("%d reads logged, want one for the same messages", reads())
	}
	h.click(uwe, page, "Show older (2)", nil)
	if reads() != 2 {
		t.Errorf("%d reads logged after other messages, want 2", reads())
	}
	h.now = h.now.Add(time.Hour)
	h.do("read", uwe, c, nil)
	events, _, err := h.store.Events(t.Context(), c.ID, desk.Page{Limit: 3})
	if err != nil || reads() != 3 {
		t.Fatalf("%d reads logged after an hour, want 3; %v", reads(), err)
	}
	want := strings.Join([]string{string(ls[6].ID), string(ls[5].ID), string(ls[4].ID), string(ls[3].ID), string(ls[2].ID)}, " ")
	if ev := events[0]; ev.Kind != desk.EventShareRead || ev.Who != uwe || ev.To != want || !ev.At.Equal(h.now) {
		t.Errorf("event = %+v, want %s reading %s", ev, uwe, want)
	}
	h.open(ana, c).Has(t, cardtest.HasText("uwe@acme.test read 5 messages, 09:02 to 09:06"), cardtest.HasText("read 2 messages"))
	version := h.record(c.ID).Version
	h.do("read", ana, c, nil)
	if now := h.record(c.ID); now.Version != version {
		t.Error("a member's reading was logged")
	}
}

func TestNumbersAreMaskedForGuests(t *testing.T) {
	h := newHouse(t)
	c, ls := h.thread(1)
	ls[0].Text = "My card is 4111 1111 1111 1111, order 1234567890123456."
	ls[0].Files[0].Name = "card-4111111111111111.png"
	c = h.share(c, uwe, desk.Invite{Role: desk.ShareView, Attachments: true})
	h.do("read", uwe, c, nil).Has(t, cardtest.HasText("My card is •••• 1111, order 1234567890123456."), cardtest.HasText("card-•••• 1111.png"), cardtest.HasText("numbers are hidden"))
	h.do("read", uwe, c, nil, "msg", string(ls[0].ID)).Has(t, cardtest.HasText("My card is •••• 1111"))
	h.do("read", ana, c, nil).Has(t, cardtest.HasText("4111 1111 1111 1111"))
	h.share(c, uwe, desk.Invite{Role: desk.ShareView, Unmasked: true})
	h.do("read", uwe, c, nil).Has(t, cardtest.HasText("4111 1111 1111 1111"))
	h.open(ana, c).Has(t, cardtest.HasText("with card and account numbers"))
}

func TestUnreadableMailSaysWhatIsKept(t *testing.T) {
	h := newHouse(t)
	c, _ := h.thread(1)
	h.share(c, uwe, desk.Invite{Role: desk.ShareView})
	for err, says := range map[error]string{
		errors.New("gmail threads.get: 503"): "Nothing was changed, and the notes and the history are on the card. Try again in a minute",
		desk.ErrNotFound:                     "not in Gmail any more",
	} {
		h.gmail.fail = err
		for _, as := range []desk.Email{ana, uwe} {
			h.do("read", as, c, nil).Has(t, cardtest.HasText("The mail cannot be shown"), cardtest.HasText(says), cardtest.Not(cardtest.HasText("503")))
		}
	}
	if h.record(c.ID).Shares[0].Reads != 0 {
		t.Error("a reading was logged that was none")
	}
	if !h.logged("threads.get: 503") {
		t.Error("the cause is not in the log")
	}
}

func TestSharingAPart(t *testing.T) {
	h := newHouse(t)
	c, ls := h.thread(3)
	person := map[string]any{"person": string(uwe), "role": "view", "with": []string{"files"}}
	with := func(scope string, more ...any) map[string]any {
		out := map[string]any{"scope": scope}
		for k, v := range person {
			out[k] = v
		}
		for i := 0; i+1 < len(more); i += 2 {
			out[more[i].(string)] = more[i+1]
		}
		return out
	}
	// In the shared mailbox the form is about the message that is open.
	open := event{as: ana, params: params(c), gmail: inShared(c)} // the first message names the thread
	form := h.show("/addon/do/share-form", open)
	form.Has(t, cardtest.HasText("From this message on"))
	h.click(ana, form, "Share", with("one")).Has(t, cardtest.HasText("may read, one message, with files"))
	if s := h.shareOf(c, uwe); s == nil || !slices.Equal(s.Scope.Messages, []desk.MessageID{ls[0].ID}) {
		t.Errorf("share = %+v, want the open message alone", s)
	}
	// From the read card it is about the message that the button stands below.
	form = h.do("share-form", ana, c, nil, "msg", string(ls[1].ID))
	h.click(ana, form, "Share", with("from")).Has(t, cardtest.HasText("from a message on"))
	if s := h.shareOf(c, uwe); s == nil || s.Scope.Extent != desk.FromMessage || s.Scope.Messages[0] != ls[1].ID || !s.Scope.Since.Equal(ls[1].At) {
		t.Errorf("share = %+v, want from the second message on", s)
	}
	// Elsewhere about the newest.
	form = h.do("share-form", ana, c, nil)
	form.Has(t, cardtest.HasText("Only the newest message"))
	pick := h.click(ana, form, "Share", with("choose"))
	if in := pick.Input("person"); in == nil || in.Value != string(uwe) {
		t.Errorf("person = %+v, want what was typed", in)
	}
	h.click(ana, pick, "Share", with("chosen")).Has(t, cardtest.HasText("Choose at least one message"), cardtest.HasButton("Share"))
	h.click(ana, pick, "Share", with("chosen", "messages", []string{string(ls[0].ID), string(ls[2].ID)})).Has(t, cardtest.HasText("2 messages"))
	// Somebody else's message is none of this conversation's.
	other := h.mailed("other")
	refused := h.click(ana, pick, "Share", with("chosen", "messages", []string{string(other.LastID)}))
	if !strings.Contains(refused.Notification, "not in this conversation") {
		t.Errorf("a message of another conversation: %q", refused.Notification)
	}
	h.do("share", uwe, c, with("choose")).Has(t, cardtest.Not(cardtest.HasInput("messages")))
}
