package desk_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"baton/desk"
)

const uwe desk.Email = "uwe@acme.test" // in the organisation, on no roster

// named are the notes' writers in a person's open mentions, newest first.
func (h *house) named(who desk.Email) (out []desk.Email) {
	h.Helper()
	for _, m := range must[desk.Home](h.T)(h.desk.Home(h.Context(), who)).Mentions {
		out = append(out, m.Mention.By)
		for _, o := range m.Older {
			out = append(out, o.By)
		}
	}
	return out
}

// withTeams adds a team of two words, with somebody who does not work in support,
// and one that is called as a member is.
func (h *house) withTeams() *house {
	p := acme()
	p.Teams = append(p.Teams, desk.Team{Name: "Second line", Members: []desk.Email{ben, mia, olga}}, desk.Team{Name: "Mia", Members: []desk.Email{ana}})
	h.desk.SetPolicy(p, h.rules)
	return h
}

func TestTeamMentions(t *testing.T) {
	h := newHouse(t).withTeams()
	c := h.receive("", desk.Person, "S")
	for i, tc := range []struct {
		text         string
		see, outside []desk.Email
	}{
		{"@billing please", []desk.Email{ben}, nil}, // not the author
		{"@Billing and @ana", []desk.Email{ben, ana}, nil},
		{"@second-line, @ben", []desk.Email{ben, mia}, []desk.Email{olga}},
		{"@Mia", []desk.Email{mia}, nil}, // the member, not the team
		{"@billing@acme.test.", nil, []desk.Email{"billing@acme.test"}},
		{"@support@acme.test", nil, nil}, // a mailbox is nobody
		{"@eve@evil.test", nil, nil},     // may never see it
	} {
		c = must[desk.Conversation](t)(h.desk.AddNote(t.Context(), ana, c.ID, fmt.Sprint(i), tc.text))
		n := c.Notes[len(c.Notes)-1]
		if d := cmp.Diff([][]desk.Email{tc.see, tc.outside}, [][]desk.Email{n.Mentions, n.Outside}, cmpopts.EquateEmpty()); d != "" {
			t.Errorf("%q (-want +got):\n%s", tc.text, d)
		}
	}
	if got := h.named(ben); len(got) != 3 {
		t.Errorf("ben is named by %v, want once by each of three notes", got)
	}
	p := acme()
	p.Teams[0].Name = "All"
	for i := range desk.MaxNamed + 1 {
		p.Teams[0].Members = append(p.Teams[0].Members, desk.Email(fmt.Sprintf("p%d@acme.test", i)))
	}
	h.desk.SetPolicy(p, h.rules)
	if _, err := h.desk.AddNote(t.Context(), ana, c.ID, "all", "@all"); !errors.Is(err, desk.ErrInvalid) {
		t.Errorf("a crowd: %v, want it refused with words", err)
	}
}

// The words that the picker puts into a note name whom they were made for.
func TestMentionWords(t *testing.T) {
	h := newHouse(t).withTeams()
	p := h.desk.Policy()
	p.Members = append(slices.Clone(p.Members), desk.Member{Email: "other.ana@acme.test", Name: "Ana Other", Label: "Ana O.", Role: desk.Agent})
	for _, m := range p.Members {
		if people, team := p.Called(strings.TrimPrefix(p.Mention(m.Email), "@"), support); team || !slices.Equal(people, []desk.Email{m.Email}) {
			t.Errorf("%s is called %s, which names %v", m.Email, p.Mention(m.Email), people)
		}
	}
	for _, tm := range p.Teams {
		w := p.MentionTeam(tm)
		if people, team := p.Called(strings.TrimPrefix(w, "@"), support); (w != "") != team || team && !slices.Equal(people, tm.Members) {
			t.Errorf("team %s is called %q, which names %v", tm.Name, w, people)
		}
	}
}

