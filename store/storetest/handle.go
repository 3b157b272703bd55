package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"baton/desk"
)

var handleTests = []test{
	{"none", testNoHandles},
	{"learn", testLearn},
	{"several conversations", testSharedHandle},
	{"several handles", testSeveralHandles},
}

func resolve(t *testing.T, s desk.Store, handles ...desk.Handle) []desk.ConversationID {
	t.Helper()
	ids, err := s.Resolve(t.Context(), handles...)
	noErr(t, "resolve", err)
	slices.Sort(ids)
	return ids
}

func testNoHandles(t *testing.T, s desk.Store) {
	same(t, "no handle", len(resolve(t, s)), 0)
	same(t, "unknown handles", len(resolve(t, s, "a", "b", "c")), 0)
}

func testLearn(t *testing.T, s desk.Store) {
	h := desk.HandleGmail(ana, message(1))
	for range 2 {
		noErr(t, "learn", s.Learn(t.Context(), h, "c1"))
	}
	same(t, "learned", resolve(t, s, h), []desk.ConversationID{"c1"})
	same(t, "another's mailbox", len(resolve(t, s, desk.HandleGmail(bo, message(1)))), 0)
	errs := together(16, func(i int) error { return s.Learn(t.Context(), "raced", "c1") })
	noErr(t, "learn at once", errors.Join(errs...))
	same(t, "learned at once", resolve(t, s, "raced"), []desk.ConversationID{"c1"})
	put(t, s, record(1), desk.Change{Handles: []desk.Handle{h, h, "raced"}})
	if got := resolve(t, s, h); len(got) != 2 {
		t.Errorf("after a change with the same handle: got %v, want two conversations", got)
	}
}

func testSharedHandle(t *testing.T, s desk.Store) {
	h := desk.HandleThread(thread(1))
	var want []desk.ConversationID
	for i := range 20 {
		put(t, s, record(i), desk.Change{Handles: []desk.Handle{h}})
		want = append(want, record(i).ID)
	}
	slices.Sort(want)
	same(t, "twenty", resolve(t, s, h), want)
	for i := range 5 {
		noErr(t, "learn", s.Learn(t.Context(), h, desk.ConversationID(fmt.Sprint("more", i))))
	}
	if got := resolve(t, s, h); len(got) != 20 {
		t.Errorf("twenty-five known: got %d, want the limit of 20", len(got))
	}
}

func testSeveralHandles(t *testing.T, s desk.Store) {
	noErr(t, "learn", s.Learn(t.Context(), "a", "c1"))
	noErr(t, "learn", s.Learn(t.Context(), "b", "c1"))
	noErr(t, "learn", s.Learn(t.Context(), "b", "c2"))
	same(t, "each once", resolve(t, s, "a", "b", "none"), []desk.ConversationID{"c1", "c2"})
	var many []desk.Handle
	for i := range 150 {
		many = append(many, desk.Handle(fmt.Sprint("unknown", i)))
	}
	same(t, "among many", resolve(t, s, append(many, "b", "b")...), []desk.ConversationID{"c1", "c2"})
}
