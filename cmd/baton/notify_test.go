package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"baton/addon/card/cardtest"
	"baton/desk"
	"baton/gmail/gmailsim"
)

// tapping is how long notices gather here: as long as all taps take, also on a
// busy machine.
const tapping = 15 * time.Second

// Ana gives a conversation to Ben, names him and shares it with Olga: each gets
// one mail, which opens the card, and which is no mail of the mailbox's work.
func TestNoticeOpensTheCard(t *testing.T) {
	s := newTuned(t, t.TempDir(), demoCmd{}, unasked())
	s.notices(desk.Notices{About: desk.DefaultAbout(), Quiet: tapping})
	_, thread := s.deliver(customerMail(carla, "Heronsubject", "Canarybird sings."))
	s.settle()
	before := s.conversations()
	ana := s.as("ana@acme.test").open(support, thread)
	ana.press("Add note", map[string][]string{"note": {"Canarynote for @Ben"}})
	ana.press("Give to …", nil).press("Give", map[string][]string{"person": {"ben@acme.test"}, "why": {"Canaryreason"}})
	ana.press("Share …", nil).press("Share", map[string][]string{"person": {olga}, "role": {"comment"}})
	cost := s.meter()
	s.settle()
	s.rung()
	s.settle()
	if units, _, commits := cost(); units > 320 || commits > 24 {
		t.Errorf("two notices: %d Gmail units, %d commits; want at most 320, 24", units, commits)
	}
	for who, want := range map[string]string{
		"ben@acme.test": "Ana Silva gave you a conversation in Support.\nAna Silva mentioned you in a note on a conversation in Support.\n",
		olga:            "Ana Silva shared a conversation in Support with you.\nIt is shared until ",
	} {
		var got []gmailsim.Mail
		for _, m := range s.got(who) {
			if strings.Contains(m.From, support) {
				got = append(got, m)
			}
		}
		if len(got) != 1 {
			t.Fatalf("%s got %d notices, want one: %+v", who, len(got), got)
		}
		text := strings.ReplaceAll(got[0].Text, "\r\n", "\n")
		if !strings.HasPrefix(text, want) {
			t.Errorf("%s got %q, want %q", who, text, want)
		}
		for _, secret := range []string{"Canary", "Heron", "Carla", carla} {
			if strings.Contains(text+got[0].Subject, secret) {
				t.Errorf("the mail to %s says %q", who, secret)
			}
		}
		s.as(who).open(who, got[0].ThreadID).says("Heronsubject")
	}
	if got := s.conversations(); got != before {
		t.Errorf("%d conversations after the notices, %d before", got, before)
	}
	v, err := s.demo.service.store.Verdicts(s.Context(), support)
	if err != nil || v[desk.Notified] != 2 {
		t.Errorf("ledger %v (%v), want two notices", v, err)
	}
	ana.open(support, thread).says("Open", "Canarynote")
	if ana.card.Contains("answered") {
		t.Error("a notice counts as the team's answer")
	}
}

func (s *stage) conversations() (n int) {
	s.Helper()
	all, err := s.demo.service.store.Statuses(s.Context(), "")
	if err != nil {
		s.Fatal(err)
	}
	for _, k := range all {
		n += k
	}
	return n
}

// Undone, seen, or one's own doing: no mail.
func TestNoticeThatIsNotSent(t *testing.T) {
	s := newTuned(t, t.TempDir(), demoCmd{}, unasked())
	s.notices(desk.Notices{About: desk.DefaultAbout(), Quiet: tapping})
	_, undone := s.deliver(customerMail(carla, "Undone", "1"))
	_, seen := s.deliver(customerMail(carla, "Seen", "2"))
	_, own := s.deliver(customerMail(carla, "Own", "3"))
	s.settle()
	ana, ben := s.as("ana@acme.test"), s.as("ben@acme.test")
	give := map[string][]string{"person": {"ben@acme.test"}}
	ana.open(support, undone).press("Give to …", nil).press("Give", give)
	ana.open(support, undone).press("Undo", nil).says("Nobody holds this")
	ana.open(support, seen).press("Give to …", nil).press("Give", give)
	ben.open(support, seen).says("You hold this")
	ben.open(support, own).press("Take", nil)
	s.settle()
	for _, m := range slices.Concat(s.got("ben@acme.test"), s.got("ana@acme.test")) {
		if strings.Contains(m.From, support) {
			t.Errorf("a notice was sent: %s to %s", m.Subject, m.To)
		}
	}
	for _, e := range s.demo.sim.Effects() {
		if e.Kind == gmailsim.EffectDraft {
			t.Errorf("a draft was made: %+v", e)
		}
	}
	ben.open(support, seen).card.Has(t, cardtest.HasText("You hold this"))
}
