package desk_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
)

// on and off are edits made one after the other.
func on(label string, order uint64) desk.LabelEdit {
	return desk.LabelEdit{Label: "Baton/" + label, On: true, Order: order}
}

func off(label string, order uint64) desk.LabelEdit {
	return desk.LabelEdit{Label: "Baton/" + label, Order: order}
}

// sees hands a sight to the desk, a little later than what was done before.
func (h *house) sees(c desk.Conversation, edits ...desk.LabelEdit) desk.Conversation {
	h.Helper()
	h.clock.pass(time.Minute)
	h.keep()
	return h.seesNow(c, desk.Sight{Edits: edits, Since: h.clock.now().Add(-time.Second), Listed: h.clock.now()})
}

func (h *house) seesNow(c desk.Conversation, s desk.Sight) desk.Conversation {
	h.Helper()
	if err := h.desk.Hand(h.Context(), c.Mailbox, c.Thread, s); err != nil {
		h.Fatal(err)
	}
	return must[desk.Conversation](h.T)(h.store.Conversation(h.Context(), c.ID))
}

// keep has every promise kept that is due.
func (h *house) keep() {
	h.Helper()
	now := h.clock.now()
	list := must[[]desk.Intent](h.T)(h.store.Claim(h.Context(), "keeper", now, now.Add(time.Second), 100))
	var out []desk.Settlement
	for _, in := range list {
		c := must[desk.Conversation](h.T)(h.store.Conversation(h.Context(), in.Conversation))
		out = append(out, desk.Settlement{ID: in.ID, Holder: "keeper", State: desk.IntentDone, LabelsRev: c.LabelsRev})
	}
	must[[]desk.Intent](h.T)(h.store.Settle(h.Context(), out))
}

func short(c desk.Conversation) string {
	labels := desk.WantedLabels(acme(), &c)
	for i, l := range labels {
		labels[i] = strings.TrimPrefix(l, "Baton/")
	}
	return strings.Join(labels, ", ")
}

