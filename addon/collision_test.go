package addon

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"baton/addon/card/cardtest"
	"baton/desk"
)

// sentMail has a mail of the team arrive that somebody sent in Gmail: a
// delegate, or "" for nobody knows whom.
func (h *house) sentMail(c desk.Conversation, by desk.Email) desk.Conversation {
	h.Helper()
	h.n++
	m := desk.Message{Mailbox: support, ID: desk.MessageID(fmt.Sprintf("%x", 0x18c2f3a9b0d1e200+h.n)), Thread: c.Thread, RFC: desk.RFCID(fmt.Sprintf("own%d@acme.test", h.n)),
		From: desk.Address{Email: desk.Email(support)}, Subject: "Re: S", At: h.now, Verdict: desk.Own}
	f := desk.Facts{Mailbox: support, From: m.From, Verdict: m.Verdict, At: m.At}
	if by != "" {
		f.Headers = map[string]string{"sender": string(by)}
	}
	got, err := h.desk.Receive(h.Context(), m, f)
	return h.must(got, err)
}

// bouncedMail has ana answer, and the answer come back.
func (h *house) bouncedMail() desk.Conversation {
	h.Helper()
	c := h.sentMail(h.scene(), ana)
	h.now = h.now.Add(time.Minute)
	return h.mailFrom(desk.Message{Thread: c.Thread, Verdict: desk.Bounce, From: desk.Address{Email: "mailer-daemon@mx.example"},
		Report: &desk.Report{About: []desk.RFCID{c.Answers[0].RFC}, Failed: []desk.Failure{{To: "carla@shop.example", Why: desk.FailedUnknown}}}})
}

func (h *house) draftBegun(c desk.Conversation) {
	h.Helper()
	if err := h.desk.Drafted(h.Context(), c.Mailbox, c.Thread, desk.Drafting{Steps: []desk.DraftStep{{Order: 1, Begun: true}}, At: h.now}); err != nil {
		h.Fatal(err)
	}
}

func collisionCases() map[string]func(h *house) {
	text, button, not := cardtest.HasText, cardtest.HasButton, cardtest.Not
	return map[string]func(h *house){
		"bounce-seen": func(h *house) {
			c := h.bouncedMail()
			drawn := h.open(ana, c)
			drawn.Has(h, text("Your answer was not delivered to carla@shop.example: there is no such address"), text("support@acme.test · Open"),
				text("The answer of Ana Silva was not delivered to carla@shop.example: there is no such address"))
			h.open(ben, c).Has(h, text("The answer of Ana Silva was not delivered to"), button("Seen"))
			h.home(ana).Has(h, text("Answer not delivered · "))
			seen := h.click(ana, drawn, "Seen", nil)
			seen.Has(h, not(button("Seen")), not(text("Your answer was not delivered")), text("Marked as seen."), text("Ana Silva saw to the answer that was not delivered"))
			h.home(ana).Has(h, not(text("Answer not delivered")))
			h.click(ana, seen, "Undo", nil).Has(h, button("Seen"), text("Your answer was not delivered"))
		},
	}
}

// TestLooksAreTold: who has a card before them is told to the others, and a
// reply that was begun until it is given up or written.
func TestLooksAreTold(t *testing.T) {
	text, not := cardtest.HasText, cardtest.Not
	h := newHouse(t)
	h.looks = true
	c := h.scene()
	h.open(ana, c).Has(t, not(text("looking at this")))
	h.open(ben, c).Has(t, text("Ana Silva is looking at this"), not(text("Ben Okafor is looking")))
	h.open(mia, c).Has(t, text("Ana Silva and Ben Okafor are looking at this"))
	h.now = h.now.Add(90 * time.Second)
	form := h.click(ben, h.open(ben, c), "Reply as support@", nil)
	form.Has(t, text("Ana Silva and Mia Lindqvist are looking at this"))
	h.now = h.now.Add(2*time.Minute + time.Second)
	h.open(ana, c).Has(t, text("Ben Okafor started a reply 2 min ago"), not(text("looking at this")))
	h.open(ben, c).Has(t, not(text("started a reply")), text("Ana Silva is looking at this"))
	h.home(ben)
	h.click(ben, form, "Cancel", nil)
	h.open(ana, c).Has(t, text("Ben Okafor is looking at this"), not(text("started a reply")))

	form = h.click(ben, h.open(ben, c), "Reply as support@", nil)
	h.now = h.now.Add(time.Second)
	h.open(ana, c).Has(t, text("Ben Okafor started a reply just now"))
	h.click(ben, form, "Send", map[string]any{"to": carla, "cc": "", "text": "Hello", "then": "keep"})
	h.open(ana, c).Has(t, not(text("Ben Okafor started a reply")))

	h.now = h.now.Add(desk.ReplyingFor)
	h.open(mia, c).Has(t, not(text("looking")), not(text("started a reply")))
	if got := h.record(c.ID).Looks; len(got) != 1 || got[0].By != mia {
		t.Errorf("looks %+v, want those that are over forgotten", got)
	}
}

