package storetest

import (
	"testing"
	"time"

	"baton/desk"
)

var memberTests = []test{
	{"presence", testPresence},
	{"turns", testTurns},
}

func testPresence(t *testing.T, s desk.Store) {
	got, err := s.Presences(t.Context())
	noErr(t, "presences", err)
	same(t, "nobody", got, map[desk.Email]desk.Presence{})
	for _, p := range []desk.Presence{
		{Member: ana, Availability: desk.Away, At: at(1)},
		{Member: bo, Availability: desk.Busy, At: at(2)},
		{Member: ana, Availability: desk.Available, At: at(3)},
	} {
		noErr(t, "set", s.SetPresence(t.Context(), p))
	}
	noErr(t, "set", s.SetPresence(t.Context(), desk.Presence{Member: "cy@example.com", Availability: desk.Away, At: at(4), Until: at(5), Deputy: bo}))
	got, err = s.Presences(t.Context())
	noErr(t, "presences", err)
	same(t, "presences", got, map[desk.Email]desk.Presence{
		ana: {Member: ana, At: at(3)}, bo: {Member: bo, Availability: desk.Busy, At: at(2)},
		"cy@example.com": {Member: "cy@example.com", Availability: desk.Away, At: at(4), Until: at(5), Deputy: bo},
	})
}

func testTurns(t *testing.T, s desk.Store) {
	got, err := s.Turns(t.Context(), "Front")
	noErr(t, "turns", err)
	same(t, "nobody", got, map[desk.Email]time.Time{})
	put(t, s, record(1), desk.Change{Turns: []desk.Turn{
		{Team: "Front", Member: ana, At: at(1)}, {Team: "Front", Member: bo, At: at(2)}, {Team: "Back", Member: ana, At: at(3)}}})
	put(t, s, record(2), desk.Change{Turns: []desk.Turn{{Team: "Front", Member: ana, At: at(4)}}})
	got, err = s.Turns(t.Context(), "Front")
	noErr(t, "turns", err)
	same(t, "turns", got, map[desk.Email]time.Time{ana: at(4), bo: at(2)})
}