// What each label does when it is put on or taken off a conversation that Ana
// holds, is open, and has the tag vip.
func TestLabelsAreCommands(t *testing.T) {
	const was = "Status/Open, Assigned/Ana, Tag/vip"
	many := make([]desk.LabelEdit, desk.MaxTags)
	for i := range many {
		many[i] = on(fmt.Sprintf("Tag/t%02d", i), uint64(i+1))
	}
	for name, tc := range map[string]struct {
		edits []desk.LabelEdit
		want  string
		event desk.Event
	}{
		"assign":                 {[]desk.LabelEdit{on("Assigned/Ben", 1)}, "Status/Open, Assigned/Ben, Tag/vip", desk.Event{Kind: desk.EventGiven, Who: ben, From: string(ana)}},
		"assign, in capitals":    {[]desk.LabelEdit{on("ASSIGNED/BEN", 1)}, "Status/Open, Assigned/Ben, Tag/vip", desk.Event{Kind: desk.EventGiven, Who: ben, From: string(ana)}},
		"change":                 {[]desk.LabelEdit{off("Assigned/Ana", 2), on("Assigned/Ben", 2)}, "Status/Open, Assigned/Ben, Tag/vip", desk.Event{Kind: desk.EventGiven, Who: ben, From: string(ana)}},
		"the last of two":        {[]desk.LabelEdit{on("Assigned/Mia", 3), on("Assigned/Ben", 2)}, "Status/Open, Assigned/Mia, Tag/vip", desk.Event{Kind: desk.EventGiven, Who: mia, From: string(ana)}},
		"release":                {[]desk.LabelEdit{off("Assigned/Ana", 1)}, "Status/Open, Tag/vip", desk.Event{Kind: desk.EventReleased, Who: ana, From: string(ana)}},
		"close":                  {[]desk.LabelEdit{on("Status/Closed", 1)}, "Status/Closed, Assigned/Ana, Tag/vip", desk.Event{Kind: desk.EventStatus, From: "open", To: "closed"}},
		"wait":                   {[]desk.LabelEdit{off("Status/Open", 1), on("Status/Waiting for customer", 2)}, "Status/Waiting for customer, Assigned/Ana, Tag/vip", desk.Event{Kind: desk.EventStatus, From: "open", To: "waiting_customer"}},
		"urgent":                 {[]desk.LabelEdit{on("Priority/High", 1)}, "Status/Open, Assigned/Ana, Priority/High, Tag/vip", desk.Event{Kind: desk.EventPriority, To: "high"}},
		"tag":                    {[]desk.LabelEdit{on("Tag/a  b", 1)}, "Status/Open, Assigned/Ana, Tag/a b, Tag/vip", desk.Event{Kind: desk.EventTagged, To: "a b"}},
		"untag":                  {[]desk.LabelEdit{off("Tag/VIP", 1)}, "Status/Open, Assigned/Ana", desk.Event{Kind: desk.EventUntagged, From: "vip"}},
		"an echo":                {[]desk.LabelEdit{on("Status/Open", 1), off("Status/Closed", 1)}, was, desk.Event{}},
		"on two messages":        {[]desk.LabelEdit{on("Assigned/Ben", 1), on("Assigned/Ben", 1)}, "Status/Open, Assigned/Ben, Tag/vip", desk.Event{Kind: desk.EventGiven, Who: ben, From: string(ana)}},
		"on and off again":       {[]desk.LabelEdit{on("Tag/a", 1), on("Tag/a", 1), off("Tag/a", 2)}, was, desk.Event{}},
		"two at once":            {[]desk.LabelEdit{on("Assigned/Ben", 1), on("Assigned/Mia", 1)}, was + ", Refused", desk.Event{Kind: desk.EventRefused, To: "Baton/Assigned/Ben"}},
		"nobody":                 {[]desk.LabelEdit{on("Assigned/Zoe", 1)}, was + ", Refused", desk.Event{Kind: desk.EventRefused, To: "Baton/Assigned/Zoe"}},
		"works elsewhere":        {[]desk.LabelEdit{on("Assigned/Olga", 1)}, was + ", Refused", desk.Event{Kind: desk.EventRefused, To: "Baton/Assigned/Olga"}},
		"no status":              {[]desk.LabelEdit{off("Status/Open", 1)}, was + ", Refused", desk.Event{Kind: desk.EventRefused, To: "Baton/Status/Open"}},
		"snoozed till when":      {[]desk.LabelEdit{on("Status/Snoozed", 1)}, was + ", Refused", desk.Event{Kind: desk.EventRefused, To: "Baton/Status/Snoozed"}},
		"made-up status":         {[]desk.LabelEdit{on("Status/Fine", 1)}, was + ", Refused", desk.Event{Kind: desk.EventRefused, To: "Baton/Status/Fine"}},
		"made-up label":          {[]desk.LabelEdit{on("Snooze/Tomorrow", 1)}, was + ", Refused", desk.Event{Kind: desk.EventRefused, To: "Baton/Snooze/Tomorrow"}},
		"the label of refusal":   {[]desk.LabelEdit{on("Refused", 1)}, was, desk.Event{}},
		"tag that shows nothing": {[]desk.LabelEdit{on("Tag/\u200b", 1)}, was + ", Refused", desk.Event{Kind: desk.EventRefused, To: "Baton/Tag/\u200b"}},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			c := h.receive("", desk.Person, "S")
			must[desk.Conversation](t)(h.desk.Take(t.Context(), ana, c.ID, 0))
			c = must[desk.Conversation](t)(h.desk.AddTag(t.Context(), ana, c.ID, "vip"))
			got := h.sees(c, tc.edits...)
			if short(got) != tc.want {
				t.Errorf("labels %s, want %s", short(got), tc.want)
			}
			var ev desk.Event
			if got.EventSeq > c.EventSeq {
				ev = got.Recent[len(got.Recent)-1]
				if ev.By != "" || ev.Via != desk.ByLabel {
					t.Errorf("by %q, via %q", ev.By, ev.Via)
				}
			}
			if ev.Kind == desk.EventRefused && (ev.Why == "" || got.Refusal == nil || got.Refusal.Why != ev.Why) {
				t.Errorf("refused for %q, on record %+v", ev.Why, got.Refusal)
			}
			ev.Seq, ev.At, ev.Version, ev.Via, ev.Before = 0, time.Time{}, 0, "", nil // TestLabelCommandsAreUndone looks at Before
			if ev.Kind == desk.EventRefused {
				ev.Why = ""
			}
			if diff := cmp.Diff(tc.event, ev); diff != "" {
				t.Error(diff)
			}
			// read again, as after a crash, it is no command
			again := h.sees(got, tc.edits...)
			if tc.event.Kind != desk.EventRefused && again.EventSeq != got.EventSeq {
				t.Errorf("done twice: %+v", again.Recent)
			}
			for _, ed := range tc.edits {
				if ed.On && !slices.Contains(again.Worn, ed.Label) && short(got) != was {
					t.Errorf("%s is not among what is taken off, %q", ed.Label, again.Worn)
				}
			}
		})
	}
	h := newHouse(t)
	c := h.receive("", desk.Person, "S")
	if got := h.sees(c, append(many, on("Tag/too many", 99))...); len(got.Tags) != desk.MaxTags || got.Refusal == nil || got.Refusal.Label != "Baton/Tag/too many" {
		t.Errorf("%d tags, refusal %+v", len(got.Tags), got.Refusal)
	}
	if err := h.desk.Hand(t.Context(), support, "ffff", desk.Sight{Edits: many}); err != nil {
		t.Errorf("a thread that is no conversation: %v", err)
	}
}

