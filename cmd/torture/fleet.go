package main

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// fleet is the children, each in a slot of its own: who is killed is started
// again in the same slot, under the same name.
type fleet struct {
	path  string               // of the program
	vars  func(n int) []string // environment of a slot's children
	slots []*slot
}

type slot struct {
	n   int
	log *os.File

	mu     sync.Mutex
	now    *child
	frozen bool
	took   []time.Duration // from start to serving
	odd    []string        // what no child may write
}

// startIn is how long a child may take until it serves, on a busy machine.
const startIn = 30 * time.Second

// newFleet makes n slots, and no child yet.
func newFleet(path, dir string, n int, vars func(int) []string) (*fleet, error) {
	f := &fleet{path: path, vars: vars}
	for i := range n {
		log, err := logFile(filepath.Join(dir, fmt.Sprintf("child-%d.log", i)))
		if err != nil {
			return nil, errors.Join(err, f.close())
		}
		f.slots = append(f.slots, &slot{n: i, log: log})
	}
	return f, nil
}

// start puts a new child into a slot, in whose place none lives.
func (f *fleet) start(s *slot) error {
	c, err := startChild(f.path, f.vars(s.n), io.Writer(s.log))
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keep()
	s.now = c
	return nil
}

// keep notes what is to be known of the slot's child before it goes. The lock
// is held.
func (s *slot) keep() {
	if s.now == nil {
		return
	}
	select {
	case <-s.now.serving:
		s.took = append(s.took, s.now.took)
	default:
	}
	if t := s.now.odd.Load(); t != nil {
		s.odd = append(s.odd, *t)
	}
}

func (s *slot) child() *child {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

func (s *slot) freeze(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.frozen = on
}

var errNobody = errors.New("no child serves just now")

// any gives the address of any child that serves; it may be dead by the time
// it is called.
func (f *fleet) any() (string, error) {
	for _, i := range rand.Perm(len(f.slots)) {
		if c := f.slots[i].child(); c != nil && c.up() {
			return c.address, nil
		}
	}
	return "", errNobody
}

// stop asks all children to end. Errors of all are joined.
func (f *fleet) stop() error {
	errs := make([]error, len(f.slots))
	var work sync.WaitGroup
	for i, s := range f.slots {
		if c := s.child(); c != nil {
			work.Go(func() { _, errs[i] = c.term() })
		}
	}
	work.Wait()
	return errors.Join(errs...)
}

// close makes sure that no child is left.
func (f *fleet) close() error {
	var errs []error
	for _, s := range f.slots {
		if c := s.child(); c != nil {
			c.kill()
		}
		errs = append(errs, s.log.Close())
	}
	return errors.Join(errs...)
}

// startup gives the median and the longest time from start to serving.
func (f *fleet) startup() (median, longest time.Duration) {
	var all []time.Duration
	for _, s := range f.slots {
		s.mu.Lock()
		all = append(all, s.took...)
		s.mu.Unlock()
	}
	if len(all) == 0 {
		return 0, 0
	}
	slices.Sort(all)
	return all[len(all)/2], all[len(all)-1]
}

// odd gives what children wrote that none may write.
func (f *fleet) odd() []string {
	var out []string
	for _, s := range f.slots {
		s.mu.Lock()
		s.keep()
		s.now = nil
		for _, t := range s.odd {
			out = append(out, fmt.Sprintf("child %d wrote: %s", s.n, strings.ToValidUTF8(t, "?")))
		}
		s.mu.Unlock()
	}
	return out
}
