package policy

import (
	"strings"
	"testing"
	"time"

	"baton/desk"
)

func TestAlarmKeysThatAreWrong(t *testing.T) {
	for line, want := range map[string]string{
		"alarm: 20":                      `alarm must have the keys unassigned, oldest, stopped, this is a number`,
		"alarm: {unasigned: 20}":         `alarm has no key unasigned, did you mean unassigned?`,
		"alarm: {unassigned: many}":      `unassigned must be a whole number without quotes, this is a text`,
		`alarm: {unassigned: "20"}`:      `unassigned must be a whole number without quotes, this is a text`,
		"alarm: {unassigned: 0}":         `unassigned must be between 1 and 1000: to have none, remove the key`,
		"alarm: {unassigned: 1001}":      `unassigned must be between 1 and 1000: to have none, remove the key`,
		"alarm: {unassigned: 2.5}":       `unassigned must be a whole number without quotes, this is a number`,
		"alarm: {oldest: 2}":             `oldest must be a time span with a unit like 30m, 4h or 2d, this is a number`,
		"alarm: {oldest: 10s}":           `oldest must be between 1m and 3660d, "10s" is not: to have none, remove the key`,
		"alarm: {stopped: maybe so}":     `stopped must be true or false without quotes, this is a text`,
		"alarm: {stopped: false}":        `this alarm never rings: give unassigned or oldest too, or remove the key alarm`,
		"alarm: {oldest: 2h, oldest: 3}": `oldest is given twice, first in line 7: keep one`,
	} {
		_, err := Parse("p", []byte(withBox(line)))
		if err == nil || !strings.HasSuffix(err.Error(), want) || !strings.HasPrefix(err.Error(), "p:7:") {
			t.Errorf("%.40s: %v, want %s in line 7", line, err, want)
		}
	}
}

func TestAlarmKeys(t *testing.T) {
	for line, want := range map[string]desk.Alarm{
		"":                                       {},
		"alarm: {unassigned: 20, oldest: 2h}":    {Unassigned: 20, Oldest: 2 * time.Hour, Stopped: true},
		"alarm: {stopped: true}":                 {Stopped: true},
		"alarm: {unassigned: 1, stopped: false}": {Unassigned: 1},
	} {
		p, err := Parse("p", []byte(withBox(line)))
		if err != nil {
			t.Errorf("%s: %v", line, err)
		} else if got := p.Mailboxes[0].Alarm; got != want {
			t.Errorf("%s: %+v, want %+v", line, got, want)
		}
	}
}

func TestDeputies(t *testing.T) {
	file := func(deputy string) string {
		return strings.Join([]string{
			"desk: Acme", "timezone: UTC", "mailboxes:",
			"  - {address: support@acme.test, name: Support, members: [ana@acme.test, ben@acme.test]}",
			"  - {address: sales@acme.test, name: Sales, members: [leo@acme.test]}",
			"members:",
			"  - {email: ben@acme.test, name: Ben Okafor, role: agent}",
			"  - {email: leo@acme.test, name: Leo Novak, role: agent}",
			"  - {email: kim@acme.test, name: Kim Rossi, role: admin}",
			"  - {email: ana@acme.test, name: Ana Silva, role: agent, deputy: " + deputy + "}",
		}, "\n") + "\n"
	}
	for deputy, want := range map[string]string{
		"ben":           `p:10:66: "ben" is not a mail address: write one like ana@acme.test, without a name`,
		"ana@acme.test": "p:10:66: ana@acme.test cannot stand in for themself: name a colleague",
		"bem@acme.test": "p:10:66: bem@acme.test is not on the roster, did you mean ben@acme.test?",
		"leo@acme.test": "p:10:66: leo@acme.test works in none of the mailboxes of ana@acme.test: name a colleague who does",
	} {
		if _, err := Parse("p", []byte(file(deputy))); err == nil || err.Error() != want {
			t.Errorf("%s: %v\nwant %s", deputy, err, want)
		}
	}
	for _, deputy := range []desk.Email{"ben@acme.test", "kim@acme.test"} {
		p, err := Parse("p", []byte(file(string(deputy))))
		if err != nil {
			t.Errorf("%s: %v", deputy, err)
		} else if m, _ := p.Member("ana@acme.test"); m.Deputy != deputy {
			t.Errorf("%q stands in, want %s", m.Deputy, deputy)
		}
	}
}
