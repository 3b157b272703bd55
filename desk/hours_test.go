package desk_test

import (
	"testing"
	"time"

	"baton/desk"
)

func TestMorning(t *testing.T) {
	vienna, err := time.LoadLocation("Europe/Vienna")
	if err != nil {
		t.Fatal(err)
	}
	late := desk.Hours{Days: []time.Weekday{time.Sunday}, From: 2*time.Hour + 30*time.Minute, To: 9 * time.Hour}
	off := desk.UsualHours()
	off.Holidays = []desk.Holiday{{Month: time.January, Day: 1}, {Year: 2026, Month: time.April, Day: 6}, {Month: time.December, Day: 25}}
	closed := late
	for i := range 60 {
		day := time.Date(2026, 3, 8+7*i, 0, 0, 0, 0, time.UTC)
		closed.Holidays = append(closed.Holidays, desk.Holiday{Year: day.Year(), Month: day.Month(), Day: day.Day()})
	}
	for _, tt := range []struct {
		name, now       string // on Vienna's wall
		hours           desk.Hours
		morning, monday string
	}{
		{"before it begins", "2026-03-02 08:59", desk.Hours{}, "2026-03-02 09:00", "2026-03-09 09:00"},
		{"as it begins", "2026-03-02 09:00", desk.Hours{}, "2026-03-03 09:00", "2026-03-09 09:00"},
		{"Friday evening", "2026-03-06 18:00", desk.Hours{}, "2026-03-09 09:00", "2026-03-09 09:00"},
		{"Sunday night", "2026-03-08 23:59", desk.Hours{}, "2026-03-09 09:00", "2026-03-09 09:00"},
		{"over the change to summer time", "2026-03-27 12:00", desk.Hours{}, "2026-03-30 09:00", "2026-03-30 09:00"},
		{"over the year's end", "2026-12-31 12:00", desk.Hours{}, "2027-01-01 09:00", "2027-01-04 09:00"},
		{"a holiday of each year", "2026-12-31 12:00", off, "2027-01-04 09:00", "2027-01-04 09:00"},
		{"a holiday of one year, a Monday", "2026-04-03 12:00", off, "2026-04-07 09:00", "2026-04-07 09:00"},
		{"not of the next year", "2027-04-05 12:00", off, "2027-04-06 09:00", "2027-04-12 09:00"},
		{"on a holiday", "2026-12-25 08:00", off, "2026-12-28 09:00", "2026-12-28 09:00"},
		{"closed for more than a year", "2026-03-02 12:00", closed, "2027-05-02 02:30", "2027-05-02 02:30"},
		{"one day a week, just over", "2026-03-08 02:30", late, "2026-03-15 02:30", "2026-03-15 02:30"},
		{"an hour that the clocks leave out", "2026-03-28 12:00", late, "2026-03-29 03:30", "2026-04-05 02:30"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := acme()
			p.Zone, p.Mailboxes[0].Hours = vienna, tt.hours
			now, err := time.ParseInLocation("2006-01-02 15:04", tt.now, vienna)
			if err != nil {
				t.Fatal(err)
			}
			say := func(at time.Time) string { return at.In(vienna).Format("2006-01-02 15:04") }
			if got := say(p.Morning(support, now)); got != tt.morning {
				t.Errorf("morning = %s, want %s", got, tt.morning)
			}
			if got := say(p.Monday(support, now)); got != tt.monday {
				t.Errorf("monday = %s, want %s", got, tt.monday)
			}
		})
	}
}

// Where summer time begins at midnight, that day has no 00:00, and work that begins
// then begins an hour later by the clock: on the same day, east or west of Greenwich.
func TestHoursFromAMidnightThatIsLeftOut(t *testing.T) {
	for name, day := range map[string]time.Time{
		"America/Santiago": time.Date(2026, time.September, 6, 0, 0, 0, 0, time.UTC),
		"Asia/Beirut":      time.Date(2026, time.March, 29, 0, 0, 0, 0, time.UTC),
	} {
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		p := acme()
		p.Zone, p.Mailboxes[0].Hours = zone, desk.Hours{Days: []time.Weekday{time.Sunday, time.Monday}, To: 20 * time.Hour}
		at := func(days, hour int) time.Time {
			return time.Date(day.Year(), day.Month(), day.Day()+days, hour, 0, 0, 0, zone)
		}
		if got := p.Morning(support, at(-1, 12)); !got.Equal(at(0, 1)) {
			t.Errorf("%s: the next morning is %s, want %s", name, got.In(zone), at(0, 1))
		}
		if got := p.Worked(support, at(-1, 12), at(0, 12)); got != 11*time.Hour || !p.AtWork(support, at(0, 12)) {
			t.Errorf("%s: %s worked until noon, want 11 hours", name, got)
		}
	}
}