// The only one who works in a mailbox is credited, with their own rights.
// A label that puts back leaves nothing of the holder, as the button does.
func TestLabelPutsBackAsTheButton(t *testing.T) {
	for name, putBack := range map[string]func(*house, desk.Conversation) desk.Conversation{
		"button": func(h *house, c desk.Conversation) desk.Conversation {
			return must[desk.Conversation](t)(h.desk.Release(t.Context(), mia, c.ID, 0))
		},
		"label": func(h *house, c desk.Conversation) desk.Conversation { return h.sees(c, off("Assigned/Ana", 1)) },
	} {
		h := newHouse(t)
		c := h.receive("", desk.Person, "S")
		must[desk.Conversation](t)(h.desk.Take(t.Context(), ana, c.ID, 0))
		if err := h.desk.SetPresence(t.Context(), ana, desk.Away); err != nil {
			t.Fatal(err)
		}
		c = h.receive(c.Thread, desk.Person, "Re: S")
		if c.Absent == nil {
			t.Fatal("nobody noted that Ana is away")
		}
		if got := putBack(h, c); got.Assignee != "" || got.Delegation != nil || got.Absent != nil || got.Reoffered != nil {
			t.Errorf("%s: held by %q, %+v, %+v, %+v", name, got.Assignee, got.Delegation, got.Absent, got.Reoffered)
		}
	}
}

func TestLabelOfTheOnlyMember(t *testing.T) {
	h := newHouse(t)
	alone := acme()
	alone.Mailboxes[0].Members = []desk.Email{ana}
	alone.Members = alone.Members[:3]
	h.desk.SetPolicy(alone, h.rules)
	c := h.receive("", desk.Person, "S")
	got := h.sees(c, on("Assigned/Ana", 1))
	ev := got.Recent[len(got.Recent)-1]
	if ev.Kind != desk.EventTaken || ev.By != ana || ev.Via != desk.ByLabel || got.Delegation.By != ana {
		t.Errorf("%+v, %+v", ev, got.Delegation)
	}
	// Ben held it and does not work here any more: his label is not hers to take off.
	h.desk.SetPolicy(acme(), h.rules)
	c = must[desk.Conversation](t)(h.desk.Give(t.Context(), ana, c.ID, 0, desk.Give{To: ben}))
	h.desk.SetPolicy(alone, h.rules)
	if got := h.sees(c, off("Assigned/Ben", 2)); got.Assignee != ben || got.Refusal == nil {
		t.Errorf("%s holds it, refusal %+v", got.Assignee, got.Refusal)
	}
}

// A refusal goes with the next change, by label or button, and when somebody
// takes its label off.
func TestRefusalGoes(t *testing.T) {
	for name, next := range map[string]func(*house, desk.Conversation) desk.Conversation{
		"by a label": func(h *house, c desk.Conversation) desk.Conversation { return h.sees(c, on("Assigned/Ben", 5)) },
		"taken off":  func(h *house, c desk.Conversation) desk.Conversation { return h.sees(c, off("Refused", 5)) },
		"by a button": func(h *house, c desk.Conversation) desk.Conversation {
			return must[desk.Conversation](h.T)(h.desk.Take(context.Background(), ana, c.ID, 0))
		},
	} {
		h := newHouse(t)
		c := h.sees(h.receive("", desk.Person, "S"), on("Assigned/Zoe", 1))
		if !strings.HasSuffix(short(c), ", Refused") {
			t.Fatalf("labels %s", short(c))
		}
		c = must[desk.Conversation](t)(h.desk.AddNote(t.Context(), ana, c.ID, "1", "a note is no answer"))
		if c.Refusal == nil {
			t.Errorf("%s: gone with a note", name)
		}
		if c = next(h, c); c.Refusal != nil || strings.Contains(short(c), "Refused") {
			t.Errorf("%s: still %+v", name, c.Refusal)
		}
	}
}

