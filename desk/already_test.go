package desk_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
)

// What is so already is no change: no event, no version, no notice, and the
// tally of the context says so.
func TestWhatIsSoAlreadyIsNoChange(t *testing.T) {
	h := newHouse(t)
	due := h.clock.now().Add(4 * time.Hour)
	c := h.receive("", desk.Person, "S")
	does := func(c desk.Conversation, err error) desk.Conversation {
		t.Helper()
		return must[desk.Conversation](t)(c, err)
	}
	c = does(h.desk.Give(t.Context(), mia, c.ID, 0, desk.Give{To: ana, Why: "you know them", Due: due}))
	c = does(h.desk.AddNote(t.Context(), ana, c.ID, "n", "a note"))
	c = does(h.desk.AddTodo(t.Context(), ana, c.ID, "t", desk.Task{For: ben, Text: "call them", Due: due}))
	c = does(h.desk.AddTodo(t.Context(), ana, c.ID, "u", desk.Task{For: ben, Text: "write to them"}))
	c = does(h.desk.SetPriority(t.Context(), ana, c.ID, 0, desk.High))
	c = does(h.desk.AddTags(t.Context(), ana, c.ID, "refund, vip"))
	c = does(h.desk.Share(t.Context(), ana, c.ID, desk.Invite{To: olga, Role: desk.ShareView, Until: due}))
	c = does(h.desk.Follow(t.Context(), ana, c.ID, desk.FollowAll))
	note := c.Notes[0].ID
	for name, do := range map[string]func(d *desk.Desk) (desk.Conversation, error){
		"given without words": func(d *desk.Desk) (desk.Conversation, error) {
			return d.Give(t.Context(), ben, c.ID, 0, desk.Give{To: ana})
		},
		"given from an older card": func(d *desk.Desk) (desk.Conversation, error) {
			return d.Give(t.Context(), ben, c.ID, 1, desk.Give{To: ana})
		},
		"given for the same reason": func(d *desk.Desk) (desk.Conversation, error) {
			return d.Give(t.Context(), ben, c.ID, 0, desk.Give{To: ana, Why: " you know them "})
		},
		"given until the same time": func(d *desk.Desk) (desk.Conversation, error) {
			return d.Give(t.Context(), ben, c.ID, 0, desk.Give{To: ana, Due: due})
		},
		"taken": func(d *desk.Desk) (desk.Conversation, error) { return d.Take(t.Context(), ana, c.ID, 0) },
		"the same note": func(d *desk.Desk) (desk.Conversation, error) {
			return d.EditNote(t.Context(), ana, c.ID, note, " a note\n")
		},
		"the same to-do": func(d *desk.Desk) (desk.Conversation, error) {
			return d.AddTodo(t.Context(), mia, c.ID, "v", desk.Task{For: ben, Text: "call  them", Due: due})
		},
		"the same open to-do": func(d *desk.Desk) (desk.Conversation, error) {
			return d.AddTodo(t.Context(), mia, c.ID, "w", desk.Task{For: ben, Text: "write to them"})
		},
		"the same priority": func(d *desk.Desk) (desk.Conversation, error) {
			return d.SetPriority(t.Context(), ben, c.ID, 1, desk.High)
		},
		"the same tags": func(d *desk.Desk) (desk.Conversation, error) {
			return d.AddTags(t.Context(), ben, c.ID, "VIP; Refund,")
		},
		"a tag that is not on": func(d *desk.Desk) (desk.Conversation, error) {
			return d.RemoveTag(t.Context(), ben, c.ID, "other")
		},
		"the same share": func(d *desk.Desk) (desk.Conversation, error) {
			return d.Share(t.Context(), ben, c.ID, desk.Invite{To: olga, Role: desk.ShareView, Until: due})
		},
		"the same to hear of": func(d *desk.Desk) (desk.Conversation, error) {
			return d.Follow(t.Context(), ana, c.ID, desk.FollowAll)
		},
		"the same status": func(d *desk.Desk) (desk.Conversation, error) { return d.Reopen(t.Context(), ben, c.ID, 1) },
	} {
		got, err := do(h.desk)
		if err != nil || got.Version != c.Version || got.EventSeq != c.EventSeq {
			t.Errorf("%s: %v, version %d with %d events, want %d with %d", name, err, got.Version, got.EventSeq, c.Version, c.EventSeq)
		}
	}
	ctx, tally := desk.Tallied(t.Context())
	does(h.desk.Give(ctx, ben, c.ID, 0, desk.Give{To: ana}))
	must[desk.View](t)(h.desk.OpenID(ctx, olga, c.ID)) // a guest's look is no change
	if n := tally.Changes(); n != 0 {
		t.Errorf("%d changes counted, want none", n)
	}
	does(h.desk.Give(ctx, ben, c.ID, 0, desk.Give{To: ana, Why: "another reason"}))
	if n := tally.Changes(); n != 1 {
		t.Errorf("%d changes counted, want the one with another reason", n)
	}
}

