package policy

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
)

func TestHours(t *testing.T) {
	usual := desk.UsualHours()
	for _, tt := range []struct {
		text string
		want desk.Hours
		say  string // part of the fault
	}{
		{text: "", want: desk.Hours{}},
		{text: `hours: {from: "08:30"}`, want: desk.Hours{Days: usual.Days, From: 8*time.Hour + 30*time.Minute, To: usual.To}},
		{text: `hours: {days: [Sat, sunday], to: "24:00"}`, want: desk.Hours{Days: []time.Weekday{time.Saturday, time.Sunday}, From: usual.From, To: 24 * time.Hour}},
		{text: `hours: always`, say: "hours must have the keys days, from, to, holidays"},
		{text: `hours: {holidays: [2026-12-25, "01-01", 02-29]}`, want: desk.Hours{Days: usual.Days, From: usual.From, To: usual.To,
			Holidays: []desk.Holiday{{Year: 2026, Month: 12, Day: 25}, {Month: 1, Day: 1}, {Month: 2, Day: 29}}}},
		{text: `hours: {holidays: ["25.12."]}`, say: `"25.12." is not a day`},
		{text: `hours: {holidays: ["2026-02-29"]}`, say: "there is no such day as 2026-02-29"},
		{text: `hours: {holidays: ["13-01"]}`, say: "there is no such day as 13-01"},
		{text: `hours: {holidays: ["01-01", "01-01"]}`, say: "01-01 is named twice"},
		{text: `hours: {holidays: christmas}`, say: "holidays must be a list"},
		{text: `hours: {days: []}`, say: "days is empty"},
		{text: `hours: {days: [mondy]}`, say: `did you mean monday?`},
		{text: `hours: {days: [mon, monday]}`, say: "monday is named twice"},
		{text: `hours: {from: 9}`, say: "from must be a time of day between quotes"},
		{text: `hours: {from: "9 am"}`, say: `"9 am" is not a time of day`},
		{text: `hours: {to: "24:30"}`, say: `"24:30" is not a time of day`},
		{text: `hours: {from: "18:00"}`, say: "hours end at 17:00, before they begin"},
	} {
		text := "desk: Acme\ntimezone: UTC\nmailboxes:\n  - address: support@acme.test\n    name: Support\n    members: [ana@acme.test]\n    " + tt.text +
			"\nmembers:\n  - {email: ana@acme.test, name: Ana, role: agent}\n"
		p, err := Parse("p.yaml", []byte(text))
		switch {
		case tt.say != "":
			if err == nil || !strings.Contains(err.Error(), tt.say) {
				t.Errorf("%s: %v, want %q", tt.text, err, tt.say)
			}
		case err != nil:
			t.Errorf("%s: %v", tt.text, err)
		default:
			if diff := cmp.Diff(tt.want, p.Mailboxes[0].Hours); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tt.text, diff)
			}
		}
	}
}
