package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
)

type conv = desk.Conversation

// laden makes two conversations, each with notes, tags, followers and a to-do;
// Ana holds the first, Ben the second, which is urgent.
func (h *house) laden() (a, b conv) {
	h.Helper()
	ctx, ok := h.Context(), must[conv](h.T)
	a, b = h.two()
	step := func() { h.clock.pass(time.Minute) }
	ok(h.desk.Take(ctx, ana, a.ID, 0))
	ok(h.desk.Take(ctx, ben, b.ID, 0))
	for i, id := range []desk.ConversationID{a.ID, b.ID, a.ID, b.ID} {
		ok(h.desk.AddNote(ctx, []desk.Email{ana, ben}[i%2], id, "", fmt.Sprint("note ", i, " @mia")))
		step()
	}
	ok(h.desk.AddTag(ctx, ana, a.ID, "both"))
	ok(h.desk.AddTag(ctx, ana, a.ID, "first"))
	ok(h.desk.AddTag(ctx, ben, b.ID, "both"))
	ok(h.desk.AddTag(ctx, ben, b.ID, "second"))
	ok(h.desk.SetPriority(ctx, ben, b.ID, 0, desk.High))
	ok(h.desk.AddTodo(ctx, ana, a.ID, "t", desk.Task{Text: "count"}))
	step()
	ok(h.desk.AddTodo(ctx, mia, b.ID, "t", desk.Task{For: ben, Text: "call", Due: h.clock.now().Add(time.Hour)}))
	ok(h.desk.Follow(ctx, mia, b.ID, desk.FollowAll))
	step()
	return h.record(a.ID), h.record(b.ID)
}

// seen is what a card of the record says beside where it stands.
type seen struct {
	Notes, Todos, Tags []string
	Count              int
	Priority           desk.Priority
	Holder             desk.Email
	Mia                desk.FollowLevel
}

func (h *house) seen(c conv) (s seen) {
	for _, n := range c.AllNotes() {
		s.Notes = append(s.Notes, fmt.Sprintf("%s %v", n.Text, n.In != ""))
	}
	for _, t := range c.OpenTodos(h.clock.now()) {
		s.Todos = append(s.Todos, fmt.Sprintf("%s %v", t.Text, t.In != ""))
	}
	f, _ := c.Follower(mia)
	s.Tags, s.Count, s.Priority, s.Holder, s.Mia = c.Tags, c.CountNotes(), c.Priority, c.Assignee, f.Level
	return s
}

// TestMergeShowsBoth: what people wrote and owe in either is on the kept one's
// card, and each has its own again when they are separated.
func TestMergeShowsBoth(t *testing.T) {
	h := newHouse(t)
	ctx, ok := t.Context(), must[conv](t)
	a, b := h.laden()
	c := ok(h.desk.Merge(ctx, ana, a.ID, b.ID))
	want := seen{Notes: []string{"note 0 @mia false", "note 1 @mia true", "note 2 @mia false", "note 3 @mia true"}, Todos: []string{"call true", "count false"},
		Tags: []string{"both", "first", "second"}, Count: 4, Priority: desk.High, Holder: ana, Mia: desk.FollowAll}
	if d := cmp.Diff(want, h.seen(c)); d != "" {
		t.Errorf("merged (-want +got):\n%s", d)
	}
	if now := h.record(b.ID); !slices.Equal(desk.WantedLabels(acme(), &now), desk.WantedLabels(acme(), &c)) {
		t.Errorf("the merged thread wears %v", desk.WantedLabels(acme(), &now))
	}
	back := ok(h.desk.Undo(ctx, ana, a.ID, c.EventSeq))
	if d := asItWas(a, back) + asItWas(b, h.record(b.ID)); d != "" {
		t.Errorf("undone (-before +after):\n%s", d)
	}
	ok(h.desk.Merge(ctx, ana, a.ID, b.ID))
	ok(h.desk.Separate(ctx, ben, a.ID, b.ID))
	if d := asItWas(a, h.record(a.ID)) + asItWas(b, h.record(b.ID)); d != "" {
		t.Errorf("separated (-before +after):\n%s", d)
	}
	// What is undone and made again shows both again.
	v := h.record(a.ID)
	if again := ok(h.desk.Undo(ctx, ben, a.ID, v.EventSeq)); cmp.Diff(want, h.seen(again)) != "" {
		t.Errorf("merged again: %s", cmp.Diff(want, h.seen(again)))
	}
}

