package desk_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"baton/desk"
)

// picture is what the model thinks of a conversation: the little that must
// hold, worked out apart from the desk.
type picture struct {
	holder  desk.Email
	status  desk.Status
	tags    map[string]bool
	notes   int
	guests  map[desk.Email]desk.ShareID
	version int64
	events  int
	// changed tells in which version somebody last changed the holder or the
	// status, and who.
	changed map[string]mark
}

type mark struct {
	version int64
	by      desk.Email
}

// machine plays random actors against the desk and compares it with the model.
type machine struct {
	h       *house
	id      desk.ConversationID
	thread  desk.ThreadID
	want    picture
	labels  []string // wanted after the last change
	revised int64
}

var actors = []desk.Email{ana, ben, mia, adam, olga, eve}

func works(e desk.Email) bool { return e == ana || e == ben || e == mia || e == adam }

func TestDeskAgainstModel(t *testing.T) {
	h := newHouse(t)
	rapid.Check(t, func(rt *rapid.T) {
		c := h.receive("", desk.Person, "S")
		m := &machine{h: h, id: c.ID, thread: c.Thread, labels: desk.WantedLabels(acme(), &c), revised: c.LabelsRev, want: picture{
			status: desk.Open, version: 1, events: 1, tags: map[string]bool{}, guests: map[desk.Email]desk.ShareID{}, changed: map[string]mark{},
		}}
		rt.Repeat(map[string]func(*rapid.T){
			"take": m.take, "give": m.give, "letGo": m.letGo, "status": m.status, "note": m.note, "tag": m.tag,
			"share": m.share, "stop": m.stop, "receive": m.receive, "": m.check,
		})
		m.history(rt)
	})
}

func (m *machine) actor(t *rapid.T) desk.Email { return rapid.SampledFrom(actors).Draw(t, "by") }

// seen is a version that some card was drawn from: 0, old or current.
func (m *machine) seen(t *rapid.T) int64 { return rapid.Int64Range(0, m.want.version).Draw(t, "seen") }

// conflicts tells whether somebody else changed the aspect after seen.
func (m *machine) conflicts(aspect string, by desk.Email, seen int64) bool {
	c, ok := m.want.changed[aspect]
	return ok && seen != 0 && c.version > seen && c.by != by
}

// ended tells whether somebody else ended the matter after seen.
func (m *machine) ended(by desk.Email, seen int64) bool {
	return !m.want.status.Active() && m.conflicts("status", by, seen)
}

// refusal is the kind of error that a worker's action must meet, before its
// own rules: nil when none.
func (m *machine) refusal(by desk.Email) error {
	if works(by) {
		return nil
	}
	if m.want.guests[by] != "" {
		return desk.ErrForbidden
	}
	return desk.ErrNotFound
}

// held notes a change that the desk must have made, with so many events.
func (m *machine) made(aspect string, by desk.Email, events int) {
	m.want.version++
	m.want.events += events
	if aspect != "" {
		m.want.changed[aspect] = mark{m.want.version, by}
	}
}

func expect(t *rapid.T, what string, got, want error) bool {
	if !errors.Is(got, want) || want == nil && got != nil {
		t.Fatalf("%s: %v, want %v", what, got, want)
	}
	return want == nil
}

func (m *machine) take(t *rapid.T) {
	by, seen := m.actor(t), m.seen(t)
	_, err := m.h.desk.Take(context.Background(), by, m.id, seen)
	want := m.refusal(by)
	switch {
	case want != nil || m.want.holder == by:
	case m.ended(by, seen) && !m.conflicts("holder", by, seen):
		want = desk.ErrConflict
	case m.conflicts("holder", by, seen):
		want = desk.ErrConflict
		var c *desk.Conflict
		if !errors.As(err, &c) || c.By != m.want.changed["holder"].by || c.Now.Assignee != m.want.holder {
			t.Fatalf("conflict = %+v, want %s to have been first", c, m.want.changed["holder"].by)
		}
	}
	if expect(t, "take", err, want) && m.want.holder != by {
		m.want.holder = by
		m.made("holder", by, 1)
	}
}

