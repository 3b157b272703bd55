package desk_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
)

// teamMail has a mail of the team arrive that a delegate sent in Gmail; "" = nobody
// knows who.
func (h *house) teamMail(thread desk.ThreadID, by desk.Email) desk.Conversation {
	h.Helper()
	m, f := h.mail(thread, desk.Own, "Re: S")
	if by != "" {
		f.Headers = map[string]string{"sender": string(by)}
	}
	return must[desk.Conversation](h.T)(h.desk.Receive(h.Context(), m, f))
}

func lastSent(c desk.Conversation) desk.RFCID { return c.Answers[len(c.Answers)-1].RFC }

// report makes a delivery report about a mail.
func (h *house) report(thread desk.ThreadID, about desk.RFCID, failed ...desk.Failure) (desk.Message, desk.Facts) {
	m, f := h.mail(thread, desk.Bounce, "Delivery Status Notification (Failure)")
	m.From, f.From = desk.Address{Email: "mailer-daemon@mx.example"}, desk.Address{Email: "mailer-daemon@mx.example"}
	m.Report = &desk.Report{About: []desk.RFCID{"unknown@mx.example", about}, Failed: failed}
	return m, f
}

func (h *house) reported(thread desk.ThreadID, about desk.RFCID, failed ...desk.Failure) desk.Conversation {
	h.Helper()
	m, f := h.report(thread, about, failed...)
	return must[desk.Conversation](h.T)(h.desk.Receive(h.Context(), m, f))
}

// bounced has Ana answer in a thread, and the answer come back.
func (h *house) bounced(thread desk.ThreadID) desk.Conversation {
	h.Helper()
	h.clock.pass(time.Minute)
	c := h.teamMail(thread, ana)
	h.clock.pass(time.Minute)
	return h.reported(thread, lastSent(c), desk.Failure{To: "carla@shop.example", Why: desk.FailedUnknown})
}

func (h *house) now(c desk.Conversation) desk.Conversation {
	h.Helper()
	return must[desk.Conversation](h.T)(h.store.Conversation(h.Context(), c.ID))
}

func hasLabel(c desk.Conversation, label string) bool {
	return slices.Contains(desk.WantedLabels(acme(), &c), label)
}

const notDelivered = "Baton/Not delivered"

func TestBounceOfWhatIsNotOurs(t *testing.T) {
	h := newHouse(t)
	c := h.receive("", desk.Person, "S")
	failed := desk.Failure{To: "carla@shop.example", Why: desk.FailedUnknown}
	for name, about := range map[string]desk.RFCID{"the customer's own mail": c.LastRFC, "a mail that never was": "never@acme.test", "nothing": ""} {
		got := h.reported(c.Thread, about, failed)
		if got.Bounce != nil || hasLabel(got, notDelivered) {
			t.Errorf("a report about %s marks the conversation: %+v", name, got.Bounce)
		}
	}
	// Another mailbox's mail with the same Message-ID stays as it is.
	sent := h.teamMail(c.Thread, ana)
	m, f := h.report("", lastSent(sent), failed)
	m.Mailbox, f.Mailbox = sales, sales
	must[desk.Conversation](t)(h.desk.Receive(t.Context(), m, f))
	if got := h.now(c); got.Bounce != nil {
		t.Errorf("a report in another mailbox marks the conversation: %+v", got.Bounce)
	}
}

func TestBounceMarksAndReopens(t *testing.T) {
	for _, apart := range []bool{false, true} {
		for _, was := range []desk.Status{desk.WaitingCustomer, desk.Closed, desk.Ignored, desk.Snoozed, desk.Open} {
			t.Run(string(was), func(t *testing.T) {
				h := newHouse(t)
				c := h.receive("", desk.Person, "S")
				h.clock.pass(time.Minute)
				c = h.teamMail(c.Thread, ana)
				switch was {
				case desk.Snoozed:
					c = must[desk.Conversation](t)(h.desk.Snooze(t.Context(), ana, c.ID, 0, desk.Nap{Morning: true}))
				default:
					c = must[desk.Conversation](t)(h.desk.SetStatus(t.Context(), ana, c.ID, 0, was))
				}
				h.clock.pass(time.Minute)
				thread := c.Thread
				if apart {
					thread = ""
				}
				m, f := h.report(thread, lastSent(c), desk.Failure{To: "carla@shop.example", Why: desk.FailedFull}, desk.Failure{To: "dora@shop.example", Why: desk.FailedUnknown})
				for range 3 { // read again
					must[desk.Conversation](t)(h.desk.Receive(t.Context(), m, f))
				}
				got := h.now(c)
				want := &desk.Bounced{Report: m.ID, At: m.At, Reply: lastSent(c), By: ana, Why: desk.FailedFull, To: []desk.Email{"carla@shop.example", "dora@shop.example"}}
				if diff := cmp.Diff(want, got.Bounce); diff != "" {
					t.Errorf("mark (-want +got):\n%s", diff)
				}
				if got.Status != desk.Open || !hasLabel(got, notDelivered) {
					t.Errorf("status %s, labels %v", got.Status, desk.WantedLabels(acme(), &got))
				}
				bounces := 0
				for _, ev := range got.Recent {
					if ev.Kind == desk.EventBounced && ev.Who == "carla@shop.example" && ev.From == string(ana) {
						bounces++
					}
				}
				if bounces != 1 {
					t.Errorf("%d lines of history about it, want 1", bounces)
				}
				if !got.InboundAt.Equal(c.InboundAt) || !got.OutboundAt.Equal(c.OutboundAt) || !got.Unanswered.Equal(c.Unanswered) {
					t.Errorf("it moved the times of mail: %v %v %v, were %v %v %v", got.InboundAt, got.OutboundAt, got.Unanswered, c.InboundAt, c.OutboundAt, c.Unanswered)
				}
				if got.LastRFC != c.LastRFC {
					t.Errorf("the next answer would refer to the report: %s", got.LastRFC)
				}
			})
		}
	}
}