// TestSinceMerged: what is done on the kept one's card goes to the side where it
// belongs.
func TestSinceMerged(t *testing.T) {
	h := newHouse(t)
	ctx, ok := t.Context(), must[conv](t)
	a, b := h.laden()
	c := ok(h.desk.Merge(ctx, ana, a.ID, b.ID))
	call := b.Todos[0].ID
	// By the kept one's card, by an older card of the other, and once more.
	c = ok(h.desk.DoTodo(ctx, mia, a.ID, call))
	if c.ID != a.ID || len(c.OpenTodos(h.clock.now())) != 1 || len(h.todos(ben)) != 0 || c.Recent[len(c.Recent)-1].Kind != desk.EventTodoDone {
		t.Errorf("done: %+v, Ben has %v", h.seen(c), h.todos(ben))
	}
	v := c.Version
	if c = ok(h.desk.DoTodo(ctx, ben, b.ID, call)); c.ID != a.ID || c.Version != v {
		t.Errorf("done again: version %d of %s", c.Version, c.ID)
	}
	if !h.desk.Undoable(mia, must[desk.View](t)(h.desk.SeenAs(mia, c)))[c.EventSeq] {
		t.Error("no undo is offered")
	}
	c = ok(h.desk.Undo(ctx, mia, a.ID, c.EventSeq))
	if len(c.OpenTodos(h.clock.now())) != 2 || len(h.todos(ben)) != 1 {
		t.Errorf("undone: %+v, Ben has %v", h.seen(c), h.todos(ben))
	}
	c = ok(h.desk.Undo(ctx, mia, a.ID, c.EventSeq))
	if len(c.OpenTodos(h.clock.now())) != 1 || len(h.todos(ben)) != 0 {
		t.Errorf("done after all: %+v, Ben has %v", h.seen(c), h.todos(ben))
	}
	done := c.EventSeq
	// Notes.
	first := c.AllNotes()[1]
	c = ok(h.desk.EditNote(ctx, ben, first.In, first.ID, "note 1, better"))
	if got := c.AllNotes()[1]; c.ID != a.ID || got.Text != "note 1, better" || got.Versions != 1 || got.In != b.ID {
		t.Errorf("edited: %+v", got)
	}
	if _, err := h.desk.Undo(ctx, ben, a.ID, c.EventSeq); err == nil || !strings.Contains(err.Error(), "merged into this") {
		t.Errorf("undoing an edit in the other thread: %v", err)
	}
	open := c.OpenMentions(mia)
	last := c.AllNotes()[3]
	if !open[last.ID] || !open[c.Notes[0].ID] {
		t.Errorf("open mentions %v", open)
	}
	if c = ok(h.desk.SettleMention(ctx, mia, last.In, last.ID)); c.ID != a.ID {
		t.Errorf("done with a mention: %s", c.ID)
	}
	if open := c.OpenMentions(mia); open[last.ID] || !open[c.Notes[0].ID] {
		t.Errorf("then open mentions %v", open)
	}
	c = ok(h.desk.EraseNote(ctx, mia, last.In, last.ID))
	if !c.AllNotes()[3].Erased() {
		t.Error("not deleted on the card")
	}
	ok(h.desk.AddNote(ctx, mia, a.ID, "", "of both"))
	// Tags and priority.
	ok(h.desk.RemoveTag(ctx, mia, a.ID, "second"))
	ok(h.desk.AddTag(ctx, mia, a.ID, "third"))
	ok(h.desk.SetPriority(ctx, mia, a.ID, 0, desk.Normal))
	ok(h.desk.Give(ctx, mia, a.ID, 0, desk.Give{To: mia}))
	ok(h.desk.Separate(ctx, mia, a.ID, b.ID))
	h.clock.pass(time.Minute)
	kept, own := h.record(a.ID), h.record(b.ID)
	want := [2]seen{
		{Notes: []string{"note 0 @mia false", "note 2 @mia false", "of both false"}, Count: 3, Todos: []string{"count false"}, Tags: []string{"both", "first", "third"}, Holder: mia, Mia: desk.FollowTalk},
		{Notes: []string{"note 1, better false", " false"}, Count: 2, Tags: []string{"both"}, Holder: ben, Mia: desk.FollowAll},
	}
	if d := cmp.Diff(want, [2]seen{h.seen(kept), h.seen(own)}); d != "" {
		t.Errorf("separated (-want +got):\n%s", d)
	}
	// The to-do is undone where it is now.
	if _, err := h.desk.Undo(ctx, mia, a.ID, done); err == nil || !strings.Contains(err.Error(), "separated since") {
		t.Errorf("undoing on the kept one: %v", err)
	}
	for _, ev := range slices.Backward(own.Recent) {
		if ev.Kind == desk.EventTakenBack {
			if own = ok(h.desk.Undo(ctx, mia, b.ID, ev.Seq)); len(own.OpenTodos(h.clock.now())) != 1 {
				t.Errorf("undone there: %+v", h.seen(own))
			}
			return
		}
	}
	t.Error("its own history does not say that the to-do was done")
}

