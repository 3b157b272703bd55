package storetest

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
)

var draftTests = []test{
	{"of no intent", testDraftMissing},
	{"the first one stays", testDraftOnce},
	{"racing drafts have one winner", testDraftRace},
	{"not of a settled intent", testDraftSettled},
	{"what was sent is kept, its text is not", testSent},
}

// sending is an intent that sends a mail.
func sending(i int) desk.Intent {
	in := intent(i, record(1).ID)
	in.Kind = desk.IntentSend
	in.Mail = &desk.Mail{
		From: desk.Address{Name: "Support", Email: "support@example.com"}, To: []desk.Address{{Email: "kim@customer.example"}},
		Subject: "Re: Question", Text: "Grüße 👋\n", InReplyTo: "a@x", References: []desk.RFCID{"a@x"}, Author: ana,
	}
	return in
}

func draft(t testing.TB, s desk.Store, id desk.IntentID, name string) desk.Intent {
	t.Helper()
	in, err := s.Draft(t.Context(), id, name)
	noErr(t, "Draft", err)
	return in
}

func testDraftMissing(t *testing.T, s desk.Store) {
	_, err := s.Draft(t.Context(), "nobody", "d1")
	wantErr(t, "Draft", err, desk.ErrNotFound)
}

func testDraftOnce(t *testing.T, s desk.Store) {
	promise(t, s, sending(1))
	id := sending(1).ID
	same(t, "first", draft(t, s, id, "d1").Draft, "d1")
	same(t, "second", draft(t, s, id, "d2").Draft, "d1")
	want := sending(1)
	want.Draft = "d1"
	wantIntent(t, s, "after both", want)
	// A claim and a failed try leave it.
	claimed := claim(t, s, "w", at(5), at(9), 10)
	same(t, "claimed", claimed[0].Draft, "d1")
	settle(t, s, desk.Settlement{ID: id, Holder: "w", State: desk.IntentPending, Failed: true, AbsentAt: at(6)})
	got, err := s.Intent(t.Context(), id)
	noErr(t, "Intent", err)
	if got.Draft != "d1" || !got.AbsentAt.Equal(at(6)) || got.Mail == nil {
		t.Errorf("after a failed try: %+v, want its draft, its mail and when it was absent", got)
	}
}

func testDraftRace(t *testing.T, s desk.Store) {
	promise(t, s, sending(1))
	got := make([]string, 20)
	var racers sync.WaitGroup
	for i := range got {
		racers.Go(func() {
			in, err := s.Draft(t.Context(), sending(1).ID, fmt.Sprint("d", i))
			if err != nil {
				t.Error(err)
			}
			got[i] = in.Draft
		})
	}
	racers.Wait()
	for _, d := range got {
		if d == "" || d != got[0] {
			t.Fatalf("racers were told %v, want one winner", got)
		}
	}
}

func testDraftSettled(t *testing.T, s desk.Store) {
	for i, state := range []desk.IntentState{desk.IntentDone, desk.IntentCancelled, desk.IntentParked} {
		in := sending(i + 1)
		in.State, in.Holder, in.ClaimedUntil = desk.IntentClaimed, "w", at(60)
		promise(t, s, in)
		settle(t, s, desk.Settlement{ID: in.ID, Holder: "w", State: state})
		if got := draft(t, s, in.ID, "late"); got.Draft != "" || got.State != state {
			t.Errorf("%s: Draft = %q in state %q, want none in it", state, got.Draft, got.State)
		}
	}
}

func testSent(t *testing.T, s desk.Store) {
	in := sending(1)
	in.State, in.Holder, in.ClaimedUntil = desk.IntentClaimed, "w", at(60)
	promise(t, s, in)
	draft(t, s, in.ID, "d1")
	settle(t, s, desk.Settlement{ID: in.ID, Holder: "w", State: desk.IntentDone, Sent: message(7)})
	got, err := s.Intent(t.Context(), in.ID)
	noErr(t, "Intent", err)
	if got.Sent != message(7) || got.Draft != "d1" || got.Mail != nil {
		t.Errorf("a sent mail's intent: %+v (mail %s), want the message, the draft and no text", got, cmp.Diff(nil, got.Mail))
	}
}
