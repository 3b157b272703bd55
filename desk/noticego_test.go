package desk_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"baton/desk"
)

// While a mail is on its way it is looked at again with every try, until it is in
// a draft; what happens meanwhile is told by a mail of its own.
func TestNoticeOnItsWay(t *testing.T) {
	h := notified(t, nil)
	ctx := t.Context()
	c := h.receive("", desk.Person, "S")
	h.give(c, ana, ben)
	in := h.timers()[0]
	if _, s, _ := h.desk.Notice(ctx, in, "r1@acme.test"); s.State != desk.IntentPending || !s.NotBefore.Equal(in.NotBefore) {
		t.Fatalf("rung early: %+v", s)
	}
	h.clock.pass(quiet)
	first, s, err := h.desk.Notice(ctx, in, "r1@acme.test")
	if err != nil || s.State != "" || !first.CreatedAt.Equal(in.NotBefore) {
		t.Fatalf("%+v %v, counted from %v", s, err, first.CreatedAt)
	}
	before := h.store.Costs()
	again, _, _ := h.desk.Notice(ctx, in, "r1@acme.test")
	if again.Mail == nil || again.Mail.Text != first.Mail.Text {
		t.Errorf("the second try says %+v", again.Mail)
	}
	if after := h.store.Costs(); after.Reads-before.Reads > 2 || after.Commits-before.Commits > 0 {
		t.Errorf("a try: %d reads, %d commits; want at most 2, none", after.Reads-before.Reads, after.Commits-before.Commits)
	}
	must[desk.Conversation](t)(h.desk.AddNote(ctx, mia, c.ID, "1", "ask @ben"))
	if n := len(h.timers()); n != 2 {
		t.Fatalf("%d intents, want another for what came while the first was on its way", n)
	}
	drafted := in
	drafted.Draft = "r-1"
	if got, s, _ := h.desk.Notice(ctx, drafted, "r1@acme.test"); s.State != "" || got.Mail == nil {
		t.Errorf("with a draft: %+v", s)
	}
	must[desk.View](t)(h.desk.OpenBest(ctx, ben, desk.HandleRFC("r1@acme.test")))
	if _, s, _ := h.desk.Notice(ctx, in, "r1@acme.test"); s.State != desk.IntentCancelled {
		t.Errorf("opened while it was on its way: %+v, want it cancelled", s)
	}
	if got, s, err := h.desk.Notice(ctx, drafted, "r1@acme.test"); err != nil || s.State != "" || got.Mail != nil {
		t.Errorf("opened, and in a draft: %+v; want the sender to find out", s)
	}
	if err := h.desk.Noticed(ctx, in); err != nil {
		t.Error(err)
	}
	tells(t, h.due(), nil)
}

func TestNoticeOpensForWhoMaySee(t *testing.T) {
	h := notified(t, nil)
	ctx := t.Context()
	c := h.receive("", desk.Person, "S")
	c = must[desk.Conversation](t)(h.desk.Share(ctx, ana, c.ID, desk.Invite{To: olga, Role: desk.ShareView}))
	h.due()
	in := h.timers()[0]
	ours, theirs := desk.RFCID("notice."+string(in.ID)+"@acme.test"), desk.RFCID("rewritten@mail.gmail.test")
	m, f := h.mail("", desk.Notified, "Ana Silva shared a conversation with you")
	m.Intent, m.RFC, m.From.Email = in.ID, theirs, desk.Email(support)
	for range 2 { // history is read again at any time
		if got, err := h.desk.Receive(ctx, m, f); err != nil || got.ID != "" {
			t.Fatalf("received as %q, %v; want no conversation", got.ID, err)
		}
	}
	line := must[desk.LedgerLine](t)(h.store.Line(ctx, support, m.ID))
	if line.Verdict != desk.Notified || line.Conversation != "" {
		t.Errorf("ledger line %+v", line)
	}
	if err := h.desk.Vanished(ctx, support, m.ID); err != nil {
		t.Errorf("deleted: %v", err)
	}
	for _, id := range []desk.RFCID{ours, theirs} {
		if v := must[desk.View](t)(h.desk.OpenBest(ctx, olga, desk.HandleRFC(id))); v.ID != c.ID || v.Role != desk.Guest {
			t.Errorf("%s opens %s as %s", id, v.ID, v.Role)
		}
		if _, err := h.desk.OpenBest(ctx, eve, desk.HandleRFC(id)); !errors.Is(err, desk.ErrNotFound) {
			t.Errorf("a stranger: %v", err)
		}
	}
	must[desk.Conversation](t)(h.desk.StopShare(ctx, ana, c.ID, c.Shares[0].ID))
	if _, err := h.desk.OpenBest(ctx, olga, desk.HandleRFC(ours)); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("after the stop: %v", err)
	}
	// A header that names another kind of intent, or none that is known, opens nothing.
	must[desk.Conversation](t)(h.desk.Reply(ctx, ana, c.ID, 0, desk.Answer{Once: "1", Text: "Hello", To: []desk.Address{{Email: "carla@shop.example"}}}))
	for i, id := range []desk.IntentID{desk.AnswerID(c.ID, ana, "1"), "unknown"} {
		m, f := h.mail("", desk.Notified, "S")
		m.Intent, m.RFC = id, desk.RFCID(fmt.Sprintf("posed%d@acme.test", i))
		if _, err := h.desk.Receive(ctx, m, f); err != nil {
			t.Fatal(err)
		}
		if _, err := h.desk.OpenBest(ctx, ana, desk.HandleRFC(m.RFC)); !errors.Is(err, desk.ErrNotFound) {
			t.Errorf("%s: %v, want it to open nothing", id, err)
		}
	}
}

