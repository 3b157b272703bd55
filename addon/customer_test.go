package addon

import (
	"errors"
	"testing"
	"time"

	"baton/addon/card/cardtest"
	"baton/desk"
)

// doubled is a conversation and a later one of the same customer that looks like
// the same matter, held by Ben.
func (h *house) doubled() (first, second desk.Conversation) {
	h.Helper()
	first = h.mailed("Order 10423 is late")
	h.now = h.now.Add(time.Hour)
	second = h.mailed("Where is 10423?")
	second = h.must(h.desk.Take(h.Context(), ben, second.ID, 0))
	if err := h.desk.Acquaint(h.Context(), second); err != nil {
		h.Fatal(err)
	}
	return h.record(first.ID), h.record(second.ID)
}

// customerCases does the actions about customers and merging.
func customerCases() map[string]func(h *house) {
	text, button, not := cardtest.HasText, cardtest.HasButton, cardtest.Not
	return map[string]func(h *house){
		"customer": func(h *house) {
			h.mailFrom(desk.Message{Mailbox: sales, Subject: secret})
			first, _ := h.doubled()
			old := h.mailed("Long ago")
			h.must(h.desk.Close(h.Context(), ana, old.ID, 0))
			got := h.click(ana, h.open(ana, first), "Look", nil)
			got.Has(h, text("Also open with Ben Okafor."), text("Where is 10423?"), text("Long ago"), text("Closed"), button("Merge into this one …"),
				text("carla@shop.example"), button("Is the same person"), not(text(secret)))
			h.do("customer", ben, first, nil).Has(h, text(secret), text("sales@acme.test"))
		},
		"merge": func(h *house) {
			first, second := h.doubled()
			card := h.open(ana, first)
			card.Has(h, text("Maybe a duplicate: "), text("The same customer named the same number"))
			form := h.click(ana, card, "Merge …", nil)
			form.Has(h, text("Where is 10423?"), text("Ben Okafor holds it"), text("Ben Okafor holds both"), text("Nobody: both go to the queue"))
			got := h.click(ana, form, "Merge", map[string]any{"holder": "kept"})
			got.Has(h, text("Merged. Mail in both threads is dealt with here."), text("Merged: "), text("1 message, by you"), button("Separate"), button("Undo"),
				text("A reply goes into the thread “Where is 10423?”, where the customer wrote last."), text("Ana Silva merged “Where is 10423?” into this one"), text("Nobody holds this"), not(button("Merge …")))
			// The other thread shows the same card and says so; so does a button of an
			// older card of it.
			h.open(ben, second).Has(h, text("Order 10423 is late"), text("You opened a message of this thread"))
			h.do("take", mia, second, nil).Has(h, text("Ana Silva was first"), text("It was merged into this conversation."), text("Order 10423 is late"))
			back := h.click(ana, got, "Undo", nil)
			back.Has(h, text("Undone."), text("Ana Silva undid the merge of “Where is 10423?”"), button("Merge …"), not(button("Separate")))
		},
		"merge-form": func(h *house) {
			// From the customer's card; both hold one, and it is given to Ben.
			first, second := h.doubled()
			first = h.must(h.desk.Take(h.Context(), ana, first.ID, 0))
			form := h.click(ana, h.click(ana, h.open(ana, first), "Look", nil), "Merge into this one …", nil)
			form.Has(h, text("Merge into this conversation?"), text("Open · "), text("Ben Okafor holds it"), text("You hold both, and Ben Okafor no longer"),
				text("Ben Okafor holds both, and you no longer"), text("Nobody: both go to the queue"), not(text("From there come")))
			form = h.click(ana, form, "Merge", map[string]any{"holder": "everybody"})
			form.Has(h, text("Choose who holds both."), text("Ben Okafor holds both, and you no longer"))
			h.click(ana, form, "Merge", map[string]any{"holder": "other"}).Has(h, text("Merged."), text("Ben Okafor"), text(" holds this"))
			h.do("merge-form", ana, first, nil, "o", string(second.ID)).Has(h, text("They are one conversation already."))
		},
		"separate": func(h *house) {
			first, second := h.doubled()
			h.must(h.desk.Merge(h.Context(), ana, first.ID, second.ID))
			h.click(ben, h.open(ben, second), "Separate", nil).Has(h, text("Separated."), text("Order 10423 is late"), not(button("Separate")))
			h.open(ben, second).Has(h, text("Where is 10423?"), text("You hold this"))
		},
		"same-person": func(h *house) {
			c := h.mailFrom(desk.Message{Subject: "From work", From: desk.Address{Name: "Carla", Email: "carla@work.example"}})
			home := h.mailed("From home")
			form := h.click(ana, h.open(ana, home), "Look", nil)
			form.Has(h, not(text("From work")))
			h.click(ana, form, "Is the same person", map[string]any{"address": "not an address"}).Has(h, text("is not a mail address"), cardtest.HasInput("address"))
			h.click(ana, form, "Is the same person", map[string]any{"address": " Carla@Work.example"}).Has(h, text("Noted."), text("Ana Silva noted another address of the customer"), button("Undo"))
			h.do("customer", ben, c, nil).Has(h, text("From home"), text("carla@shop.example"), text("Ana Silva said"), button("Not the same"))
		},
		"not-same": func(h *house) {
			home := h.mailed("From home")
			h.must(h.desk.SamePerson(h.Context(), ana, home.ID, "carla@work.example"))
			card := h.click(ana, h.open(ana, home), "Look", nil)
			h.click(ana, card, "Not the same", nil).Has(h, text("They are two people."))
			h.do("customer", ana, home, nil).Has(h, not(text("carla@work.example")))
		},
	}
}

