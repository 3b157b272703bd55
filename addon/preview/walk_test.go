package preview_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/google/go-cmp/cmp"
)

// open starts a browser on a seeded desk with its add-on.
func open(t *testing.T) (*browser, *desk) {
	t.Helper()
	b, d := newBrowser(t), newDesk(t)
	d.gmail.seed()
	d.script()
	b.do("open page", chromedp.EmulateViewport(1360, 860), chromedp.Navigate(d.url+"/"))
	b.until(`document.querySelector('.card h2')?.textContent === 'My work'`)
	return b, d
}

// refund opens the long thread and waits for its card.
func (b *browser) refund() {
	b.t.Helper()
	b.until(`document.querySelector('.threads a .subject')`)
	eval[bool](b, `([...document.querySelectorAll('.threads a')].find((a) => a.textContent.includes('1042')).click(), true)`)
	b.until(`document.querySelector('.card h2')?.textContent === 'Refund for order 1042'`)
}

// TestWalk uses the page as a person does, from choosing who they are to the phone's width.
func TestWalk(t *testing.T) {
	b, d := open(t)
	b.inert("list")
	b.shot("1-list-light")

	t.Log("a person sees their own mailbox and the shared ones they belong to")
	boxes := `[...document.querySelectorAll('.box small')].map((n) => n.textContent)`
	if diff := cmp.Diff([]string{"support@acme.test", "sales@acme.test", "ana@acme.test"}, eval[[]string](b, boxes)); diff != "" {
		t.Errorf("Ana's mailboxes (-want +got):\n%s", diff)
	}
	eval[bool](b, `(() => { const s = document.getElementById('person'); s.value = 'olga@acme.test'; s.dispatchEvent(new Event('change')); return true; })()`)
	b.until(`document.querySelector('.listtop p').textContent.startsWith('olga@acme.test')`)
	if diff := cmp.Diff([]string{"olga@acme.test"}, eval[[]string](b, boxes)); diff != "" {
		t.Errorf("Olga's mailboxes (-want +got):\n%s", diff)
	}
	eval[bool](b, `(() => { const s = document.getElementById('person'); s.value = 'ana@acme.test'; s.dispatchEvent(new Event('change')); return true; })()`)
	b.until(`document.querySelectorAll('.box').length === 3`)

	t.Log("a mailbox opens with Enter")
	b.do("focus", chromedp.Focus(`a.box[data-key="sales@acme.test"]`))
	b.keys(kb.Enter)
	b.until(`document.querySelector('.listtop p').textContent === 'sales@acme.test · 1 thread'`)
	b.do("focus", chromedp.Focus(`a.box[data-key="support@acme.test"]`))
	b.keys(kb.Enter)
	b.until(`document.querySelectorAll('.threads li').length === 4`)

	t.Log("a thread opens, quoted text is folded, the panel shows its card")
	b.refund()
	b.inert("thread and card")
	if got := eval[int](b, `document.querySelectorAll('.message').length`); got != 6 {
		t.Errorf("messages: got %d, want 6", got)
	}
	if eval[bool](b, `document.querySelector('.quote').open`) {
		t.Error("the quote is open from the start")
	}
	b.shot("2-thread-light")

	t.Log("sections fold and unfold")
	history := `[...document.querySelectorAll('.section')].find((s) => s.textContent.startsWith('History'))`
	shown := `[...` + history + `.querySelectorAll('.widget')].filter((w) => w.checkVisibility()).length`
	if got := eval[int](b, shown); got != 1 {
		t.Errorf("folded history shows %d lines, want 1", got)
	}
	b.press("History")
	b.until(shown + ` === 3`)
	b.press("History")
	b.until(shown + ` === 1`)

	t.Log("a required field is asked for before anything is sent")
	calls := d.addon.count()
	b.press("Add")
	b.until(`document.querySelector('.fault')?.textContent === 'Required'`)
	if got := d.addon.count(); got != calls {
		t.Errorf("the add-on was called %d times with a required field empty", got-calls)
	}

	t.Log("a button sends the form, the card is updated, the notification shows")
	b.types(`textarea[name=note]`, `ask `+hostile)
	b.press("Add")
	b.until(`[...document.querySelectorAll('.section h3')].some((h) => h.textContent === 'Notes (2)')`)
	b.until(`document.querySelector('.toast[data-kind=note]')?.textContent.includes('Note added')`)
	if got := formText(d.addon.last(t).event, "note"); got != `ask `+hostile {
		t.Errorf("note sent: got %q", got)
	}
	b.inert("note")

	t.Log("suggestions come from the add-on and are taken with the keyboard")
	b.types(`input[name=give]`, "b")
	b.until(`document.querySelectorAll('.suggestions:not([hidden]) li').length === 1`)
	b.shot("3-suggestions")
	b.keys(kb.ArrowDown)
	b.keys(kb.Enter)
	b.until(`document.querySelector('input[name=give]').value === 'Ben Okafor'`)
	b.press("Give")
	b.until(`document.querySelector('.toasts').textContent.includes('Inputs received')`)
	if got := formText(d.addon.last(t).event, "give"); got != "Ben Okafor" {
		t.Errorf("picked suggestion sent as %q", got)
	}

	t.Log("a pushed card has a back arrow that leads to the card before")
	b.press("Reply as support@")
	b.until(`document.querySelector('.card h2').textContent === 'All widgets'`)
	b.inert("all widgets")
	b.do("tall window", chromedp.EmulateViewport(1360, 1900))
	b.shot("4-widgets-light")
	b.do("window", chromedp.EmulateViewport(1360, 860))
	b.press("Back")
	b.until(`document.querySelector('.card h2').textContent === 'Refund for order 1042' && !document.querySelector('.backarrow')`)

	t.Log("dark, by the button")
	b.press("Use dark colours")
	b.until(`getComputedStyle(document.body).colorScheme.includes('dark')`)
	b.shot("5-thread-dark")
	b.press("Reply as support@")
	b.until(`document.querySelector('.card h2').textContent === 'All widgets'`)
	b.shot("6-widgets-dark")
	b.press("Back")

	b.do("tablet", chromedp.EmulateViewport(1000, 800))
	b.until(`document.documentElement.scrollWidth <= 1000`)
	b.shot("6-tablet-dark")
	t.Log("a phone: no sideways scrolling, the panel below the mail")
	b.do("phone", chromedp.EmulateViewport(390, 844))
	b.until(`document.documentElement.scrollWidth <= 390`)
	if !eval[bool](b, `document.getElementById('panel').getBoundingClientRect().top >= document.getElementById('main').getBoundingClientRect().bottom`) {
		t.Error("the panel is not below the mail at 390 px")
	}
	b.shot("7-phone-thread-dark")
	eval[bool](b, `(document.getElementById('panel').scrollIntoView(), true)`)
	b.shot("8-phone-panel-dark")
	b.press("Use light colours")
	b.press("Back to the list")
	b.until(`document.querySelectorAll('.threads li').length === 4`)
	b.shot("9-phone-list-light")
}
