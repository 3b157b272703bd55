package desk_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
)

const kimWork desk.Email = "kim@work.example"

// two makes two open conversations of one customer, a minute apart.
func (h *house) two() (first, second desk.Conversation) {
	h.Helper()
	first = h.receive("", desk.Person, "Order 4711 is late")
	h.clock.pass(time.Minute)
	second = h.receive("", desk.Person, "Order 4711 again")
	h.clock.pass(time.Minute)
	return first, second
}

func mergeUndoCases() map[desk.EventKind]func(h *house) (desk.Conversation, desk.Email, desk.Conversation) {
	type conv = desk.Conversation
	return map[desk.EventKind]func(h *house) (conv, desk.Email, conv){
		desk.EventMerged: func(h *house) (conv, desk.Email, conv) {
			// The kept one is closed, so that the merge opens it again.
			a, b := h.two()
			a = must[conv](h.T)(h.desk.Close(h.Context(), mia, a.ID, 0))
			return a, ana, must[conv](h.T)(h.desk.Merge(h.Context(), ana, a.ID, b.ID))
		},
		desk.EventSeparated: func(h *house) (conv, desk.Email, conv) {
			a, b := h.two()
			a = must[conv](h.T)(h.desk.Merge(h.Context(), ana, a.ID, b.ID))
			h.clock.pass(time.Minute)
			return a, ana, must[conv](h.T)(h.desk.Separate(h.Context(), ana, a.ID, b.ID))
		},
		desk.EventSame: func(h *house) (conv, desk.Email, conv) {
			a := h.receive("", desk.Person, "S")
			return a, ana, must[conv](h.T)(h.desk.SamePerson(h.Context(), ana, a.ID, kimWork))
		},
		desk.EventNotSame: func(h *house) (conv, desk.Email, conv) {
			a := h.receive("", desk.Person, "S")
			a = must[conv](h.T)(h.desk.SamePerson(h.Context(), ana, a.ID, kimWork))
			return a, ana, must[conv](h.T)(h.desk.OtherPerson(h.Context(), ana, a.ID, kimWork))
		},
	}
}

func mergeAfterCases() map[desk.EventKind]func(h *house, c desk.Conversation) (desk.Conversation, error) {
	other := func(c desk.Conversation) desk.ConversationID {
		for _, ev := range c.Recent {
			if ev.Kind == desk.EventMerged {
				return desk.ConversationID(ev.To)
			}
		}
		return ""
	}
	return map[desk.EventKind]func(h *house, c desk.Conversation) (desk.Conversation, error){
		desk.EventMerged: func(h *house, c desk.Conversation) (desk.Conversation, error) {
			return h.desk.Separate(h.Context(), mia, c.ID, other(c))
		},
		desk.EventSeparated: func(h *house, c desk.Conversation) (desk.Conversation, error) {
			return h.desk.Merge(h.Context(), mia, c.ID, other(c))
		},
		desk.EventSame: func(h *house, c desk.Conversation) (desk.Conversation, error) {
			return h.desk.OtherPerson(h.Context(), mia, c.ID, kimWork)
		},
		desk.EventNotSame: func(h *house, c desk.Conversation) (desk.Conversation, error) {
			return h.desk.SamePerson(h.Context(), mia, c.ID, kimWork)
		},
	}
}

func mergeRefusedCases() map[desk.EventKind]func(h *house) desk.Conversation {
	merged := func(h *house) (a, b desk.Conversation) {
		// Told apart by their numbers: the merged one's events are not the kept one's.
		h.rules["Routed"] = desk.Routing{Matched: []string{"r"}, Reason: "rule r matched"}
		a, b = h.receive("", desk.Person, "S"), h.receive("", desk.Person, "Routed")
		must[desk.Conversation](h.T)(h.desk.AddTag(h.Context(), ana, a.ID, "x"))
		must[desk.Conversation](h.T)(h.desk.AddTag(h.Context(), ana, b.ID, "x"))
		a = must[desk.Conversation](h.T)(h.desk.Merge(h.Context(), ana, a.ID, b.ID))
		return a, h.record(b.ID)
	}
	return map[desk.EventKind]func(h *house) desk.Conversation{
		desk.EventMergedInto: func(h *house) desk.Conversation { _, b := merged(h); return b },
		desk.EventSplit: func(h *house) desk.Conversation {
			a, b := merged(h)
			must[desk.Conversation](h.T)(h.desk.Separate(h.Context(), ana, a.ID, b.ID))
			return h.record(b.ID)
		},
	}
}

