package firestore

import (
	"context"
	"fmt"
	"path"
	"strings"
	"testing"
	"time"

	"baton/desk"
)

// largest is how large a document may become whatever is done to a
// conversation. Firestore allows 1 MiB.
const largest = 800_000

// sizes is a store of one conversation, in memory, that measures the documents
// which every change would write. What it does not have, nobody may ask for.
type sizes struct {
	desk.Store
	plain  *Store
	record desk.Conversation
	notes  map[desk.NoteID]desk.Note
	most   map[string]int // bytes, by collection
}

func (s *sizes) Conversation(context.Context, desk.ConversationID) (desk.Conversation, error) {
	return s.record, nil
}

func (s *sizes) Note(_ context.Context, _ desk.ConversationID, id desk.NoteID) (desk.Note, error) {
	if n, ok := s.notes[id]; ok {
		return n, nil
	}
	return desk.Note{}, desk.ErrNotFound
}

func (s *sizes) Update(_ context.Context, id desk.ConversationID, fn func(*desk.Conversation) (desk.Change, error)) (desk.Conversation, error) {
	was, c := s.record, s.record
	c.ID = id
	change, err := fn(&c)
	if err != nil || change.Nothing {
		return s.record, err
	}
	c.Version++
	p := plan{store: s.plain, ref: s.plain.doc(conversations, docID(string(id)))}
	next, err := p.step(&was, &c, change)
	if err != nil {
		return desk.Conversation{}, err
	}
	next.fields["commits"] = make([]byte, remembered*nonceSize)
	s.measure(write{ref: p.ref, fields: next.fields})
	for _, w := range next.writes {
		s.measure(w)
	}
	for _, n := range change.Notes {
		s.notes[n.ID] = n
	}
	s.record = c
	return c, nil
}

// measure counts a document as Firestore does: its name, its fields' names and
// their values.
func (s *sizes) measure(w write) {
	n := 32 + len(pathOf(w.ref)) + 16
	for name, v := range w.fields {
		n += len(name) + 1 + valueSize(v)
	}
	name := path.Base(w.ref.Parent.Path)
	s.most[name] = max(s.most[name], n)
}

func valueSize(v any) (n int) {
	switch v := v.(type) {
	case string:
		return len(v) + 1
	case []byte:
		return len(v)
	case []string:
		for _, e := range v {
			n += len(e) + 1
		}
	case [][]byte:
		for _, e := range v {
			n += len(e)
		}
	default:
		return 8
	}
	return n
}

