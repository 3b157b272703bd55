package desk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"baton/desk"
)

// later has ana write a reply that goes tomorrow at 08:00.
func (h *house) later(c desk.Conversation) (desk.Conversation, desk.Intent) {
	h.Helper()
	a := answer("later")
	a.Later = h.clock.now().Add(23 * time.Hour)
	c = must[desk.Conversation](h.T)(h.desk.Reply(h.Context(), ana, c.ID, 0, a))
	return c, h.intent(c.Outgoing[len(c.Outgoing)-1].Intent)
}

// goes asks whether a reply goes, as whoever sends does.
func (h *house) goes(in desk.Intent) desk.Settlement {
	h.Helper()
	return must[desk.Settlement](h.T)(h.desk.Goes(h.Context(), h.record(in.Conversation), in))
}

// Pain 49: chatwoot/chatwoot#9484 wants mail to be sent later.
func TestSendLater(t *testing.T) {
	h := newHouse(t).undoable()
	c, in := h.later(h.receive("", desk.Person, "Refund"))
	at := h.clock.now().Add(23 * time.Hour)
	if o := c.Outgoing[0]; o.State != desk.GoesLater || !o.Later.Equal(at) || c.Status != desk.Open || in.State != desk.IntentPending || !in.NotBefore.Equal(at) {
		t.Fatalf("%+v, %s, %+v", o, c.Status, in)
	}
	if s := h.goes(in); s.State != desk.IntentPending || !s.NotBefore.Equal(at) {
		t.Errorf("too early: %+v", s)
	}
	h.clock.pass(23 * time.Hour)
	if s := h.goes(in); s.State != "" {
		t.Fatalf("in time: %+v", s)
	}
	now := h.record(c.ID)
	if now.Status != desk.WaitingCustomer || now.Outgoing[0].State != desk.OnItsWay || now.Recent[len(now.Recent)-1].By != ana {
		t.Errorf("goes: %s, %+v", now.Status, now.Outgoing[0])
	}
	// A process that dies here asks again.
	if s := h.goes(in); s.State != "" || h.record(c.ID).Version != now.Version {
		t.Errorf("asked again: %+v", s)
	}
	h.clock.pass(time.Second)
	if now = h.own(c.Thread, in.ID); now.Outgoing[0].State != desk.Sent || now.AnsweredBy != ana || now.Status != desk.WaitingCustomer || !now.Unanswered.IsZero() {
		t.Errorf("seen: %+v, %s", now.Outgoing[0], now.Status)
	}
	if s := h.goes(in); s.State != "" {
		t.Errorf("asked after it was seen: %+v", s)
	}
}

func TestSendLaterMorning(t *testing.T) {
	h := newHouse(t)
	c := h.receive("", desk.Person, "Refund")
	a := answer("o")
	a.Morning = true
	c = must[desk.Conversation](t)(h.desk.Reply(t.Context(), ana, c.ID, 0, a))
	if want := time.Date(2026, 3, 3, 9, 0, 0, 0, time.UTC); !c.Outgoing[0].Later.Equal(want) {
		t.Errorf("goes %s, want %s", c.Outgoing[0].Later, want)
	}
}

// A time that people choose is refused with words that name it, however far away.
func TestTimesThatAreTooFar(t *testing.T) {
	h := newHouse(t)
	c := h.receive("", desk.Person, "Refund")
	for name, at := range map[string]time.Time{
		"over":           h.clock.now().Add(-time.Minute),
		"now":            h.clock.now(),
		"year ahead":     h.clock.now().Add(desk.MaxNap + time.Minute),
		"in year 10000":  time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC),
		"in year 150000": time.UnixMilli(1 << 62),
	} {
		want := "more than a year ahead"
		if !at.After(h.clock.now()) {
			want = "already over"
		}
		a := answer("")
		a.Later = at
		_, err := h.desk.Reply(t.Context(), ana, c.ID, 0, a)
		wantSay(t, "reply "+name, err, desk.ErrInvalid, want)
		_, err = h.desk.Snooze(t.Context(), ana, c.ID, 0, desk.Nap{Until: at})
		wantSay(t, "snooze "+name, err, desk.ErrInvalid, want)
		_, err = h.desk.AddTodo(t.Context(), ana, c.ID, "", desk.Task{Text: "x", Due: at})
		wantSay(t, "to-do "+name, err, desk.ErrInvalid, want)
		_, err = h.desk.Give(t.Context(), mia, c.ID, 0, desk.Give{To: ben, Due: at})
		wantSay(t, "give "+name, err, desk.ErrInvalid, want)
		if want = "at most a year"; !at.After(h.clock.now()) {
			want = "end before it begins"
		}
		_, err = h.desk.Share(t.Context(), ana, c.ID, desk.Invite{To: olga, Role: desk.ShareView, Until: at})
		wantSay(t, "share "+name, err, desk.ErrInvalid, want)
	}
}

