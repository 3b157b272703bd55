package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"baton/desk"
	"baton/store/storetest"
)

// with opens a store for a while.
func with(t testing.TB, address string, f func(s movable)) {
	t.Helper()
	s, err := open(t.Context(), address, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(context.Background()); err != nil {
			t.Errorf("close %s: %v", address, err)
		}
	}()
	f(s)
}

// worked gives the address of a store in which people worked.
func worked(t testing.TB, kind string, conversations int) (string, *storetest.Filled) {
	t.Helper()
	address := places[kind](t)
	var filled *storetest.Filled
	with(t, address, func(s movable) { filled = storetest.Work(t, s, conversations) })
	return address, filled
}

func answers(t testing.TB, address string, f *storetest.Filled) (all map[string]any) {
	t.Helper()
	with(t, address, func(s movable) { all = f.Answers(t, s) })
	return all
}

func mustCopy(t testing.TB, from, to string) Copied {
	t.Helper()
	done, err := Copy(t.Context(), from, to, CopyOptions{})
	if err != nil {
		t.Fatalf("copy %s to %s: %v", from, to, err)
	}
	return done
}

// sums gives the checksums of what a copy read from the store that was copied.
func sums(done Copied) map[string]CopySum {
	all := map[string]CopySum{}
	for _, k := range done.Kinds {
		all[k.Kind] = k.From
	}
	return all
}

var directions = [][2]string{{"sqlite", "sqlite"}, {"sqlite", "firestore"}, {"firestore", "sqlite"}, {"firestore", "firestore"}}

// TestCopy copies a desk's work in every direction; the copy gives the same
// answers, and goes on as the first would.
func TestCopy(t *testing.T) {
	for _, d := range directions {
		t.Run(d[0]+" to "+d[1], func(t *testing.T) {
			from, filled := worked(t, d[0], 15)
			to := places[d[1]](t)
			done := mustCopy(t, from, to)
			for _, k := range done.Kinds {
				if !k.Equal || k.From.Count == 0 {
					t.Errorf("%s: %+v and %+v, want the same and some", k.Kind, k.From, k.To)
				}
			}
			if d := cmp.Diff(answers(t, from, filled), answers(t, to, filled)); d != "" {
				t.Errorf("answers (-first +copy):\n%s", d)
			}
			for _, address := range []string{from, to} {
				with(t, address, func(s movable) { goOn(t, s) })
			}
			if d := cmp.Diff(answers(t, from, filled), answers(t, to, filled)); d != "" {
				t.Errorf("answers after more work (-first +copy):\n%s", d)
			}
		})
	}
}

// goOn works in a store that somebody else has begun.
func goOn(t *testing.T, s desk.Store) {
	t.Helper()
	ctx := t.Context()
	at := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	rows, _, err := s.List(ctx, desk.Query{List: desk.ListQueue, Mailboxes: []desk.Mailbox{"support@example.com", "sales@example.com"}}, desk.Page{Limit: 1})
	if err != nil || len(rows) != 1 {
		t.Fatalf("queue: %v, %v", rows, err)
	}
	c, err := s.Update(ctx, rows[0].ID, func(c *desk.Conversation) (desk.Change, error) {
		c.EventSeq++
		c.Status, c.Shares = desk.Closed, nil
		return desk.Change{Events: []desk.Event{{Seq: c.EventSeq, At: at}}}, nil
	})
	if err != nil || c.Version < 2 {
		t.Errorf("update: version %d, %v", c.Version, err)
	}
	claimed, err := s.Claim(ctx, "new", at, at.Add(time.Minute), 100)
	if err != nil || len(claimed) == 0 {
		t.Errorf("claim: %d, %v", len(claimed), err)
	}
	var all []desk.Settlement
	for _, in := range claimed {
		all = append(all, desk.Settlement{ID: in.ID, Holder: "new", State: desk.IntentDone, LabelsRev: 1 << 50})
	}
	_, err = s.Settle(ctx, all)
	grant, err2 := s.SetGrant(ctx, desk.Grant{Mailbox: "old@example.com", At: at})
	lease, err3 := s.Acquire(ctx, "sync:support@example.com", "new", at, at.Add(time.Minute))
	if err := errors.Join(err, err2, err3); err != nil || grant.Rev != 4 || lease.Fence != 4 {
		t.Errorf("grant's rev %d, lease's fence %d, %v; want 4 and 4", grant.Rev, lease.Fence, err)
	}
	err = s.Record(ctx, desk.LedgerLine{Mailbox: "sales@example.com", Message: "gone"})
	if !errors.Is(err, desk.ErrExists) {
		t.Errorf("a line that is there: got %v, want ErrExists", err)
	}
	if err := s.SavePolicy(ctx, desk.PolicyText{Version: "p4", At: at}); err != nil {
		t.Error(err)
	}
}

