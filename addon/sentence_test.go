package addon

import (
	"strings"
	"testing"
	"time"

	"baton/desk"
)

func TestSentences(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	r := reader{now: now, zone: time.UTC}
	for _, tc := range []struct {
		ev   desk.Event
		want string
	}{
		{desk.Event{Kind: desk.EventOpened, Who: "carla@shop.example"}, "Opened by mail from carla@shop.example"},
		{desk.Event{Kind: desk.EventReceived, Who: "carla@shop.example", To: "person"}, "carla@shop.example wrote"},
		{desk.Event{Kind: desk.EventReceived, Who: "x@y.test", To: "auto_reply"}, "Automatic reply from x@y.test"},
		{desk.Event{Kind: desk.EventReceived, Who: "x@y.test", To: "bounce"}, "Delivery report from x@y.test"},
		{desk.Event{Kind: desk.EventReplied}, "The team answered"},
		{desk.Event{Kind: desk.EventReplied, By: ana}, "Ana Silva answered"},
		{desk.Event{Kind: desk.EventAnswered, By: ana}, "Ana Silva wrote a reply"},
		{desk.Event{Kind: desk.EventUndone, By: ana, Who: ana}, "Ana Silva took back the reply before it went"},
		{desk.Event{Kind: desk.EventUndone, By: mia, Who: ana}, "Mia Lindqvist took back the reply of Ana Silva before it went"},
		{desk.Event{Kind: desk.EventUnsent, Who: ana, Why: "w"}, "The reply of Ana Silva was not sent: w"},
		{desk.Event{Kind: desk.EventRouted, Who: ana, Why: "rule r matched"}, "Given to Ana Silva by the rule r"},
		{desk.Event{Kind: desk.EventRouted, To: "Billing", Why: "rule r matched"}, "Put into the queue of the team Billing by the rule r"},
		{desk.Event{Kind: desk.EventRouted}, "Sorted"},
		{desk.Event{Kind: desk.EventRouted, To: "Billing", Why: "rules r and s matched; nobody of Billing is available, so it waits in the queue", Sorted: &desk.Sorted{Priority: desk.High, Tags: []string{"invoice"}}},
			"Put into the queue of the team Billing by the rules r and s, with priority high and the tag invoice; nobody of Billing is available, so it waits in the queue"},
		{desk.Event{Kind: desk.EventRouted, Why: "rule r matched", Sorted: &desk.Sorted{Tags: []string{"a", "b"}}}, "Sorted by the rule r, with the tags a, b"},
		{desk.Event{Kind: desk.EventWoke, By: mia, Why: "Mia Lindqvist woke it"}, "Mia Lindqvist woke it"},
		{desk.Event{Kind: desk.EventWoke, Why: "its time had come"}, "It woke: its time had come"},
		{desk.Event{Kind: desk.EventWoke, By: ana, Why: "its time had come"}, "It woke: its time had come"}, // by an undo that came late
		{desk.Event{Kind: desk.EventReoffered, From: string(ana), Why: "Ana Silva is away"}, "Passed on from Ana Silva, who is away, to the queue"},
		{desk.Event{Kind: desk.EventReoffered, From: string(ana), Who: ben}, "Passed on from Ana Silva to Ben Okafor"},
		{desk.Event{Kind: desk.EventReopened, By: ana, From: "closed", To: "open"}, "Ana Silva reopened it"},
		{desk.Event{Kind: desk.EventReopened, Who: "carla@shop.example", From: "closed", To: "open"}, "Reopened: carla@shop.example wrote again"},
		{desk.Event{Kind: desk.EventTaken, By: ana, Who: ana}, "Ana Silva took it"},
		{desk.Event{Kind: desk.EventTaken, By: ana, Who: ana, From: string(ben)}, "Ana Silva took it over from Ben Okafor"},
		{desk.Event{Kind: desk.EventGiven, By: mia, Who: ana, Why: "w", Due: now.Add(time.Hour)}, "Mia Lindqvist gave it to Ana Silva: w, due 10:00"},
		{desk.Event{Kind: desk.EventDeclined, By: ana, Who: ana, Why: "w"}, "Ana Silva declined it: w"},
		{desk.Event{Kind: desk.EventReleased, By: ana, Who: ana}, "Ana Silva put it back into the queue"},
		{desk.Event{Kind: desk.EventReleased, By: mia, Who: ana}, "Mia Lindqvist put it back into the queue, from Ana Silva"},
		{desk.Event{Kind: desk.EventStatus, By: ana, From: "open", To: "waiting_customer"}, "Ana Silva moved it from open to waiting for customer"},
		{desk.Event{Kind: desk.EventStatus, From: "waiting_customer", To: "open"}, "Moved from waiting for customer to open"},
		{desk.Event{Kind: desk.EventPriority, By: ana, To: "high"}, "Ana Silva set the priority to high"},
		{desk.Event{Kind: desk.EventTagged, By: ana, To: "refund"}, "Ana Silva added the tag refund"},
		{desk.Event{Kind: desk.EventUntagged, By: ana, From: "refund"}, "Ana Silva removed the tag refund"},
		{desk.Event{Kind: desk.EventNoted, By: ana, To: "id"}, "Ana Silva wrote a note"},
		{desk.Event{Kind: desk.EventNoteEdited, By: ana, To: "id"}, "Ana Silva edited a note"},
		{desk.Event{Kind: desk.EventShared, By: ana, Who: uwe, To: "view", Due: now.Add(48 * time.Hour)}, "Ana Silva shared it with uwe@acme.test until 4 Mar"},
		{desk.Event{Kind: desk.EventShareStopped, By: ana, Who: uwe}, "Ana Silva stopped sharing it with uwe@acme.test"},
		{desk.Event{Kind: desk.EventShareRead, By: uwe, Who: uwe}, "uwe@acme.test read it"},
		{desk.Event{Kind: desk.EventMentionDone, By: ana, Who: ana}, "Ana Silva dealt with a mention"},
		{desk.Event{Kind: desk.EventGiven, Who: ben, Via: desk.ByLabel}, "Somebody gave it to Ben Okafor, by a label in Gmail"},
		{desk.Event{Kind: desk.EventTaken, By: ana, Who: ana, Via: desk.ByLabel}, "Ana Silva took it, by a label in Gmail"},
		{desk.Event{Kind: desk.EventReleased, Who: ana, Via: desk.ByLabel}, "Somebody put it back into the queue, from Ana Silva, by a label in Gmail"},
		{desk.Event{Kind: desk.EventStatus, Via: desk.ByLabel, From: "open", To: "closed"}, "Somebody closed it, by a label in Gmail"},
		{desk.Event{Kind: desk.EventStatus, Via: desk.ByLabel, From: "open", To: "ignored"}, "Somebody moved it from open to ignored, by a label in Gmail"},
		{desk.Event{Kind: desk.EventReopened, Via: desk.ByLabel, From: "spam", To: "open"}, "Somebody reopened it, by a label in Gmail"},
		{desk.Event{Kind: desk.EventTagged, Via: desk.ByLabel, To: "vip"}, "Somebody added the tag vip, by a label in Gmail"},
		{desk.Event{Kind: desk.EventRefused, Via: desk.ByLabel, To: "Baton/Assigned/Zoe", Why: "Nobody is called that."}, "The label Baton/Assigned/Zoe in Gmail was refused: Nobody is called that."},
		{desk.Event{Kind: desk.EventStandoff, Via: desk.ByLabel, To: "Baton/Tag/x", Due: now.Add(time.Hour)}, "A filter or person keeps changing Baton/Tag/x; Baton leaves the labels alone until 10:00"},
		{desk.Event{Kind: desk.EventMessageGone, To: "id"}, "A message was deleted for good in Gmail"},
		{takenBackEvent(desk.EventTaken, false, desk.Event{Who: ben}), "Ana Silva undid taking it: Ben Okafor holds it now"},
		{takenBackEvent(desk.EventGiven, true, desk.Event{}), "Ana Silva redid giving it away: nobody holds it now"},
		{takenBackEvent(desk.EventStatus, false, desk.Event{To: "open"}), "Ana Silva undid a change of where it stands: open now"},
		{takenBackEvent(desk.EventPriority, false, desk.Event{From: "high"}), "Ana Silva undid a change of the priority: normal now"},
		{takenBackEvent(desk.EventTagged, false, desk.Event{From: "vip"}), "Ana Silva undid adding the tag vip"},
		{takenBackEvent(desk.EventShared, false, desk.Event{Who: uwe}), "Ana Silva undid sharing it with uwe@acme.test"},
		{takenBackEvent(desk.EventNoteEdited, false, desk.Event{}), "Ana Silva undid the edit of a note"},
		{takenBackEvent("later", false, desk.Event{}), "Ana Silva undid a change"},
		{desk.Event{Kind: desk.EventMerged, By: ana, To: "id"}, "Ana Silva merged another conversation into this one"},
		{desk.Event{Kind: desk.EventMerged, By: ana, To: "id", Why: "Where is 10423?"}, "Ana Silva merged “Where is 10423?” into this one"},
		{desk.Event{Kind: desk.EventSeparated, By: ana, From: "id"}, "Ana Silva separated a conversation, which had been merged into this one"},
		{desk.Event{Kind: desk.EventSeparated, By: ana, From: "id", Why: "Where is 10423?"}, "Ana Silva separated “Where is 10423?”, which had been merged into this one"},
		{desk.Event{Kind: desk.EventMergedInto, By: ana, To: "id"}, "Ana Silva merged this into another conversation"},
		{desk.Event{Kind: desk.EventSplit, By: ana, From: "id"}, "Ana Silva separated this from the conversation, into which it had been merged"},
		{desk.Event{Kind: desk.EventSplit, By: ana, From: "id", Why: "A"}, "Ana Silva separated this from “A”, into which it had been merged"},
		{takenBackEvent(desk.EventMerged, false, desk.Event{From: "id", Why: "A"}), "Ana Silva undid the merge of “A”"},
		{desk.Event{Kind: desk.EventSame, By: ana}, "Ana Silva noted another address of the customer"},
		{desk.Event{Kind: desk.EventNotSame, By: ana}, "Ana Silva noted that an address is not the customer's"},
		{takenBackEvent(desk.EventMerged, false, desk.Event{From: "id"}), "Ana Silva undid the merge of another conversation"},
		{desk.Event{Kind: desk.EventNoteErased, By: ana, Who: ana}, "Ana Silva deleted a note"},
		{desk.Event{Kind: desk.EventNoteErased, By: mia, Who: ana}, "Mia Lindqvist deleted a note by Ana Silva"},
		{desk.Event{Kind: desk.EventTodo, By: ana, Who: ben, Why: "call them"}, "Ana Silva added a to-do for Ben Okafor: call them"},
		{desk.Event{Kind: desk.EventTodoDone, By: ana, Who: ben}, "Ana Silva did a to-do of Ben Okafor"},
		{desk.Event{Kind: desk.EventTodoDue, Who: ben, Why: "call them"}, "A to-do of Ben Okafor is due: call them"},
		{desk.Event{Kind: desk.EventFollowed, By: ana, To: "closing"}, "Ana Silva wants to hear of its closing"},
		{takenBackEvent(desk.EventTodoDone, false, desk.Event{Who: ben}), "Ana Silva undid doing a to-do of Ben Okafor"},
		{desk.Event{Kind: "later"}, "Baton changed it"},
	} {
		if got := sentence(acme(), r, tc.ev); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.ev.Kind, got, tc.want)
		}
	}
}

