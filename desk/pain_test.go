package desk_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
)

// That somebody holds a conversation tells colleagues who sees to it. It stops
// none of them: a note, an answer, another status, taking it over all work at
// once, and nothing has to be unlocked.
func TestHoldingLocksNobodyOut(t *testing.T) {
	h := newHouse(t)
	ctx, ok := t.Context(), must[desk.Conversation](t)
	c := ok(h.desk.Take(ctx, ana, h.receive("", desk.Person, "Refund").ID, 0))
	ok(h.desk.AddNote(ctx, ben, c.ID, "1", "I know them"))
	ok(h.desk.AddTag(ctx, ben, c.ID, "vip"))
	ok(h.desk.SetPriority(ctx, ben, c.ID, 0, desk.High))
	ok(h.desk.Reply(ctx, ben, c.ID, 0, desk.Answer{Once: "1", Text: "It is on its way.", To: carla, Anyway: true}))
	ok(h.desk.Close(ctx, ben, c.ID, 0))
	if c = h.record(c.ID); c.Assignee != ana || c.Status != desk.Closed || len(h.sent()) != 1 {
		t.Errorf("holder %q, status %q, %d replies; want Ana's, closed, one", c.Assignee, c.Status, len(h.sent()))
	}
	ok(h.desk.Reopen(ctx, ben, c.ID, 0))
	if c = ok(h.desk.Take(ctx, ben, c.ID, 0)); c.Assignee != ben {
		t.Errorf("holder %q, want Ben, who took it over", c.Assignee)
	}
}

// A rule that finds nobody there does not fail in silence: the conversation
// stands in the queue with the reason, from where the first who is back takes
// it, the oldest first.
func TestWorkThatFoundNobodyWaitsInSight(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	h.rules["bill"] = desk.Routing{Matched: []string{"Bills"}, Team: "Billing", Reason: "rule Bills matched"}
	for _, who := range []desk.Email{ana, ben} {
		if err := h.desk.SetPresence(ctx, who, desk.Away); err != nil {
			t.Fatal(err)
		}
	}
	first := h.receive("", desk.Person, "bill")
	h.clock.pass(time.Minute)
	second := h.receive("", desk.Person, "bill")
	want := "rule Bills matched; nobody of Billing is available, so it waits in the queue"
	for _, c := range []desk.Conversation{first, second} {
		if c.Assignee != "" || c.Team != "Billing" || c.Route.Reason != want {
			t.Errorf("holder %q, team %q, reason %q; want the queue of Billing and %q", c.Assignee, c.Team, c.Route.Reason, want)
		}
	}
	if err := h.desk.SetPresence(ctx, ana, desk.Available); err != nil {
		t.Fatal(err)
	}
	home := must[desk.Home](t)(h.desk.Home(ctx, ana))
	if len(home.Queues) == 0 || home.Queues[0].Count != 2 {
		t.Errorf("Ana's home shows the queues %+v, want 2 that wait", home.Queues)
	}
	for _, c := range []desk.Conversation{first, second} {
		if got := must[desk.Conversation](t)(h.desk.TakeNext(ctx, ana, support)); got.ID != c.ID || got.Assignee != ana {
			t.Errorf("Take next gave %q of %q, want %q", got.ID, got.Assignee, c.ID)
		}
	}
	if c := h.receive("", desk.Person, "bill"); c.Assignee != ana {
		t.Errorf("the next goes to %q, want Ana, who is back", c.Assignee)
	}
}

// Everybody of the customer's mail is suggested, nobody is forced: the mail goes
// to whom its writer leaves, and the next answer suggests everybody again.
func TestReplyToAllIsAChoice(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	m, f := h.mail("", desk.Person, "Refund")
	f.To, f.Cc = []desk.Email{"support@acme.test", "lee@shop.example"}, []desk.Email{"kim@shop.example"}
	c := must[desk.Conversation](t)(h.desk.Receive(ctx, m, f))
	all := []desk.Address{{Email: "lee@shop.example"}, {Email: "kim@shop.example"}}
	for n, cc := range [][]desk.Address{all, nil, all[1:]} {
		suggested := acme().Recipients(&c)
		if diff := cmp.Diff(all, suggested.Cc); diff != "" {
			t.Errorf("answer %d: Cc suggested (-want +got):\n%s", n+1, diff)
		}
		c = must[desk.Conversation](t)(h.desk.Reply(ctx, ana, c.ID, 0, desk.Answer{Once: string(rune('a' + n)), Text: "Here it is.", To: suggested.To, Cc: cc, Anyway: true}))
		got := h.sent()[n].Mail
		if diff := cmp.Diff([][]desk.Address{carla, cc}, [][]desk.Address{got.To, got.Cc}); diff != "" {
			t.Errorf("answer %d goes to (-want +got):\n%s", n+1, diff)
		}
	}
}
