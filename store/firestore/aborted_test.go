package firestore

import (
	"errors"
	"fmt"
	"testing"

	"baton/desk"

	"google.golang.org/grpc/codes"
)

// TestAbortedOften answers commits with ABORTED some times in a row: up to five
// times nobody notices; when it does not stop, callers get an error, and
// nothing is lost or done by half.
func TestAbortedOften(t *testing.T) {
	for _, e := range effects {
		for _, times := range []int64{1, 2, 3, 4, 5, 1 << 40} {
			t.Run(fmt.Sprintf("%s/%d", e.name, times), func(t *testing.T) {
				t.Parallel()
				where := project()
				if s := openAt(t, where, Options{}); e.setUp != nil {
					e.setUp(t, s)
				}
				f := &fault{code: codes.Aborted, times: times}
				s := openAt(t, where, Options{}, f.dial())
				err, made := e.do(t.Context(), s), e.count(t, openAt(t, where, Options{}))
				if times <= maxPassing {
					if err != nil || made != 1 || f.seen.Load() <= times {
						t.Errorf("%d times aborted: %v, made %d times by %d commits; want once", times, err, made, f.seen.Load())
					}
					return
				}
				if !errors.Is(err, desk.ErrUnavailable) || made != 0 {
					t.Errorf("aborted for ever: %v, made %d times; want ErrUnavailable, never", err, made)
				}
				f.times = 0
				if err := e.do(t.Context(), s); err != nil || e.count(t, s) != 1 {
					t.Errorf("afterwards: %v, want it made once", err)
				}
			})
		}
	}
}

// TestRunTwice has another process change the record while a function that
// changes it runs: it runs again on what is there now, and only what the last
// run made is kept.
func TestRunTwice(t *testing.T) {
	where := project()
	s, other := openAt(t, where, Options{}), openAt(t, where, Options{})
	mustUpdate(t, s, "c", arrive("m0"))
	runs := 0
	_, err := s.Update(t.Context(), "c", func(c *desk.Conversation) (desk.Change, error) {
		if runs++; runs == 1 {
			mustUpdate(t, other, "c", arrive("m1"))
		}
		change := arrive("m2")(c)
		change.Notes = []desk.Note{{ID: desk.NoteID(fmt.Sprint("run ", runs)), Text: fmt.Sprint(c.Messages)}}
		return change, nil
	})
	if err != nil || runs != 2 {
		t.Errorf("ran %d times, %v; want twice", runs, err)
	}
	if got := messages(t, s); got != 3 {
		t.Errorf("%d messages, want 3", got)
	}
	notes, _, err := s.Notes(t.Context(), "c", desk.Page{Limit: 10})
	if err != nil || len(notes) != 1 || notes[0].ID != "run 2" || notes[0].Text != "3" {
		t.Errorf("notes: %v, %v; want that of the second run alone", notes, err)
	}
}
