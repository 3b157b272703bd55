package firestore

import (
	"context"
	"fmt"
	"slices"

	"baton/desk"

	gcfirestore "cloud.google.com/go/firestore"
)

// maxKnown bounds how many messages one call of Known asks about.
const maxKnown = 500

func lineID(m desk.Mailbox, id desk.MessageID) string {
	return "m~" + hash(string(m)) + "~" + docID(string(id))
}

func (s *Store) line(line desk.LedgerLine) (write, error) {
	data, err := encode("ledger line", &line)
	if err != nil {
		return write{}, err
	}
	return write{kind: once, ref: s.doc(ledger, lineID(line.Mailbox, line.Message)),
		fields: fields{"mailbox": key(line.Mailbox), "verdict": key(line.Verdict), "data": data},
		taken:  fmt.Errorf("ledger line of message %s: %w", line.Message, desk.ErrExists)}, nil
}

// Record implements desk.Ledger. The line remembers the commit that wrote it,
// so that a failure after which it is there is told from somebody else's line.
func (s *Store) Record(ctx context.Context, line desk.LedgerLine) error {
	w, err := s.line(line)
	if err != nil {
		return err
	}
	n := newNonce()
	w.fields["commit"] = []byte(n)
	failed := pause{most: afterFault}
	for {
		b := s.batch()
		w.add(b)
		_, failure := s.send(ctx, b, 1)
		if failure == nil || !reached(failure) {
			return failure
		}
		st, err := s.get(ctx, w.ref)
		switch {
		case err != nil:
			return err
		case st.exists && nonce(st.fields.bytes("commit")) == n:
			return nil
		case st.exists:
			return w.taken
		case !passing(failure) || failed.tries >= maxPassing:
			return translate(failure)
		}
		if err := failed.wait(ctx); err != nil {
			return err
		}
	}
}

// Line implements desk.Ledger.
func (s *Store) Line(ctx context.Context, m desk.Mailbox, id desk.MessageID) (desk.LedgerLine, error) {
	st, err := s.get(ctx, s.doc(ledger, lineID(m, id)))
	if err != nil {
		return desk.LedgerLine{}, err
	}
	if !st.exists {
		return desk.LedgerLine{}, missing("ledger line of message", string(id))
	}
	return value[desk.LedgerLine]("ledger line", st.fields)
}

// Known implements desk.Ledger. It asks by queries of 30 names, because a query
// that finds nothing is charged as one read, and reading 30 documents that are
// not there as 30.
func (s *Store) Known(ctx context.Context, m desk.Mailbox, ids []desk.MessageID) (map[desk.MessageID]desk.ConversationID, error) {
	if len(ids) > maxKnown {
		return nil, fmt.Errorf("%d messages asked about, at most %d at once: %w", len(ids), maxKnown, desk.ErrInvalid)
	}
	known := make(map[desk.MessageID]desk.ConversationID)
	for some := range slices.Chunk(slices.Compact(slices.Sorted(slices.Values(ids))), maxIn) {
		refs := make([]*gcfirestore.DocumentRef, len(some))
		for i, id := range some {
			refs[i] = s.doc(ledger, lineID(m, id))
		}
		states, err := s.ask(ctx, question{collection: ledger, named: refs, fields: []string{"data"}})
		if err != nil {
			return nil, err
		}
		for _, st := range states {
			line, err := value[desk.LedgerLine]("ledger line", st.fields)
			if err != nil {
				return nil, err
			}
			known[line.Message] = line.Conversation
		}
	}
	return known, ctx.Err()
}

// Verdicts implements desk.Ledger.
func (s *Store) Verdicts(ctx context.Context, m desk.Mailbox) (map[desk.Verdict]int, error) {
	return counts(ctx, s, ledger, "verdict", desk.Verdicts(), inMailbox(m)...)
}