// TestCardOfMerged: notes and to-dos of both are on one card, say from where they
// are, and their buttons work.
func TestCardOfMerged(t *testing.T) {
	h := newHouse(t)
	ctx, text, button, not := t.Context(), cardtest.HasText, cardtest.HasButton, cardtest.Not
	first, second := h.doubled()
	h.must(h.desk.AddNote(ctx, ana, first.ID, "n", "Note of the first"))
	h.must(h.desk.AddNote(ctx, ben, second.ID, "n", "Note of the second, @ana"))
	h.must(h.desk.AddTodo(ctx, ben, second.ID, "t", desk.Task{For: ana, Text: "Call the carrier"}))
	h.must(h.desk.AddTag(ctx, ben, second.ID, "parcel"))
	form := h.click(ana, h.open(ana, first), "Merge …", nil)
	form.Has(t, text("From there come 1 note, 1 to-do, 1 tag."))
	got := h.click(ana, form, "Merge", map[string]any{"holder": "kept"})
	from := text("from “Where is 10423?”")
	got.Has(t, text("Notes (2)"), text("Note of the first"), text("Note of the second, "), from, text("To do (1)"), text("Call the carrier"), text("asked by Ben Okafor · from “"), text("Tags: parcel"))
	todo := h.must(h.desk.DoTodo(ctx, ana, first.ID, h.record(second.ID).Todos[0].ID))
	h.open(ana, todo).Has(t, not(text("To do (1)")), text("Ana Silva did a to-do"))
	n := h.record(second.ID).Notes[0]
	h.do("mention-done", ana, second, nil, "n", string(n.ID), "at", "card").Has(t, text("Done."), text("Order 10423 is late"))
	edit := h.do("note-form", ben, second, nil, "n", string(n.ID))
	edit = h.click(ben, edit, "Save", map[string]any{"text": " "})
	edit.Has(t, text("A note cannot be empty."))
	h.click(ben, edit, "Save", map[string]any{"text": "Better"}).Has(t, text("Note saved."), text("Better"), text("Order 10423 is late"), from)
	h.do("notes", ana, first, nil).Has(t, text("Notes (2)"), from, text("Better"))
	h.click(mia, h.do("note-delete-form", mia, second, nil, "n", string(n.ID)), "Delete for good", nil).Has(t, text("Deleted for good."), not(text("Better")))
	h.click(ana, h.open(ana, second), "Separate", nil).Has(t, not(text("To do (1)")), not(text("Tags: parcel")), not(from), button("Undo"))
}

// TestTheSameMailInTwoMailboxes: people of both are told, others see nothing.
func TestTheSameMailInTwoMailboxes(t *testing.T) {
	h := newHouse(t)
	one := h.mailFrom(desk.Message{Subject: secret, RFC: "same@shop.example"})
	two := h.mailFrom(desk.Message{Mailbox: sales, Subject: secret, RFC: "same@shop.example"})
	if err := h.desk.Acquaint(t.Context(), two); err != nil {
		t.Fatal(err)
	}
	h.open(ben, one).Has(t, cardtest.HasText("The same mail went to sales@acme.test"), cardtest.Not(cardtest.HasButton("Merge …")))
	h.open(ana, one).Has(t, cardtest.Not(cardtest.HasText("sales@acme.test")))
	if a := h.record(one.ID).Alike; len(a) != 1 || a[0].Subject != "" {
		t.Errorf("the record says %+v, want no word of the other mailbox's mail", a)
	}
}

// TestGuestSeesOneThread: who has a thread by share sees nothing of what it was
// merged with.
func TestGuestSeesOneThread(t *testing.T) {
	h := newHouse(t)
	first := h.mailed("Shared")
	h.now = h.now.Add(time.Minute)
	second := h.mailed(secret)
	h.must(h.desk.Share(t.Context(), ana, first.ID, desk.Invite{To: olga, Role: desk.ShareReply}))
	h.must(h.desk.Merge(t.Context(), ana, first.ID, second.ID))
	h.open(olga, first).Has(t, cardtest.HasText("Shared"), cardtest.Not(cardtest.HasText(secret)), cardtest.Not(cardtest.HasButton("Look")), cardtest.Not(cardtest.HasButton("Separate")))
	h.do("customer", olga, first, nil).Has(t, cardtest.Not(cardtest.HasText(secret)))
	c := h.must(h.desk.Reply(t.Context(), olga, first.ID, 0, desk.Answer{Text: "x", To: []desk.Address{{Email: "carla@shop.example"}}}))
	in, err := h.store.Intent(t.Context(), c.Outgoing[0].Intent)
	if err != nil || in.Mail.Thread != "" || in.Mail.Subject != "Re: Shared" {
		t.Errorf("her answer goes into %+v, %v; want the thread that was shared", in.Mail, err)
	}
	h.must(h.desk.Separate(t.Context(), ana, first.ID, second.ID))
	h.mailFrom(desk.Message{Subject: "x", Thread: first.Thread, Verdict: desk.Own, Intent: in.ID})
	// The other way round the team would not see any more that it is shared.
	if _, err := h.desk.Merge(t.Context(), ana, second.ID, first.ID); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("a shared thread is merged away: %v", err)
	}
}
