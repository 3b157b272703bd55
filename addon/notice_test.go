package addon

import (
	"testing"
	"time"

	"baton/addon/card/cardtest"
	"baton/desk"
)

// A notice opens the conversation's card in its receiver's own mailbox, with
// their rights, and is asked for once.
func TestNoticeOpensTheCard(t *testing.T) {
	h := newHouse(t)
	p := acme()
	p.Mailboxes[0].Notices = desk.Notices{About: desk.DefaultAbout(), Quiet: time.Minute}
	h.desk.SetPolicy(p, h.rules)
	c := h.mailed("Refund")
	h.must(h.desk.Give(t.Context(), ana, c.ID, 0, desk.Give{To: ben}))
	c = h.must(h.desk.Share(t.Context(), ana, c.ID, desk.Invite{To: uwe, Role: desk.ShareComment}))
	h.now = h.now.Add(2 * time.Minute)
	if len(c.Notices) != 2 {
		t.Fatalf("%d notices, want one for Ben and one for Uwe", len(c.Notices))
	}
	ids := map[desk.Email]string{ben: "msg-f:21", uwe: "msg-f:22"}
	for _, n := range c.Notices {
		in, err := h.store.Intent(t.Context(), n.Intent)
		if err != nil {
			t.Fatal(err)
		}
		rfc := desk.RFCID("notice." + string(n.To))
		if got, _, err := h.desk.Notice(t.Context(), in, rfc); err != nil || got.Mail == nil {
			t.Fatalf("no notice to %s: %v", n.To, err)
		}
		if err := h.desk.Noticed(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		h.mail.ids[ids[n.To]] = []desk.RFCID{rfc}
	}
	open := func(who desk.Email, message string) cardtest.Card {
		return h.show("/addon/message", event{as: who, gmail: inOwn(message, "thread-f:9")})
	}
	for range 2 {
		open(ben, ids[ben]).Has(t, cardtest.HasText("Refund"), cardtest.HasText("You hold this"), cardtest.HasButton("Close"))
		open(uwe, ids[uwe]).Has(t, cardtest.HasText("Refund"), cardtest.HasText("shared this with you"), cardtest.Not(cardtest.HasText("Close")))
	}
	if n := h.mail.calls(); n != 2 {
		t.Errorf("Gmail was asked %d times for two mails that were opened twice", n)
	}
	gone := cardtest.HasText("not one of the team's conversations")
	open(olga, ids[ben]).Has(t, gone) // somebody to whom it was forwarded
	h.must(h.desk.StopShare(t.Context(), ana, c.ID, c.Shares[0].ID))
	open(uwe, ids[uwe]).Has(t, gone)
}

// Opening the card while a notice waits costs one commit, once: it is not sent.
func TestOpeningSparesTheNotice(t *testing.T) {
	h := newHouse(t)
	p := acme()
	p.Mailboxes[0].Notices = desk.Notices{About: desk.DefaultAbout(), Quiet: time.Minute}
	h.desk.SetPolicy(p, h.rules)
	c := h.mailed("Refund")
	h.must(h.desk.Give(t.Context(), ana, c.ID, 0, desk.Give{To: ben}))
	for i, want := range []uint64{1, 0} {
		before := h.store.Costs().Commits
		h.open(ben, c)
		if got := h.store.Costs().Commits - before; got != want {
			t.Errorf("opening %d: %d commits, want %d", i+1, got, want)
		}
	}
	if got := h.record(c.ID).Notices; len(got) != 0 {
		t.Errorf("still to be sent: %+v", got)
	}
}