// A button that was pressed after the mailbox was listed wins; one from before
// does not. A rule never wins over a person.
func TestLabelAgainstButton(t *testing.T) {
	h := newHouse(t)
	c := h.receive("", desk.Person, "S")
	h.clock.pass(time.Minute)
	h.keep()
	listed := h.clock.now()
	h.clock.pass(time.Second)
	c = must[desk.Conversation](t)(h.desk.Take(t.Context(), ana, c.ID, 0))
	c = h.seesNow(c, desk.Sight{Edits: []desk.LabelEdit{on("Assigned/Ben", 1)}, Listed: listed})
	if c.Assignee != ana || !slices.Contains(c.Worn, "Baton/Assigned/Ben") || c.LabelsRev == 0 {
		t.Errorf("%s holds it; worn %q", c.Assignee, c.Worn)
	}
	if p := h.lastIntents(); len(p) != 1 || p[0].LabelsRev != c.LabelsRev || p[0].Message != "" || !p[0].Interactive {
		t.Errorf("it is not put right: %+v", p)
	}
	if c = h.sees(c, on("Assigned/Mia", 2)); c.Assignee != mia {
		t.Errorf("%s holds it after a later label", c.Assignee)
	}
	// The echo of what was given later came with it.
	c = h.sees(c, on("Assigned/Mia", 9), on("Assigned/Ben", 3))
	if c.Assignee != mia {
		t.Errorf("%s holds it; Mia's label is the later one", c.Assignee)
	}
	// A mail that came after the label was put on is not closed over.
	h.receive(c.Thread, desk.Person, "Re: S")
	c = h.seesNow(c, desk.Sight{Edits: []desk.LabelEdit{on("Status/Closed", 10)}, Mail: 11, Listed: h.clock.now().Add(-time.Second)})
	if c.Status != desk.Open {
		t.Errorf("%s over a mail that nobody had read", c.Status)
	}
	c = h.sees(c, on("Status/Ignored", 12))
	if c.Status != desk.Ignored {
		t.Errorf("%s after the mail was there to be read", c.Status)
	}
}

// Late echoes of our own changes are no commands, kept or not.
func TestLateEcho(t *testing.T) {
	h := newHouse(t)
	c := h.receive("", desk.Person, "S")
	c = must[desk.Conversation](t)(h.desk.Close(t.Context(), ana, c.ID, 0))
	echo := []desk.LabelEdit{on("Status/Open", 1)}
	now := h.clock.now()
	if c = h.seesNow(c, desk.Sight{Edits: echo, Since: now, Listed: now.Add(time.Second)}); c.Status != desk.Closed {
		t.Errorf("%s: the change to closed is still promised", c.Status)
	}
	h.keep()
	h.clock.pass(2 * time.Minute)
	h.keep()
	c = must[desk.Conversation](t)(h.desk.Reopen(t.Context(), ana, c.ID, 0))
	h.clock.pass(2 * time.Second)
	h.keep()
	now = h.clock.now()
	if c = h.seesNow(c, desk.Sight{Edits: []desk.LabelEdit{on("Status/Closed", 3)}, Since: now, Listed: now}); c.Status != desk.Open {
		t.Errorf("%s: it may be a late write of our own", c.Status)
	}
	since := h.clock.now()
	h.clock.pass(5 * time.Minute)
	h.keep()
	if c = h.seesNow(c, desk.Sight{Edits: []desk.LabelEdit{on("Status/Closed", 4)}, Since: since, Listed: h.clock.now()}); c.Status != desk.Open {
		t.Errorf("%s: nobody read the mailbox since it was reopened, so that the label may be from before", c.Status)
	}
	if c = h.sees(c, on("Status/Closed", 5)); c.Status != desk.Closed {
		t.Errorf("%s: it was read since, so that this is somebody's hand", c.Status)
	}
}