// Whom a note names from outside sees nothing and is told nothing, until it is
// shared with them, and again after that ends.
func TestOutsiderIsNamed(t *testing.T) {
	for _, who := range []desk.Email{olga, uwe} {
		h := newHouse(t)
		ctx := t.Context()
		c := h.receive("", desk.Person, "secret subject")
		before, promises := h.store.Costs(), len(h.promises)
		c = must[desk.Conversation](t)(h.desk.AddNote(ctx, ana, c.ID, "", "ask @"+string(who)+" and @ben and @billing"))
		if after := h.store.Costs(); after.Commits != before.Commits+1 || len(h.promises) != promises {
			t.Errorf("%d commits for a note with mentions, want 1; promised %+v, want nothing that costs Gmail units", after.Commits-before.Commits, h.promises[promises:])
		}
		n := c.Notes[0]
		if may, never := h.desk.Shut(&c, n); !slices.Equal(may, []desk.Email{who}) || len(never) > 0 {
			t.Errorf("shut out: %v, %v; want %s to be offered", may, never, who)
		}
		dark := func(when string) {
			t.Helper()
			home := must[desk.Home](t)(h.desk.Home(ctx, who))
			if len(home.Mentions)+len(home.Shared) > 0 {
				t.Errorf("%s: %s hears of it: %+v", when, who, home)
			}
			if _, err := h.desk.OpenID(ctx, who, c.ID); !errors.Is(err, desk.ErrNotFound) {
				t.Errorf("%s: %s opens it: %v", when, who, err)
			}
			if told := h.desk.Policy().Told(&c, &c.Recent[len(c.Recent)-1], h.clock.now()); slices.Contains(told, who) {
				t.Errorf("%s: %s is told: %v", when, who, told)
			}
		}
		dark("before")
		c = must[desk.Conversation](t)(h.desk.Share(ctx, ana, c.ID, desk.Invite{To: who, Role: desk.ShareComment, Until: h.clock.now().Add(time.Hour)}))
		if got := h.named(who); !slices.Equal(got, []desk.Email{ana}) {
			t.Errorf("shared: named by %v", got)
		}
		if may, _ := h.desk.Shut(&c, n); len(may) > 0 {
			t.Errorf("shared, and still shut out: %v", may)
		}
		h.clock.pass(2 * time.Hour)
		dark("after")
		c = must[desk.Conversation](t)(h.desk.Share(ctx, ana, c.ID, desk.Invite{To: who, Role: desk.ShareComment}))
		must[desk.Conversation](t)(h.desk.SettleMention(ctx, who, c.ID, n.ID))
		if got := h.named(who); len(got) > 0 {
			t.Errorf("done: named by %v", got)
		}
	}
}

// A note of one's own answers what one was asked; taking it back asks again.
func TestNoteAnswersMentions(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	c := h.receive("", desk.Person, "S")
	must[desk.Conversation](t)(h.desk.AddNote(ctx, ana, c.ID, "", "@ben one"))
	h.clock.pass(time.Minute)
	c = must[desk.Conversation](t)(h.desk.AddNote(ctx, mia, c.ID, "", "@ben two"))
	open := func() int {
		t.Helper()
		now := h.record(c.ID)
		return len(now.OpenMentions(ben))
	}
	if open() != 2 || len(h.named(ben)) != 2 {
		t.Fatalf("%d open on the card, %v at home; want both", open(), h.named(ben))
	}
	c = must[desk.Conversation](t)(h.desk.AddNote(ctx, ben, c.ID, "", "yes and no"))
	answered := c.EventSeq
	if open() != 0 || len(h.named(ben)) != 0 {
		t.Errorf("answered: %d open on the card, %v at home", open(), h.named(ben))
	}
	for i, want := range []int{2, 0, 2} {
		seq := h.record(c.ID).EventSeq
		if i == 0 {
			seq = answered
		}
		must[desk.Conversation](t)(h.desk.Undo(ctx, ben, c.ID, seq))
		if open() != want || len(h.named(ben)) != want {
			t.Errorf("undo %d: %d open on the card, %d at home; want %d", i, open(), len(h.named(ben)), want)
		}
	}
}