// TestBroughtByTwo: what two merged threads have stays until both are out; a
// later merge puts back no holder that an earlier one gave.
func TestBroughtByTwo(t *testing.T) {
	h := newHouse(t)
	ctx, ok := t.Context(), must[conv](t)
	a, b := h.two()
	c := h.receive("", desk.Person, "Third")
	ok(h.desk.Take(ctx, mia, a.ID, 0))
	for who, id := range map[desk.Email]desk.ConversationID{ana: b.ID, ben: c.ID} {
		ok(h.desk.Take(ctx, who, id, 0))
		ok(h.desk.AddTag(ctx, who, id, "vip"))
		ok(h.desk.SetPriority(ctx, who, id, 0, desk.High))
		ok(h.desk.Follow(ctx, adam, id, desk.FollowAll))
	}
	was := h.record(a.ID)
	if got := ok(h.desk.MergeFor(ctx, mia, a.ID, b.ID, desk.HeldAsOther)); got.Assignee != ana {
		t.Errorf("held by %q, want the other's holder", got.Assignee)
	}
	h.clock.pass(time.Minute)
	if got := ok(h.desk.MergeFor(ctx, mia, a.ID, c.ID, desk.HeldByNobody)); got.Assignee != "" || !got.Queued() {
		t.Errorf("held by %q, want nobody", got.Assignee)
	}
	got := ok(h.desk.Separate(ctx, mia, a.ID, b.ID))
	if f, _ := got.Follower(adam); !got.HasTag("vip") || got.Priority != desk.High || f.Level != desk.FollowAll || got.Assignee != "" {
		t.Errorf("one is out: %v, %q, %v, held by %q; want what the other has", got.Tags, got.Priority, f, got.Assignee)
	}
	if d := asItWas(was, ok(h.desk.Separate(ctx, mia, a.ID, c.ID))); d != "" {
		t.Errorf("both are out (-before +after):\n%s", d)
	}
}

// TestTagPutBackOn: a tag that came by a merge, was taken off and put on again
// by a person stays; undone is as if nothing was.
func TestTagPutBackOn(t *testing.T) {
	h := newHouse(t)
	ctx, ok := t.Context(), must[conv](t)
	for _, undone := range []bool{false, true} {
		a, b := h.laden()
		ok(h.desk.Merge(ctx, ana, a.ID, b.ID))
		off := ok(h.desk.RemoveTag(ctx, ana, a.ID, "second"))
		low := ok(h.desk.SetPriority(ctx, ana, a.ID, 0, desk.Normal))
		if undone {
			ok(h.desk.Undo(ctx, ana, a.ID, off.EventSeq))
			ok(h.desk.Undo(ctx, ana, a.ID, low.EventSeq))
		} else {
			ok(h.desk.AddTag(ctx, ana, a.ID, "second"))
			ok(h.desk.SetPriority(ctx, ana, a.ID, 0, desk.High))
		}
		c := ok(h.desk.Separate(ctx, ana, a.ID, b.ID))
		own := h.record(b.ID)
		if c.HasTag("second") == undone || (c.Priority == desk.High) == undone || !own.HasTag("second") || own.Priority != desk.High {
			t.Errorf("undone %v: %v %q, the other %v %q", undone, c.Tags, c.Priority, own.Tags, own.Priority)
		}
	}
}