func TestTagsOfOneField(t *testing.T) {
	long := strings.Repeat("ä", desk.MaxTag+1)
	for typed, want := range map[string][]string{
		"refund, vip":               {"refund", "vip"},
		" #refund;#VIP\nvip ":       {"refund", "VIP"},
		"order  1042":               {"order 1042"},
		"退款，加急、vip":                 {"退款", "加急", "vip"},
		"استرداد، عاجل":             {"استرداد", "عاجل"},
		",,a,,":                     {"a"},
		"c++, \"quoted\", <b>, 50%": {"c++", "\"quoted\"", "<b>", "50%"},
		"a/b":                       nil,
		"ok, " + long:               nil,
		" , ;":                      nil,
		"#":                         nil,
		"ok, \u200b":                nil,
		"ok, \u202eback":            nil,
		"":                          nil,
	} {
		got, err := desk.CleanTags(typed)
		if d := cmp.Diff(want, got); d != "" || (err == nil) != (want != nil) {
			t.Errorf("%q: %v (-want +got):\n%s", typed, err, d)
		}
		var p *desk.Problem
		if err != nil && (!errors.As(err, &p) || len([]rune(p.Say)) > 3*desk.MaxEcho) {
			t.Errorf("%q: %v, want a short sentence", typed, err)
		}
	}
}

// A field with two tags is one change of each conversation and goes back whole.
func TestBulkOfTwoTagsAndBack(t *testing.T) {
	h := newHouse(t)
	ids, before := h.many(3)
	done := must[desk.BulkDone](t)(h.desk.Bulk(t.Context(), ana, ids, desk.Bulk{Tag: "refund, vip"}))
	for _, o := range done.Outcomes {
		if d := cmp.Diff([]string{"refund", "vip"}, o.Conversation.Tags); d != "" {
			t.Errorf("tags (-want +got):\n%s", d)
		}
	}
	for range 12 { // beyond what the record carries
		must[desk.Conversation](t)(h.desk.AddNote(t.Context(), ben, ids[1], "", "n"))
	}
	back := must[desk.BulkDone](t)(h.desk.UndoGroup(t.Context(), ana, done.Group))
	for i, o := range back.Outcomes {
		if o.Err != nil || len(o.Conversation.Tags) != 0 {
			t.Errorf("%d: %v, tags %v, want none as before (%v)", i, o.Err, o.Conversation.Tags, before[i].Tags)
		}
	}
	again := must[desk.BulkDone](t)(h.desk.UndoGroup(t.Context(), ana, back.Group))
	for i, o := range again.Outcomes {
		if d := cmp.Diff([]string{"refund", "vip"}, o.Conversation.Tags); d != "" || o.Err != nil {
			t.Errorf("%d again: %v (-want +got):\n%s", i, o.Err, d)
		}
	}
}

// What somebody typed is said back cut, on one line.
func TestEchoIsCut(t *testing.T) {
	h := newHouse(t)
	c := h.receive("", desk.Person, "S")
	long := strings.Repeat("x", 5000)
	for name, do := range map[string]func() error{
		"person": func() error {
			_, err := h.desk.Give(t.Context(), ana, c.ID, 0, desk.Give{To: desk.Email(long + "\n@evil.test")})
			return err
		},
		"guest": func() error {
			_, err := h.desk.Share(t.Context(), ana, c.ID, desk.Invite{To: desk.Email(long + "@evil.test"), Role: desk.ShareView})
			return err
		},
		"to-do": func() error {
			_, err := h.desk.AddTodo(t.Context(), ana, c.ID, "", desk.Task{For: desk.Email(long), Text: "t"})
			return err
		},
		"priority": func() error { _, err := h.desk.SetPriority(t.Context(), ana, c.ID, 0, desk.Priority(long)); return err },
		"tag":      func() error { _, err := h.desk.AddTag(t.Context(), ana, c.ID, long); return err },
		"customer": func() error { _, err := h.desk.SamePerson(t.Context(), ana, c.ID, desk.Email(long)); return err },
		"to":       func() error { _, err := desk.ParseRecipients(long + "; " + long + "1; " + long + "2"); return err },
	} {
		var p *desk.Problem
		if err := do(); !errors.As(err, &p) || len([]rune(p.Say)) > 500 || strings.Contains(p.Say, "\n") {
			t.Errorf("%s: %.300v, want one short line", name, err)
		}
	}
	// Our own sentences are said whole.
	if _, err := h.desk.Give(t.Context(), olga, c.ID, 0, desk.Give{To: ana}); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("olga: %v", err)
	}
	must[desk.Conversation](t)(h.desk.Share(t.Context(), ana, c.ID, desk.Invite{To: olga, Role: desk.ShareView}))
	var p *desk.Problem
	if _, err := h.desk.AddNote(t.Context(), olga, c.ID, "", "n"); !errors.As(err, &p) || p.Say != desk.RightNote.Refusal() {
		t.Errorf("%v, want the whole refusal", err)
	}
}
