package firestore

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"baton/desk"

	gcfirestore "cloud.google.com/go/firestore"
)

// A guarded document is changed by compare-and-set on its update time. It
// counts its versions in the field v, and remembers in the field commits which
// commit made each of the last ones. An error from a commit does not say
// whether it was applied; that field does, also when others have changed the
// document since.

// state is a document as it was read.
type state struct {
	ref     *gcfirestore.DocumentRef
	exists  bool
	updated time.Time
	fields  fields
}

func (st state) version() int64 { return st.fields.number("v") }

func (st state) same(other state) bool {
	return st.exists == other.exists && st.updated.Equal(other.updated)
}

// nonce names one commit, at random.
type nonce string

const (
	nonceSize = 8
	// remembered is how many commits a document knows: 512 bytes. To be
	// forgotten, a commit must be followed by as many others within the second
	// or so that it takes to look after it.
	remembered = 64
)

func newNonce() nonce {
	var b [nonceSize]byte
	rand.Read(b[:])
	return nonce(b[:])
}

// sign gives the fields of the next version, made by commit n.
func (st state) sign(n nonce) fields {
	past := st.fields.bytes("commits")
	past = past[:min(len(past), (remembered-1)*nonceSize)]
	return fields{"v": st.version() + 1, "commits": append([]byte(n), past...)}
}

// made tells whether commit n made one of the versions after base. When the
// document has forgotten, the error says so.
func (st state) made(base int64, n nonce) (bool, error) {
	past := st.fields.bytes("commits")
	since := st.version() - base
	for ; since > 0; since-- {
		if len(past) < nonceSize {
			return false, fmt.Errorf("%w: a commit failed, and so many followed that it is unknown whether it was applied: look before trying again", desk.ErrUnavailable)
		}
		if nonce(past[:nonceSize]) == n {
			return true, nil
		}
		past = past[nonceSize:]
	}
	return false, nil
}

// maxPassing is how often one commit is sent again after failures that pass.
const maxPassing = 5

// swap changes a guarded document: build sees it as it stands, and gives what
// to write, or nil for nothing. It may run more than once; the run before a
// success is the one that was committed.
func (s *Store) swap(ctx context.Context, ref *gcfirestore.DocumentRef, build func(st state) (*step, error)) error {
	st, err := s.get(ctx, ref)
	if err != nil {
		return err
	}
	return s.swapFrom(ctx, st, newNonce(), build)
}

// swapFrom is swap for a document that was read. Commit n may have been tried
// on this version of it.
//
// After a failure the document is read again. Has n made a version since, the
// commit was applied. Has somebody else changed the document or one beside it,
// then the commit was not applied and never will be, because its precondition is
// broken: build runs on what is there now. Has nobody, the same commit is sent again, so it
// does no harm if the first arrives late.
func (s *Store) swapFrom(ctx context.Context, st state, n nonce, build func(st state) (*step, error)) error {
	lost := pause{most: afterLoss}
	for {
		next, err := build(st)
		if err != nil || next == nil {
			return err
		}
		failed := pause{most: afterFault}
		for {
			failure := s.commit(ctx, n, guarded{st, next})
			if failure == nil || !reached(failure) {
				return failure
			}
			now, moved, dropped, err := s.settled(ctx, st, next)
			if err != nil {
				return err
			}
			if applied, err := now.made(st.version(), n); applied || err != nil {
				return err
			}
			if next.clash != nil {
				return next.clash
			}
			if moved {
				st = now
				break
			}
			if dropped {
				continue
			}
			if !passing(failure) || failed.tries >= maxPassing {
				return translate(failure)
			}
			if err := failed.wait(ctx); err != nil {
				return err
			}
		}
		if err := lost.wait(ctx); err != nil {
			return err
		}
	}
}
