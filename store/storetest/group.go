package storetest

import (
	"testing"

	"baton/desk"
)

var groupTests = []test{
	{"missing", testGroupMissing},
	{"saved", testGroupSaved},
}

func testGroupMissing(t *testing.T, s desk.Store) {
	_, err := s.Group(t.Context(), "nobody made it")
	wantErr(t, "missing", err, desk.ErrNotFound)
}

func testGroupSaved(t *testing.T, s desk.Store) {
	ctx := t.Context()
	one := desk.Group{ID: "g1", By: ana, At: at(1), Conversations: []desk.ConversationID{record(1).ID, record(2).ID}}
	other := desk.Group{ID: "g2", By: bo, At: at(2), Conversations: []desk.ConversationID{record(2).ID}}
	for _, g := range []desk.Group{one, other} {
		noErr(t, "save", s.SaveGroup(ctx, g))
	}
	one.Conversations = one.Conversations[:1]
	for range 2 {
		noErr(t, "save again", s.SaveGroup(ctx, one))
	}
	for _, want := range []desk.Group{one, other} {
		got, err := s.Group(ctx, want.ID)
		noErr(t, "group", err)
		same(t, "group", got, want)
	}
	// As many as there can be still fit.
	large := desk.Group{ID: "g3", By: ana, At: at(3)}
	for i := range desk.MaxBulk {
		large.Conversations = append(large.Conversations, record(i).ID)
	}
	noErr(t, "save a large one", s.SaveGroup(ctx, large))
	got, err := s.Group(ctx, large.ID)
	noErr(t, "large group", err)
	same(t, "large group", got, large)
}
