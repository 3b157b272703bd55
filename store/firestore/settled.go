package firestore

import (
	"context"
	"slices"
	"sync"

	gcfirestore "cloud.google.com/go/firestore"
)

// settled looks after a commit of next that failed: it reads the guarded
// document, those beside it and those that were read for it again, together with
// what had to be new. moved says that one of these has changed. Facts that were there already
// become next's clash; writes that may stay away are dropped from it.
func (s *Store) settled(ctx context.Context, st state, next *step) (now state, moved, dropped bool, err error) {
	guards := append([]guarded{{st, next}}, next.beside...)
	var refs []*gcfirestore.DocumentRef
	for _, g := range guards {
		refs = append(refs, g.ref)
	}
	reads := map[int]*state{} // of writes that depend on what was read
	for _, w := range next.writes {
		if w.from != nil {
			reads[len(refs)] = w.from
			refs = append(refs, w.ref)
		}
	}
	facts := len(refs)
	var at []int
	for i, w := range next.writes {
		if w.kind == once || w.kind == unless {
			refs, at = append(refs, w.ref), append(at, i)
		}
	}
	states, err := s.getAll(ctx, refs...)
	if err != nil {
		return state{}, false, false, err
	}
	for i, g := range guards {
		moved = moved || !states[i].same(g.state)
	}
	for i, st := range reads {
		moved = moved || !states[i].same(*st)
	}
	for k, i := range slices.Backward(at) {
		if !states[facts+k].exists {
			continue
		}
		if next.writes[i].kind == once {
			next.clash = next.writes[i].taken
			continue
		}
		next.writes = slices.Delete(next.writes, i, i+1)
		dropped = true
	}
	return states[0], moved, dropped, nil
}

// atOnce bounds how many documents are changed one by one at the same time.
const atOnce = 8

// swapAll changes several guarded documents that need not change together: in
// one commit when nobody else changes any of them, else each by itself. build
// is as in swap; it gets the document's place in states, and runs on several
// goroutines, but for one document only on one at a time. It gives an error
// for each document.
func (s *Store) swapAll(ctx context.Context, states []state, build func(i int, st state) (*step, error)) []error {
	errs := make([]error, len(states))
	var steps []guarded
	var at []int
	for i, st := range states {
		next, err := build(i, st)
		errs[i] = err
		if next != nil && err == nil {
			steps, at = append(steps, guarded{st, next}), append(at, i)
		}
	}
	if len(steps) == 0 {
		return errs
	}
	n := newNonce()
	if s.commit(ctx, n, steps...) == nil {
		return errs
	}
	refs := make([]*gcfirestore.DocumentRef, len(at))
	for k, i := range at {
		refs[k] = states[i].ref
	}
	now, err := s.getAll(ctx, refs...)
	var wg sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	for k, i := range at {
		if err != nil {
			errs[i] = err
			continue
		}
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			applied, err := now[k].made(states[i].version(), n)
			if err == nil && !applied {
				err = s.swapFrom(ctx, now[k], n, func(st state) (*step, error) { return build(i, st) })
			}
			errs[i] = err
		})
	}
	wg.Wait()
	return errs
}
