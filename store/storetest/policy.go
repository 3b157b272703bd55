package storetest

import (
	"testing"

	"baton/desk"
)

var policyTests = []test{
	{"versions", testPolicyVersions},
}

func testPolicyVersions(t *testing.T, s desk.Store) {
	ctx := t.Context()
	one := desk.PolicyText{Version: "v1", Text: []byte("desk: one\n\x00"), At: at(1)}
	two := desk.PolicyText{Version: "v2", Text: []byte("desk: two"), At: at(2)}
	current := func(want desk.PolicyText) {
		t.Helper()
		got, err := s.CurrentPolicy(ctx)
		noErr(t, "current", err)
		same(t, "current", got, want)
	}
	noErr(t, "save", s.SavePolicy(ctx, one))
	current(one)
	again := one
	again.At = at(9)
	noErr(t, "save the current one again", s.SavePolicy(ctx, again))
	current(one)
	noErr(t, "save the next", s.SavePolicy(ctx, two))
	current(two)
	for _, want := range []desk.PolicyText{one, two} {
		got, err := s.PolicyVersion(ctx, want.Version)
		noErr(t, "version", err)
		same(t, "version", got, want)
	}
	noErr(t, "go back", s.SavePolicy(ctx, one))
	got, err := s.CurrentPolicy(ctx)
	noErr(t, "current", err)
	if got.Version != "v1" || string(got.Text) != string(one.Text) {
		t.Errorf("after going back: got %q %q, want the first", got.Version, got.Text)
	}
	if _, err := s.PolicyVersion(ctx, "v2"); err != nil {
		t.Errorf("version left behind: %v", err)
	}
}
