package wire

import (
	"encoding/json"
	"strings"
	"time"
)

// input is the value of one input, in one of Google's four forms.
type input struct {
	Strings  maybe[stringInputs] `json:"stringInputs"`
	DateTime maybe[dateTime]     `json:"dateTimeInput"`
	Date     maybe[dateTime]     `json:"dateInput"`
	Time     maybe[clock]        `json:"timeInput"`
}

type stringInputs struct {
	Value Texts `json:"value"`
}

type dateTime struct {
	HasDate truth  `json:"hasDate"`
	HasTime truth  `json:"hasTime"`
	Millis  amount `json:"msSinceEpoch"`
}

type clock struct {
	Hours   amount `json:"hours"`
	Minutes amount `json:"minutes"`
}

func (in *input) UnmarshalJSON(b []byte) error {
	type plain input
	*in = input{}
	if len(b) == 0 || b[0] != '{' || json.Unmarshal(b, (*plain)(in)) != nil {
		*in = input{}
		return nil
	}
	// The old Apps Script runtime puts a level with an empty name between an input and its value.
	var level map[string]json.RawMessage
	if json.Unmarshal(b, &level) == nil && len(level) == 1 && level[""] != nil {
		if json.Unmarshal(level[""], (*plain)(in)) != nil {
			*in = input{}
		}
	}
	return nil
}

// Form is the value of the input of that name: what was typed, or the first choice. It is empty when
// the input is empty or missing.
func (e *Event) Form(name string) string {
	if v := e.Common.FormInputs[name].Strings.v.Value; len(v) > 0 {
		return v[0]
	}
	return ""
}

// FormList is every choice made in the input of that name.
func (e *Event) FormList(name string) []string {
	var list []string
	for _, s := range e.Common.FormInputs[name].Strings.v.Value {
		if s != "" {
			list = append(list, s)
		}
	}
	return list
}

// FormOn reports whether a switch or box is on: then its value is sent, otherwise none.
func (e *Event) FormOn(name string) bool { return len(e.FormList(name)) > 0 }

// FormDate is what a picker of a date, with or without a time, was set to. Google counts the chosen
// wall clock as if it were UTC in a date alone; with a time it is an instant. ok is false when nothing
// was chosen.
func (e *Event) FormDate(name string) (t time.Time, ok bool) {
	in := e.Common.FormInputs[name]
	for _, d := range []dateTime{in.DateTime.v, in.Date.v} {
		if d.Millis.set {
			return time.UnixMilli(d.Millis.n).UTC(), true
		}
	}
	return time.Time{}, false
}

// FormTime is what a picker of a time was set to, as the duration since midnight. Google leaves zeros
// out, so an empty answer is midnight; ok is false when there is no answer or no such time.
func (e *Event) FormTime(name string) (since time.Duration, ok bool) {
	c := e.Common.FormInputs[name].Time
	h, m := c.v.Hours.n, c.v.Minutes.n
	if !c.ok || h < 0 || h > 23 || m < 0 || m > 59 {
		return 0, false
	}
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute, true
}

// Parameter is what the clicked action carried under that name, "" when it carried nothing.
func (e *Event) Parameter(name string) string { return string(e.Common.Parameters[name]) }

// Granted reports whether the person granted a scope.
func (e *Event) Granted(scope string) bool {
	for _, s := range e.Auth.AuthorizedScopes {
		// One string with spaces is how OAuth itself writes a list of scopes.
		for _, one := range strings.Fields(s) {
			if one == scope {
				return true
			}
		}
	}
	return false
}

// Zone is the person's time zone as sent: only when the manifest asks for it.
type Zone struct {
	ID     Text   `json:"id"`     // "Europe/Vienna"
	Offset amount `json:"offset"` // milliseconds east of UTC
}

// UnmarshalJSON takes anything but an object as no zone.
func (z *Zone) UnmarshalJSON(b []byte) error {
	type plain Zone
	var m maybe[plain]
	m.UnmarshalJSON(b)
	*z = Zone(m.v)
	return nil
}

// Location is the person's time zone: by name, else by offset. ok is false when neither was sent.
func (e *Event) Location() (loc *time.Location, ok bool) {
	z := e.Common.TimeZone
	if z.ID != "" && z.ID != "Local" {
		if loc, err := time.LoadLocation(string(z.ID)); err == nil {
			return loc, true
		}
	}
	const day = 24 * 60 * 60 * 1000
	if z.Offset.set && -day < z.Offset.n && z.Offset.n < day {
		return time.FixedZone("", int(z.Offset.n/1000)), true
	}
	return time.UTC, false
}
