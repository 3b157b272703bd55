package addon

import (
	"slices"
	"strings"
	"testing"
	"time"

	"baton/addon/card/cardtest"
	"baton/desk"
)

// aForm is a form with what somebody typed into every field of it, and one thing
// wrong.
type aForm struct {
	open   func(h *house, c desk.Conversation) cardtest.Card
	submit string
	typed  map[string]any
	says   string
	resets []string // fields that are pickers of one press and empty again
}

// theForms are all forms of the add-on, by the action that they post to.
func theForms() map[string]aForm {
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC) // over
	day := time.Date(2026, 3, 9, 0, 0, 0, 0, time.UTC)
	from := func(verb string, more ...string) func(h *house, c desk.Conversation) cardtest.Card {
		return func(h *house, c desk.Conversation) cardtest.Card { return h.do(verb, ana, c, nil, more...) }
	}
	return map[string]aForm{
		"give":    {from("give-form"), "Give", map[string]any{"person": "Nobody Known", "why": "because", "due": at}, "Nobody on the roster is called Nobody Known", nil},
		"decline": {from("decline-form"), "Decline", map[string]any{"why": strings.Repeat("w ", desk.MaxWhy)}, "longer than 500", nil},
		"snooze":  {from("snooze-form"), "Snooze", map[string]any{"nap": "pick", "until": at, "why": "because"}, "already over", nil},
		"share": {from("share-form"), "Share", map[string]any{"person": "eve@evil.test", "role": "comment", "scope": "one", "with": []string{"files"}, "until": day, "why": "because"},
			"outside your organisation", nil},
		"sort": {from("sort-form"), "Save", map[string]any{"priority": "high", "tag": "a/b", "keep": []string{}}, "cannot contain a slash", nil},
		"note": {func(h *house, c desk.Conversation) cardtest.Card { return h.open(ana, c) }, "Add note",
			map[string]any{"note": "typed", "mention": "Nobody Known, Ben Okafor"}, "Nobody and no team here is called Nobody Known", nil},
		"note-edit": {func(h *house, c desk.Conversation) cardtest.Card { return h.click(ana, h.open(ana, c), "Edit", nil) }, "Save",
			map[string]any{"text": "typed", "mention": "Nobody Known"}, "Nobody and no team here is called Nobody Known", nil},
		"offer-share": {func(h *house, c desk.Conversation) cardtest.Card {
			return h.click(ana, h.open(ana, c), "Add note", map[string]any{"note": "ask @uwe@acme.test"})
		}, "Share", map[string]any{"to": []string{}, "role": "reply", "until": day}, "Tick at least one person", nil},
		"todo":   {from("todo-form"), "Add", map[string]any{"todo": "call them", "person": "Nobody Known", "due": at}, "Nobody on the roster is called Nobody Known", nil},
		"follow": {from("follow-form"), "Save", map[string]any{"level": "zzz"}, "Choose of what", []string{"level"}},
		"reply": {from("reply-form"), "Send", map[string]any{"to": "carla@", "cc": "kim@shop.example", "text": "typed", "then": "close", "saved": "", "person": "Ben Okafor", "when": "pick", "later": day},
			"is not a mail address", []string{"saved"}},
		"ask": {from("reply-form"), "Ask for a yes", map[string]any{"to": "carla@", "cc": "kim@shop.example", "text": "typed", "then": "close", "saved": "", "person": "Ben Okafor", "when": "pick", "later": day},
			"is not a mail address", []string{"saved"}},
		"draft": {from("reply-form"), "Open as draft", map[string]any{"to": "carla@", "cc": "kim@shop.example", "text": "typed", "then": "close", "saved": "", "person": "Ben Okafor", "when": "pick", "later": day},
			"is not a mail address", []string{"saved"}},
		"same-person": {from("customer"), "Is the same person", map[string]any{"address": "carla at home"}, "is not a mail address", nil},
		"intake": {func(h *house, c desk.Conversation) cardtest.Card {
			return h.show("/addon/do/intake-form", event{as: ben, gmail: inOwn(ownMessage, ownThread)})
		}, "Hand in", map[string]any{"mailbox": string(support), "person": "Nobody Known", "why": "because"}, "Nobody on the roster is called Nobody Known", nil},
		"bulk": {func(h *house, c desk.Conversation) cardtest.Card {
			h.several(2)
			return h.click(ana, h.home(ana), "Select several …", nil)
		}, "Do it", map[string]any{"ids": []string{"its"}, "do": "give", "person": "Nobody Known", "why": "because", "tag": "refund"}, "Nobody on the roster is called Nobody Known", nil},
	}
}

// formOnScreen is a form that somebody has before them.
type formOnScreen struct {
	*house
	c    desk.Conversation
	form cardtest.Card
	verb string
	aForm
}

// onScreen opens the form of an action in a house of its own.
func onScreen(t *testing.T, verb string, f aForm) formOnScreen {
	t.Helper()
	h := newHouse(t)
	withTexts(h)
	c := h.scene()
	form := f.open(h, c)
	if form.Button(f.submit) == nil {
		t.Fatalf("no button %q", f.submit)
	}
	return formOnScreen{h, c, form, verb, f}
}

