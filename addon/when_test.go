package addon

import (
	"testing"
	"time"

	"baton/addon/card/cardtest"
	"baton/addon/locale"
)

// Days and times are the reader's: their zone with its summer time, the days
// as they begin there, and written as they write them.
func TestMomentsOfReaders(t *testing.T) {
	utc := func(month time.Month, day, hour, minute int) time.Time {
		return time.Date(2026, month, day, hour, minute, 0, 0, time.UTC)
	}
	for _, tc := range []struct {
		name, zone, locale string
		now, at            time.Time
		want               string
	}{
		{"before midnight in New York", "America/New_York", "en-US", utc(3, 3, 4, 30), utc(3, 3, 3, 0), "10:00 PM"},
		{"the same in London", "Europe/London", "en-GB", utc(3, 3, 4, 30), utc(3, 3, 3, 0), "03:00"},
		{"the same in Kolkata, half an hour off", "Asia/Kolkata", "en-IN", utc(3, 3, 4, 30), utc(3, 3, 3, 0), "8:30 AM"},
		{"yesterday there, today in UTC", "America/Los_Angeles", "en-US", utc(3, 3, 9, 0), utc(3, 3, 1, 0), "yesterday 5:00 PM"},
		{"tomorrow there, today in UTC", "Asia/Tokyo", "ja-JP", utc(3, 3, 14, 0), utc(3, 3, 16, 0), "tomorrow 01:00"},
		{"into summer time", "Europe/Vienna", "de-AT", utc(3, 28, 22, 0), utc(3, 29, 1, 0), "tomorrow 03:00"},
		{"the day of 23 hours", "Europe/Vienna", "de-AT", utc(3, 28, 23, 0), utc(3, 29, 21, 59), "23:59"},
		{"after the day of 23 hours", "Europe/Vienna", "de-AT", utc(3, 28, 23, 0), utc(3, 29, 22, 0), "tomorrow 00:00"},
		{"out of summer time", "America/New_York", "en-US", utc(11, 1, 3, 0), utc(11, 1, 7, 0), "tomorrow 2:00 AM"},
		{"the day of 25 hours", "America/New_York", "en-US", utc(11, 1, 4, 0), utc(11, 2, 4, 59), "11:59 PM"},
		{"summer time of half an hour", "Australia/Lord_Howe", "en-AU", utc(4, 4, 10, 0), utc(4, 4, 15, 30), "tomorrow 2:00 AM"},
		{"across the date line", "Pacific/Kiritimati", "en-US", utc(3, 2, 9, 0), utc(3, 2, 10, 0), "tomorrow 12:00 AM"},
		{"this week", "Europe/London", "en-GB", utc(3, 2, 9, 0), utc(3, 7, 14, 20), "Sat 14:20"},
		{"this week, on twelve hours", "America/New_York", "en-US", utc(3, 2, 9, 0), utc(3, 7, 19, 20), "Sat 2:20 PM"},
		{"this year", "America/New_York", "en-US", utc(3, 2, 9, 0), utc(5, 4, 18, 5), "May 4 2:05 PM"},
		{"this year, day first", "Europe/London", "en-GB", utc(3, 2, 9, 0), utc(5, 4, 18, 5), "4 May 19:05"},
		{"another year", "America/New_York", "en-US", utc(3, 2, 9, 0), utc(1, 1, 4, 0), "Dec 31, 2025 11:00 PM"},
		{"the same is this year in London", "Europe/London", "en-GB", utc(3, 2, 9, 0), utc(1, 1, 4, 0), "1 Jan 04:00"},
		{"year first", "Asia/Tokyo", "ja-JP", utc(3, 2, 9, 0), time.Date(2024, 2, 29, 1, 0, 0, 0, time.UTC), "2024 Feb 29 10:00"},
	} {
		zone, err := time.LoadLocation(tc.zone)
		if err != nil {
			t.Fatal(err)
		}
		r := reader{now: tc.now, zone: zone, style: locale.Of(tc.locale)}
		if got := r.at(tc.at); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

// The event's locale is used, and one that says nothing, or nonsense, is not.
func TestCardsFollowTheLocale(t *testing.T) {
	h := newHouse(t)
	h.now = time.Date(2026, 3, 2, 22, 30, 0, 0, time.UTC)
	c := h.mailed("Refund")
	for tag, want := range map[any]string{
		nil: "has waited since 22:30", "": "has waited since 22:30", "en-GB": "has waited since 22:30", "xx-nonsense-": "has waited since 22:30",
		"en-US": "has waited since 10:30 PM", "en": "has waited since 10:30 PM", "de": "has waited since 22:30", 7: "has waited since 22:30",
	} {
		ev := event{as: ana, gmail: inShared(c), edit: func(e map[string]any) { e["commonEventObject"].(map[string]any)["userLocale"] = tag }}
		h.show("/addon/message", ev).Has(t, cardtest.HasText(want))
	}
}

// A picker's day ends where the reader is, also on days that are not 24 hours long.
func TestEndOfDay(t *testing.T) {
	for zone, want := range map[string]time.Time{
		"UTC":              time.Date(2026, 3, 29, 23, 59, 59, 0, time.UTC),
		"Europe/Vienna":    time.Date(2026, 3, 29, 21, 59, 59, 0, time.UTC),
		"America/New_York": time.Date(2026, 3, 30, 3, 59, 59, 0, time.UTC),
		"Asia/Kolkata":     time.Date(2026, 3, 29, 18, 29, 59, 0, time.UTC),
	} {
		loc, err := time.LoadLocation(zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := endOfDay(time.Date(2026, 3, 29, 0, 0, 0, 0, time.UTC), loc); !got.Equal(want) {
			t.Errorf("%s: %v, want %v", zone, got.UTC(), want)
		}
	}
}
