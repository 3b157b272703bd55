package addon

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"baton/addon/card/cardtest"
	"baton/desk"
)

// verbsOn lists the actions that a card's buttons lead to.
func verbsOn(c cardtest.Card) []string {
	var verbs []string
	for _, b := range c.Buttons() {
		verbs = append(verbs, b.URL[strings.LastIndexByte(b.URL, '/')+1:])
	}
	slices.Sort(verbs)
	return slices.Compact(verbs)
}

func TestGuestsCard(t *testing.T) {
	for role, want := range map[desk.ShareRole][]string{
		desk.ShareView:    {"follow-form", "history", "read"},
		desk.ShareComment: {"follow-form", "history", "note", "read"},
		desk.ShareReply:   {"follow-form", "history", "note", "read", "reply-form"},
	} {
		h := newHouse(t)
		c := h.scene()
		h.must(h.desk.StopShare(t.Context(), ana, c.ID, c.Shares[0].ID))
		h.must(h.desk.Share(t.Context(), ana, c.ID, desk.Invite{To: uwe, Role: role, Why: "stock"}))
		got := h.open(uwe, c)
		got.Has(t, cardtest.HasText("Ana Silva shared this with you"), cardtest.HasText("stock"), cardtest.HasText("Billing has it"),
			cardtest.Not(cardtest.HasSection("Shared with")), cardtest.HasText("until 1 Apr"))
		if verbs := verbsOn(got); !slices.Equal(verbs, want) {
			t.Errorf("%s: buttons lead to %v, want %v", role, verbs, want)
		}
		h.click(uwe, got, "Show all", nil).Has(t, cardtest.HasText("Opened by mail"))
		if role != desk.ShareView {
			noted := h.click(uwe, got, "Add note", map[string]any{"note": "two left"})
			noted.Has(t, cardtest.HasText("two left"), cardtest.HasButton("Edit"))
			form := h.click(uwe, noted, "Edit", nil)
			h.click(uwe, form, "Save", map[string]any{"text": "one left"}).Has(t, cardtest.HasText("one left"))
		}
	}
}

func TestGuestsMayNotByHand(t *testing.T) {
	h := newHouse(t)
	c := h.scene()
	form := map[string]any{"note": "x", "text": "x", "why": "x", "person": string(ben), "role": "view", "tag": "x", "priority": "high"}
	for verb, says := range map[string]string{
		"take":       "Only people who work in this mailbox can take or give",
		"give":       "Only people who work in this mailbox can take or give",
		"decline":    "Only people who work in this mailbox can take or give",
		"release":    "Only people who work in this mailbox can take or give",
		"close":      "can change where a conversation stands",
		"reopen":     "can change where a conversation stands",
		"status":     "can change where a conversation stands",
		"sort":       "can change priority and tags",
		"note":       "to read, not to comment on",
		"note-edit":  "to read, not to comment on",
		"share":      "can share its conversations",
		"share-stop": "can share its conversations",
		"reply":      "not to answer it",
		"reply-form": "not to answer it",
	} {
		for _, inForm := range []string{"", "1"} {
			got := h.do(verb, olga, c, form, "to", "closed", "once", "o", "n", string(c.Notes[0].ID), "s", string(c.Shares[0].ID), "form", inForm)
			if !strings.Contains(got.Notification, says) {
				t.Errorf("%s: %q, want %q", verb, got.Notification, says)
			}
		}
	}
	now := h.record(c.ID)
	if now.Assignee != ana || now.Status != desk.Open || now.NoteCount != 1 || len(now.Tags) != 1 || !now.Shares[0].Live(h.now) || now.Priority != desk.Normal {
		t.Errorf("a guest changed the record: %+v", now)
	}
}

func TestStoppedAndEndedSharesOpenNothing(t *testing.T) {
	h := newHouse(t)
	c := h.scene()
	gone := cardtest.HasText("not one of the team's conversations")
	h.must(h.desk.StopShare(t.Context(), ana, c.ID, c.Shares[0].ID))
	h.open(olga, c).Has(t, gone)
	h.do("history", olga, c, nil).Has(t, gone)
	h.home(olga).Has(t, cardtest.Not(cardtest.HasText("Refund")))
	h.must(h.desk.Share(t.Context(), ana, c.ID, desk.Invite{To: olga, Role: desk.ShareView, Until: h.now.Add(time.Hour)}))
	h.open(olga, c).Has(t, cardtest.HasText("Refund"))
	h.now = h.now.Add(time.Hour)
	h.open(olga, c).Has(t, gone)
	h.do("notes", olga, c, nil).Has(t, gone)
}