// TestLooksStayInTheHouse: a guest who may only read or comment is told nothing
// of it, and is not told of.
func TestLooksStayInTheHouse(t *testing.T) {
	text, not := cardtest.HasText, cardtest.Not
	h := newHouse(t)
	h.looks = true
	c := h.scene()
	h.must(h.desk.Share(t.Context(), ana, c.ID, desk.Invite{To: uwe, Role: desk.ShareReply}))
	h.click(ana, h.open(ana, c), "Reply as support@", nil)
	h.draftBegun(c)
	h.open(olga, c).Has(t, not(text("Ana Silva started")), not(text("draft")), not(text("looking")))
	h.open(uwe, c).Has(t, text("Ana Silva started a reply just now"), text("Somebody started a draft in Gmail just now"))
	for _, l := range h.record(c.ID).Looks {
		if l.By == olga {
			t.Error("a guest who may not answer is noted")
		}
	}
	h.open(eve, c)
	if got := len(h.record(c.ID).Looks); got != 2 {
		t.Errorf("%d looks, want those of Ana and Uwe", got)
	}
}

// TestLooksAreFew: opening again and again is one writing a minute.
func TestLooksAreFew(t *testing.T) {
	h := newHouse(t)
	h.looks = true
	c := h.scene()
	commits := func(f func()) uint64 {
		before := h.store.Costs().Commits
		f()
		return h.store.Costs().Commits - before
	}
	version := h.record(c.ID).Version
	if got := commits(func() {
		for range 20 {
			h.open(ana, c)
			h.now = h.now.Add(time.Second)
		}
	}); got != 1 {
		t.Errorf("%d commits for 20 looks in 20 s, want 1", got)
	}
	if got := commits(func() {
		for range 10 {
			h.now = h.now.Add(30 * time.Second)
			h.open(ana, c)
		}
	}); got > 5 {
		t.Errorf("%d commits in 5 minutes, want 5", got)
	}
	if l := h.record(c.ID).Looks[0]; !l.Since.Equal(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)) {
		t.Errorf("since %s, want since it began", l.Since)
	}
	if got := h.record(c.ID).Version; got != version {
		t.Errorf("looks moved the version from %d to %d", version, got)
	}
}

func TestDoubleAnswerIsTold(t *testing.T) {
	text, not := cardtest.HasText, cardtest.Not
	h := newHouse(t)
	c := h.scene()
	h.sentMail(c, ana)
	h.now = h.now.Add(3 * time.Minute)
	h.sentMail(c, ben)
	h.open(ana, c).Has(t, text("You and Ben Okafor answered the same mail"), text("At 09:00 and 09:03"), text("Ana Silva and Ben Okafor answered the same mail"))
	h.open(mia, c).Has(t, text("Ana Silva and Ben Okafor answered the same mail"))
	morning := h.now
	h.now = time.Date(2026, 3, 3, 8, 0, 0, 0, time.UTC)
	h.open(mia, c).Has(t, text("Yesterday 09:00 and yesterday 09:03"), not(text("At yesterday")))
	h.now = morning
	home := h.home(ana)
	home.Has(t, text("You and somebody else answered the same mail, just now"))
	h.click(ana, home, "Done", nil).Has(t, not(text("answered the same mail")))
	h.mailFrom(desk.Message{Thread: c.Thread})
	h.open(mia, c).Has(t, not(text("At 09:00 and 09:03")))
}

func TestManyLook(t *testing.T) {
	for n, want := range map[int]string{1: "A", 2: "A and B", 3: "A, B and C", 4: "A, B, C and 1 more", 9: "A, B, C and 6 more"} {
		if got := listed(strings.Split("ABCDEFGHI"[:n], "")); got != want {
			t.Errorf("%d names: %q, want %q", n, got, want)
		}
	}
}

// TestSnoozedRowsSayUntilWhen looks at the home card's rows.
func TestSnoozedRowsSayUntilWhen(t *testing.T) {
	h := newHouse(t)
	c := h.sleeping()
	h.home(ana).Has(t, cardtest.HasText("Snoozed until tomorrow "))
	h.must(h.desk.Snooze(t.Context(), ana, c.ID, 0, desk.Nap{Reply: true}))
	h.home(ana).Has(t, cardtest.HasText("Snoozed until they reply"))
}

// TestHistoryUndoesOnLaterPages: what is no longer among the newest can be
// undone from the history's card, unless somebody acted since.
func TestHistoryUndoesOnLaterPages(t *testing.T) {
	h := newHouse(t)
	c := h.scene() // ana adds the tag refund
	for i := range 40 {
		h.now = h.now.Add(time.Minute)
		h.must(h.desk.AddNote(t.Context(), ben, c.ID, fmt.Sprint(i), fmt.Sprintf("note %d", i)))
	}
	first := h.click(ana, h.open(ana, c), "Show all", nil)
	second := h.click(ana, first, "Show earlier", nil)
	var undo []string
	for _, b := range second.Buttons() {
		if b.Text == "Undo" {
			undo = append(undo, b.Parameters["e"])
		}
	}
	// Hers on the second page: the note, the tag and the share.
	if len(undo) != 3 {
		t.Fatalf("%d changes are offered to be undone, want 3: %v", len(undo), undo)
	}
	h.do("undo", ana, c, nil, "e", undo[1], "form", "1")
	if got := h.record(c.ID).Tags; len(got) != 0 {
		t.Errorf("tags %v, want the tag undone", got)
	}
	second = h.do("history", ana, c, nil, "after", first.Button("Show earlier").Parameters["after"])
	for _, b := range second.Buttons() {
		if b.Text == "Undo" && b.Parameters["e"] == undo[1] {
			t.Error("what is undone is offered to be undone again")
		}
	}
}