func TestMoments(t *testing.T) {
	vienna, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		t.Fatal(err)
	}
	r := reader{now: time.Date(2026, 3, 29, 0, 30, 0, 0, time.UTC), zone: vienna} // clocks go forward at 01:00 UTC
	for _, tc := range []struct {
		at   time.Duration
		want string
	}{
		{0, "01:30"}, {40 * time.Minute, "03:10"}, {-2 * time.Hour, "yesterday 23:30"}, {23 * time.Hour, "tomorrow 01:30"},
		{-3 * 24 * time.Hour, "Thu 01:30"}, {6 * 24 * time.Hour, "Sat 02:30"}, {-7 * 24 * time.Hour, "22 Mar 01:30"}, {-100 * 24 * time.Hour, "19 Dec 2025 01:30"},
	} {
		if got := r.at(r.now.Add(tc.at)); got != tc.want {
			t.Errorf("%v: %q, want %q", tc.at, got, tc.want)
		}
	}
	for d, want := range map[time.Duration]string{
		0: "under a minute", 29 * time.Second: "under a minute", time.Minute: "1 min", 59*time.Minute + 40*time.Second: "1 h",
		72 * time.Minute: "1 h 12 min", 24 * time.Hour: "1 day", 47 * time.Hour: "1 day", 72 * time.Hour: "3 days",
	} {
		if got := span(d); got != want {
			t.Errorf("span of %v: %q, want %q", d, got, want)
		}
	}
}

// Mail comes and goes through Gmail's spam folder without a person of the desk.
func TestHistoryOfSpam(t *testing.T) {
	h := newHouse(t)
	c := h.mailed("Refund")
	for _, spam := range []bool{true, false} {
		if err := h.desk.MarkSpam(t.Context(), support, c.Thread, spam); err != nil {
			t.Fatal(err)
		}
	}
	var said []string
	for _, ev := range h.record(c.ID).Recent {
		said = append(said, sentence(acme(), reader{now: h.now, zone: time.UTC}, ev))
	}
	if got, want := strings.Join(said, "; "), "Opened by mail from carla@shop.example; Moved from open to spam; Reopened: taken out of the spam folder"; got != want {
		t.Errorf("history = %q, want %q", got, want)
	}
}