// A reply that waits for its time is stopped by what its writer did not know.
// freescout-help-desk/freescout#4061: one went out although the customer had
// written.
func TestSendLaterStops(t *testing.T) {
	type conv = desk.Conversation
	for name, tc := range map[string]struct {
		why string // "" = it goes
		do  func(h *house, c conv)
	}{
		"the customer writes": {"Carla Customer wrote", func(h *house, c conv) { h.receive(c.Thread, desk.Person, "Re: Refund") }},
		"the customer wakes it": {"Carla Customer wrote", func(h *house, c conv) {
			must[conv](h.T)(h.desk.Snooze(h.Context(), mia, c.ID, 0, desk.Nap{Reply: true}))
			h.receive(c.Thread, desk.Person, "Re: Refund")
		}},
		"a colleague answers":  {"Ben Okafor answered", func(h *house, c conv) { must[conv](h.T)(h.desk.Reply(h.Context(), ben, c.ID, 0, answer("b"))) }},
		"somebody in Gmail":    {"somebody answered in Gmail", func(h *house, c conv) { h.receive(c.Thread, desk.Own, "Re: Refund") }},
		"a colleague's note":   {"Ben Okafor wrote a note", func(h *house, c conv) { must[conv](h.T)(h.desk.AddNote(h.Context(), ben, c.ID, "n", "wait")) }},
		"it is spam":           {"marked as spam", func(h *house, c conv) { must[conv](h.T)(h.desk.SetStatus(h.Context(), ben, c.ID, 0, desk.Spam)) }},
		"its writer's note":    {"", func(h *house, c conv) { must[conv](h.T)(h.desk.AddNote(h.Context(), ana, c.ID, "n", "done")) }},
		"an automatic reply":   {"", func(h *house, c conv) { h.receive(c.Thread, desk.AutoReply, "Out of office") }},
		"somebody takes it":    {"", func(h *house, c conv) { must[conv](h.T)(h.desk.Take(h.Context(), ben, c.ID, 0)) }},
		"somebody closes it":   {"", func(h *house, c conv) { must[conv](h.T)(h.desk.Close(h.Context(), ben, c.ID, 0)) }},
		"a customer elsewhere": {"", func(h *house, c conv) { h.receive("", desk.Person, "Another matter") }},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t).fourEyes()
			h.fourEyes().desk.SetPolicy(func() *desk.Policy {
				p := *h.desk.Policy()
				p.Mailboxes = slices.Clone(p.Mailboxes)
				p.Mailboxes[0].Approval = desk.Approval{}
				return &p
			}(), h.rules)
			c, in := h.later(h.receive("", desk.Person, "Refund"))
			h.clock.pass(time.Hour)
			tc.do(h, c)
			now := h.record(c.ID)
			o := now.Outgoing[0]
			home := must[desk.Home](t)(h.desk.Home(t.Context(), ana))
			told := slices.ContainsFunc(now.Notices, func(n desk.Notice) bool {
				return n.To == ana && slices.ContainsFunc(n.Tells, func(t desk.Telling) bool { return t.About == desk.AboutStopped })
			})
			stopped := tc.why != ""
			if (o.State == desk.Stopped) != stopped || !strings.Contains(o.Why, tc.why) || told != stopped || (home.Named == 1) != stopped {
				t.Errorf("%s %q, told %v, %d on the home card", o.State, o.Why, told, home.Named)
			}
			h.clock.pass(22 * time.Hour)
			status := now.Status
			s := h.goes(in)
			now = h.record(c.ID)
			if !stopped {
				if s.State != "" || now.Outgoing[0].State != desk.OnItsWay || status == desk.Closed && now.Status != desk.Closed {
					t.Errorf("does not go: %+v, %+v, %s", s, now.Outgoing[0], now.Status)
				}
				return
			}
			if kept := h.intent(in.ID); s.State != desk.IntentCancelled || kept.State != desk.IntentCancelled || kept.Mail == nil {
				t.Errorf("goes all the same: %+v, %+v", s, kept)
			}
			// Its writer sends it over that, or lets it be.
			_, a, err := h.desk.Rewrite(t.Context(), ana, c.ID, in.ID)
			if err != nil || a.Text != answer("").Text {
				t.Fatalf("rewrite: %+v, %v", a, err)
			}
			a.Once, a.Later, a.Anyway = "again", time.Time{}, true
			now = must[conv](t)(h.desk.Reply(t.Context(), ana, c.ID, 0, a))
			home = must[desk.Home](t)(h.desk.Home(t.Context(), ana))
			if now.Outgoing[0].State != desk.Replaced || len(now.Sending()) == 0 || home.Named != 0 {
				t.Errorf("sent again: %+v, %d on the home card", now.Outgoing, home.Named)
			}
		})
	}
}