func (m *machine) give(t *rapid.T) {
	by, seen := m.actor(t), m.seen(t)
	to := rapid.SampledFrom(actors).Draw(t, "to")
	why := fmt.Sprint("reason ", m.want.version) // never the same gift twice
	_, err := m.h.desk.Give(context.Background(), by, m.id, seen, desk.Give{To: to, Why: why})
	want := m.refusal(by)
	switch {
	case want != nil:
	case !works(to):
		want = desk.ErrInvalid
	case m.conflicts("holder", by, seen), m.ended(by, seen):
		want = desk.ErrConflict
	}
	if expect(t, "give", err, want) {
		m.want.holder = to
		m.made("holder", by, 1)
	}
}

func (m *machine) letGo(t *rapid.T) {
	by, seen := m.actor(t), m.seen(t)
	decline := rapid.Bool().Draw(t, "decline")
	var err error
	if decline {
		_, err = m.h.desk.Decline(context.Background(), by, m.id, seen, "why")
	} else {
		_, err = m.h.desk.Release(context.Background(), by, m.id, seen)
	}
	want, empty := m.refusal(by), m.want.holder == ""
	switch {
	case want != nil || empty:
	case m.conflicts("holder", by, seen):
		want = desk.ErrConflict
	case by != m.want.holder && (decline || by != mia && by != adam):
		want = desk.ErrForbidden
	}
	if expect(t, "let go", err, want) && !empty {
		m.want.holder = ""
		m.made("holder", by, 1)
	}
}

func (m *machine) status(t *rapid.T) {
	by, seen := m.actor(t), m.seen(t)
	to := rapid.SampledFrom([]desk.Status{desk.Open, desk.WaitingCustomer, desk.WaitingInternal, desk.Closed, desk.Ignored, desk.Spam}).Draw(t, "to")
	var err error
	switch to {
	case desk.Closed:
		_, err = m.h.desk.Close(context.Background(), by, m.id, seen)
	case desk.Open:
		_, err = m.h.desk.Reopen(context.Background(), by, m.id, seen)
	default:
		_, err = m.h.desk.SetStatus(context.Background(), by, m.id, seen, to)
	}
	want := m.refusal(by)
	if want == nil && m.want.status != to && (m.conflicts("status", by, seen) || !to.Active() && m.want.holder != "" && m.want.holder != by && m.conflicts("holder", by, seen)) {
		want = desk.ErrConflict
	}
	if expect(t, "status", err, want) && m.want.status != to {
		m.want.status = to
		m.made("status", by, 1)
	}
}

func (m *machine) note(t *rapid.T) {
	by := m.actor(t)
	once := fmt.Sprint(m.want.version)
	twice := rapid.IntRange(1, 2).Draw(t, "presses")
	for range twice {
		_, err := m.h.desk.AddNote(context.Background(), by, m.id, once, "a note")
		expect(t, "note", err, m.refusal(by))
	}
	if m.refusal(by) == nil {
		m.want.notes++
		m.made("", by, 1)
	}
}

func (m *machine) tag(t *rapid.T) {
	by := m.actor(t)
	tag := rapid.SampledFrom([]string{"refund", "Refund", "vip"}).Draw(t, "tag")
	key := strings.ToLower(tag)
	off := rapid.Bool().Draw(t, "off")
	var err error
	if off {
		_, err = m.h.desk.RemoveTag(context.Background(), by, m.id, tag)
	} else {
		_, err = m.h.desk.AddTag(context.Background(), by, m.id, tag)
	}
	if expect(t, "tag", err, m.refusal(by)) && m.want.tags[key] == off {
		m.want.tags[key] = !off
		m.made("", by, 1)
	}
}

func (m *machine) share(t *rapid.T) {
	by, to := m.actor(t), rapid.SampledFrom(actors).Draw(t, "to")
	c, err := m.h.desk.Share(context.Background(), by, m.id, desk.Invite{To: to, Role: desk.ShareView, Why: fmt.Sprint(m.want.version)})
	want := m.refusal(by)
	if want == nil && to != olga {
		want = desk.ErrInvalid // sees it already, or is outside
	}
	if expect(t, "share", err, want) {
		m.want.guests[to] = c.Shares[len(c.Shares)-1].ID
		m.made("", by, 1)
	}
}

func (m *machine) stop(t *rapid.T) {
	by, share := m.actor(t), m.want.guests[olga]
	if share == "" {
		t.Skip("nothing is shared")
	}
	_, err := m.h.desk.StopShare(context.Background(), by, m.id, share)
	if expect(t, "stop", err, m.refusal(by)) {
		delete(m.want.guests, olga)
		m.made("", by, 1)
	}
}

