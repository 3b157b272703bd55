package desk_test

import (
	"slices"
	"testing"

	"baton/desk"
)

func TestSuggest(t *testing.T) {
	h := newHouse(t)
	for typed, want := range map[string][]desk.Email{
		"be": {ben}, "OKAF": {ben}, "ben o": {ben}, "Ben  Okafor": {ben}, "ben@acme.test": {ben},
		"": {ana, ben}, "en": nil, "ben x": nil, "okafor ben": nil,
	} {
		var got []desk.Email
		for _, m := range h.desk.Suggest(typed, 2) {
			got = append(got, m.Email)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q finds %v, want %v", typed, got, want)
		}
	}
}
