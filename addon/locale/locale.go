// Package locale says how people in a place write days and times of day: in
// which order, and on a clock of twelve or twenty-four hours. Words stay
// English; this is about numbers that would be misread otherwise.
//
// The tables follow Unicode's CLDR, for what people write by default where they
// are; a test of package preview holds them against the browser's own.
package locale

import (
	"strings"
	"time"

	"golang.org/x/text/language"
)

// Order is the order of day, month and year.
type Order int

// The orders that people write days in.
const (
	DayFirst   Order = iota // 14 Mar 2026
	MonthFirst              // Mar 14, 2026
	YearFirst               // 2026 Mar 14
)

// Style is how a reader writes days and times. The zero Style is that of most
// of the world: 14 Mar 2026, 16:05.
type Style struct {
	Order      Order
	TwelveHour bool
}

// Regions by CLDR: where the clock has twelve hours, and where the day does not
// come first.
const (
	twelve     = " US PH PY PA PR CA AU NZ IN PK SG MY HK AE SD CY JM TT BS BB FJ ZM BD EG SA QA KW JO LB DZ TN IQ SY YE OM BH LY GR MX CO VE PE CL AR EC BO UY CR DO GT HN NI SV CU ET KH AL GH KR TW PG 419 001 "
	monthFirst = " US PH PR PA "
	yearFirst  = " CN TW JP KR SE HU LT CA ZA MN NP IR LK "
)

// Of gives the style of a language tag (BCP 47, "en-US"), the zero Style for
// one that is empty or unknown. Without a region the tag stands for where most
// of its readers are.
func Of(tag string) Style {
	t, err := language.Parse(tag)
	if err != nil || t == language.Und {
		return Style{}
	}
	base, _ := t.Base()
	region, _ := t.Region()
	place := " " + region.String() + " "
	s := Style{TwelveHour: strings.Contains(twelve, place)}
	switch {
	case base.String() == "es" && region.String() == "US":
	case strings.Contains(monthFirst, place):
		s.Order = MonthFirst
	case strings.Contains(yearFirst, place):
		s.Order = YearFirst
	}
	if base.String() == "fr" && region.String() == "CA" {
		s.TwelveHour = false
	}
	switch t.TypeForKey("hc") { // somebody's own wish: "en-US-u-hc-h23"
	case "h11", "h12":
		s.TwelveHour = true
	case "h23", "h24":
		s.TwelveHour = false
	}
	return s
}

// Clock writes the time of day.
func (s Style) Clock(t time.Time) string {
	if s.TwelveHour {
		return t.Format("3:04 PM")
	}
	return t.Format("15:04")
}

// Seconds writes the time of day to the second.
func (s Style) Seconds(t time.Time) string {
	if s.TwelveHour {
		return t.Format("3:04:05 PM")
	}
	return t.Format("15:04:05")
}

// Day writes a day without its year.
func (s Style) Day(t time.Time) string {
	if s.Order == DayFirst {
		return t.Format("2 Jan")
	}
	return t.Format("Jan 2")
}

// Date writes a day with its year.
func (s Style) Date(t time.Time) string {
	switch s.Order {
	case MonthFirst:
		return t.Format("Jan 2, 2006")
	case YearFirst:
		return t.Format("2006 Jan 2")
	}
	return t.Format("2 Jan 2006")
}
