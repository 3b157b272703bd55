package desk_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
)

// TestDoubledNot: what is no second answer of somebody else to the same mail.
func TestDoubledNot(t *testing.T) {
	for name, do := range map[string]func(h *house, thread desk.ThreadID) desk.Conversation{
		"the same person's follow-up": func(h *house, thread desk.ThreadID) desk.Conversation {
			h.teamMail(thread, ana)
			return h.teamMail(thread, ana)
		},
		"both in Gmail, nobody knows by whom": func(h *house, thread desk.ThreadID) desk.Conversation {
			h.teamMail(thread, "")
			return h.teamMail(thread, "")
		},
		"after more than ten minutes": func(h *house, thread desk.ThreadID) desk.Conversation {
			h.teamMail(thread, ana)
			h.clock.pass(10*time.Minute + time.Second)
			return h.teamMail(thread, ben)
		},
		"the customer wrote in between": func(h *house, thread desk.ThreadID) desk.Conversation {
			h.teamMail(thread, ana)
			h.clock.pass(time.Minute)
			h.receive(thread, desk.Person, "Re: S")
			return h.teamMail(thread, ben)
		},
		"the first one came back": func(h *house, thread desk.ThreadID) desk.Conversation {
			h.bounced(thread)
			return h.teamMail(thread, ben)
		},
		"an automatic answer": func(h *house, thread desk.ThreadID) desk.Conversation {
			h.teamMail(thread, ana)
			m, f := h.mail(thread, desk.Own, "Auto: S")
			f.Headers = map[string]string{"auto-submitted": "auto-replied"}
			must[desk.Conversation](h.T)(h.desk.Receive(h.Context(), m, f))
			m, f = h.mail(thread, desk.Own, "Receipt")
			m.Intent = "an intent of no card"
			return must[desk.Conversation](h.T)(h.desk.Receive(h.Context(), m, f))
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			c := h.receive("", desk.Person, "S")
			h.clock.pass(time.Minute)
			if got := do(h, c.Thread); got.Doubled != nil {
				t.Errorf("taken for a double answer: %+v", got.Doubled)
			}
		})
	}
	t.Run("nobody asked", func(t *testing.T) {
		h := newHouse(t)
		c := h.teamMail("", ana)
		if got := h.teamMail(c.Thread, ben); got.Doubled != nil {
			t.Errorf("taken for a double answer: %+v", got.Doubled)
		}
	})
}

func TestDoubled(t *testing.T) {
	for name, tc := range map[string]struct {
		first, second desk.Email
		told          []desk.Email
	}{
		"two people":                   {ana, ben, []desk.Email{ana, ben}},
		"by a card, then in Gmail":     {ana, "", []desk.Email{ana}},
		"in Gmail, then by a delegate": {"", ben, []desk.Email{ben}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			c := h.receive("", desk.Person, "S")
			h.clock.pass(time.Minute)
			h.teamMail(c.Thread, tc.first)
			h.clock.pass(10 * time.Minute)
			got := h.teamMail(c.Thread, tc.second)
			want := &desk.Doubled{FirstAt: h.clock.now().Add(-10 * time.Minute), First: tc.first, At: h.clock.now(), Second: tc.second}
			if diff := cmp.Diff(want, got.Doubled); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if last := got.Recent[len(got.Recent)-1]; last.Kind != desk.EventDoubled || last.Who != tc.second || last.From != string(tc.first) {
				t.Errorf("history: %+v", last)
			}
			for _, who := range []desk.Email{ana, ben, mia} {
				home := must[desk.Home](t)(h.desk.Home(t.Context(), who))
				told := len(home.Mentions) == 1 && home.Mentions[0].Mention.Doubled()
				if want := len(tc.told) > 0 && (who == tc.told[0] || who == tc.told[len(tc.told)-1]); told != want {
					t.Errorf("%s told: %v, want %v", who, told, want)
				}
			}
			for range 2 {
				must[desk.Conversation](t)(h.desk.SettleMention(t.Context(), tc.told[0], c.ID, desk.NoteID("doubled-"+string(c.ID))))
			}
			if home := must[desk.Home](t)(h.desk.Home(t.Context(), tc.told[0])); len(home.Mentions) != 0 {
				t.Error("dealt with, and still told")
			}
			// It is over when the customer writes, or after a day.
			if _, ok := got.DoubledLately(h.clock.now().Add(23 * time.Hour)); !ok {
				t.Error("not told for a day")
			}
			if _, ok := got.DoubledLately(h.clock.now().Add(25 * time.Hour)); ok {
				t.Error("told for ever")
			}
			h.clock.pass(time.Minute)
			got = h.receive(c.Thread, desk.Person, "Re: S")
			if _, ok := got.DoubledLately(h.clock.now()); ok {
				t.Error("told although the customer wrote again")
			}
		})
	}
}