// TestDocumentsStaySmall lives through a conversation that nobody would want.
func TestDocumentsStaySmall(t *testing.T) {
	t.Setenv("FIRESTORE_EMULATOR_HOST", "127.0.0.1:1") // nothing is asked of it
	plain, err := Open(t.Context(), "sizes", Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := plain.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	const ana, bo desk.Email = "ana@example.com", "bo@example.com"
	now := noon
	s := &sizes{plain: plain, notes: map[desk.NoteID]desk.Note{}, most: map[string]int{}}
	d, err := desk.New(desk.Options{Store: s, Clock: func() time.Time { now = now.Add(time.Second); return now }}, &desk.Policy{
		Version: "p", Desk: "Acme", Zone: time.UTC, Mailboxes: []desk.MailboxPolicy{{Address: box, Members: []desk.Email{ana, bo}, FirstReply: time.Hour}},
		Members: []desk.Member{{Email: ana, Name: "Ana", Label: "Ana", Role: desk.Manager}, {Email: bo, Name: "Bo", Label: "Bo", Role: desk.Agent}},
	}, noRules{})
	if err != nil {
		t.Fatal(err)
	}
	var id desk.ConversationID
	must := func(c desk.Conversation, err error) desk.Conversation {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		id = c.ID
		return c
	}
	wide := func(n int) string { return strings.Repeat("\U0001F600", n) } // four bytes each
	for i := 0; s.record.EventSeq < 5_000; i++ {
		m := mailOf(fmt.Sprint(i), "a1")
		m.At = now
		must(d.Receive(t.Context(), m, desk.Facts{Mailbox: box, From: m.From, Verdict: m.Verdict, At: m.At}))
		must(d.Close(t.Context(), ana, id, 0))
	}
	for i := range 200 {
		m := mailOf(fmt.Sprint("wide ", i), "a1")
		m.At, m.Subject, m.From.Name, m.RFC = now, wide(1000), wide(250), desk.RFCID(wide(240))+m.RFC
		must(d.Receive(t.Context(), m, desk.Facts{Mailbox: box, From: m.From, Verdict: m.Verdict, At: m.At}))
		if i%3 == 0 {
			must(d.Give(t.Context(), ana, id, 0, desk.Give{To: bo, Why: wide(desk.MaxWhy)}))
			must(d.Close(t.Context(), ana, id, 0))
		}
	}
	for i := range 200 {
		c := must(d.Share(t.Context(), ana, id, desk.Invite{To: desk.Email(fmt.Sprintf("%s%d@example.com", wide(60), i)), Role: desk.ShareView, Why: wide(desk.MaxWhy)}))
		if i%desk.MaxShares >= 40 || i >= 40 {
			must(d.StopShare(t.Context(), ana, id, c.Shares[len(c.Shares)-1].ID))
		}
	}
	for i := range desk.MaxTags {
		must(d.AddTag(t.Context(), ana, id, fmt.Sprintf("%s%02d", wide(20), i)))
	}
	for i := range 1000 { // every fiftieth as long as it may be, for they take time
		text := "@Bo short"
		if i%50 == 0 || i >= 980 {
			text = "@Bo " + wide(desk.MaxNote-4)
		}
		c := must(d.AddNote(t.Context(), ana, id, fmt.Sprint(i), text))
		for k := range 25 {
			if i == 990 {
				must(d.EditNote(t.Context(), ana, id, c.Notes[len(c.Notes)-1].ID, fmt.Sprintf("@Bo %02d", k)+wide(desk.MaxNote-6)))
			}
		}
	}
	for i := range 2 * desk.MaxTodos {
		c := must(d.AddTodo(t.Context(), ana, id, fmt.Sprint(i), desk.Task{For: bo, Text: wide(desk.MaxTodo), Due: now.Add(time.Hour)}))
		if i >= desk.MaxTodos-1 {
			must(d.DoTodo(t.Context(), bo, id, c.Todos[0].ID))
		}
	}
	r := &s.record
	for i := range desk.MaxJoined { // as large as the threads' own records let them be
		stood := desk.Standing{Status: r.Status, Count: r.EpisodeCount, Episode: r.Episode(), Oldest: r.Episode(), Nap: &desk.Napping{By: ana, Why: wide(desk.MaxWhy)}}
		in := desk.ConversationID(fmt.Sprint(i))
		j := desk.Joined{ID: in, Subject: r.Subject, LastRFC: r.LastRFC, LastRefs: r.LastRefs, Heard: r.Heard, Stood: stood, Left: stood, NoteCount: 1000}
		for k := range 5 { // 64 KiB of notes, 20 to-dos that are not done and 200 followers in all threads together
			j.Notes = append(j.Notes, desk.Note{ID: desk.NoteID(fmt.Sprint(k)), By: bo, At: now, Text: wide(64 << 10 / 4 / 5 / desk.MaxJoined), In: in})
		}
		for k := range desk.MaxTodos {
			todo := desk.Todo{ID: desk.TodoID(strings.Repeat("t", 26)), DoneAt: now, In: in}
			if k < desk.MaxTodos/desk.MaxJoined {
				todo = desk.Todo{ID: todo.ID, For: bo, By: ana, At: now, Text: wide(desk.MaxTodo), Due: now, In: in}
			}
			j.Todos = append(j.Todos, todo)
			j.Brought.Followers = append(j.Brought.Followers, desk.Follower{Who: desk.Email(fmt.Sprintf("%s%d@example.com", wide(60), k)), Level: desk.FollowClosing, At: now, Chosen: true})
		}
		j.Brought.Tags = r.Tags
		j.Brought.Holding = &desk.Holding{Assignee: bo, Delegation: &desk.Delegation{By: ana, To: bo, At: now, Why: wide(desk.MaxWhy)}}
		r.Joined = append(r.Joined, j)
	}
	for i := range desk.MaxNotices {
		n := desk.Notice{To: desk.Email(fmt.Sprintf("%s%d@example.com", wide(60), i)), Intent: desk.IntentID(strings.Repeat("i", 26))}
		for range desk.MaxTells {
			more := make([]desk.ConversationID, desk.MaxMore)
			for k := range more {
				more[k] = id
			}
			n.Tells = append(n.Tells, desk.Telling{About: desk.AboutMentioned, By: n.To, Note: desk.NoteID(strings.Repeat("n", 26)), More: more, Count: desk.MaxMore})
		}
		r.Notices = append(r.Notices, n)
	}
	for i := range desk.MaxFollowers {
		r.Followers = append(r.Followers, desk.Follower{Who: desk.Email(fmt.Sprintf("%s%d@example.com", wide(60), i)), Level: desk.FollowClosing, Chosen: true})
	}
	for i := range desk.MaxAlike {
		r.Alike = append(r.Alike, desk.Alike{ID: desk.ConversationID(fmt.Sprint(i)), Mailbox: box, Subject: r.Subject, Why: desk.AlikeReference})
	}
	must(d.SetPriority(t.Context(), ana, id, 0, desk.High))
	if s.record.NoteCount != 1000 || len(s.record.Shares) != desk.MaxShares || len(s.record.Tags) != desk.MaxTags {
		t.Errorf("%d notes, %d shares, %d tags: not what was meant", s.record.NoteCount, len(s.record.Shares), len(s.record.Tags))
	}
	for _, name := range []string{conversations, events, notes, ledger, intents, mentions, shares} {
		t.Logf("%-14s largest document %7d bytes", name, s.most[name])
		if n := s.most[name]; n == 0 || n > largest {
			t.Errorf("%s: largest document of %d bytes, want some and at most %d", name, n, largest)
		}
	}
}

// Presences implements desk.Members: nobody ever set one.
func (*sizes) Presences(context.Context) (map[desk.Email]desk.Presence, error) { return nil, nil }