// says wants an error for people with a text in it.
func says(t *testing.T, err error, kind error, text string) {
	t.Helper()
	var p *desk.Problem
	if !errors.Is(err, kind) || !errors.As(err, &p) || !strings.Contains(p.Say, text) {
		t.Errorf("got %v, want %v that says %q", err, kind, text)
	}
}

func TestMergeRefuses(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	a, b := h.two()
	merge := func(by desk.Email, keep, other desk.ConversationID) error {
		_, err := h.desk.Merge(ctx, by, keep, other)
		return err
	}
	for _, stranger := range []desk.Email{olga, eve} {
		if err := merge(stranger, a.ID, b.ID); !errors.Is(err, desk.ErrNotFound) {
			t.Errorf("%s merges: %v", stranger, err)
		}
	}
	m, f := h.mail("", desk.Person, "Elsewhere")
	m.Mailbox, f.Mailbox = sales, sales
	elsewhere := must[desk.Conversation](t)(h.desk.Receive(ctx, m, f))
	if err := merge(ana, a.ID, elsewhere.ID); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("into a mailbox where she does not work: %v", err)
	}
	says(t, merge(ben, a.ID, elsewhere.ID), desk.ErrInvalid, "different mailboxes")
	must[desk.Conversation](t)(h.desk.Share(ctx, ana, a.ID, desk.Invite{To: olga, Role: desk.ShareReply}))
	must[desk.Conversation](t)(h.desk.Share(ctx, ana, b.ID, desk.Invite{To: olga, Role: desk.ShareReply}))
	if err := merge(olga, a.ID, b.ID); !errors.Is(err, desk.ErrForbidden) {
		t.Errorf("a guest of both merges: %v", err)
	}
	says(t, merge(ana, a.ID, b.ID), desk.ErrInvalid, "is shared with somebody")
	b = h.record(b.ID)
	b = must[desk.Conversation](t)(h.desk.StopShare(ctx, ana, b.ID, b.Shares[0].ID))
	for i := range desk.MaxTodos {
		a = must[desk.Conversation](t)(h.desk.AddTodo(ctx, ana, a.ID, fmt.Sprint(i), desk.Task{For: ben, Text: fmt.Sprint("call ", i)}))
	}
	b = must[desk.Conversation](t)(h.desk.AddTodo(ctx, ana, b.ID, "t", desk.Task{For: ben, Text: "call"}))
	says(t, merge(ana, a.ID, b.ID), desk.ErrInvalid, "more than 20 to-dos that are not done")
	b = must[desk.Conversation](t)(h.desk.DoTodo(ctx, ben, b.ID, b.Todos[0].ID))
	for i := range desk.MaxTags {
		a = must[desk.Conversation](t)(h.desk.AddTag(ctx, ana, a.ID, fmt.Sprint("tag", i)))
	}
	b = must[desk.Conversation](t)(h.desk.AddTag(ctx, ana, b.ID, "one more"))
	says(t, merge(ana, a.ID, b.ID), desk.ErrInvalid, "21 tags")
	b = must[desk.Conversation](t)(h.desk.RemoveTag(ctx, ana, b.ID, "one more"))
	if _, err := h.desk.MergeFor(ctx, ana, a.ID, b.ID, "everybody"); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("held by whom nobody knows: %v", err)
	}
	spam := h.receive("", desk.Person, "Spam")
	must[desk.Conversation](t)(h.desk.SetStatus(ctx, ana, spam.ID, 0, desk.Spam))
	says(t, merge(ana, a.ID, spam.ID), desk.ErrInvalid, "Spam")
	says(t, merge(ana, spam.ID, a.ID), desk.ErrInvalid, "Spam")
	if c := must[desk.Conversation](t)(h.desk.Merge(ctx, ana, a.ID, a.ID)); len(c.Joined) > 0 {
		t.Error("merged into itself")
	}
	answering := h.receive("", desk.Person, "Answered")
	must[desk.Conversation](t)(h.undoable().desk.Reply(ctx, ana, answering.ID, 0, desk.Answer{Text: "x", To: []desk.Address{{Email: "carla@shop.example"}}}))
	says(t, merge(ana, a.ID, answering.ID), desk.ErrInvalid, "on its way")

	// Two with threads of their own stay two; one with, and one without, merge
	// into the one that has some.
	c, d := h.two()
	must[desk.Conversation](t)(h.desk.Merge(ctx, ana, a.ID, b.ID))
	kept := must[desk.Conversation](t)(h.desk.Merge(ctx, ana, c.ID, a.ID))
	if kept.ID != a.ID || len(kept.Joined) != 2 || h.record(c.ID).Merged.Into != a.ID {
		t.Errorf("kept %s with %d threads, want the one that has some", kept.ID, len(kept.Joined))
	}
	e := h.receive("", desk.Person, "E")
	must[desk.Conversation](t)(h.desk.Merge(ctx, ana, d.ID, e.ID))
	says(t, merge(ana, a.ID, d.ID), desk.ErrInvalid, "Both have")
	// One that is merged stands for what it was merged into; done is done.
	before := h.record(a.ID).Version
	if kept := must[desk.Conversation](t)(h.desk.Merge(ctx, ben, b.ID, c.ID)); kept.ID != a.ID || kept.Version != before {
		t.Errorf("merged again: %s, version %d", kept.ID, kept.Version)
	}
	for i := range desk.MaxJoined {
		x := h.receive("", desk.Person, fmt.Sprint(i))
		if err := merge(ana, a.ID, x.ID); err != nil {
			says(t, err, desk.ErrInvalid, "At most")
			return
		}
	}
	t.Error("there is no limit")
}