// drafted tells the desk of draft steps: + begun, - over, at rising orders.
func (h *house) drafted(c desk.Conversation, from uint64, signs string, sent int) desk.Conversation {
	h.Helper()
	s := desk.Drafting{At: h.clock.now(), Sent: sent}
	for i, sign := range signs {
		s.Steps = append(s.Steps, desk.DraftStep{Order: from + uint64(i), Begun: sign == '+'})
	}
	if err := h.desk.Drafted(h.Context(), c.Mailbox, c.Thread, s); err != nil {
		h.Fatal(err)
	}
	return h.now(c)
}

func TestDrafts(t *testing.T) {
	h := newHouse(t)
	c := h.receive("", desk.Person, "S")
	want := func(what string, got desk.Conversation, drafts int, version int64) {
		t.Helper()
		if len(got.Drafts.Since) != drafts || got.Version != version {
			t.Errorf("%s: %d drafts at version %d, want %d at %d", what, len(got.Drafts.Since), got.Version, drafts, version)
		}
	}
	v := c.Version
	want("an end of nothing", h.drafted(c, 90, "-", 0), 0, v)
	want("begun", h.drafted(c, 100, "+", 0), 1, v+1)
	want("read again", h.drafted(c, 100, "+", 0), 1, v+1)
	want("saved", h.drafted(c, 110, "-+-+", 0), 1, v+1)
	want("read again with its end", h.drafted(c, 100, "+-", 0), 0, v+2)
	h = newHouse(t)
	c = h.receive("", desk.Person, "S")
	v = c.Version
	h.drafted(c, 100, "+", 0)
	h.clock.pass(time.Minute)
	want("a second one", h.drafted(c, 120, "+", 0), 2, v+2)
	got := h.drafted(c, 130, "-", 0)
	want("over", got, 1, v+3)
	if !got.Drafts.Since[0].Equal(h.clock.now().Add(-time.Minute)) {
		t.Error("the older draft is the one that is left, want the newer one gone")
	}
	want("over, read again", h.drafted(c, 130, "-", 0), 1, v+3)
	want("all over", h.drafted(c, 140, "-", 0), 0, v+4)
	if err := h.desk.Drafted(t.Context(), support, "nowhere", desk.Drafting{Steps: []desk.DraftStep{{Order: 1, Begun: true}}}); err != nil {
		t.Errorf("a thread that is no conversation: %v", err)
	}
}

// TestDraftsOfReplies: the drafts that Baton itself makes to send a reply are
// nobody's.
func TestDraftsOfReplies(t *testing.T) {
	h := newHouse(t)
	c := h.receive("", desk.Person, "S")
	c = must[desk.Conversation](t)(h.desk.Reply(t.Context(), ana, c.ID, 0, desk.Answer{Text: "Hello", To: []desk.Address{{Email: "carla@shop.example"}}}))
	h.clock.pass(time.Minute)
	if got := h.drafted(c, 100, "+", 0); len(got.Drafts.Since) != 0 {
		t.Error("Baton's own draft is told of")
	}
	// Ben begins one as well, in Gmail; Ana's goes out.
	if got := h.drafted(c, 101, "++", 0); len(got.Drafts.Since) != 1 {
		t.Errorf("%d drafts, want Ben's", len(got.Drafts.Since))
	}
	if got := h.drafted(c, 110, "-", 1); len(got.Drafts.Since) != 1 {
		t.Errorf("%d drafts, want Ben's, for Ana's was Baton's own", len(got.Drafts.Since))
	}
	if got := h.drafted(c, 120, "-+-", 1); len(got.Drafts.Since) != 0 {
		t.Errorf("%d drafts, want none: one that came and went within a reading takes none along", len(got.Drafts.Since))
	}
}

func TestDraftingIsTold(t *testing.T) {
	h := newHouse(t)
	c := h.drafted(h.receive("", desk.Person, "S"), 1, "+", 0)
	c = must[desk.Conversation](t)(h.desk.Share(t.Context(), ana, c.ID, desk.Invite{To: olga, Role: desk.ShareComment}))
	told := func(by desk.Email) bool {
		_, _, ok := h.desk.Drafting(by, must[desk.View](t)(h.desk.SeenAs(by, c)))
		return ok
	}
	if !told(ana) || !told(ben) || told(olga) {
		t.Errorf("told: ana %v, ben %v, a guest who may not answer %v", told(ana), told(ben), told(olga))
	}
	p := acme()
	p.Mailboxes[0].Members = []desk.Email{ana}
	h.desk.SetPolicy(p, h.rules)
	who, _, ok := h.desk.Drafting(adam, must[desk.View](t)(h.desk.SeenAs(adam, c)))
	if told(ana) || who != ana || !ok {
		t.Errorf("with Ana alone in the mailbox: told herself %v; an admin is told of %q, %v", told(ana), who, ok)
	}
	h.clock.pass(desk.DraftFor)
	if _, _, ok := h.desk.Drafting(adam, must[desk.View](t)(h.desk.SeenAs(adam, c))); ok {
		t.Error("told for ever")
	}
}
