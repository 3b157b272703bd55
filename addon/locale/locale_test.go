package locale_test

import (
	"testing"
	"time"

	"baton/addon/locale"
)

func TestOf(t *testing.T) {
	at := time.Date(2026, 3, 4, 16, 5, 9, 0, time.UTC)
	for tag, want := range map[string][4]string{
		"":                {"16:05", "16:05:09", "4 Mar", "4 Mar 2026"},
		"und":             {"16:05", "16:05:09", "4 Mar", "4 Mar 2026"},
		"not a locale":    {"16:05", "16:05:09", "4 Mar", "4 Mar 2026"},
		"en":              {"4:05 PM", "4:05:09 PM", "Mar 4", "Mar 4, 2026"},
		"en-US":           {"4:05 PM", "4:05:09 PM", "Mar 4", "Mar 4, 2026"},
		"en_US":           {"4:05 PM", "4:05:09 PM", "Mar 4", "Mar 4, 2026"},
		"en-US-u-hc-h23":  {"16:05", "16:05:09", "Mar 4", "Mar 4, 2026"},
		"en-GB":           {"16:05", "16:05:09", "4 Mar", "4 Mar 2026"},
		"en-GB-u-hc-h12":  {"4:05 PM", "4:05:09 PM", "4 Mar", "4 Mar 2026"},
		"en-IN":           {"4:05 PM", "4:05:09 PM", "4 Mar", "4 Mar 2026"},
		"es-419":          {"4:05 PM", "4:05:09 PM", "4 Mar", "4 Mar 2026"},
		"es-US":           {"4:05 PM", "4:05:09 PM", "4 Mar", "4 Mar 2026"},
		"fr-CA":           {"16:05", "16:05:09", "Mar 4", "2026 Mar 4"},
		"de":              {"16:05", "16:05:09", "4 Mar", "4 Mar 2026"},
		"iw":              {"16:05", "16:05:09", "4 Mar", "4 Mar 2026"},
		"ja-JP":           {"16:05", "16:05:09", "Mar 4", "2026 Mar 4"},
		"zh-Hant-TW":      {"4:05 PM", "4:05:09 PM", "Mar 4", "2026 Mar 4"},
		"sr-Latn-RS":      {"16:05", "16:05:09", "4 Mar", "4 Mar 2026"},
		"ar-EG-u-nu-latn": {"4:05 PM", "4:05:09 PM", "4 Mar", "4 Mar 2026"},
	} {
		s := locale.Of(tag)
		if got := [4]string{s.Clock(at), s.Seconds(at), s.Day(at), s.Date(at)}; got != want {
			t.Errorf("%q: %q, want %q", tag, got, want)
		}
	}
	us, noon := locale.Of("en-US"), time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)
	if got := us.Clock(noon) + ", " + us.Clock(noon.Add(12*time.Hour)); got != "12:00 PM, 12:00 AM" {
		t.Errorf("noon and midnight are %s", got)
	}
}
