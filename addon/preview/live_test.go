package preview_test

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestLive changes mail behind the page's back: it follows without a reload.
func TestLive(t *testing.T) {
	b, d := open(t)
	b.until(`document.documentElement.dataset.live === 'on'`)
	eval[bool](b, `window.same = true`)

	t.Log("a label put on elsewhere shows as a chip and is said")
	threads, err := d.gmail.Threads(t.Context(), "support@acme.test")
	if err != nil {
		t.Fatal(err)
	}
	d.gmail.label("support@acme.test", threads[2].ID, "INBOX", "Baton/Assigned/Ana")
	b.until(`document.querySelectorAll('.threads .chip[data-label="Baton/Assigned/Ana"]').length === 2`)
	b.until(`document.querySelector('.toast[data-kind=label]')?.textContent.includes('+ Assigned/Ana')`)

	t.Log("a ready customer mail arrives")
	b.press("Write as a customer")
	b.shot("10-compose")
	b.press("Where is my parcel?rosa@customer.test")
	b.until(`[...document.querySelectorAll('.threads .subject')].some((s) => s.textContent === 'Where is my parcel?')`)

	t.Log("a new mail of one's own arrives, escaped")
	eval[bool](b, `(() => { const f = document.querySelectorAll('#compose .field');
		f[2].value = '<b>bold</b> claim'; f[3].value = 'Zażółć'; return true; })()`)
	b.press("Send")
	b.until(`document.getElementById('compose').hidden`)
	b.until(`[...document.querySelectorAll('.threads .subject')].some((s) => s.textContent === '<b>bold</b> claim')`)

	t.Log("the customer answers into the open thread")
	b.refund()
	b.types(`.reply textarea`, "Thank you, it has arrived.")
	b.press("Send as the customer")
	b.until(`document.querySelectorAll('.message').length === 7`)
	b.until(`document.querySelector('.reply textarea').value === ''`)
	if !eval[bool](b, `window.same === true`) {
		t.Error("the page was loaded again")
	}
	b.inert("after live changes")

	t.Log("a lost stream is said, and tried again")
	d.page.Close()
	b.until(`document.getElementById('live').textContent === 'Reconnecting…'`)
	b.until(`performance.getEntriesByType('resource').filter((r) => r.name.endsWith('/preview/api/changes')).length >= 3`)
}

// TestRefusedAnswers shows what Gmail would refuse, and keeps the card to go back to.
func TestRefusedAnswers(t *testing.T) {
	b, d := open(t)
	b.refund()
	b.press("Card menu")
	b.until(`document.querySelectorAll('.menu [role=menuitem]').length === 3`)
	if got := eval[string](b, `document.querySelector('.menu [role=menuitem]').textContent`); got != "Refresh" {
		t.Errorf("first menu entry of a root card: got %q, want Refresh", got)
	}
	b.shot("11-menu")
	b.keys(kb.Escape)
	b.until(`!document.querySelector('.menu')`)
	b.press("Card menu")
	b.press("Broken answer")
	b.until(`document.querySelector('.problem li')?.textContent.endsWith('sections[0].widgets[0].textParagraph.colour is no field of TextParagraph')`)
	b.shot("12-refused")
	b.press("Back to the card")
	b.until(`document.querySelector('.card h2').textContent === 'Refund for order 1042'`)

	many := l{}
	for range 101 {
		many = append(many, m{"divider": m{}})
	}
	for _, c := range []struct{ name, answer, want string }{
		{"trigger wrapped", answer(m{"renderActions": m{"action": m{}}}), "a trigger is answered bare"},
		{"too many widgets", bare(m{"sections": l{m{"widgets": many[:60]}, m{"widgets": many[60:]}}}), "has 101 widgets"},
		{"unknown top field", answer(m{"actions": m{}}), "actions is no field of RenderActions"},
		{"two kinds in one widget", bare(m{"sections": l{m{"widgets": l{m{"divider": m{}, "textParagraph": m{"text": "x"}}}}}}), "must have exactly one field, has 2"},
		{"chat only", bare(m{"sections": l{m{"widgets": l{m{"buttonList": m{"buttons": l{m{"text": "x", "onClick": m{"action": m{"function": "f", "interaction": "OPEN_DIALOG"}}}}}}}}}}), "strips the card"},
		{"no card", answer(m{"action": m{"notification": m{"text": "hello"}}}), "without a card"},
		{"not JSON", "Internal Server Error", "no JSON object"},
	} {
		d.addon.on("/addon/message", func(m) (int, string) { return 200, c.answer })
		b.press("Card menu")
		b.press("Refresh")
		b.until(`document.querySelector('.problem li')?.textContent.includes(` + quote(c.want) + `)`)
		t.Log(c.name)
	}
	d.addon.on("/addon/message", func(m) (int, string) { return 500, `{}` })
	b.press("Try again")
	b.until(`document.querySelector('.problem li')?.textContent.includes('status 500')`)

	t.Log("authorization answers")
	d.addon.on("/addon/message", func(m) (int, string) {
		return 200, `{"requesting_google_scopes":{"scopes":["https://www.googleapis.com/auth/gmail.modify"]}}`
	})
	b.press("Try again")
	b.until(`document.querySelector('.problem.calm li')?.textContent.endsWith('gmail.modify')`)
	d.addon.on("/addon/message", func(m) (int, string) {
		return 200, `{"basic_authorization_prompt":{"authorization_url":"https://sign.test/in","resource":"Acme Desk"}}`
	})
	b.press("Try again")
	b.until(`document.querySelector('.problem.calm h2')?.textContent === 'Acme Desk asks you to sign in'`)
}

// TestSystemDark follows the system's colours without a press.
func TestSystemDark(t *testing.T) {
	b := newBrowser(t)
	d := newDesk(t)
	d.script()
	dark := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, dark); err != nil {
		t.Fatal(err)
	}
	b.do("open page", chromedp.EmulateViewport(1360, 860), chromedp.Navigate(d.url+"/"))
	b.until(`document.querySelector('.card h2')`)
	if got := eval[string](b, `getComputedStyle(document.body).color`); !strings.Contains(got, "230, 235, 232") {
		t.Errorf("ink on a dark system: got %s", got)
	}
	b.shot("13-empty-dark")
}
