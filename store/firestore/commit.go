package firestore

//lint:file-ignore SA1019 The client's documentation prefers transactions to its
// batches. They cost one exchange more and, under contention, locks; its bulk
// writer is not atomic.

import (
	"context"
	"fmt"

	"baton/desk"

	gcfirestore "cloud.google.com/go/firestore"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// step is what one commit does to a guarded document, and what it brings with
// it.
type step struct {
	fields fields // of the guarded document; nil takes a field away
	writes []write
	clash  error     // a fact that must be new was there already
	beside []guarded // other guarded documents that change with it
}

// write is one document that a commit writes beside the guarded one.
type write struct {
	ref    *gcfirestore.DocumentRef
	kind   kind
	fields fields
	taken  error // for once: what it means that the document is there already
	// from is the document as it was read, for whole and gone: another one by now
	// fails the commit. nil = whatever is there.
	from *state
}

// kind says how a document is written.
type kind int

const (
	whole  kind = iota // whatever was there
	fresh              // new, which the guarded document's version sees to
	once               // new, or the whole commit fails with the error taken
	unless             // new; one that is there stays as it is
	gone               // taken away
)

// guarded is a step from a state.
type guarded struct {
	state
	step *step
}

// commit applies steps together or not at all, all signed by n.
func (s *Store) commit(ctx context.Context, n nonce, steps ...guarded) error {
	b, size := s.batch(), 0
	for _, g := range steps[:len(steps):len(steps)] {
		steps = append(steps, g.step.beside...)
	}
	var wrote []write
	for _, g := range steps {
		all := g.sign(n)
		for name, v := range g.step.fields {
			all[name] = v
		}
		size += all.size()
		if g.exists {
			b.Update(g.ref, all.updates(), gcfirestore.LastUpdateTime(g.updated))
		} else {
			b.Create(g.ref, all.present())
		}
		wrote = append(append(wrote, write{ref: g.ref, fields: all}), g.step.writes...)
		for _, w := range g.step.writes {
			size += w.fields.size()
			w.add(b)
		}
	}
	if size > maxCommit {
		return fmt.Errorf("change of %d bytes, at most %d can be stored together: %w", size, maxCommit, desk.ErrTooLarge)
	}
	results, err := s.send(ctx, b, len(wrote))
	for i, r := range results {
		s.held.note(wrote[i].ref, wrote[i].fields, r.UpdateTime)
	}
	return err
}

// batch gives an empty atomic commit.
func (s *Store) batch() *gcfirestore.WriteBatch { return s.client.Batch() }

func (w write) add(b *gcfirestore.WriteBatch) {
	switch {
	case w.from == nil:
	case w.kind == gone && !w.from.exists:
		b.Delete(w.ref) // there was none; Firestore has no condition for that
		return
	case w.kind == gone:
		b.Delete(w.ref, gcfirestore.LastUpdateTime(w.from.updated))
		return
	case !w.from.exists:
		b.Create(w.ref, w.fields.present())
		return
	default:
		b.Update(w.ref, w.fields.updates(), gcfirestore.LastUpdateTime(w.from.updated))
		return
	}
	switch w.kind {
	case whole:
		b.Set(w.ref, w.fields.present())
	case gone:
		b.Delete(w.ref)
	default:
		b.Create(w.ref, w.fields.present())
	}
}

// send gives a result for each write of a commit that was applied.
func (s *Store) send(ctx context.Context, b *gcfirestore.WriteBatch, count int) (results []*gcfirestore.WriteResult, err error) {
	err = s.call(ctx, func(ctx context.Context) (err error) {
		results, err = b.Commit(ctx)
		return err
	})
	if err == nil {
		s.commits.Add(1)
		s.writes.Add(uint64(count))
		s.failing.Store(false)
	} else if passing(err) && ctx.Err() == nil && status.Code(err) != codes.Aborted {
		if !s.failing.Swap(true) {
			s.log.Warn("a commit to Firestore failed and is looked after", "code", status.Code(err).String())
		}
	}
	return results, err
}

// put writes documents whole, whatever was there, so that doing it twice does
// no harm.
func (s *Store) put(ctx context.Context, writes ...write) error {
	failed := pause{most: afterFault}
	for {
		b := s.batch()
		for _, w := range writes {
			w.add(b)
		}
		_, err := s.send(ctx, b, len(writes))
		if err == nil || !passing(err) || failed.tries >= maxPassing {
			return translate(err)
		}
		if err := failed.wait(ctx); err != nil {
			return err
		}
	}
}

func (f fields) size() (n int) {
	for _, v := range f {
		if b, ok := v.([]byte); ok {
			n += len(b)
		}
	}
	return n
}

// present gives the fields that are not taken away.
func (f fields) present() map[string]any {
	out := make(map[string]any, len(f))
	for name, v := range f {
		if v != nil {
			out[name] = v
		}
	}
	return out
}

func (f fields) updates() []gcfirestore.Update {
	out := make([]gcfirestore.Update, 0, len(f))
	for name, v := range f {
		if v == nil {
			v = gcfirestore.Delete
		}
		out = append(out, gcfirestore.Update{Path: name, Value: v})
	}
	return out
}
