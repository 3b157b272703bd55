package firestore

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"baton/desk"

	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

func TestWrongAddresses(t *testing.T) {
	for _, where := range []string{"", "/", "p/", "project/(main)", "project/a/b", "Project", "projects/p/databases/d"} {
		if s, err := Open(t.Context(), where, Options{}); s != nil || !errors.Is(err, desk.ErrInvalid) {
			t.Errorf("%q: got %v, %v; want ErrInvalid", where, s, err)
		}
	}
}

// TestKeys wants ids that Firestore takes, and never one for two strings.
func TestKeys(t *testing.T) {
	long := strings.Repeat("x", 4*maxKey)
	seen := map[string]string{}
	for _, s := range []string{"", ".", "..", "...", "%", "%.", "%%.", "/", "%2F", "__a__", "%__a__", "a/b", "a%2Fb", "a b", "é", "\xff", "\x00",
		long, long + "y", "%h" + hash(long)} {
		id := docID(s)
		if other, ok := seen[id]; ok {
			t.Errorf("%q and %q are both %q", s, other, id)
		}
		seen[id] = s
		if id == "" || id == "." || id == ".." || strings.Contains(id, "/") || strings.HasPrefix(id, "__") || len(id) > 1500 {
			t.Errorf("%q: id %q is none for Firestore", s, id)
		}
	}
	if hash("a", "bc") == hash("ab", "c") || key(long) == key(long+"y") || len(key("\xff")) < 24 {
		t.Error("different strings have one key")
	}
}

// TestTooMuch wants ErrTooLarge before Firestore's own limits, whether one
// value is too large or all of them together.
func TestTooMuch(t *testing.T) {
	s := openTest(t)
	large := strings.Repeat("x", MaxValue-2000)
	for name, change := range map[string]func(c *desk.Conversation) desk.Change{
		"record": func(c *desk.Conversation) desk.Change { c.Team = large + large; return desk.Change{} },
		"row":    func(c *desk.Conversation) desk.Change { c.Subject = large; return desk.Change{} },
		"together": func(c *desk.Conversation) (ch desk.Change) {
			for i := range 11 {
				ch.Notes = append(ch.Notes, desk.Note{ID: desk.NoteID(fmt.Sprint(i)), Text: large})
			}
			return ch
		},
	} {
		_, err := s.Update(t.Context(), "c", func(c *desk.Conversation) (desk.Change, error) { return change(c), nil })
		if !errors.Is(err, desk.ErrTooLarge) {
			t.Errorf("%s: got error %.200v, want ErrTooLarge", name, err)
		}
	}
	if _, err := s.Conversation(t.Context(), "c"); !errors.Is(err, desk.ErrNotFound) {
		t.Errorf("record after all that: got %v, want ErrNotFound", err)
	}
	mustUpdate(t, s, "c", func(c *desk.Conversation) desk.Change {
		return desk.Change{Notes: []desk.Note{{ID: "just fits", Text: large}}}
	})
}

// TestNoGrowth changes a record many times: what guards it stays small.
func TestNoGrowth(t *testing.T) {
	s := openTest(t)
	for i := range remembered + 10 {
		mustUpdate(t, s, "c", func(c *desk.Conversation) desk.Change {
			c.Messages = i
			return desk.Change{}
		})
	}
	st, err := s.get(t.Context(), s.doc(conversations, "c"))
	if err != nil || len(st.fields.bytes("commits")) != remembered*nonceSize || st.version() != remembered+10 {
		t.Errorf("got %d bytes of commits in version %d, %v", len(st.fields.bytes("commits")), st.version(), err)
	}
}

// TestUnreachable wants an answer within the time for a call.
func TestUnreachable(t *testing.T) {
	conn, err := grpc.NewClient("127.0.0.1:1", grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), "nobody", Options{CallTimeout: 100 * time.Millisecond, Client: []option.ClientOption{option.WithGRPCConn(conn)}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Update(t.Context(), "c", func(*desk.Conversation) (desk.Change, error) { return desk.Change{}, nil })
	_, _, listed := s.List(t.Context(), desk.Query{List: desk.ListQueue, Mailboxes: []desk.Mailbox{box}}, desk.Page{Limit: 1})
	_, counted := s.Verdicts(t.Context(), box)
	for what, err := range map[string]error{"update": err, "list": listed, "count": counted, "ping": s.Ping(t.Context()),
		"check": s.Check(t.Context()), "put": s.SetPresence(t.Context(), desk.Presence{Member: "ana@example.com"})} {
		if !errors.Is(err, desk.ErrUnavailable) {
			t.Errorf("%s: got error %v, want ErrUnavailable", what, err)
		}
	}
	if s.Alone() {
		t.Error("says that no other process can have the database open")
	}
	if err := s.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if err := s.Ping(t.Context()); !errors.Is(err, desk.ErrUnavailable) || !strings.Contains(err.Error(), "closed") {
		t.Errorf("ping after closing: got %v", err)
	}
}

// TestCloseWaits closes a store while one of its calls is under way.
func TestCloseWaits(t *testing.T) {
	where := project()
	under, release := make(chan struct{}), make(chan struct{})
	f := &fault{times: 1, instead: func(ctx context.Context, commit func(context.Context) error) error {
		close(under)
		<-release
		return commit(ctx)
	}}
	s := openAt(t, where, Options{}, f.dial())
	done := make(chan error, 1)
	go func() {
		done <- s.put(t.Context(), write{ref: s.doc(settings, "x"), fields: fields{"a": "b"}})
	}()
	<-under
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Close(gone); !errors.Is(err, context.Canceled) {
		t.Errorf("close that may not wait: got %v", err)
	}
	close(release)
	if err := errors.Join(<-done, s.Close(t.Context())); err != nil {
		t.Error(err)
	}
}