func TestSendNow(t *testing.T) {
	h := newHouse(t).undoable()
	c, in := h.later(h.receive("", desk.Person, "Refund"))
	_, err := h.desk.SendNow(t.Context(), ben, c.ID, in.ID)
	wantSay(t, "by a colleague", err, desk.ErrForbidden, "Ana Silva wrote this reply")
	h.clock.pass(time.Hour)
	c = must[desk.Conversation](t)(h.desk.SendNow(t.Context(), ana, c.ID, in.ID))
	again := must[desk.Conversation](t)(h.desk.SendNow(t.Context(), ana, c.ID, in.ID))
	o := c.Outgoing[0]
	if again.Version != c.Version || o.State != desk.OnItsWay || o.Intent == in.ID || c.Status != desk.WaitingCustomer || h.intent(in.ID).State != desk.IntentCancelled {
		t.Fatalf("%+v, %s", o, c.Status)
	}
	now := h.intent(o.Intent)
	if !now.NotBefore.Equal(h.clock.now().Add(10*time.Second)) || now.Mail.Text != in.Mail.Text {
		t.Errorf("sends %+v", now)
	}
	c, a, err := h.desk.Unsend(t.Context(), ana, c.ID, o.Intent)
	if err != nil || c.Status != desk.Open || c.Outgoing[0].State != desk.Undone || a.Text != answer("").Text {
		t.Errorf("taken back: %+v, %s, %v", c.Outgoing[0], c.Status, err)
	}
	_, err = h.desk.SendNow(t.Context(), ana, c.ID, in.ID)
	wantSay(t, "what was taken back", err, desk.ErrInvalid, "does not wait")
}

func TestSendLaterTakenBack(t *testing.T) {
	h := newHouse(t).undoable()
	c, in := h.later(h.receive("", desk.Person, "Refund"))
	c, a, err := h.desk.Unsend(t.Context(), ana, c.ID, in.ID)
	if err != nil || c.Outgoing[0].State != desk.Undone || a.Later.IsZero() || h.intent(in.ID).State != desk.IntentCancelled {
		t.Fatalf("%+v %+v %v", c.Outgoing[0], a, err)
	}
	// Mail that comes then stops nothing.
	if c = h.receive(c.Thread, desk.Person, "Re: Refund"); c.Outgoing[0].State != desk.Undone {
		t.Errorf("%+v", c.Outgoing[0])
	}
}

// Nothing goes of somebody who may not answer any more, nor without a yes that the
// policy came to want.
func TestSendLaterLooksAgain(t *testing.T) {
	for name, tc := range map[string]struct {
		why string
		do  func(h *house, c desk.Conversation)
	}{
		"the share ends": {"may not answer here any more", func(h *house, c desk.Conversation) {
			must[desk.Conversation](h.T)(h.desk.StopShare(h.Context(), ana, c.ID, c.Shares[0].ID))
		}},
		"the policy wants a yes": {"the policy wants a yes", func(h *house, c desk.Conversation) { h.fourEyes() }},
	} {
		h := newHouse(t).undoable()
		c := h.receive("", desk.Person, "Refund")
		must[desk.Conversation](t)(h.desk.Share(t.Context(), ana, c.ID, desk.Invite{To: olga, Role: desk.ShareReply}))
		a := answer("later")
		a.Later = h.clock.now().Add(time.Hour)
		c = must[desk.Conversation](t)(h.desk.Reply(t.Context(), olga, c.ID, 0, a))
		tc.do(h, c)
		h.clock.pass(2 * time.Hour)
		s := h.goes(h.intent(c.Outgoing[0].Intent))
		if o := h.record(c.ID).Outgoing[0]; s.State != desk.IntentCancelled || o.State != desk.Stopped || !strings.Contains(o.Why, tc.why) {
			t.Errorf("%s: %+v, %+v", name, s, o)
		}
	}
}