// TestMergedChangesElsewhere: a button of an older card of the merged one
// changes nothing, and says where it went.
func TestMergedChangesElsewhere(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	a, b := h.two()
	must[desk.Conversation](t)(h.desk.Merge(ctx, ana, a.ID, b.ID))
	was := h.record(b.ID)
	for name, do := range map[string]func() error{
		"take":  func() error { _, err := h.desk.Take(ctx, ben, b.ID, 0); return err },
		"close": func() error { _, err := h.desk.Close(ctx, ben, b.ID, 0); return err },
		"note":  func() error { _, err := h.desk.AddNote(ctx, ben, b.ID, "", "x"); return err },
		"reply": func() error {
			_, err := h.desk.Reply(ctx, ben, b.ID, 0, desk.Answer{Text: "x", To: []desk.Address{{Email: "carla@shop.example"}}})
			return err
		},
	} {
		var c *desk.Conflict
		if err := do(); !errors.As(err, &c) || c.Aspect != desk.Joining || c.By != ana || c.Now.Merged.Into != a.ID {
			t.Errorf("%s: %v, want to hear of the merge", name, err)
		}
	}
	if now := h.record(b.ID); now.Version != was.Version {
		t.Error("it changed something")
	}
	v := must[desk.View](t)(h.desk.Open(ctx, ben, desk.HandleThread(b.Thread)))
	if v.ID != a.ID || v.Via != b.ID {
		t.Errorf("opening the merged thread gives %s via %s", v.ID, v.Via)
	}
	// Both threads at once are one conversation.
	if v := must[desk.View](t)(h.desk.Open(ctx, ben, desk.HandleThread(b.Thread), desk.HandleThread(a.Thread))); v.ID != a.ID {
		t.Errorf("opening both gives %s", v.ID)
	}
}

