package policy

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"baton/desk"
)

var weekdays = []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}

// hours reads when people work in a mailbox. What the key leaves out is as
// usual; without the key there are none, which means the same.
func (r *reader) hours(t table) desk.Hours {
	e, ok := t.keys["hours"]
	if !ok {
		return desk.Hours{}
	}
	h := desk.UsualHours()
	m, ok := r.table(e.node, e.at, "hours", "days", "from", "to", "holidays")
	if !ok {
		return h
	}
	if _, ok := m.keys["days"]; ok {
		h.Days = r.weekdays(m)
	}
	h.Holidays = r.holidays(m)
	h.From, h.To = r.clock(m, "from", h.From), r.clock(m, "to", h.To)
	if h.To <= h.From {
		r.fault(m.at, "hours end at %s, before they begin: to must be later than from", wall(h.To))
	}
	return h
}

func (r *reader) weekdays(t table) []time.Weekday {
	e := t.keys["days"]
	if s, ok := e.node.(*ast.SequenceNode); ok && len(s.Values) == 0 {
		r.fault(e.at, "days is empty: name at least one, or remove the key for Monday to Friday")
		return nil
	}
	var out []time.Weekday
	for _, w := range r.texts(t, "days", len(weekdays)) {
		word := strings.ToLower(w.text)
		i := slices.IndexFunc(weekdays, func(day string) bool { return day == word || day[:3] == word })
		switch {
		case i < 0:
			r.fault(w.at, "%q is not a day: write one like monday or mon%s", clip(w.text), hint(word, weekdays))
		case slices.Contains(out, time.Weekday(i)):
			r.fault(w.at, "%s is named twice: keep one", weekdays[i])
		default:
			out = append(out, time.Weekday(i))
		}
	}
	return out
}

// MaxHolidays bounds the holidays of a mailbox.
const MaxHolidays = 200

var holidayText = regexp.MustCompile(`^(?:([0-9]{4})-)?([0-9]{2})-([0-9]{2})$`)

// holidays reads days like 2026-12-25, and 12-25 for each year.
func (r *reader) holidays(t table) []desk.Holiday {
	var out []desk.Holiday
	for _, w := range r.texts(t, "holidays", MaxHolidays) {
		parts := holidayText.FindStringSubmatch(strings.TrimSpace(w.text))
		if parts == nil {
			r.fault(w.at, "%q is not a day: write one like \"2026-12-25\", or \"12-25\" for each year", clip(w.text))
			continue
		}
		y, _ := strconv.Atoi(parts[1])
		m, _ := strconv.Atoi(parts[2])
		d, _ := strconv.Atoi(parts[3])
		h := desk.Holiday{Year: y, Month: time.Month(m), Day: d}
		if y == 0 {
			y = 2024 // has each day that a year can have
		}
		day := time.Date(y, h.Month, d, 0, 0, 0, 0, time.UTC)
		switch {
		case day.Month() != h.Month || day.Day() != d || day.Year() != y:
			r.fault(w.at, "there is no such day as %s", clip(w.text))
		case slices.Contains(out, h):
			r.fault(w.at, "%s is named twice: keep one", clip(w.text))
		default:
			out = append(out, h)
		}
	}
	return out
}

var clockText = regexp.MustCompile(`^([01][0-9]|2[0-4]):([0-5][0-9])$`)

// clock reads a time of day like 09:00; 24:00 is the end of the day.
func (r *reader) clock(t table, key string, usual time.Duration) time.Duration {
	e, ok := t.keys[key]
	if !ok {
		return usual
	}
	text, ok := plain(e.node)
	at := r.start(e.node, e.at)
	if !ok {
		r.fault(at, "%s must be a time of day between quotes like \"09:00\", this is %s", key, kind(e.node))
		return usual
	}
	parts := clockText.FindStringSubmatch(strings.TrimSpace(text))
	if parts == nil {
		r.fault(at, "%q is not a time of day: write one like \"09:00\"", clip(text))
		return usual
	}
	h, _ := strconv.Atoi(parts[1])
	m, _ := strconv.Atoi(parts[2])
	d := time.Duration(h)*time.Hour + time.Duration(m)*time.Minute
	if d > 24*time.Hour || key == "from" && d == 24*time.Hour {
		r.fault(at, "%q is not a time of day: the last is \"23:59\", and \"24:00\" for to", clip(text))
		return usual
	}
	return d
}

func wall(d time.Duration) string {
	return time.Time{}.Add(d).Format("15:04")
}