// TestCopyRound wants the same entries after a journey there and back.
func TestCopyRound(t *testing.T) {
	from, filled := worked(t, "sqlite", 30)
	there, back := places["firestore"](t), places["sqlite"](t)
	first := mustCopy(t, from, there)
	second := mustCopy(t, there, back)
	if d := cmp.Diff(sums(first), sums(second)); d != "" {
		t.Errorf("entries (-first +back again):\n%s", d)
	}
	if d := cmp.Diff(answers(t, from, filled), answers(t, back, filled)); d != "" {
		t.Errorf("answers (-first +back again):\n%s", d)
	}
}

// TestCopyDrawn copies what no desk would write, to the other kind and back.
func TestCopyDrawn(t *testing.T) {
	for _, d := range directions[1:3] {
		t.Run(d[0]+" to "+d[1], func(t *testing.T) {
			places[d[1]](t)
			rapid.Check(t, func(r *rapid.T) {
				dir, err := os.MkdirTemp(t.TempDir(), "")
				if err != nil {
					r.Fatal(err)
				}
				place := func(kind, name string) string {
					if kind == "sqlite" {
						return "sqlite:" + filepath.Join(dir, name)
					}
					return places[kind](t)
				}
				from, to := place(d[0], "from.db"), place(d[1], "to.db")
				var filled *storetest.Filled
				with(t, from, func(s movable) { filled = storetest.Draw(t, r, s) })
				if _, err := Copy(t.Context(), from, to, CopyOptions{}); err != nil {
					r.Fatalf("copy: %v", err)
				}
				if d := cmp.Diff(answers(t, from, filled), answers(t, to, filled), cmpopts.EquateEmpty()); d != "" {
					r.Errorf("answers (-first +copy):\n%s", d)
				}
			})
		})
	}
}