func TestBounceMarkGoes(t *testing.T) {
	for name, do := range map[string]func(h *house, c desk.Conversation){
		"answered again": func(h *house, c desk.Conversation) { h.teamMail(c.Thread, ben) },
		"seen": func(h *house, c desk.Conversation) {
			must[desk.Conversation](h.T)(h.desk.SeeBounce(h.Context(), ben, c.ID))
		},
		"label taken off": func(h *house, c desk.Conversation) { h.sees(c, off("Not delivered", 1)) },
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			c := h.bounced(h.receive("", desk.Person, "S").Thread)
			h.clock.pass(time.Minute)
			do(h, c)
			got := h.now(c)
			if got.Bounce != nil || hasLabel(got, notDelivered) {
				t.Fatalf("still marked: %+v", got.Bounce)
			}
			// The same report again does not bring it back; another about the newer
			// answer does.
			m, f := h.report("", c.Bounce.Reply, desk.Failure{To: "carla@shop.example", Why: desk.FailedUnknown})
			m.ID = c.Bounce.Report
			must[desk.Conversation](t)(h.desk.Receive(t.Context(), m, f))
			if got := h.now(c); got.Bounce != nil {
				t.Error("a report that was dealt with marks it again")
			}
			if got := h.bounced(c.Thread); got.Bounce == nil {
				t.Error("the next answer came back and is not marked")
			}
		})
	}
}

func TestBounceSeenNeedsRight(t *testing.T) {
	h := newHouse(t)
	c := h.bounced(h.receive("", desk.Person, "S").Thread)
	c = must[desk.Conversation](t)(h.desk.Share(t.Context(), ana, c.ID, desk.Invite{To: olga, Role: desk.ShareReply}))
	for _, by := range []desk.Email{olga, eve} {
		if _, err := h.desk.SeeBounce(t.Context(), by, c.ID); err == nil {
			t.Errorf("%s took the mark off", by)
		}
	}
	if got := h.now(c); got.Bounce == nil || got.EventSeq != c.EventSeq {
		t.Error("the mark is gone, or something changed")
	}
}

// A delay, and a report that says that all went well, mark nothing.
func TestBounceDelayIsALine(t *testing.T) {
	h := newHouse(t)
	c := h.teamMail(h.receive("", desk.Person, "S").Thread, ana)
	got := h.reported(c.Thread, lastSent(c), desk.Failure{To: "carla@shop.example", Why: desk.FailedExpired, Delayed: true})
	if last := got.Recent[len(got.Recent)-1]; got.Bounce != nil || got.Status != c.Status || last.Kind != desk.EventDelayed {
		t.Errorf("delay: %+v, %s, %s", got.Bounce, got.Status, last.Kind)
	}
	got = h.reported(c.Thread, lastSent(c))
	if last := got.Recent[len(got.Recent)-1]; got.Bounce != nil || got.Status != c.Status || last.Kind != desk.EventReceived {
		t.Errorf("success: %+v, %s, %s", got.Bounce, got.Status, last.Kind)
	}
}

// A report that is read late, after somebody answered, is a line only.
func TestBounceSeenLate(t *testing.T) {
	h := newHouse(t)
	c := h.teamMail(h.receive("", desk.Person, "S").Thread, ana)
	m, f := h.report("", lastSent(c), desk.Failure{To: "carla@shop.example", Why: desk.FailedUnknown})
	h.clock.pass(time.Minute)
	h.teamMail(c.Thread, ana)
	must[desk.Conversation](t)(h.desk.Receive(t.Context(), m, f))
	got := h.now(c)
	if last := got.Recent[len(got.Recent)-1]; got.Bounce != nil || last.Kind != desk.EventBounced {
		t.Errorf("%+v, %s", got.Bounce, last.Kind)
	}
}

// An answer from a card is known by its intent: Gmail does not say under which
// Message-ID it sent it.
func TestBounceOfACardsReply(t *testing.T) {
	for _, lands := range []string{"its thread", "a thread of its own"} {
		for _, known := range []string{"by our header", "by the Message-ID that we gave it"} {
			h := newHouse(t)
			c := h.receive("", desk.Person, "S")
			h.clock.pass(time.Minute)
			c = must[desk.Conversation](t)(h.desk.Reply(t.Context(), ana, c.ID, 0, answer("o")))
			m, f := h.mail(c.Thread, desk.Own, "Re: S")
			m.RFC, m.Gave, m.Intent = "", "baton.1@acme.test", c.Outgoing[0].Intent
			must[desk.Conversation](t)(h.desk.Receive(t.Context(), m, f))
			h.clock.pass(time.Minute)
			thread := c.Thread
			if lands != "its thread" {
				thread = ""
			}
			r, f := h.report(thread, "minted@mail.gmail.com", desk.Failure{To: "carla@shop.example", Why: desk.FailedUnknown})
			if known == "by our header" {
				r.Report.Intents = []desk.IntentID{"none", c.Outgoing[0].Intent}
			} else {
				r.Report.About = []desk.RFCID{m.Gave}
			}
			for range 2 { // read again
				must[desk.Conversation](t)(h.desk.Receive(t.Context(), r, f))
			}
			got := h.now(c)
			if got.Bounce == nil || got.Bounce.By != ana || got.Status != desk.Open || !hasLabel(got, notDelivered) || got.LastRFC == m.Gave {
				t.Errorf("in %s, known %s: %+v, %s, last %s; want it red and open", lands, known, got.Bounce, got.Status, got.LastRFC)
			}
		}
	}
}