// submitWith presses the form's button with what is typed.
func (f formOnScreen) submitWith(typed map[string]any) cardtest.Card {
	f.T.Helper()
	b := f.form.Button(f.submit)
	ev := event{as: ana, params: b.Parameters, form: typed}
	if f.verb == "intake" { // of a mail in one's own mailbox, with leave to read it
		ev.as, ev.gmail, ev.edit = ben, inOwn(ownMessage, ownThread), reading
	}
	return f.show(strings.TrimPrefix(b.URL, publicURL), ev)
}

// A refused form comes back with every field as it was filled, its button as it
// was, and what is wrong.
func TestRefusedFormsKeepAll(t *testing.T) {
	for verb, f := range theForms() {
		t.Run(verb, func(t *testing.T) {
			s := onScreen(t, verb, f)
			for _, in := range s.form.Inputs() {
				if _, ok := f.typed[in.Name]; !ok {
					t.Errorf("the form has a field %s that this table does not fill", in.Name)
				}
			}
			if ids, ok := f.typed["ids"]; ok && ids != nil {
				f.typed["ids"] = s.form.Input("ids").Values[:1]
			}
			got := s.submitWith(f.typed)
			got.Has(t, cardtest.HasText(f.says), cardtest.HasButton(f.submit))
			if !strings.Contains(got.Notification, f.says) {
				t.Errorf("below the card: %q, want %q", got.Notification, f.says)
			}
			if after := got.Button(f.submit); after != nil && after.URL != s.form.Button(f.submit).URL {
				t.Errorf("the button leads to %s, was %s", after.URL, s.form.Button(f.submit).URL)
			}
			for _, in := range s.form.Inputs() {
				again := got.Input(in.Name)
				switch want := f.typed[in.Name].(type) {
				case nil:
				case string:
					if again == nil || again.Value != want && !slices.Equal(again.Selected, []string{want}) && !slices.Contains(f.resets, in.Name) {
						t.Errorf("%s = %+v, want %q", in.Name, again, want)
					}
				case []string:
					if again == nil || !slices.Equal(again.Selected, want) && len(again.Selected)+len(want) > 0 {
						t.Errorf("%s = %+v, want %v ticked", in.Name, again, want)
					}
				case time.Time:
					shown := want.UnixMilli()
					if again == nil || again.Millis != shown {
						t.Errorf("%s = %+v, want %v", in.Name, again, want)
					}
				}
			}
			if now := s.record(s.c.ID); now.Assignee != ana || len(now.Tags) != 1 || len(now.Todos) != 0 || now.Status != desk.Open {
				t.Errorf("a refused form changed the record: %+v", now)
			}
		})
	}
}

// withTexts gives the desk a saved text, so that a reply's form has all its
// fields.
func withTexts(h *house) {
	p := acme()
	p.Texts = []desk.SavedText{{Name: "Thanks", Text: "Thank you."}}
	h.desk.SetPolicy(p, h.rules)
}

// Whatever is typed into whichever field, nothing says it back whole.
func TestLongInputIsSaidBackCut(t *testing.T) {
	const most = 700 // characters of our longest sentence with what it quotes
	for verb, f := range theForms() {
		t.Run(verb, func(t *testing.T) {
			s := onScreen(t, verb, f)
			for _, long := range []string{strings.Repeat("x", 6000), strings.Repeat("x", 6000) + "@evil.test", strings.Repeat("wort ", 1500)} {
				for _, in := range s.form.Inputs() {
					typed := map[string]any{}
					for name, v := range f.typed {
						typed[name] = v
					}
					switch f.typed[in.Name].(type) {
					case string:
						typed[in.Name] = long
					case []string:
						typed[in.Name] = []string{long}
					default:
						continue
					}
					got := s.submitWith(typed)
					for _, said := range append(got.Texts(), got.Notification) {
						inField := slices.ContainsFunc(got.Inputs(), func(in cardtest.Input) bool { return in.Value == said })
						if !inField && len([]rune(said)) > most {
							t.Errorf("%s: %d characters are said back: %.100s …", in.Name, len([]rune(said)), said)
						}
					}
				}
			}
		})
	}
}

// What breaks on Baton's side leaves a form before the person as it is.
func TestBrokenStoreLeavesTheForm(t *testing.T) {
	h := newHouse(t)
	c := h.scene()
	if err := h.store.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"give", "reply", "note", "note-edit", "sort"} {
		got := h.do(verb, ana, c, map[string]any{"person": "ben@acme.test", "text": "typed", "note": "typed", "to": carla, "tag": "x"}, "form", "1", "n", string(c.Notes[0].ID), "once", "o")
		if len(got.Moves) != 0 || !strings.Contains(got.Notification, "nothing was changed") && !strings.Contains(got.Notification, "Nothing was changed") {
			t.Errorf("%s: moves %v, %q; want the form left and a line that says so", verb, got.Moves, got.Notification)
		}
	}
}
