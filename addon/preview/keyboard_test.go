package preview_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"baton/addon/gallery"
	"baton/addon/preview"
	core "baton/desk"
)

// sceneSigner signs for a scene's add-on.
type sceneSigner struct{ scene *gallery.Scene }

// IDToken implements preview.Signer.
func (s sceneSigner) IDToken(audience, email string) (string, error) {
	return s.scene.Sign(audience, core.Email(email))
}

// tabTo presses Tab until the focus is on a control of that name, and gives the
// names passed.
func (b *browser) tabTo(name string) (passed []string) {
	b.t.Helper()
	const at = `(() => { const n = document.activeElement; return n?.name || n?.getAttribute('aria-label') || n?.textContent.trim() || ''; })()`
	for range 60 {
		b.keys(kb.Tab)
		got := eval[string](b, at)
		if got == name {
			return passed
		}
		passed = append(passed, got)
	}
	b.t.Fatalf("Tab never reaches %q; it passed %q", name, passed)
	return nil
}

// focused waits for the focus to be on what a selector finds.
func (b *browser) focused(selector string) {
	b.t.Helper()
	b.until(`document.activeElement?.matches(` + quote(selector) + `)`)
}

// TestKeyboardAlone takes a conversation, writes a note and closes it at the
// real add-on without a pointer. The keyboard keeps its place in the panel all
// the while.
func TestKeyboardAlone(t *testing.T) {
	scene, thread, err := newGallery(t).Scene(t.Context(), "Refund for order 1042")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := scene.Close(); err != nil {
			t.Error(err)
		}
	})
	b := newBrowser(t)
	d := newDesk(t, func(o *preview.Options) {
		o.PublicURL, o.ServiceAccount, o.ClientID = scene.PublicURL, scene.Account(), scene.ClientID()
		o.Signer, o.Client = sceneSigner{scene}, &http.Client{Transport: scene}
	})
	d.gmail.mu.Lock()
	d.gmail.put("support@acme.test", preview.Message{From: "Carla Customer <carla@shop.example>", To: "support@acme.test",
		Subject: "Refund for order 1042", Date: noon, Handle: "<m1@shop.example>", Labels: []string{"INBOX"}, Text: "Please."}, "")
	d.gmail.mu.Unlock()
	b.do("open the thread", chromedp.EmulateViewport(1360, 860),
		chromedp.Navigate(fmt.Sprintf("%s/#/ana%%40acme.test/support%%40acme.test/INBOX/%s", d.url, thread)))
	b.until(`document.querySelector('.card h2')?.textContent === 'Refund for order 1042'`)
	b.do("focus on the panel", chromedp.Focus(".paneltop"))

	b.tabTo("Take")
	b.keys(kb.Enter)
	b.until(`document.querySelector('.card').textContent.includes('You hold this')`)
	b.focused(".panel h2") // Take has gone: the card begins anew
	if got := eval[bool](b, `document.querySelector('.panel h2').matches(':focus-visible') && getComputedStyle(document.activeElement).outlineStyle !== 'none'`); !got {
		t.Error("nobody can see where the keyboard stands")
	}

	b.tabTo("note")
	b.do("write", chromedp.KeyEvent("Billing has it"))
	b.tabTo("Add note")
	b.keys(kb.Enter)
	b.until(`document.querySelector('.card').textContent.includes('Billing has it')`)
	b.until(`document.activeElement.textContent === 'Add note'`)

	t.Log("a form opens at its heading, and leads back to the button that opened it")
	passed := b.tabTo("Change")
	if len(passed) > 1 {
		t.Errorf("from Add note to the tags, Tab passes %q", passed)
	}
	b.keys(kb.Enter)
	b.until(`document.querySelector('.card h2').textContent === 'Tags and priority'`)
	b.focused(".panel h2")
	b.tabTo("Cancel")
	b.keys(kb.Enter)
	b.until(`document.querySelector('.card h2').textContent === 'Refund for order 1042'`)
	b.until(`document.activeElement.textContent === 'Change'`)

	b.tabTo("Close")
	b.keys(" ")
	b.until(`[...document.querySelectorAll('.footer button')].some((n) => n.textContent === 'Reopen')`)
	b.focused(".panel h2")
	b.shot("keyboard-closed")
}

