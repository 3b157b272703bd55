package desk_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"baton/desk"
)

// alarmed is a house whose support mailbox calls its managers.
func alarmed(t *testing.T, a desk.Alarm, edit func(*desk.Policy)) *house {
	t.Helper()
	h := newHouse(t)
	p := acme()
	p.Mailboxes[0].Alarm = a
	p.Rules = []desk.Rule{{Name: "Bills", Then: desk.Actions{Team: "Billing"}}, {Name: "Hers", Then: desk.Actions{Person: ana}}}
	if edit != nil {
		edit(p)
	}
	h.desk.SetPolicy(p, h.rules)
	h.bills()
	return h
}

// round makes a round and gives the mails that the managers get for it.
func (h *house) round() (mails []desk.Mail) {
	h.Helper()
	if err := h.desk.Round(h.Context()); err != nil {
		h.Fatal(err)
	}
	h.clock.pass(desk.DefaultQuiet)
	now := h.clock.now()
	ins := must[[]desk.Intent](h.T)(h.store.Claim(h.Context(), "mails", now, now.Add(1000*time.Hour), 100))
	for _, in := range ins {
		if in.Kind != desk.IntentNotify {
			continue
		}
		out, s, err := h.desk.Notice(h.Context(), in, desk.RFCID("n-"+string(in.ID)))
		if err != nil {
			h.Fatal(err)
		}
		if s.State == "" {
			mails = append(mails, *out.Mail)
			if err := h.desk.Noticed(h.Context(), in); err != nil {
				h.Fatal(err)
			}
		}
	}
	return mails
}

func (h *house) wantCall(what string, mails []desk.Mail, say string) {
	h.Helper()
	if len(mails) != 1 || mails[0].To[0].Email != mia || !strings.Contains(mails[0].Text, say) || !mails[0].Automatic {
		h.Errorf("%s: mails %+v, want one to Mia that says %q", what, mails, say)
	}
}

// A queue that grows calls the manager, once for each time, and again only after
// it was well below. Nothing of a customer's is in the mail.
func TestQueueThatGrowsCallsTheManager(t *testing.T) {
	h := alarmed(t, desk.Alarm{Unassigned: 4}, func(p *desk.Policy) {
		p.Mailboxes[0].Notices = desk.Notices{Subject: true, Customer: true}
	})
	cs := h.comes(3, "Secret refund")
	if got := h.round(); len(got) != 0 {
		t.Fatalf("below the alarm: %+v", got)
	}
	cs = append(cs, h.comes(1, "Secret refund")...)
	mails := h.round()
	h.wantCall("crossed", mails, "There are 4 conversations in the queue of Support, and the alarm is set at 4.")
	if text := mails[0].Subject + mails[0].Text; strings.Contains(text, "Secret") || strings.Contains(text, "Carla") {
		t.Errorf("the mail says what a customer wrote: %s", text)
	}
	home := must[desk.Home](t)(h.desk.Home(t.Context(), mia))
	if len(home.Alarms) != 1 || home.Alarms[0].Mailbox != support || home.Alarms[0].Kind != desk.AlarmUnassigned {
		t.Errorf("Mia's home says %+v", home.Alarms)
	}
	if got := must[desk.Home](t)(h.desk.Home(t.Context(), ana)).Alarms; len(got) != 0 {
		t.Errorf("Ana's home says %+v", got)
	}
	take := func(n int) {
		for _, c := range cs[:n] {
			must[desk.Conversation](t)(h.desk.Take(t.Context(), ana, c.ID, 0))
		}
		cs = cs[n:]
	}
	take(1)
	cs = append(cs, h.comes(3, "S")...)
	if got := h.round(); len(got) != 0 {
		t.Errorf("it rings still, and was said again: %+v", got)
	}
	take(4)
	if got := h.round(); len(got) != 0 || len(must[desk.Home](t)(h.desk.Home(t.Context(), mia)).Alarms) != 0 {
		t.Errorf("well below: %+v, or the home rings still", got)
	}
	h.comes(2, "S")
	h.wantCall("crossed again", h.round(), "There are 4 conversations")
}

