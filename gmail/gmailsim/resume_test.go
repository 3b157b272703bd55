package gmailsim_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"baton/gmail/gmailsim"
)

func TestLoadGoesOnWhereItStopped(t *testing.T) {
	dir := t.TempDir()
	mbox := "From a\nSubject: one\n\n1\n\nFrom b\nSubject: two\n\n2\n\nFrom c\nSubject: three\n\n3\n"
	load := func(upTo int) int {
		s, err := gmailsim.New(gmailsim.Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close(context.Background())
		if err := s.AddMailbox(gmailsim.Mailbox{Address: "team@acme.test"}); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		_, err = s.LoadMboxFrom(ctx, "team@acme.test", strings.NewReader(mbox), gmailsim.LoadOptions{Source: "s", Progress: func(l gmailsim.Loaded) {
			if l.Mails == upTo {
				cancel()
			}
		}})
		if (upTo > 0) != errors.Is(err, context.Canceled) {
			t.Fatalf("load stopped after %d: %v", upTo, err)
		}
		return s.Count("team@acme.test")
	}
	if got := []int{load(1), load(1), load(0), load(0)}; !slices.Equal(got, []int{1, 2, 3, 3}) {
		t.Errorf("messages after each load = %v, want 1 2 3 3", got)
	}
}
