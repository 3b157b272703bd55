package preview_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"
)

func contains(s, part string) bool { return strings.Contains(s, part) }

// TestInputs fills every kind of input and reads the event that a button then posts.
func TestInputs(t *testing.T) {
	b, d := open(t)
	b.refund()
	b.press("Reply as support@")
	b.until(`document.querySelector('.card h2').textContent === 'All widgets'`)
	common := func() m { return d.addon.last(t).event["commonEventObject"].(m) }
	strs := func(v ...any) m { return m{"stringInputs": m{"value": l(v)}} }
	sends := func(label string) {
		t.Helper()
		before := d.addon.count()
		b.press(label)
		b.until(`document.getElementById('panel').ariaBusy === 'false' && document.querySelector('.toasts').textContent.includes('Inputs received')`)
		if d.addon.count() != before+1 {
			t.Errorf("%s: %d calls, want 1", label, d.addon.count()-before)
		}
	}

	sends("Send inputs")
	want := m{
		"CHECK_BOX": strs("billing"), "RADIO_BUTTON": strs("billing"), "SWITCH": strs("billing"), "DROPDOWN": strs("billing"), "MULTI_SELECT": strs("billing"),
		"moment": m{"dateTimeInput": m{"hasDate": true, "hasTime": true, "msSinceEpoch": 1795255200000.0}},
		"day":    m{"dateInput": m{"msSinceEpoch": 1795219200000.0}}, "hour": m{"timeInput": m{"hours": 9.0, "minutes": 0.0}},
		"tell": strs("yes"),
	}
	if diff := cmp.Diff(want, common()["formInputs"]); diff != "" {
		t.Errorf("inputs as drawn (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(m{"conversation": "c-17", "version": "4"}, common()["parameters"]); diff != "" {
		t.Errorf("parameters (-want +got):\n%s", diff)
	}

	eval[bool](b, `(() => {
		const box = (name) => [...document.querySelectorAll('fieldset')].find((f) => f.querySelector('legend').textContent === name);
		box('CHECK_BOX').querySelectorAll('input')[1].click();
		box('RADIO_BUTTON').querySelectorAll('input')[1].click();
		box('SWITCH').querySelectorAll('input')[0].click();
		document.querySelector('select[name=DROPDOWN]').value = 'delivery';
		document.querySelector('input[name=tell]').click();
		document.querySelector('input[name=day]').value = '';
		document.querySelector('input[name=hour]').value = '18:45';
		document.querySelector('input[name=moment]').value = '2026-07-01T08:30';
		return true; })()`)
	b.types(`[data-widget=selectionInput] input.field`, "deliv")
	b.until(`document.querySelectorAll('.suggestions:not([hidden]) li').length === 1`)
	b.keys(kb.ArrowDown)
	b.keys(kb.Enter)
	b.until(`document.querySelectorAll('.pick').length === 2`)
	sends("Send inputs")
	want = m{
		"CHECK_BOX": strs("billing", "delivery"), "RADIO_BUTTON": strs("delivery"), "DROPDOWN": strs("delivery"), "MULTI_SELECT": strs("billing", "delivery"),
		"moment": m{"dateTimeInput": m{"hasDate": true, "hasTime": true, "msSinceEpoch": 1782891000000.0}}, // 08:30 in Lisbon's summer
		"hour":   m{"timeInput": m{"hours": 18.0, "minutes": 45.0}},
	}
	if diff := cmp.Diff(want, common()["formInputs"]); diff != "" {
		t.Errorf("inputs changed (-want +got):\n%s", diff)
	}
	if got := eval[string](b, `document.querySelector('input[name=hour]').value`); got != "18:45" {
		t.Errorf("persistValues: the time is %q after the answer, want 18:45", got)
	}

	t.Log("a grid item adds its id; without persistValues the inputs go back to the card's")
	eval[bool](b, `(document.querySelector('.cell.press').focus(), true)`)
	b.keys(kb.Enter)
	b.until(`document.querySelector('input[name=hour]').value === '09:00'`)
	if got := common()["parameters"].(m)["grid_item_identifier"]; got != "g1" {
		t.Errorf("grid item: got %v, want g1", got)
	}

	t.Log("values wait on the card below while another is on top")
	b.press("Back")
	b.until(`document.querySelector('textarea[name=note]')`)
	b.types(`textarea[name=note]`, "half a note")
	b.press("Reply as support@")
	b.until(`document.querySelector('.card h2').textContent === 'All widgets'`)
	b.press("Back")
	b.until(`document.querySelector('textarea[name=note]').value === 'half a note'`)

	t.Log("stateChanged makes the homepage ask again")
	homes := func() int {
		d.addon.mu.Lock()
		defer d.addon.mu.Unlock()
		n := 0
		for _, c := range d.addon.calls {
			if c.path == "/addon/home" {
				n++
			}
		}
		return n
	}
	before := homes()
	b.press("Back to the list")
	b.until(`document.querySelector('.card h2')?.textContent === 'My work'`)
	if got := homes(); got != before+1 {
		t.Errorf("homepage trigger ran %d times after stateChanged, want 1", got-before)
	}
}