// What waits long calls in working hours, and working hours count.
func TestOldQueueCallsInWorkingHours(t *testing.T) {
	h := alarmed(t, desk.Alarm{Oldest: 2 * time.Hour}, func(p *desk.Policy) { p.Mailboxes[0].Hours = desk.UsualHours() })
	h.clock.pass(7 * time.Hour) // Monday, 16:00
	c := h.receive("", desk.Person, "S")
	for _, wait := range []time.Duration{50 * time.Minute, time.Hour, 14*time.Hour + 30*time.Minute, 30 * time.Minute} {
		if got := h.round(); len(got) != 0 {
			t.Fatalf("at %s: %+v", h.clock.now(), got)
		}
		h.clock.pass(wait)
	}
	// Tuesday, 09:10: an hour and ten minutes of work.
	h.clock.pass(time.Hour)
	h.wantCall("old", h.round(), "has waited for 2 h")
	must[desk.Conversation](t)(h.desk.Take(t.Context(), ana, c.ID, 0))
	h.round()
	if got := must[desk.Home](t)(h.desk.Home(t.Context(), mia)).Alarms; len(got) != 0 {
		t.Errorf("an empty queue rings: %+v", got)
	}
}

// When all of those are away whom a rule names, its mail waits and the manager is
// told for whom; once is enough.
func TestStoppedHandingOutCallsTheManager(t *testing.T) {
	h := alarmed(t, desk.Alarm{Stopped: true}, nil)
	h.is(desk.Away, ana, ben)
	if got := h.round(); len(got) != 0 {
		t.Fatalf("nothing waits: %+v", got)
	}
	cs := h.comes(2, "bill")
	h.wantCall("all away", h.round(), "Handing out to Billing has stopped: nobody is available. 2 conversations of Support wait.")
	h.comes(1, "Ana's")
	if got := h.round(); len(got) != 0 {
		t.Errorf("said twice: %+v", got)
	}
	h.is(desk.Available, ana)
	h.performs(h.desk)
	h.round()
	if got := must[desk.Home](t)(h.desk.Home(t.Context(), mia)).Alarms; len(got) != 0 || h.record(cs[0].ID).Assignee != ana {
		t.Errorf("rings still: %+v", got)
	}
}