// TestCopyRefuses wants that nothing is spoilt.
func TestCopyRefuses(t *testing.T) {
	from, _ := worked(t, "sqlite", 4)
	other, _ := worked(t, "sqlite", 2)
	half := places["sqlite"](t)
	stopped := errors.New("stopped")
	_, err := copyUntil(t.Context(), from, half, 3, stopped)
	if !errors.Is(err, stopped) {
		t.Fatalf("copy to be interrupted: %v", err)
	}
	with(t, half, func(s movable) {
		err := s.SavePolicy(t.Context(), desk.PolicyText{Version: "x"})
		if !errors.Is(err, desk.ErrUnavailable) || !strings.Contains(err.Error(), "store copy") {
			t.Errorf("a server that starts on half a store: got %v, want ErrUnavailable", err)
		}
	})
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(strings.TrimPrefix(from, "sqlite:"), link); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		from, to string
		want     error
		text     string
	}{
		"no address":       {"baton.db", other, desk.ErrInvalid, "known are"},
		"the same":         {from, from, desk.ErrInvalid, "itself"},
		"the same by link": {from, "sqlite:" + link, desk.ErrInvalid, "itself"},
		"the same by name": {"firestore:acme-desk", "firestore:acme-desk/(default)", desk.ErrInvalid, "itself"},
		"no such file":     {places["sqlite"](t), other, desk.ErrInvalid, "no such file"},
		"not empty":        {from, other, desk.ErrConflict, "name an empty store"},
		"of another copy":  {other, half, desk.ErrConflict, "unfinished copy of"},
		"from half a copy": {half, places["sqlite"](t), desk.ErrUnavailable, "not finished"},
	} {
		_, err := Copy(t.Context(), c.from, c.to, CopyOptions{})
		if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: got %v, want %v that says %q", name, err, c.want, c.text)
		}
	}
	with(t, from, func(movable) {
		if _, err := Copy(t.Context(), from, places["sqlite"](t), CopyOptions{}); !errors.Is(err, desk.ErrUnavailable) {
			t.Errorf("a file that is open elsewhere: got %v, want ErrUnavailable", err)
		}
	})
	if done := mustCopy(t, from, half); !done.Resumed || !done.Equal {
		t.Errorf("the same copy once more: got %+v, want one that was resumed", done)
	}
	with(t, half, func(s movable) {
		if err := s.SavePolicy(t.Context(), desk.PolicyText{Version: "p2"}); err != nil {
			t.Errorf("a server that starts on the finished copy: %v", err)
		}
	})
	if done := mustCopy(t, from, half); !done.Already || !done.Equal {
		t.Errorf("a finished copy once more: got %+v, want one that was there already", done)
	}
}

// TestCopyUnequal changes the first store between two runs of one copy.
func TestCopyUnequal(t *testing.T) {
	from, _ := worked(t, "sqlite", 4)
	to := places["sqlite"](t)
	stopped := errors.New("stopped")
	if _, err := copyUntil(t.Context(), from, to, 13, stopped); !errors.Is(err, stopped) {
		t.Fatal(err)
	}
	with(t, from, func(s movable) {
		if err := s.SetPresence(t.Context(), desk.Presence{Member: "ana@example.com", Availability: desk.Busy}); err != nil {
			t.Fatal(err)
		}
	})
	for range 2 {
		done, err := Copy(t.Context(), from, to, CopyOptions{})
		if !errors.Is(err, ErrUnequal) || !strings.Contains(err.Error(), "presences (4 there, 4 here)") || done.Equal {
			t.Errorf("got %+v, %v; want ErrUnequal that names presences", done, err)
		}
	}
	with(t, to, func(s movable) {
		if err := s.SavePolicy(t.Context(), desk.PolicyText{Version: "x"}); !errors.Is(err, desk.ErrUnavailable) {
			t.Errorf("a server that starts on a wrong copy: got %v", err)
		}
	})
}

// TestCopyServed leaves a database alone that a process serves.
func TestCopyServed(t *testing.T) {
	from, _ := worked(t, "firestore", 2)
	lease := func(address string, until time.Duration) {
		with(t, address, func(s movable) {
			if _, err := s.Acquire(t.Context(), "sync:x@example.com", "p", time.Now(), time.Now().Add(until)); err != nil {
				t.Fatal(err)
			}
		})
	}
	lease(from, time.Hour)
	_, err := Copy(t.Context(), from, places["sqlite"](t), CopyOptions{})
	if !errors.Is(err, desk.ErrHeld) || !strings.Contains(err.Error(), "sync:x@example.com") {
		t.Errorf("a database that is served: got %v, want ErrHeld that names the lease", err)
	}
	lease(from, -time.Hour)
	to := places["sqlite"](t)
	_, err = Copy(t.Context(), from, to, CopyOptions{Progress: func(s CopyStep) {
		if s.Verifying && s.Kind == "settings" && s.Ended {
			lease(from, time.Hour)
		}
	}})
	if !errors.Is(err, desk.ErrHeld) {
		t.Errorf("a server that starts while it is copied: got %v, want ErrHeld", err)
	}
}
