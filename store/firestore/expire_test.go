package firestore

import (
	"testing"
	"time"

	"baton/desk"

	gcfirestore "cloud.google.com/go/firestore"
)

// TestExpires wants a time of expiry on what is settled, done or shared until a
// time, and on nothing else.
func TestExpires(t *testing.T) {
	s := openAt(t, project(), Options{Clock: func() time.Time { return noon }})
	const ana desk.Email = "ana@example.com"
	mention := func(note desk.NoteID, done bool) desk.Mention {
		return desk.Mention{Person: ana, Conversation: "c", Note: note, Mailbox: box, By: ana, At: noon, Done: done}
	}
	mustUpdate(t, s, "c", func(c *desk.Conversation) desk.Change {
		c.Shares = []desk.Share{{ID: "s", To: ana, At: noon, Until: noon.Add(time.Hour)}}
		return desk.Change{Intents: []desk.Intent{promise("done"), promise("parked"), promise("open")},
			Mentions: []desk.Mention{mention("n1", true), mention("n2", false)}}
	})
	if _, err := s.Claim(t.Context(), "w", noon, noon.Add(time.Hour), 10); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Settle(t.Context(), []desk.Settlement{{ID: "done", Holder: "w", State: desk.IntentDone},
		{ID: "parked", Holder: "w", State: desk.IntentParked}}); err != nil {
		t.Fatal(err)
	}
	hashed := func(note string) *gcfirestore.DocumentRef { return s.doc(mentions, hash(string(ana), "c", note)) }
	for what, test := range map[string]struct {
		ref  *gcfirestore.DocumentRef
		want any
	}{
		"done intent":   {s.intentDoc("done"), noon.Add(keptFor)},
		"parked intent": {s.intentDoc("parked"), nil},
		"open intent":   {s.intentDoc("open"), nil},
		"done mention":  {hashed("n1"), noon.Add(keptFor)},
		"open mention":  {hashed("n2"), nil},
		"share":         {s.doc(shares, "c~"+hash("s")), noon.Add(time.Hour)},
		"record":        {s.doc(conversations, "c"), nil},
	} {
		st, err := s.get(t.Context(), test.ref)
		if err != nil || !st.exists {
			t.Fatalf("%s: %v, %v", what, st.exists, err)
		}
		if got := st.fields["expires"]; got != test.want {
			t.Errorf("%s expires %v, want %v", what, got, test.want)
		}
	}
}