// Several processes look at the same queue: the manager is told once, also when
// one of them dies between raising the alarm and telling.
func TestAlarmIsToldOnce(t *testing.T) {
	h := alarmed(t, desk.Alarm{Unassigned: 1}, nil)
	h.receive("", desk.Person, "S")
	p := h.desk.Policy()
	st := must[desk.MailboxState](t)(h.store.SetMailboxState(t.Context(), support, func(s *desk.MailboxState) {
		s.Alarms = []desk.Ringing{{Kind: desk.AlarmUnassigned, Since: h.clock.now(), Count: 1}}
	}))
	if p.Ringing(st)[0].Told {
		t.Fatal("told already")
	}
	for _, holder := range []string{"one", "two", "three"} {
		d := must[*desk.Desk](t)(desk.New(desk.Options{Store: h.store, Clock: h.clock.now, Holder: holder}, p, h.rules))
		if err := d.Round(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	h.wantCall("three processes", h.round(), "There is one conversation in the queue of Support")
	if got := h.round(); len(got) != 0 {
		t.Errorf("and again: %+v", got)
	}
}

// An alarm that is over before its mail goes is not told.
func TestAlarmThatIsOverIsNotTold(t *testing.T) {
	h := alarmed(t, desk.Alarm{Unassigned: 1}, func(p *desk.Policy) { p.Mailboxes[0].Notices.Quiet = desk.DefaultQuiet })
	c := h.receive("", desk.Person, "S")
	if err := h.desk.Round(t.Context()); err != nil {
		t.Fatal(err)
	}
	must[desk.View](t)(h.desk.OpenID(t.Context(), mia, c.ID)) // which says nothing of the queue
	if n := h.record(c.ID).Notices; len(n) != 1 {
		t.Fatalf("notices %+v, want the call", n)
	}
	must[desk.Conversation](t)(h.desk.Take(t.Context(), ana, c.ID, 0))
	if got := h.round(); len(got) != 0 {
		t.Errorf("told: %+v", got)
	}
}

func TestWorked(t *testing.T) {
	p := acme()
	vienna, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		t.Fatal(err)
	}
	p.Zone, p.Mailboxes[0].Hours = vienna, desk.UsualHours()
	p.Mailboxes[0].Hours.Holidays = []desk.Holiday{{Month: time.May, Day: 1}}
	at := func(s string) time.Time {
		tm, err := time.ParseInLocation("Mon 2006-01-02 15:04", s, vienna)
		if err != nil {
			t.Fatal(err)
		}
		return tm
	}
	for _, c := range []struct {
		from, to string
		want     time.Duration
	}{
		{"Fri 2026-03-27 16:30", "Mon 2026-03-30 09:45", 75 * time.Minute}, // over the change to summer time
		{"Fri 2026-03-27 08:00", "Fri 2026-03-27 09:00", 0},
		{"Fri 2026-03-27 08:00", "Fri 2026-03-27 20:00", 8 * time.Hour},
		{"Sat 2026-03-28 10:00", "Sun 2026-03-29 10:00", 0},
		{"Mon 2026-03-30 12:00", "Mon 2026-03-30 11:00", 0},
		{"Thu 2026-04-30 16:00", "Mon 2026-05-04 10:00", 2 * time.Hour}, // over a holiday
		{"Mon 2026-03-02 09:00", "Mon 2026-03-09 09:00", 40 * time.Hour},
	} {
		if got := p.Worked(support, at(c.from), at(c.to)); got != c.want {
			t.Errorf("%s to %s: %s, want %s", c.from, c.to, got, c.want)
		}
	}
	days := []bool{p.AtWork(support, at("Mon 2026-03-30 09:00")), p.AtWork(support, at("Mon 2026-03-30 17:00")), p.AtWork(support, at("Sun 2026-03-29 12:00")), p.AtWork(sales, at("Sun 2026-03-29 12:00"))}
	if !slices.Equal(days, []bool{true, false, false, true}) {
		t.Errorf("at work: %v", days)
	}
}

// A manager is called for a queue with a mail of the conversation at its head. What
// else that mail was to tell is not told once she has looked.
func TestSeenMentionIsNotToldWithAnAlarm(t *testing.T) {
	h := alarmed(t, desk.Alarm{Unassigned: 1}, func(p *desk.Policy) {
		p.Mailboxes[0].Notices = desk.Notices{About: desk.DefaultAbout(), Quiet: desk.DefaultQuiet}
	})
	c := h.receive("", desk.Person, "S")
	must[desk.Conversation](t)(h.desk.AddNote(t.Context(), ana, c.ID, "1", "ask @mia"))
	if err := h.desk.Round(t.Context()); err != nil {
		t.Fatal(err)
	}
	must[desk.View](t)(h.desk.OpenID(t.Context(), mia, c.ID))
	mails := h.round()
	h.wantCall("seen", mails, "There is one conversation in the queue")
	if strings.Contains(mails[0].Text, "Ana Silva") {
		t.Errorf("told of what she has seen: %s", mails[0].Text)
	}
}

// An alarm that the policy leaves out is over, and calls anew when it is set again.
func TestAlarmTurnedOffIsOver(t *testing.T) {
	h := alarmed(t, desk.Alarm{Unassigned: 1}, nil)
	h.receive("", desk.Person, "S")
	h.wantCall("set", h.round(), "There is one")
	on, off := h.desk.Policy(), *h.desk.Policy()
	off.Mailboxes = slices.Clone(off.Mailboxes)
	off.Mailboxes[0].Alarm = desk.Alarm{}
	h.desk.SetPolicy(&off, h.rules)
	if got := h.round(); len(got) != 0 {
		t.Errorf("left out: %+v", got)
	}
	h.clock.pass(30 * 24 * time.Hour)
	h.desk.SetPolicy(on, h.rules)
	h.wantCall("set again", h.round(), "There is one")
}