// An answer that is to go later and needs a yes goes at its time when the yes comes
// before, and at once when it comes after.
func TestApprovedForLater(t *testing.T) {
	h := newHouse(t).fourEyes()
	c, in := h.later(h.receive("", desk.Person, "Refund"))
	at := in.Mail
	if c.Outgoing[0].State != desk.AwaitsYes || at == nil {
		t.Fatalf("%+v", c.Outgoing[0])
	}
	h.clock.pass(time.Hour)
	c = must[desk.Conversation](t)(h.desk.Approve(t.Context(), mia, c.ID, in.ID, 0, desk.Yes{}))
	o := c.Outgoing[0]
	if o.State != desk.GoesLater || c.Status != desk.Open || !h.intent(o.Intent).NotBefore.Equal(o.Later) {
		t.Fatalf("%+v, %s", o, c.Status)
	}
	h.clock.pass(22 * time.Hour)
	if s := h.goes(h.intent(o.Intent)); s.State != "" {
		t.Errorf("goes: %+v", s)
	}
	late, in2 := h.later(h.receive("", desk.Person, "Second"))
	h.clock.pass(24 * time.Hour)
	late = must[desk.Conversation](t)(h.desk.Approve(t.Context(), mia, late.ID, in2.ID, 0, desk.Yes{}))
	if o := late.Outgoing[0]; o.State != desk.OnItsWay || late.Status != desk.WaitingCustomer {
		t.Errorf("after its time: %+v, %s", o, late.Status)
	}
}

// What waits is not merged away.
func TestMergeLeavesWhatWaits(t *testing.T) {
	h := newHouse(t)
	kept, c := h.receive("", desk.Person, "Refund"), h.receive("", desk.Person, "Refund again")
	c, in := h.later(c)
	_, err := h.desk.Merge(t.Context(), ana, kept.ID, c.ID)
	wantSay(t, "for its time", err, desk.ErrInvalid, "waits to go")
	h.desk.Unsend(t.Context(), ana, c.ID, in.ID)
	c, _ = h.asked(ana, c, &desk.Ask{To: ben})
	_, err = h.desk.Merge(t.Context(), ana, kept.ID, c.ID)
	wantSay(t, "for a yes", err, desk.ErrInvalid, "waits to go")
}

// approvalRefusedCases do what cannot be undone with answers that wait.
func approvalRefusedCases() map[desk.EventKind]func(h *house) desk.Conversation {
	type conv = desk.Conversation
	asked := func(h *house) (conv, desk.IntentID) {
		return h.asked(ana, h.receive("", desk.Person, "S"), &desk.Ask{To: ben})
	}
	later := func(h *house) (conv, desk.IntentID) {
		c, in := h.later(h.receive("", desk.Person, "S"))
		return c, in.ID
	}
	return map[desk.EventKind]func(h *house) conv{
		desk.EventAsked: func(h *house) conv { c, _ := asked(h); return c },
		desk.EventApproved: func(h *house) conv {
			c, reply := asked(h)
			return must[conv](h.T)(h.desk.Approve(h.Context(), ben, c.ID, reply, 0, desk.Yes{}))
		},
		desk.EventGivenBack: func(h *house) conv {
			c, reply := asked(h)
			return must[conv](h.T)(h.desk.GiveBack(h.Context(), ben, c.ID, reply, "no"))
		},
		desk.EventScheduled: func(h *house) conv { c, _ := later(h); return c },
		desk.EventSentNow: func(h *house) conv {
			c, reply := later(h)
			return must[conv](h.T)(h.desk.SendNow(h.Context(), ana, c.ID, reply))
		},
		desk.EventStopped: func(h *house) conv {
			c, _ := later(h)
			return h.receive(c.Thread, desk.Person, "Re: S")
		},
	}
}