// TestTimerOfMergedThread: the time of a to-do comes on the kept one's card, and
// its person is told.
func TestTimerOfMergedThread(t *testing.T) {
	h := newHouse(t)
	h.policy(func(p *desk.Policy) { p.Mailboxes[0].Notices = desk.Notices{About: desk.DefaultAbout()} })
	ctx, ok := t.Context(), must[conv](t)
	a, b := h.laden()
	ok(h.desk.Merge(ctx, ana, a.ID, b.ID))
	h.due()
	h.clock.pass(2 * time.Hour)
	s, err := h.desk.Wake(ctx, desk.Intent{ID: b.Todos[0].Timer, Kind: desk.IntentWake, Mailbox: support, Conversation: b.ID})
	c := h.record(a.ID)
	if last := c.Recent[len(c.Recent)-1]; err != nil || s != (desk.Settlement{}) || last.Kind != desk.EventTodoDue || last.Why != "call" || last.In != b.ID {
		t.Errorf("%+v, %v; the kept one says %+v", s, err, last)
	}
	if !c.OpenTodos(h.clock.now())[0].Late(h.clock.now()) {
		t.Error("it is not late")
	}
	v := c.Version
	if _, err := h.desk.Wake(ctx, desk.Intent{ID: b.Todos[0].Timer, Conversation: b.ID}); err != nil || h.record(a.ID).Version != v {
		t.Errorf("rings twice: %v", err)
	}
	var told []string
	for _, m := range h.due() {
		if m.To[0].Email == ben {
			told = append(told, m.Subject)
		}
	}
	if d := cmp.Diff([]string{"The time of a to-do of yours in Support has come"}, told); d != "" {
		t.Errorf("Ben is told (-want +got):\n%s", d)
	}
}

// TestHolderIsTold: who held the merged one hears that he lost it, and nothing
// when it was undone before; when it stands for itself again later he hears that.
func TestHolderIsTold(t *testing.T) {
	h := newHouse(t)
	h.policy(func(p *desk.Policy) {
		p.Mailboxes[0].Notices = desk.Notices{About: []desk.About{desk.AboutGiven, desk.AboutLost}, Quiet: time.Minute}
	})
	ctx, ok := t.Context(), must[conv](t)
	a, b := h.two()
	ok(h.desk.Take(ctx, ana, a.ID, 0))
	ok(h.desk.Take(ctx, ben, b.ID, 0))
	told := func(want ...string) {
		t.Helper()
		h.clock.pass(2 * time.Minute)
		var got []string
		for _, m := range h.due() {
			got = append(got, string(m.To[0].Email)+": "+m.Subject)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("told (-want +got):\n%s", d)
		}
	}
	c := ok(h.desk.Merge(ctx, mia, a.ID, b.ID))
	ok(h.desk.Undo(ctx, mia, a.ID, c.EventSeq))
	told()
	ok(h.desk.Merge(ctx, mia, a.ID, b.ID))
	told("ben@acme.test: Mia Lindqvist merged a conversation of yours in Support into another, which Ana Silva holds")
	ok(h.desk.Separate(ctx, mia, a.ID, b.ID))
	told("ben@acme.test: Mia Lindqvist gave you a conversation in Support")
	ok(h.desk.MergeFor(ctx, mia, a.ID, b.ID, desk.HeldAsOther))
	told("ana@acme.test: Mia Lindqvist gave a conversation of yours in Support to Ben Okafor", "ben@acme.test: Mia Lindqvist gave you a conversation in Support")
}

