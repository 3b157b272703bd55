package company

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// The rules for the files that shift relies on.
func TestFilesKeepTheRulesOfShift(t *testing.T) {
	letters, err := readLetters(files)
	if err != nil {
		t.Fatal(err)
	}
	newest := letters[0].at
	for _, l := range letters {
		if l.at.After(newest) {
			newest = l.at
		}
	}
	for _, l := range letters {
		at := l.at.In(office)
		switch {
		case weekend(at):
			t.Errorf("%s: a mail of %s, a weekend", l.thread, at.Format(time.RFC1123))
		case workdays(l.at, newest) == 0 && newest.Sub(l.at) > 3*time.Hour:
			t.Errorf("%s: a mail of the last day, %v before the newest", l.thread, newest.Sub(l.at))
		case workdays(l.at, newest) > 0 && at.Hour() >= 21:
			t.Errorf("%s: a mail of %s, after 21:00", l.thread, at.Format(time.TimeOnly))
		}
	}
}

// Whatever the hour and the weekday of the start, order and rest are kept.
func TestDatesAtAnyStart(t *testing.T) {
	letters, err := readLetters(files)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortStableFunc(letters, func(a, b letter) int { return a.at.Compare(b.at) })
	newest := letters[len(letters)-1].at
	for minutes := 0; minutes < 8*24*60; minutes += 47 {
		now := time.Date(2026, 12, 24, 0, 2, 30, 0, time.UTC).Add(time.Duration(minutes) * time.Minute)
		previous := now.AddDate(0, 0, -17)
		for i, l := range letters {
			at := shift(l.at, newest, now)
			together := i > 0 && l.at.Equal(letters[i-1].at)
			if at.After(now) || !at.After(previous) && !together {
				t.Fatalf("start at %v: mail of %s arrives at %v, want it between %v and the start", now, l.thread, at, previous)
			}
			previous = at
			local := at.In(office)
			working := !weekend(local) && local.Hour() >= 7 && local.Hour() < 19
			atSupport := strings.HasSuffix(l.value("From"), "@acme.test>")
			if atSupport && !working && now.Sub(at) > 3*time.Hour+lag {
				t.Fatalf("start at %v: Acme wrote in %s at %v", now, l.thread, local)
			}
		}
	}
}

func TestDateHeaderMovesWithArrival(t *testing.T) {
	for _, p := range load(t, noon) {
		if gap := p.At.Sub(p.date); gap < 0 || gap > time.Minute {
			t.Errorf("%s: Date is %v before arrival", p.Thread, gap)
		}
	}
	for _, p := range load(t, noon) {
		if p.Thread == "japanese-mug" && !p.Sent {
			if _, offset := p.date.Zone(); offset != 9*60*60 {
				t.Errorf("Date of %s is %v, want the sender's zone +0900", p.Thread, p.date)
			}
		}
	}
}
