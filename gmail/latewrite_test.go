package gmail_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
)

// lateGmail is Gmail over a slow way: a change of labels is under way for as
// long as the shop says, and arrives although its process was killed meanwhile.
type lateGmail struct {
	*shop
	next http.RoundTripper
	dead chan struct{} // closed when the process is killed
}

// RoundTrip implements http.RoundTripper.
func (g lateGmail) RoundTrip(r *http.Request) (*http.Response, error) {
	way := time.Duration(g.way.Load())
	if way == 0 || !strings.HasSuffix(r.URL.Path, "/modify") {
		select {
		case <-g.dead:
			return nil, io.ErrUnexpectedEOF
		default:
			return g.next.RoundTrip(r)
		}
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	late := r.Clone(context.WithoutCancel(r.Context()))
	late.Body = io.NopCloser(bytes.NewReader(body))
	type answer struct {
		res *http.Response
		err error
	}
	answered := make(chan answer, 1)
	g.underway.Go(func() {
		time.Sleep(way) // the bubble's time
		res, err := g.next.RoundTrip(late)
		answered <- answer{res, err}
	})
	select {
	case a := <-answered:
		return a.res, a.err
	case <-g.dead:
		return nil, io.ErrUnexpectedEOF
	}
}

// kill ends the process; what it sent arrives all the same.
func (s *shop) kill() {
	close(s.dead)
	s.stop()
}

// A process is killed while its change of labels is under way. It arrives after
// the next process wrote what somebody decided since, and is no command.
func TestLateWriteOfADeadProcess(t *testing.T) {
	inShop(t, func(t *testing.T, s *shop) {
		d := s.deliver("one")
		pass(time.Minute)
		id := s.record(d).ID
		s.way.Store(int64(4 * time.Second))
		if _, err := s.desk.Close(t.Context(), "ana@acme.test", id, 0); err != nil {
			t.Fatal(err)
		}
		pass(100 * time.Millisecond)
		s.kill()
		s.way.Store(0)
		s.start()
		if _, err := s.desk.Reopen(t.Context(), "ben@acme.test", id, 0); err != nil {
			t.Fatal(err)
		}
		pass(500 * time.Millisecond)
		if got := s.worn(d.ID); !cmp.Equal(got, []string{"Baton/Status/Open"}) {
			t.Fatalf("wears %q before the late change arrives", got)
		}
		pass(10 * time.Minute)
		c := s.record(d)
		if c.Status != desk.Open || c.Refusal != nil || c.Recent[len(c.Recent)-1].Via != "" {
			t.Errorf("it is %s: %s", c.Status, lines(c))
		}
		if diff := cmp.Diff([]string{"Baton/Status/Open"}, s.worn(d.ID)); diff != "" {
			t.Error(diff)
		}
	})
}