// TestNotesOfBothArePaged: all notes of all threads come once, newest first,
// however they are spread and whatever is separated meanwhile.
func TestNotesOfBothArePaged(t *testing.T) {
	h := newHouse(t)
	ctx, ok := t.Context(), must[conv](t)
	a, b := h.two()
	c := h.receive("", desk.Person, "Third")
	var want []string
	for i := range 130 {
		id := a.ID
		if i%10 == 3 || i > 60 && i < 110 {
			id = b.ID
		} else if i == 5 || i == 128 {
			id = c.ID
		}
		h.clock.pass(time.Second)
		ok(h.desk.AddNote(ctx, ana, id, "", fmt.Sprint(i)))
		want = append(want, fmt.Sprint(i))
	}
	slices.Reverse(want)
	ok(h.desk.Merge(ctx, ana, a.ID, b.ID))
	got := ok(h.desk.Merge(ctx, ana, a.ID, c.ID))
	if n := got.AllNotes(); got.CountNotes() != 130 || n[len(n)-1].Text != "129" || n[len(n)-2].Text != "128" {
		t.Errorf("%d notes, the newest %+v", got.CountNotes(), n[len(n)-1])
	}
	for _, limit := range []int{1, 7, 25, 100} {
		var read []string
		page := desk.Page{Limit: limit}
		for pages := 0; ; pages++ {
			v, notes, next, err := h.desk.Notes(ctx, ben, b.ID, page)
			if err != nil || v.ID != a.ID || len(notes) > limit || pages > 200 {
				t.Fatalf("page %d: %d notes of %s, %v", pages, len(notes), v.ID, err)
			}
			for _, n := range notes {
				read = append(read, n.Text)
			}
			if page.After = next; next == "" {
				break
			}
		}
		if d := cmp.Diff(want, read); d != "" {
			t.Errorf("%d at a time (-want +got):\n%s", limit, d)
		}
	}
	if _, _, _, err := h.desk.Notes(ctx, ben, a.ID, desk.Page{After: "x", Limit: 5}); err == nil {
		t.Error("a page that begins nowhere")
	}
}

// TestGuestOfMerged: a guest of the kept one sees what they saw before.
func TestGuestOfMerged(t *testing.T) {
	h := newHouse(t)
	ctx, ok := t.Context(), must[conv](t)
	a, b := h.laden()
	ok(h.desk.Share(ctx, ana, a.ID, desk.Invite{To: olga, Role: desk.ShareComment}))
	before := must[desk.View](t)(h.desk.OpenID(ctx, olga, a.ID))
	ok(h.desk.Merge(ctx, ana, a.ID, b.ID))
	h.receive(b.Thread, desk.Person, "Re: Order 4711 again")
	v := must[desk.View](t)(h.desk.OpenID(ctx, olga, a.ID))
	was, is := h.seen(before.Conversation), h.seen(v.Conversation)
	was.Mia, is.Mia = "", "" // no guest's card names who follows
	if d := cmp.Diff(was, is); d != "" {
		t.Errorf("the guest sees (-before +after):\n%s", d)
	}
	_, events, _, err := h.desk.History(ctx, olga, a.ID, desk.Page{Limit: 100})
	for _, ev := range append(events, v.Recent...) {
		if ev.Kind == desk.EventMerged || ev.In != "" {
			t.Errorf("the guest's history says %+v", ev)
		}
	}
	if err != nil || len(events) == 0 {
		t.Errorf("history: %d lines, %v", len(events), err)
	}
	if _, notes, _, err := h.desk.Notes(ctx, olga, a.ID, desk.Page{Limit: 100}); err != nil || len(notes) != 2 {
		t.Errorf("the guest reads %d notes, %v", len(notes), err)
	}
	for what, err := range map[string]error{
		"a note":    func() error { _, _, err := h.desk.Note(ctx, olga, b.ID, b.Notes[0].ID); return err }(),
		"a to-do":   func() error { _, err := h.desk.DoTodo(ctx, olga, a.ID, b.Todos[0].ID); return err }(),
		"a mention": func() error { _, err := h.desk.SettleMention(ctx, olga, b.ID, b.Notes[0].ID); return err }(),
	} {
		if err == nil {
			t.Errorf("the guest gets at %s of the other thread", what)
		}
	}
}
