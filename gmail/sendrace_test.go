package gmail_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"baton/desk"
	"baton/gmail/gmailsim"
)

// held stops a worker at one of its steps until it is let go.
type held struct {
	reached, leave chan struct{}
}

func newHeld() *held { return &held{make(chan struct{}), make(chan struct{})} }

func (h *held) stop() error {
	close(h.reached)
	<-h.leave
	return nil
}

// places are all the points at which a worker can be stopped: before and after
// making the draft, setting it, sending it, and before settling.
var places = map[string]func(s *step, stop func() error){
	"before create": func(s *step, stop func() error) { s.set(nth(1, fault{before: stop}), nil) },
	"after create":  func(s *step, stop func() error) { s.set(nth(1, fault{after: lost(stop)}), nil) },
	"before set": func(s *step, stop func() error) {
		s.set(nil, func(n int) (error, error) {
			if n == 1 {
				_ = stop()
			}
			return nil, nil
		})
	},
	"before send": func(s *step, stop func() error) { s.set(nth(2, fault{before: stop}), nil) },
	"after send":  func(s *step, stop func() error) { s.set(nth(2, fault{after: lost(stop)}), nil) },
	"before settling": func(s *step, stop func() error) {
		s.set(nil, func(n int) (error, error) {
			if n == 2 {
				_ = stop()
			}
			return nil, nil
		})
	},
}

var errLost = errors.New("the answer was lost")

// lost has the answer lost after the stop, as with a process that slept so long.
func lost(stop func() error) func() error {
	return func() error { _ = stop(); return errLost }
}

// One worker is stopped anywhere for longer than its claim lives; another takes
// the mail over and ends, dies, or loses an answer anywhere; then the first goes
// on, and a third finishes. Whatever the order, the mail leaves once.
func TestSendTwoWorkersStoppedAnywhere(t *testing.T) {
	p := newPost(t, func(o *gmailsim.Options) { o.RewriteMessageID = true; o.SearchLag = 20 * time.Second })
	fates := map[string]fault{"well": {}, "killed before": faults["killed before"], "killed after": faults["killed after"],
		"500 after": faults["500 after"], "404 before": faults["404 before"]}
	for place, at := range places {
		for name, fate := range fates {
			for n := 1; n <= 4; n++ {
				in := p.promise(nil)
				a, b, h := p.another(10*time.Second), p.another(10*time.Second), newHeld()
				at(a.step, h.stop)
				var wg sync.WaitGroup
				wg.Go(func() { a.try("a") })
				<-h.reached
				p.clock.pass(2 * time.Minute)
				b.step.set(nth(n, fate), nil)
				b.try("b")
				close(h.leave)
				wg.Wait()
				is := p.settle(in.ID)
				noThread := n == 1 && name == "404 before" // is what making a draft is told then
				if p.once(in); is.State != desk.IntentDone && !noThread || t.Failed() {
					t.Fatalf("a stopped %s, b %s at %d: %+v", place, name, n, is)
				}
			}
		}
	}
}

// Two workers and more are forced onto the same mails at the same time, while
// anything fails: claims are handed out as if all had run out.
func TestSendManyWorkersAtOnce(t *testing.T) {
	p := newPost(t, func(o *gmailsim.Options) { o.RewriteMessageID = true })
	var ws []*worker
	for range 4 {
		ws = append(ws, p.another(5*time.Second))
	}
	for i := range 60 {
		in := p.promise(nil)
		var wg sync.WaitGroup
		for k, w := range ws {
			w.step.set(nth(1+(i+k)%5, faults[[]string{"500 after", "drop before", "killed after", "killed before", "404 before"}[(i+2*k)%5]]), nil)
			wg.Go(func() {
				w.perform(context.Background(), fmt.Sprint("w", k), in) // none of them holds the claim
			})
		}
		wg.Wait()
		if is := p.settle(in.ID); is.State != desk.IntentDone {
			t.Errorf("%+v, want done", is)
		}
		if p.once(in); t.Failed() {
			t.Fatalf("mail %d", i)
		}
	}
}

// While one worker takes a mail back, another that slept is about to draft or
// send it: the mail is parked and does not leave, or it left and is done.
func TestSendTakenBackWhileAnotherSends(t *testing.T) {
	p := newPost(t, nil)
	for place, at := range places {
		in := p.promise(nil)
		a, b, h := p.another(10*time.Second), p.another(10*time.Second), newHeld()
		at(a.step, h.stop)
		var wg sync.WaitGroup
		wg.Go(func() { a.try("a") })
		<-h.reached
		p.clock.pass(2 * time.Minute)
		// b has no luck with Gmail until it gives the mail up.
		b.step.set(func(_ int, m string) fault {
			if m == "POST drafts" || m == "POST drafts/send" {
				return fault{status: 503}
			}
			return fault{}
		}, nil)
		for range 40 {
			if p.intent(in.ID).State.Open() && b.try("b") == 0 {
				p.clock.pass(31 * time.Second)
			}
		}
		if p.intent(in.ID).State.Open() {
			t.Fatalf("%s: not given up", place)
		}
		close(h.leave)
		wg.Wait()
		p.once(in)
	}
}
