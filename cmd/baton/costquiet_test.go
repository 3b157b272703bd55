package main

import "testing"

// TestCostsOfWhatStaysInTheHouse counts a note, a share and a snooze: one commit
// for the tap and nothing in Gmail; a snooze has its label to change afterwards,
// as a take has.
func TestCostsOfWhatStaysInTheHouse(t *testing.T) {
	s := newTuned(t, t.TempDir(), demoCmd{}, unasked())
	_, thread := s.deliver(customerMail(carla, "How much is it?", "I wonder."))
	s.settle()
	person := s.as(string(ana)).open(support, thread)
	s.settleQuietly()
	taps := []struct {
		name  string
		form  string // the button that opens it
		press string
		with  map[string][]string
		after int // units of what follows
	}{
		{"a note", "", "Add note", map[string][]string{"note": {"Look at the receipt first"}}, 0},
		{"a share", "Share …", "Share", map[string][]string{"person": {olga}, "role": {"view"}, "scope": {"whole"}}, 0},
		{"a snooze", "Snooze …", "Snooze", map[string][]string{"nap": {"morning"}}, 15}, // 5 of them make the label, the first time
	}
	for _, tap := range taps {
		s.rung()
		if tap.form != "" {
			person.press(tap.form, nil)
		}
		s.settleQuietly()
		cost := s.meter()
		person.press(tap.press, tap.with)
		if units, _, commits := cost(); commits != 1 || units > 0 && tap.after == 0 {
			t.Errorf("%s: %d units, %d commits; want 0 and 1", tap.name, units, commits)
		}
		s.settleQuietly()
		if units, _, _ := cost(); units > tap.after {
			t.Errorf("%s and what follows: %d Gmail units, want at most %d", tap.name, units, tap.after)
		}
		person.open(support, thread)
		s.settleQuietly()
	}
	person.says("Snoozed", "Look at the receipt first", "Shared with (1)")
}
