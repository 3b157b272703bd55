package addon

import (
	"testing"

	"baton/addon/card/cardtest"
	"baton/desk"
)

// phoned is an event of Gmail's phone app.
func phoned(ev event, platform string) event {
	ev.edit = func(e map[string]any) { e["commonEventObject"].(map[string]any)["platform"] = platform }
	return ev
}

// phoneCases does the actions that only the phone offers.
func phoneCases() map[string]func(h *house) {
	return map[string]func(h *house){
		"home": func(h *house) {
			c := h.scene()
			got := h.click(ana, h.show("/addon/message", phoned(event{as: ana, gmail: inShared(c)}, "IOS")), "My work …", nil)
			got.Has(h, cardtest.HasText("Mine (1)"), cardtest.HasInput("presence"))
			if len(got.Moves) != 1 || got.Moves[0] != "pushCard" {
				h.Errorf("moves = %v, want the home card over the message's", got.Moves)
			}
		},
	}
}

// On the phone every message leads to the home card, whoever opens it and
// whether or not it is one of the team's; the web has a home card of its own.
func TestPhoneReachesHome(t *testing.T) {
	h := newHouse(t)
	c := h.scene()
	never := map[string]any{"messageId": "msg-f:1", "threadId": "thread-f:1", "accessToken": "t"}
	for _, who := range []desk.Email{ana, mia, olga, uwe, eve} {
		for _, open := range []map[string]any{inShared(c), never} {
			ev := event{as: who, gmail: open}
			if h.show("/addon/message", ev).Button("My work …") != nil {
				t.Errorf("%s is offered a second home card on the web", who)
			}
			for _, platform := range []string{"ANDROID", "IOS"} {
				h.click(who, h.show("/addon/message", phoned(ev, platform)), "My work …", nil).Has(t, cardtest.HasText("Acme support"))
			}
		}
	}
}

// A foreign conversation and one that never was are the same on the phone, too.
func TestPhoneTellsStrangersNothing(t *testing.T) {
	h, inSupport, _ := closedHouse(t)
	never := map[string]any{"messageId": "msg-f:1", "threadId": "thread-f:1", "accessToken": "t"}
	for _, who := range []desk.Email{olga, uwe, rob, eve} {
		theirs := h.raw("/addon/message", phoned(event{as: who, gmail: inShared(inSupport)}, "ANDROID"))
		if nobodys := h.raw("/addon/message", phoned(event{as: who, gmail: never}, "ANDROID")); string(theirs) != string(nobodys) {
			t.Errorf("%s can tell the two apart:\n%s\n%s", who, theirs, nobodys)
		}
	}
}