// A reading whose process dies again and again is no stubborn person: what it
// saw is dealt with once.
func TestSameSightAgain(t *testing.T) {
	h := newHouse(t)
	c := h.receive("", desk.Person, "S")
	c = h.sees(c, on("Assigned/Zoe", 3), on("Tag/vip", 4))
	version, n := c.Version, len(h.promises)
	for range 10 {
		c = h.sees(c, on("Assigned/Zoe", 3), on("Tag/vip", 4))
	}
	if c.Version != version || len(h.promises) != n || c.Standoff != nil {
		t.Errorf("version %d, %d promises more, %+v; want version %d and none", c.Version, len(h.promises)-n, c.Standoff, version)
	}
	c = must[desk.Conversation](t)(h.desk.RemoveTag(t.Context(), ana, c.ID, "vip"))
	if c = h.sees(c, on("Tag/vip", 4)); len(c.Tags) != 0 {
		t.Errorf("tags %q: that label was obeyed before", c.Tags)
	}
	if c = h.sees(c, on("Tag/vip", 5)); len(c.Tags) != 1 {
		t.Errorf("tags %q: it was put on once more", c.Tags)
	}
}

// Somebody or something does not give up: Baton does, says so, and puts right
// once, later.
func TestStandoff(t *testing.T) {
	h := newHouse(t)
	c := h.receive("", desk.Person, "S")
	for i := range 3 {
		if c = h.sees(c, on("Assigned/Zoe", uint64(i+1))); c.Standoff != nil {
			t.Fatalf("standoff after %d", i+1)
		}
	}
	c = h.sees(c, on("Assigned/Zoe", 4))
	ev := c.Recent[len(c.Recent)-1]
	until := h.clock.now().Add(time.Hour)
	if c.Standoff == nil || !c.Standoff.Until.Equal(until) || ev.Kind != desk.EventStandoff || ev.To != "Baton/Assigned/Zoe" || !ev.Due.Equal(until) {
		t.Fatalf("%+v, %+v", c.Standoff, ev)
	}
	if p := h.lastIntents(); len(p) != 1 || !p[0].NotBefore.Equal(until) {
		t.Errorf("promised %+v, want labels in an hour", p)
	}
	seq, n := c.EventSeq, len(h.promises)
	if c = h.sees(c, on("Assigned/Ben", 5), on("Assigned/Zoe", 5)); c.EventSeq != seq || len(h.promises) != n || !slices.Contains(c.Worn, "Baton/Assigned/Ben") {
		t.Errorf("labels are not left alone: %+v", c.Recent)
	}
	c = must[desk.Conversation](t)(h.desk.Close(t.Context(), ana, c.ID, 0))
	if p := h.lastIntents(); len(p) != 1 || !p[0].NotBefore.Equal(until) || c.Status != desk.Closed {
		t.Errorf("a button: %s, promised %+v", c.Status, p)
	}
	h.clock.pass(time.Hour)
	h.keep()
	if c = h.sees(c, on("Assigned/Ben", 6)); c.Assignee != ben || c.Standoff != nil {
		t.Errorf("after the hour %q holds it", c.Assignee)
	}
}

// A label that says that no answer is needed stops a reply that was to go later, as
// the button does; one that opens the conversation is no mail, and does not.
func TestLabelStopsALaterReply(t *testing.T) {
	for status, want := range map[desk.Status]desk.OutgoingState{desk.Ignored: desk.Stopped, desk.Spam: desk.Stopped, desk.Open: desk.GoesLater} {
		h := newHouse(t)
		c := h.receive("", desk.Person, "S")
		c = must[desk.Conversation](t)(h.desk.SetStatus(t.Context(), ana, c.ID, 0, desk.WaitingInternal))
		c, in := h.later(c)
		c = h.sees(c, on("Status/"+status.Name(), 99))
		if o := c.Outgoing[0]; c.Status != status || o.State != want {
			t.Errorf("%s: stands as %s, the reply is %s: %s; want %s", status, c.Status, o.State, o.Why, want)
		}
		h.clock.pass(24 * time.Hour)
		if s := h.goes(in); (s.State == desk.IntentCancelled) != (want == desk.Stopped) {
			t.Errorf("%s: asked to go: %+v", status, s)
		}
	}
}
