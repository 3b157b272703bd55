package storetest

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
)

var grantTests = []test{
	{"none is not found", func(t *testing.T, s desk.Store) {
		_, err := s.Grant(t.Context(), support)
		wantErr(t, "Grant", err, desk.ErrNotFound)
		if err := s.DropGrant(t.Context(), support); err != nil {
			t.Errorf("DropGrant of none = %v, want nil", err)
		}
	}},
	{"is kept whole and replaced whole", func(t *testing.T, s desk.Store) {
		first := desk.Grant{Mailbox: support, Mode: desk.ByConsent, Token: []byte{0, 1, 255}, Key: "file", Scopes: []string{"x"}, At: at(0)}
		first = setGrant(t, s, first)
		second := setGrant(t, s, desk.Grant{Mailbox: support, Mode: desk.ByDelegation, At: at(60)})
		if second.Rev <= first.Rev {
			t.Errorf("rev %d after %d, want it to grow", second.Rev, first.Rev)
		}
		got, err := s.Grant(t.Context(), support)
		if diff := cmp.Diff(second, got); diff != "" || err != nil {
			t.Errorf("Grant (-set +read), %v:\n%s", err, diff)
		}
	}},
	{"dropped is gone, and its rev is not used again", func(t *testing.T, s desk.Store) {
		first := setGrant(t, s, desk.Grant{Mailbox: support, Mode: desk.ByDelegation, At: at(0)})
		if err := s.DropGrant(t.Context(), support); err != nil {
			t.Fatal(err)
		}
		_, err := s.Grant(t.Context(), support)
		wantErr(t, "Grant after DropGrant", err, desk.ErrNotFound)
		if all, err := s.Grants(t.Context()); err != nil || len(all) != 0 {
			t.Errorf("Grants after DropGrant = %v, %v; want none", all, err)
		}
		if again := setGrant(t, s, first); again.Rev <= first.Rev {
			t.Errorf("rev %d after a drop of %d, want it to grow", again.Rev, first.Rev)
		}
	}},
	{"is renewed by who knows it", func(t *testing.T, s desk.Store) {
		ctx := t.Context()
		g := desk.Grant{Mailbox: support, Mode: desk.ByConsent, Token: []byte("a"), At: at(0), Rev: 1}
		_, err := s.RenewGrant(ctx, g)
		wantErr(t, "RenewGrant of none", err, desk.ErrConflict)
		first := setGrant(t, s, g)
		first.Token = []byte("b")
		second, err := s.RenewGrant(ctx, first)
		if err != nil || second.Rev <= first.Rev || string(second.Token) != "b" {
			t.Fatalf("RenewGrant gave %+v, %v", second, err)
		}
		_, err = s.RenewGrant(ctx, first)
		wantErr(t, "RenewGrant of one that was replaced", err, desk.ErrConflict)
		if err := s.DropGrant(ctx, support); err != nil {
			t.Fatal(err)
		}
		_, err = s.RenewGrant(ctx, second)
		wantErr(t, "RenewGrant of one that was dropped", err, desk.ErrConflict)
		_, err = s.Grant(ctx, support)
		wantErr(t, "Grant of one that was dropped", err, desk.ErrNotFound)
	}},
	{"all are listed by mailbox", func(t *testing.T, s desk.Store) {
		b := setGrant(t, s, desk.Grant{Mailbox: sales, Mode: desk.ByConsent, Token: []byte("b"), At: at(0)})
		a := setGrant(t, s, desk.Grant{Mailbox: support, Mode: desk.ByDelegation, At: at(0)})
		all, err := s.Grants(t.Context())
		if diff := cmp.Diff([]desk.Grant{b, a}, all); diff != "" || err != nil {
			t.Errorf("Grants (-want +got), %v:\n%s", err, diff)
		}
	}},
}

func setGrant(t *testing.T, s desk.Store, g desk.Grant) desk.Grant {
	t.Helper()
	got, err := s.SetGrant(t.Context(), g)
	if err != nil {
		t.Fatalf("SetGrant: %v", err)
	}
	g.Rev = got.Rev
	if diff := cmp.Diff(g, got); diff != "" {
		t.Errorf("SetGrant gave (-set +given):\n%s", diff)
	}
	return got
}