// TestMergedMail: mail of the merged thread moves the kept one, is counted by
// its own thread, and the answer goes where the customer wrote last.
func TestMergedMail(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	a, b := h.two()
	must[desk.Conversation](t)(h.desk.Merge(ctx, ana, a.ID, b.ID))
	must[desk.Conversation](t)(h.desk.Close(ctx, ana, a.ID, 0))
	h.clock.pass(time.Hour)
	c := h.receive(b.Thread, desk.Person, "Re: Order 4711 again")
	if c.ID != a.ID || c.Status != desk.Open || !c.Unanswered.Equal(h.clock.now()) || c.EpisodeCount != 2 || c.Messages != 1 {
		t.Errorf("the kept one: %s %s, waits since %v, %d messages", c.ID, c.Status, c.Unanswered, c.Messages)
	}
	if j := c.Joined[0]; j.Messages != 2 || !j.InboundAt.Equal(h.clock.now()) {
		t.Errorf("it knows of the other thread: %+v", j)
	}
	own := h.record(b.ID)
	if own.Status != desk.Closed || own.Messages != 2 || own.Merged == nil || !own.Unanswered.IsZero() {
		t.Errorf("the merged one: %s, %d messages", own.Status, own.Messages)
	}
	line := must[desk.LedgerLine](t)(h.store.Line(ctx, support, own.LastID))
	if line.Conversation != b.ID || line.Thread != b.Thread {
		t.Errorf("ledger line %+v, want it with its thread", line)
	}
	for id, want := range map[desk.ConversationID]string{a.ID: "Baton/Status/Open", b.ID: "Baton/Status/Open"} {
		c := h.record(id)
		if got := desk.WantedLabels(acme(), &c); !slices.Equal(got, []string{want}) {
			t.Errorf("%s wears %v", id, got)
		}
	}
	h.clock.pass(time.Minute)
	c = must[desk.Conversation](t)(h.desk.Reply(ctx, ana, a.ID, 0, desk.Answer{Text: "Soon.", To: []desk.Address{{Email: "carla@shop.example"}}}))
	sent := h.sent()
	mail := sent[len(sent)-1].Mail
	want := desk.Mail{Thread: b.Thread, InReplyTo: own.LastRFC, Subject: "Re: Order 4711 again"}
	if d := cmp.Diff(want, desk.Mail{Thread: mail.Thread, InReplyTo: mail.InReplyTo, Subject: mail.Subject}); d != "" {
		t.Errorf("the answer (-want +got):\n%s", d)
	}
	// It is seen in the other thread, and answers who waited.
	h.clock.pass(time.Minute)
	c = h.own(b.Thread, sent[len(sent)-1].ID)
	if c.ID != a.ID || c.Status != desk.WaitingCustomer || !c.Unanswered.IsZero() || len(c.Sending()) != 0 || c.AnsweredBy != ana {
		t.Errorf("after the answer: %s %s, waits since %v, by %s", c.ID, c.Status, c.Unanswered, c.AnsweredBy)
	}
	h.clock.pass(time.Minute)
	h.receive(a.Thread, desk.Person, "Re: Order 4711 is late")
	h.clock.pass(time.Minute)
	must[desk.Conversation](t)(h.desk.Reply(ctx, ana, a.ID, 0, desk.Answer{Text: "Here.", To: []desk.Address{{Email: "carla@shop.example"}}}))
	sent = h.sent()
	if mail := sent[len(sent)-1].Mail; mail.Thread != "" || mail.Subject != "Re: Order 4711 is late" {
		t.Errorf("the next answer goes into %q, want its own thread", mail.Thread)
	}
	// Taken out, the merged one waits for nobody: it was answered.
	must[desk.Conversation](t)(h.desk.Separate(ctx, ben, a.ID, b.ID))
	if own := h.record(b.ID); own.Merged != nil || own.Status != desk.WaitingCustomer || !own.Unanswered.IsZero() {
		t.Errorf("separated: %s, waits since %v", own.Status, own.Unanswered)
	}
}

// TestSeparateAfterMail: a customer who wrote in the merged thread waits there
// when it is taken out, and an exact undo says that mail came.
func TestSeparateAfterMail(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	a, b := h.two()
	kept := must[desk.Conversation](t)(h.desk.Merge(ctx, ana, a.ID, b.ID))
	h.clock.pass(time.Hour)
	h.receive(b.Thread, desk.Person, "Re: Order 4711 again")
	_, err := h.desk.Undo(ctx, ana, a.ID, kept.EventSeq)
	var c *desk.Conflict
	if !errors.As(err, &c) || c.Acted == nil || c.Acted.Kind != desk.EventReceived {
		t.Errorf("undo after mail: %v", err)
	}
	must[desk.Conversation](t)(h.desk.Close(ctx, ana, a.ID, 0))
	must[desk.Conversation](t)(h.desk.Separate(ctx, ana, a.ID, b.ID))
	own := h.record(b.ID)
	if own.Status != desk.Open || !own.Unanswered.Equal(b.Unanswered) || own.Messages != 2 {
		t.Errorf("separated: %s, waits since %v, %d messages", own.Status, own.Unanswered, own.Messages)
	}
	if kept := h.record(a.ID); kept.Status != desk.Closed || len(kept.Joined) != 0 {
		t.Errorf("the kept one: %s with %d threads, want what was done to it", kept.Status, len(kept.Joined))
	}
}