func TestNoticeSaysWhatThePolicyLets(t *testing.T) {
	h := notified(t, func(n *desk.Notices) { n.Subject, n.Customer = true, true })
	c := h.receive("", desk.Person, "Refund\r\nBcc: eve@evil.test")
	h.give(c, ana, ben)
	m := h.due()[0]
	if want := "Ana Silva gave you a conversation in Support: Refund Bcc: eve@evil.test"; m.Subject != want {
		t.Errorf("subject %q, want %q", m.Subject, want)
	}
	if want := "\n\nSubject: Refund Bcc: eve@evil.test\nFrom: Carla Customer\n\n"; !strings.Contains(m.Text, want) {
		t.Errorf("text %q, want %q in it", m.Text, want)
	}
	h = notified(t, func(n *desk.Notices) { n.About = []desk.About{desk.AboutRouted}; n.Quiet = 0 })
	h.rules["Refund"] = desk.Routing{Matched: []string{"Refunds"}, Person: ben, Reason: "rule Refunds matched"}
	c = h.receive("", desk.Person, "Refund")
	h.give(c, mia, ana) // not told of
	if in := h.timers(); len(in) != 1 || in[0].NotBefore.After(h.clock.now()) {
		t.Fatalf("%+v, want one intent that is due", in)
	}
	tells(t, h.due(), nil) // it is not Ben's any more
	h.receive("", desk.Person, "Refund")
	tells(t, h.due(), map[desk.Email][]string{ben: {"A rule gave you a conversation in Support."}})
}

func TestNoticeOfALabelAndOfAnAbsence(t *testing.T) {
	h := notified(t, nil)
	ctx := t.Context()
	c := h.receive("", desk.Person, "S")
	h.clock.pass(time.Minute)
	err := h.desk.Hand(ctx, support, c.Thread, desk.Sight{Edits: []desk.LabelEdit{{Label: "Baton/Assigned/Ben", On: true, Order: 9}}, Listed: h.clock.now()})
	if err != nil {
		t.Fatal(err)
	}
	tells(t, h.due(), map[desk.Email][]string{ben: {"Somebody (by a label in Gmail) gave you"}})
	if err := h.desk.SetPresence(ctx, ben, desk.AwayReassign); err != nil {
		t.Fatal(err)
	}
	h.receive(c.Thread, desk.Person, "S")
	tells(t, h.due(), map[desk.Email][]string{ben: {"Baton passed a conversation of yours in Support on, because Ben Okafor is away."}})
	must[desk.Conversation](t)(h.desk.Take(ctx, ana, c.ID, 0))
}

