package preview_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"baton/addon/locale"
)

// TestLocales holds the readers' orders and clocks against what the browser
// knows of the world (Unicode's CLDR).
func TestLocales(t *testing.T) {
	tags := strings.Fields("en en-US en-GB en-CA en-AU en-NZ en-IN en-IE en-ZA en-SG en-HK de de-DE de-AT de-CH fr fr-FR fr-BE fr-CH fr-CA es es-ES es-MX es-AR es-US es-419 " +
		"it-IT pt pt-PT pt-BR nl-NL nl-BE sv-SE nb-NO da-DK fi-FI et-EE lv-LV lt-LT pl-PL cs-CZ sk-SK hu-HU ro-RO bg-BG hr-HR sl-SI sr-RS el-GR tr-TR uk-UA ru-RU " +
		"he he-IL ar ar-EG ar-SA ar-AE ar-MA hi hi-IN bn-BD ur-PK ja ja-JP ko ko-KR zh zh-CN zh-TW zh-HK th-TH vi-VN id-ID ms-MY fil-PH sw-KE")
	list, err := json.Marshal(tags)
	if err != nil {
		t.Fatal(err)
	}
	b := newBrowser(t)
	b.do("a page", chromedp.Navigate("about:blank"))
	got := eval[[]string](b, `(`+string(list)+`).map((tag) => {
		const clock = new Intl.DateTimeFormat(tag, { hour: 'numeric' }).resolvedOptions().hourCycle;
		const parts = new Intl.DateTimeFormat(tag, { calendar: 'gregory', year: 'numeric', month: 'numeric', day: 'numeric' }).formatToParts(0);
		return (/h1[12]/.test(clock) ? '12 ' : '24 ') + parts.filter((p) => ['day', 'month', 'year'].includes(p.type))[0].type;
	})`)
	at := time.Date(2026, 3, 4, 16, 5, 0, 0, time.UTC)
	for i, tag := range tags {
		s := locale.Of(tag)
		ours := "24 "
		if s.Clock(at) == "4:05 PM" {
			ours = "12 "
		}
		ours += map[locale.Order]string{locale.DayFirst: "day", locale.MonthFirst: "month", locale.YearFirst: "year"}[s.Order]
		if ours != got[i] {
			t.Errorf("%s: ours is %s, the browser's %s", tag, ours, got[i])
		}
	}
}
