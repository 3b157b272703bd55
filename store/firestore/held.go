package firestore

import (
	"sync"
	"time"

	"baton/desk"

	gcfirestore "cloud.google.com/go/firestore"
)

const (
	// maxHeldHere bounds how many claimed intents are remembered, and maxHeldSize
	// how large one is, in bytes of JSON: 8 MB together.
	maxHeldHere = 2048
	maxHeldSize = 4 << 10
)

// heldHere remembers the documents of intents that this process claimed, as
// its own commits wrote them, so that settling one needs no read of it. What
// is remembered may be out of date: the settlement's commit carries the update
// time, and fails when the document has changed. Forgetting costs a read.
type heldHere struct {
	mu   sync.Mutex
	docs map[string]state // by path
}

// note remembers a document that was committed, if it is a claimed intent.
func (h *heldHere) note(ref *gcfirestore.DocumentRef, f fields, updated time.Time) {
	if ref.Parent.ID != intents || f.text("state") != string(desk.IntentClaimed) || len(f.bytes("data")) > maxHeldSize {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.docs == nil || len(h.docs) >= maxHeldHere {
		h.docs = make(map[string]state)
	}
	h.docs[ref.Path] = state{ref: ref, exists: true, updated: updated, fields: f}
}

// take gives a document and forgets it.
func (h *heldHere) take(ref *gcfirestore.DocumentRef) (state, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	st, ok := h.docs[ref.Path]
	delete(h.docs, ref.Path)
	return st, ok
}

// takeAll gives those of some documents that holders of outcomes are known to
// hold; the others are to be read. Places are those in refs.
func (h *heldHere) takeAll(refs []*gcfirestore.DocumentRef, of map[string][]desk.Settlement) (states []state, others []*gcfirestore.DocumentRef, at []int) {
	states = make([]state, len(refs))
	for i, ref := range refs {
		st, ok := h.take(ref)
		if outcomes := of[ref.Path]; ok && len(outcomes) == 1 && st.fields.text("holder") == key(outcomes[0].Holder) {
			states[i] = st
			continue
		}
		others, at = append(others, ref), append(at, i)
	}
	return states, others, at
}