// Many conversations at once make one mail to a person, and none when all is
// undone.
func TestNoticeOfMany(t *testing.T) {
	h := notified(t, nil)
	ctx := t.Context()
	var ids []desk.ConversationID
	for range 120 {
		ids = append(ids, h.receive("", desk.Person, "S").ID)
	}
	must[desk.Conversation](t)(h.desk.Take(ctx, ben, ids[7], 0))
	must[desk.BulkDone](t)(h.desk.Bulk(ctx, mia, ids, desk.Bulk{Give: &desk.Give{To: ana}}))
	tells(t, h.due(), map[desk.Email][]string{ana: {"Mia Lindqvist gave you 120 conversations in Support."}, ben: {"Mia Lindqvist gave a conversation of yours in Support to Ana Silva."}})
	done := must[desk.BulkDone](t)(h.desk.Bulk(ctx, mia, ids[:10], desk.Bulk{Give: &desk.Give{To: ben}}))
	must[desk.BulkDone](t)(h.desk.UndoGroup(ctx, mia, done.Group))
	tells(t, h.due(), nil)
	must[desk.BulkDone](t)(h.desk.Bulk(ctx, mia, ids[:10], desk.Bulk{Give: &desk.Give{To: ben}}))
	for _, id := range ids[:4] {
		must[desk.Conversation](t)(h.desk.Close(ctx, mia, id, 0))
	}
	tells(t, h.due(), map[desk.Email][]string{ben: {"gave you 6 conversations in Support"}, ana: {"took 6 conversations of yours"}})
	plan := must[desk.Plan](t)(h.desk.ReofferPlan(ctx, ana))
	if _, err := h.desk.Reoffer(ctx, ana, plan.Version); err != nil {
		t.Fatal(err)
	}
	tells(t, h.due(), nil) // to the queue, by herself
}

// Of many that were given or taken at once, one that goes another way before the mail
// does leaves the others to be told.
func TestNoticeOfManyButOne(t *testing.T) {
	for name, c := range map[string]struct {
		first, then desk.Email // who gets all, and who gets one of them back
		by          desk.Email // who gives that
		says        []string
	}{
		"one taken away":          {ben, mia, mia, []string{"gave you 3 conversations"}},
		"one given anew":          {ben, ben, mia, []string{"gave you 4 conversations"}},
		"one given back":          {mia, ben, mia, []string{"took 3 conversations of yours"}},
		"one given back by other": {mia, ben, ana, []string{"took 3 conversations of yours", "Ana Silva gave you a conversation"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := notified(t, nil)
			ctx := t.Context()
			var ids []desk.ConversationID
			for range 4 {
				ids = append(ids, h.receive("", desk.Person, "S").ID)
				if c.first != ben {
					must[desk.Conversation](t)(h.desk.Take(ctx, ben, ids[len(ids)-1], 0))
				}
			}
			must[desk.BulkDone](t)(h.desk.Bulk(ctx, mia, ids, desk.Bulk{Give: &desk.Give{To: c.first}}))
			must[desk.Conversation](t)(h.desk.Give(ctx, c.by, slices.Min(ids), 0, desk.Give{To: c.then, Why: "you know her"}))
			want := map[desk.Email][]string{ben: c.says}
			if c.by == ana {
				want[mia] = []string{"gave a conversation of yours"}
			}
			tells(t, h.due(), want)
		})
	}
}

// Who loses a conversation, gets it back from somebody else and loses it again before
// the mail goes has lost it; who has it in the end has nothing to be told but that.
func TestNoticeOfWhatWasLostTwice(t *testing.T) {
	h := notified(t, nil)
	c := h.receive("", desk.Person, "S")
	must[desk.Conversation](t)(h.desk.Take(t.Context(), ben, c.ID, 0))
	h.give(c, mia, mia)
	h.give(c, adam, ben)
	h.give(c, mia, mia)
	tells(t, h.due(), map[desk.Email][]string{ben: {"Mia Lindqvist took a conversation of yours in Support."}})
	h.give(c, ana, ben)
	h.due()
	h.give(c, mia, mia)
	h.give(c, adam, ben)
	mails := h.due()
	tells(t, mails, map[desk.Email][]string{ben: {"Adam Root gave you"}, mia: {"Adam Root gave a conversation of yours"}})
	for _, m := range mails {
		if m.To[0].Email == ben && strings.Contains(m.Text, "Mia") {
			t.Errorf("told of what is over: %q", m.Text)
		}
	}
}