// order lists the controls of each card that Tab reaches before what stands
// above them, or before what stands left of them on their line.
const order = `[...document.querySelectorAll('.state .panel')].flatMap((panel) => {
	const all = [...panel.querySelectorAll('button, a[href], input, select, textarea, [tabindex="0"]')].filter((n) => n.checkVisibility() && !n.disabled);
	const bad = [];
	for (let i = 1; i < all.length; i++) {
		const a = all[i - 1].getBoundingClientRect(), b = all[i].getBoundingClientRect();
		if (b.bottom <= a.top + 1 || (b.top < a.bottom - 1 && a.top < b.bottom - 1 && b.right <= a.left + 1)) bad.push(panel.closest('.state').id + ': ' + all[i - 1].textContent + ' before ' + all[i].textContent);
	}
	return bad;
})`

// unnamed lists controls and pictures that are read aloud as nothing, and
// buttons inside of buttons.
const unnamed = `[...document.querySelectorAll('.panel button, .panel input, .panel select, .panel textarea, .panel [role=button], .panel [role=img], .panel img')].filter((n) => {
	if (n.matches('button, [role=button]') && n.querySelector('button, [role=button], input, select')) return true;
	return !(n.getAttribute('aria-label') || n.labels?.[0]?.textContent.trim() || n.textContent.trim() || n.getAttribute('alt'));
}).map((n) => n.closest('.state').id + ': ' + n.outerHTML.slice(0, 120))`

// faint lists texts whose contrast with what is behind them is less than 4.5 to
// 1 (WCAG 2.2, 1.4.3). Disabled controls are exempt there.
const faint = `(() => {
	const pen = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
	const rgba = (c) => { pen.clearRect(0, 0, 1, 1); pen.fillStyle = c; pen.fillRect(0, 0, 1, 1); return [...pen.getImageData(0, 0, 1, 1).data]; };
	const light = ([r, g, b]) => { const f = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; return 0.2126 * f(r) + 0.7152 * f(g) + 0.0722 * f(b); };
	const behind = (n) => { for (; n; n = n.parentElement) { const c = rgba(getComputedStyle(n).backgroundColor); if (c[3] > 250) return c; } return [255, 255, 255]; };
	const out = new Set();
	for (const n of document.querySelectorAll('body *')) {
		if (!n.checkVisibility() || n.closest(':disabled, svg, script') || ![...n.childNodes].some((c) => c.nodeType === 3 && c.textContent.trim())) continue;
		const a = light(rgba(getComputedStyle(n).color)), b = light(behind(n));
		const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		if (ratio < 4.5) out.add(n.tagName + '.' + n.className + ' ' + ratio.toFixed(2) + ' ' + n.textContent.trim().slice(0, 30));
	}
	return [...out];
})()`

// TestGalleryForEverybody holds every card against what people need who do not
// use a pointer, or do not see well.
func TestGalleryForEverybody(t *testing.T) {
	b := openGallery(t, newGallery(t), "", 1360, 900)
	for name, script := range map[string]string{"Tab goes back": order, "read aloud as nothing": unnamed, "too faint": faint} {
		if bad := eval[[]string](b, script); len(bad) > 0 {
			t.Errorf("%s:\n%s", name, strings.Join(bad, "\n"))
		}
	}
	dark := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}}
	if _, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, dark); err != nil {
		t.Fatal(err)
	}
	b.until(`getComputedStyle(document.body).color === 'rgb(230, 235, 232)'`)
	b.shot("gallery-dark")
	if bad := eval[[]string](b, faint); len(bad) > 0 {
		t.Errorf("too faint in the dark:\n%s", strings.Join(bad, "\n"))
	}
	// The tests can fail.
	eval[bool](b, `(() => { const s = document.querySelector('.state'); s.querySelector('h2').style.color = '#333'; const o = s.querySelector('.section .btn'); o.textContent = ''; o.parentElement.style.direction = 'rtl'; return true; })()`)
	for name, script := range map[string]string{"order": order, "unnamed": unnamed, "faint": faint} {
		if len(eval[[]string](b, script)) == 0 {
			t.Errorf("the check of %s finds nothing in a card that was spoilt", name)
		}
	}
}
