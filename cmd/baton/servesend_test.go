package main

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"baton/desk"
	"baton/gmail/gmailsim"
	"baton/store"
)

// A reply that a process promised before it died leaves with the next one, in
// the customer's thread, once, and is done.
func TestServeSendsWhatWasPromised(t *testing.T) {
	d := deploy(t)
	raw := "From: carla@shop.example\r\nTo: " + support + "\r\nSubject: Where is my kettle?\r\nMessage-ID: <q1@shop.example>\r\n\r\nIt has not come.\r\n"
	got, err := d.sim.Deliver(t.Context(), support, []byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	in := desk.Intent{
		ID: "reply1", Kind: desk.IntentSend, State: desk.IntentPending, Mailbox: support, CreatedAt: time.Now(),
		Conversation: desk.ConversationOf(support, desk.ThreadID(got.ThreadID)),
		Mail: &desk.Mail{To: []desk.Address{{Email: "carla@shop.example"}}, Subject: "Re: Where is my kettle?", Text: "On its way.",
			InReplyTo: "q1@shop.example"},
	}
	intent := func(change bool) desk.Intent {
		s, err := store.Open(t.Context(), d.vars["BATON_STORE"], store.Options{Logger: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close(t.Context())
		if change {
			if _, err := s.Update(t.Context(), in.Conversation, func(c *desk.Conversation) (desk.Change, error) {
				c.Mailbox, c.Thread, c.Status, c.OpenedAt = support, desk.ThreadID(got.ThreadID), desk.Open, in.CreatedAt
				return desk.Change{Intents: []desk.Intent{in}}, nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		is, err := s.Intent(t.Context(), in.ID)
		if err != nil {
			t.Fatal(err)
		}
		return is
	}
	intent(true)
	changed, unsubscribe := d.sim.Subscribe()
	defer unsubscribe()
	_, stop := d.serve()
	sent := func() (out []gmailsim.Effect) {
		for _, e := range d.sim.Effects() {
			if e.Kind == gmailsim.EffectSend {
				out = append(out, e)
			}
		}
		return out
	}
	for end := time.After(time.Minute); len(sent()) == 0; {
		select {
		case <-changed:
		case <-end:
			t.Fatalf("nothing was sent; %q", d.log.take())
		}
	}
	stop()
	all := sent()
	if len(all) != 1 || all[0].Thread != got.ThreadID {
		t.Errorf("sent %+v, want one mail in thread %s", all, got.ThreadID)
	}
	if is := intent(false); is.State != desk.IntentDone || string(is.Sent) != all[0].Message || is.Mail != nil {
		t.Errorf("intent %+v, want done", is)
	}
	if text := strings.Join(d.log.take(), "\n"); strings.Contains(text, "carla@") || strings.Contains(text, "kettle") {
		t.Error("the log names an address or a subject")
	}
}
