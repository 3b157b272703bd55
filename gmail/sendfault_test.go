package gmail_test

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"

	"baton/desk"
	"baton/infra/need"
)

// faults are the ways in which a call to Gmail can fail.
var faults = map[string]fault{
	"500 before":     {status: 500},
	"500 after":      {status: 500, applied: true},
	"503 after":      {status: 503, applied: true},
	"drop before":    {before: func() error { return io.ErrUnexpectedEOF }},
	"drop after":     {after: func() error { return io.ErrUnexpectedEOF }},
	"timeout before": {hang: true},
	"timeout after":  {hang: true, applied: true},
	"dial error":     {before: func() error { return &net.OpError{Op: "dial", Err: errors.New("refused")} }},
	"429":            {status: 429},
	"403 rate":       {status: 403},
	"401":            {status: 401},
	"400 before":     {status: 400},
	"400 after":      {status: 400, applied: true},
	"404 before":     {status: 404},
	"404 after":      {status: 404, applied: true},
	"killed before":  {before: func() error { panic(errKilled) }},
	"killed after":   {after: func() error { panic(errKilled) }},
}

// nth fails the nth call to Gmail.
func nth(n int, f fault) func(int, string) fault {
	return func(i int, _ string) fault {
		if i == n {
			return f
		}
		return fault{}
	}
}

func (f fault) unless(well bool) fault {
	if well {
		return fault{}
	}
	return f
}

// Every call to Gmail fails in every way, one at a time. Whatever can have been
// carried out is found out about; nothing is given up that could be done.
func TestSendNthCallFails(t *testing.T) {
	p := newPost(t, nil)
	for name, f := range faults {
		for n := 1; n <= 2; n++ {
			in := p.promise(nil)
			p.step.set(nth(n, f), nil)
			p.settle(in.ID)
			is := p.once(in)
			// Gmail finds fault with the mail, or knows no such thread.
			bad := n == 1 && (f.status == 400 || f.status == 404) || name == "400 before"
			if got := is.State == desk.IntentParked; got != bad {
				t.Errorf("call %d: %s: %s, %s", n, name, is.State, is.Reason)
			}
		}
	}
}

// After one fault of the first two calls, every later call fails in every way.
// Usually a quarter of the cases is tried, another with each run.
func TestSendTwoCallsFail(t *testing.T) {
	p := newPost(t, nil)
	parts, tried := need.Count(4, 1), rand.IntN(4)
	for first, f := range faults {
		if f.hang { // the drops do the same
			continue
		}
		for second, g := range faults {
			if g.hang {
				continue
			}
			tried++ // so that each two faults meet in other places
			for i := 1; i <= 2; i++ {
				for j := i + 1; j <= i+4; j++ {
					if tried++; tried%parts != 0 {
						continue
					}
					in := p.promise(nil)
					p.step.set(func(n int, m string) fault {
						switch n {
						case i:
							return f
						case j:
							return g
						}
						return fault{}
					}, nil)
					p.settle(in.ID)
					if p.once(in); t.Failed() {
						t.Fatalf("call %d: %s; call %d: %s", i, first, j, second)
					}
				}
			}
		}
	}
}

// Every call to the store fails, before and after it was carried out, or the
// process dies there: setting the draft is the first, settling the second.
func TestSendNthStoreCallFails(t *testing.T) {
	p := newPost(t, nil)
	down := fmt.Errorf("store: %w", desk.ErrUnavailable)
	for _, err := range []error{down, errKilled} {
		for n := 1; n <= 2; n++ {
			for _, after := range []bool{false, true} {
				in := p.promise(nil)
				p.step.set(nil, func(i int) (error, error) {
					switch {
					case i != n:
						return nil, nil
					case after:
						return nil, err
					}
					return err, nil
				})
				if is := p.settle(in.ID); is.State != desk.IntentDone {
					t.Errorf("store call %d, %v, after %v: %+v", n, err, after, is)
				}
				p.once(in)
			}
		}
	}
}

// Anything fails at any time, for many mails; then all is well again.
func TestSendRandomFaults(t *testing.T) {
	p := newPost(t, nil)
	var kinds []fault
	for _, f := range faults {
		if !f.hang {
			kinds = append(kinds, f)
		}
	}
	r := rand.New(rand.NewPCG(3, 5))
	var mu sync.Mutex
	for range 150 {
		in := p.promise(nil)
		p.step.set(func(n int, _ string) fault {
			mu.Lock()
			defer mu.Unlock()
			if n > 40 || r.IntN(3) > 0 {
				return fault{}
			}
			return kinds[r.IntN(len(kinds))]
		}, nil)
		p.settle(in.ID)
		p.once(in)
	}
}

// A mail that cannot be sent for long is taken back, so that it is certain that
// nobody gets it any more, and parked only then.
func TestSendTakenBack(t *testing.T) {
	for name, broken := range map[string]string{"create": "POST drafts", "send": "POST drafts/send"} {
		p := newPost(t, nil)
		in := p.promise(nil)
		p.step.set(func(_ int, m string) fault {
			if m == broken {
				return fault{status: 500}
			}
			return fault{}
		}, nil)
		p.settle(in.ID)
		is := p.once(in)
		if is.State != desk.IntentParked || is.Attempts < 11 || is.Mail == nil {
			t.Errorf("%s: %+v, want parked after many tries with its text kept", name, is)
		}
		p.step.set(nil, nil)
		if d := p.drafts(); len(d) != 0 {
			t.Errorf("%s: drafts %v are left that somebody could send", name, d)
		}
		// A try that slept through all this comes too late.
		old := in
		old.Draft = is.Draft
		for _, late := range []desk.Intent{in, old} {
			out, err := p.sender().Send(t.Context(), desk.ThreadID(threadOf(p, in)), late)
			if err != nil || out.State == desk.IntentDone {
				t.Errorf("%s: late try: %+v, %v", name, out, err)
			}
		}
		p.once(in)
	}
}

// While Gmail gives no answers at all nobody knows, and nothing is parked.
func TestSendNeverParkedInTheDark(t *testing.T) {
	p := newPost(t, nil)
	in := p.promise(nil)
	p.step.set(func(n int, _ string) fault {
		return fault{status: 503, applied: n <= 2}.unless(n == 1)
	}, nil)
	for range 40 {
		p.try("one")
		p.clock.pass(time.Minute)
	}
	if is := p.intent(in.ID); !is.State.Open() || is.Attempts < 13 {
		t.Fatalf("%+v, want it open", is)
	}
	p.step.set(nil, nil)
	if is := p.settle(in.ID); is.State != desk.IntentDone {
		t.Errorf("%+v, want the mail found that was sent at first", is)
	}
	p.once(in)
}