// A card knows which mentions are open by its record alone, however many the
// person has elsewhere.
func TestCardKnowsItsMentions(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	c := h.receive("", desk.Person, "S")
	c = must[desk.Conversation](t)(h.desk.AddNote(ctx, ana, c.ID, "", "@ben @mia"))
	note := c.Notes[0].ID
	other := h.receive("", desk.Person, "T")
	for range 120 { // more than a page of his list
		h.clock.pass(time.Minute)
		must[desk.Conversation](t)(h.desk.AddNote(ctx, ana, other.ID, "", "@ben again"))
	}
	before := h.store.Costs().Reads
	v := must[desk.View](t)(h.desk.OpenID(ctx, ben, c.ID))
	if open := v.OpenMentions(ben); !open[note] || len(open) != 1 {
		t.Errorf("open for Ben: %v", open)
	}
	if got := h.store.Costs().Reads - before; got != 1 {
		t.Errorf("%d reads, want that of the record", got)
	}
	c = must[desk.Conversation](t)(h.desk.SettleMention(ctx, ben, c.ID, note))
	if len(c.OpenMentions(ben)) != 0 || !c.OpenMentions(mia)[note] {
		t.Errorf("Ben is done: open are %v", c.Notes[0].Open)
	}
	if n := must[desk.Note](t)(h.store.Note(ctx, c.ID, note)); len(n.Open) > 0 {
		t.Errorf("the store's note says so too, and would not be told of changes: %v", n.Open)
	}
}

// What a change opens is closed by its undo, and what was open before stays open.
func TestUndoOfMentions(t *testing.T) {
	h := newHouse(t)
	ctx := t.Context()
	ok := must[desk.Conversation](t)
	c := h.receive("", desk.Person, "S")
	c = ok(h.desk.AddNote(ctx, ana, c.ID, "", "@ben, ask @uwe@acme.test"))
	note := c.Notes[0].ID
	is := func(what string, c desk.Conversation, want ...desk.Email) {
		t.Helper()
		if !slices.Equal(c.Notes[0].Open, want) {
			t.Errorf("%s: open for %v, want %v", what, c.Notes[0].Open, want)
		}
		for _, who := range []desk.Email{ben, mia, "uwe@acme.test"} {
			if got := len(h.named(who)) > 0; got != slices.Contains(want, who) {
				t.Errorf("%s: in the list of %s: %v", what, who, got)
			}
		}
	}
	undo := func(by desk.Email) {
		t.Helper()
		h.clock.pass(time.Minute)
		c = ok(h.desk.Undo(ctx, by, c.ID, c.EventSeq))
	}
	h.clock.pass(time.Minute)
	c = ok(h.desk.Share(ctx, ana, c.ID, desk.Invite{To: "uwe@acme.test", Role: desk.ShareComment}))
	is("shared", c, ben, "uwe@acme.test")
	undo(ana)
	is("not shared after all", c, ben)
	c = ok(h.desk.EditNote(ctx, ana, c.ID, note, "for all"))
	is("nobody is named any more", c, ben) // an edit closes none
	h.clock.pass(time.Minute)
	c = ok(h.desk.EditNote(ctx, ana, c.ID, note, "@ben @mia"))
	is("both", c, ben, mia)
	undo(ana)
	is("as before", c, ben)
	undo(ana)
	is("both after all", c, ben, mia)
	c = ok(h.desk.SettleMention(ctx, mia, c.ID, note))
	is("Mia is done", c, ben)
	c = ok(h.desk.AddNote(ctx, ben, c.ID, "", "yes"))
	is("answered", c)
	undo(ben)
	is("not answered after all", c, ben)
}
