package desk_test

import (
	"testing"

	"baton/desk"
)

func TestTransitions(t *testing.T) {
	for _, c := range []struct {
		from    desk.Status
		trigger desk.Trigger
		to      desk.Status
		begins  bool
	}{
		{desk.Open, desk.InboundPerson, desk.Open, false},
		{desk.WaitingCustomer, desk.InboundPerson, desk.Open, false},
		{desk.WaitingInternal, desk.InboundPerson, desk.Open, false},
		{desk.Snoozed, desk.InboundPerson, desk.Open, false},
		{desk.Closed, desk.InboundPerson, desk.Open, true},
		{desk.Ignored, desk.InboundPerson, desk.Open, true},
		{desk.Spam, desk.InboundPerson, desk.Spam, false},
		{desk.Open, desk.OutboundPerson, desk.WaitingCustomer, false},
		{desk.WaitingInternal, desk.OutboundPerson, desk.WaitingCustomer, false},
		{desk.Closed, desk.OutboundPerson, desk.Closed, false},
		{desk.Ignored, desk.OutboundPerson, desk.Ignored, false},
		{desk.Open, desk.MarkedSpam, desk.Spam, false},
		{desk.Closed, desk.MarkedSpam, desk.Spam, false},
		{desk.Spam, desk.UnmarkedSpam, desk.Open, true},
		{desk.Closed, desk.UnmarkedSpam, desk.Closed, false},
	} {
		to, begins := desk.Transition(c.from, c.trigger)
		if to != c.to || begins != c.begins {
			t.Errorf("%s on %s = %s, %v; want %s, %v", c.from, c.trigger, to, begins, c.to, c.begins)
		}
	}
	for _, s := range desk.Statuses() {
		if to, begins := desk.Transition(s, desk.InboundAutomatic); to != s || begins {
			t.Errorf("an automatic mail moves %s to %s", s, to)
		}
		if s.Name() == "" || !s.Valid() {
			t.Errorf("%q has no name", s)
		}
	}
}
