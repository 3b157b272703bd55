package desk

import "testing"

// The whole of who may be given work when.
func TestEligible(t *testing.T) {
	p := &Policy{
		Mailboxes: []MailboxPolicy{{Address: "a@x.test", Members: []Email{"in@x.test", "gone@x.test"}}},
		Members: []Member{
			{Email: "in@x.test", Name: "Ina", Role: Agent}, {Email: "out@x.test", Name: "Otto", Role: Manager}, {Email: "root@x.test", Name: "Ruth", Role: Admin},
		},
	}
	demands := []demand{handed, woken, writtenTo, chosen}
	for _, tt := range []struct {
		who  Email
		is   Availability
		want string // of each demand
		why  string // to being handed it
	}{
		{"in@x.test", Available, "yyyy", ""},
		{"in@x.test", Busy, "nyyy", "Ina is busy"},
		{"in@x.test", Away, "nnyy", "Ina is away"},
		{"in@x.test", AwayReassign, "nnny", "Ina is away"},
		{"in@x.test", "sleeping", "yyyy", ""}, // not known here; SetPresence takes none such
		{"root@x.test", Available, "yyyy", ""},
		{"root@x.test", Away, "nnyy", "Ruth is away"},
		{"out@x.test", Available, "nnnn", "Otto does not work in a@x.test"},
		{"gone@x.test", Available, "nnnn", "gone@x.test is not on the roster any more"},
		{"", Available, "nnnn", " is not on the roster any more"},
	} {
		got, why := "", ""
		for _, d := range demands {
			ok, because := p.eligible(tt.who, "a@x.test", tt.is, d)
			if d == handed {
				why = because
			}
			if ok != (because == "") {
				t.Errorf("%s %q: %v because %q", tt.who, tt.is, ok, because)
			}
			got += map[bool]string{true: "y", false: "n"}[ok]
		}
		if got != tt.want || why != tt.why {
			t.Errorf("%s %q: %s %q, want %s %q", tt.who, tt.is, got, why, tt.want, tt.why)
		}
	}
}