func (m *machine) receive(t *rapid.T) {
	v := rapid.SampledFrom([]desk.Verdict{desk.Person, desk.AutoReply, desk.Own}).Draw(t, "verdict")
	m.h.clock.pass(time.Minute)
	msg, facts := m.h.mail(m.thread, v, "Re: S")
	for range rapid.IntRange(1, 2).Draw(t, "deliveries") {
		if _, err := m.h.desk.Receive(context.Background(), msg, facts); err != nil {
			t.Fatalf("receive: %v", err)
		}
	}
	before := m.want.status
	switch {
	case v == desk.Person && before != desk.Spam:
		m.want.status = desk.Open
	case v == desk.Own && (before == desk.Open || before == desk.WaitingInternal):
		m.want.status = desk.WaitingCustomer
	}
	events := 1 // it wrote, or it opened again
	if v == desk.Own && m.want.status != before {
		events = 2 // the status and the answer
	}
	aspect := ""
	if v == desk.Person && before != desk.Spam {
		aspect = "status" // nobody may close over a mail that they have not seen
	}
	m.made(aspect, "", events)
}

// check compares the record with the picture after every step.
func (m *machine) check(t *rapid.T) {
	c, err := m.h.store.Conversation(context.Background(), m.id)
	if err != nil {
		t.Fatal(err)
	}
	if c.Version != m.want.version || c.EventSeq != int64(m.want.events) {
		t.Fatalf("version %d with %d events, want %d with %d", c.Version, c.EventSeq, m.want.version, m.want.events)
	}
	if c.Assignee != m.want.holder || c.Status != m.want.status || c.NoteCount != m.want.notes {
		t.Fatalf("%q holds, %s, %d notes; want %q, %s, %d", c.Assignee, c.Status, c.NoteCount, m.want.holder, m.want.status, m.want.notes)
	}
	if g := c.Delegation; (g != nil) != (c.Assignee != "") || g != nil && g.To != c.Assignee {
		t.Fatalf("delegation %+v of what %q holds", g, c.Assignee)
	}
	if live := c.ShareTo(olga, m.h.clock.now()) != nil; live != (m.want.guests[olga] != "") {
		t.Fatalf("shared with olga: %v", live)
	}
	labels := desk.WantedLabels(acme(), &c)
	if moved := !slices.Equal(labels, m.labels); moved != (c.LabelsRev > m.revised) {
		t.Fatalf("labels went from %q to %q, revision %d to %d", m.labels, labels, m.revised, c.LabelsRev)
	}
	for _, l := range labels {
		if !slices.Contains(c.Worn, l) {
			t.Fatalf("%s is wanted and not among what the thread may wear, %q", l, c.Worn)
		}
	}
	m.labels, m.revised = labels, c.LabelsRev
}

// history replays the stored events: they explain where the record stands, and
// none is lost or counted twice.
func (m *machine) history(t *rapid.T) {
	var all []desk.Event
	var page desk.Page
	for page.Limit = 7; ; {
		events, next, err := m.h.store.Events(context.Background(), m.id, page)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, events...)
		if page.After = next; next == "" {
			break
		}
	}
	slices.Reverse(all)
	var holder desk.Email
	var status desk.Status
	for i, ev := range all {
		if ev.Seq != int64(i+1) || i > 0 && ev.Version < all[i-1].Version {
			t.Fatalf("line %d of the history has number %d, version %d", i+1, ev.Seq, ev.Version)
		}
		switch ev.Kind {
		case desk.EventTaken, desk.EventGiven:
			if ev.From != string(holder) {
				t.Errorf("line %d takes it from %q, %q held it", i+1, ev.From, holder)
			}
			holder = ev.Who
		case desk.EventDeclined, desk.EventReleased:
			holder = ""
		case desk.EventOpened, desk.EventStatus, desk.EventReopened:
			status = desk.Status(ev.To)
		}
	}
	if diff := cmp.Diff([]any{m.want.events, m.want.holder, m.want.status}, []any{len(all), holder, status}); diff != "" {
		t.Errorf("the history explains another state (-record +history):\n%s", diff)
	}
}