func suggested(t *testing.T, answer []byte) []string {
	t.Helper()
	var got struct {
		AutoComplete struct{ Items []struct{ Text string } }
	}
	if err := json.Unmarshal(answer, &got); err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, it := range got.AutoComplete.Items {
		texts = append(texts, it.Text)
	}
	return texts
}

func TestSuggestions(t *testing.T) {
	h := newHouse(t)
	c := h.scene()
	p := acme()
	for i := range 30 {
		e := desk.Email(fmt.Sprintf("zoe%02d@acme.test", i))
		p.Members = append(p.Members, desk.Member{Email: e, Name: fmt.Sprintf("Zoe Number%02d", i), Label: fmt.Sprint("Z", i), Role: desk.Agent})
		p.Mailboxes[0].Members = append(p.Mailboxes[0].Members, e)
	}
	h.desk.SetPolicy(p, h.rules)
	ask := func(as desk.Email, who, typed string) []string {
		t.Helper()
		return suggested(t, h.raw("/addon/suggest", event{as: as, params: map[string]string{"c": string(c.ID), "who": who}, form: map[string]any{"person": typed}}))
	}
	for _, tc := range []struct {
		as         desk.Email
		who, typed string
		want       string
	}{
		{ana, "workers", "be", "[Ben Okafor <ben@acme.test>]"},
		{ana, "workers", "OKA", "[Ben Okafor <ben@acme.test>]"},
		{ana, "workers", "ben@ac", "[Ben Okafor <ben@acme.test>]"},
		{ana, "workers", "kafor", "[]"}, // the middle of a word
		{ana, "workers", "ana", "[]"},   // oneself
		{ana, "workers", "olga", "[]"},  // works elsewhere
		{ana, "all", "olga", "[Olga Novak <olga@acme.test>]"},
		{ana, "all", "ben", "[]"}, // sees it already
		{olga, "workers", "be", "[]"},
		{uwe, "workers", "be", "[]"},
		{eve, "all", "", "[]"},
	} {
		if got := fmt.Sprint(ask(tc.as, tc.who, tc.typed)); got != tc.want {
			t.Errorf("%s types %q for %s: %s, want %s", tc.as, tc.typed, tc.who, got, tc.want)
		}
	}
	for _, typed := range []string{"zoe", ""} {
		if got := ask(ana, "workers", typed); len(got) != suggestions {
			t.Errorf("%q: %d suggestions, want %d", typed, len(got), suggestions)
		}
	}
	if got := suggested(t, h.raw("/addon/suggest", event{as: ana, params: map[string]string{"c": "guessed", "who": "all"}})); len(got) != 0 {
		t.Errorf("an unknown conversation: %v", got)
	}
	// What is suggested can be chosen.
	h.do("give", mia, h.record(c.ID), map[string]any{"person": ask(mia, "workers", "be")[0]}, "form", "1").Has(t, cardtest.HasText("Ben Okafor holds this"))
}

func TestPersonAsTyped(t *testing.T) {
	for typed, want := range map[string]desk.Email{
		"ben": ben, "Ben": ben, "@ben": ben, "ben okafor": ben, "ben o": ben, "nobody": "", "okaf": ben, "BEN@ACME.TEST": ben, `"Okafor, Ben" <ben@acme.test>`: ben,
	} {
		h := newHouse(t)
		c := h.mailed("S")
		h.do("give", ana, c, map[string]any{"person": typed}, "form", "1")
		if got := h.record(c.ID).Assignee; got != want {
			t.Errorf("%q gave it to %q, want %q", typed, got, want)
		}
	}
}

// Every look of a guest is one line of history, whatever it is that they open.
func TestGuestsLooksAreLoggedOnce(t *testing.T) {
	h := newHouse(t)
	c := h.scene()
	looks := 0
	for _, look := range []func(){
		func() { h.open(olga, c) },
		func() { h.do("open", olga, c, nil) },
		func() { h.do("history", olga, c, nil) },
		func() { h.do("notes", olga, c, nil) },
		func() { h.do("note-versions", olga, c, nil, "n", string(c.Notes[0].ID)) },
	} {
		look()
		looks++
		if s := h.record(c.ID).Shares[0]; s.Reads != looks {
			t.Errorf("%d reads logged after %d looks", s.Reads, looks)
			looks = s.Reads
		}
	}
	h.open(ana, c).Has(t, cardtest.HasText("last read 09:00"), cardtest.HasText("Olga Novak read it"))
}
