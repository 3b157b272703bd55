package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"baton/infra/chrome"
)

// Sizes of the window that these tests look at: a laptop's, which is also that
// of the picture in the README, and a phone's.
const (
	wide, high           = 1280, 800
	phoneWide, phoneHigh = 390, 844
)

// stepLimit bounds one step, so that what never comes fails with its name.
const stepLimit = 2 * time.Minute

// browser is one running Chromium; its pictures are numbered.
type browser struct {
	s    *stage
	ctx  context.Context
	shot int
	into string // folder of the pictures
}

func newBrowser(s *stage, folder string) *browser {
	s.Helper()
	ctx := chrome.Start(s, wide, high)
	into := filepath.Join("..", "..", "build", "screenshots", folder)
	if err := os.MkdirAll(into, 0o755); err != nil {
		s.Fatal(err)
	}
	return &browser{s: s, ctx: ctx, into: into}
}

// givenToAna has Mia give a thread to Ana. Whom of a team a rule picked depends
// on the order in which mail came in.
func (s *stage) givenToAna(thread string) {
	s.Helper()
	mia := s.as("mia@acme.test").open(support, thread)
	if mia.card.Button("Put back") != nil {
		mia.press("Put back", nil)
	}
	mia.press("Give to …", nil).
		press("Give", map[string][]string{"person": {"ana@acme.test"}, "why": {"She wrote to you last time"}}).
		says("Ana Silva holds this")
	s.settle()
}

// tab is one person's window. Every step waits for what it needs and fails with
// what the page shows instead.
type tab struct {
	b   *browser
	ctx context.Context
}

// tab opens the page as a person, with a mailbox open.
func (b *browser) tab(who, mailbox string, opts ...chromedp.ContextOption) *tab {
	b.s.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx, opts...)
	b.s.Cleanup(cancel)
	p := &tab{b, ctx}
	// The first step opens the tab and its context must last as long as the tab.
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		b.s.Fatalf("open a tab: %v", err)
	}
	if _, err := chromedp.Call(ctx, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true}); err != nil {
		b.s.Fatal(err)
	}
	p.size(wide, high)
	p.do("open the page", chromedp.Navigate(b.s.url+"/#/"+who+"/"+mailbox))
	p.until(`document.querySelector('.card h2') && document.documentElement.dataset.live === 'on'`)
	p.js(`window.sameLoad = true`)
	p.js(`window.told = []; new MutationObserver((all) => all.forEach((m) => m.addedNodes.forEach((n) => window.told.push(n.textContent)))).observe(document.getElementById('toasts'), { childList: true })`)
	return p
}

func (p *tab) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	p.b.s.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, stepLimit)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.b.s.Fatalf("%s: %v", what, err)
	}
}

func (p *tab) size(w, h int64) { p.do("size", chromedp.EmulateViewport(w, h)) }

// ask evaluates a JavaScript expression.
func ask[T any](p *tab, expr string) T {
	p.b.s.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, stepLimit)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expr))
	if err != nil {
		p.b.s.Fatalf("evaluate %s: %v", expr, err)
	}
	return v
}

// js runs statements whose value nobody needs.
func (p *tab) js(code string) {
	p.b.s.Helper()
	ask[bool](p, `(() => { `+code+`; return true; })()`)
}

// until waits for an expression to become true.
func (p *tab) until(expr string) {
	p.b.s.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, stepLimit)
	defer cancel()
	script := fmt.Sprintf(`new Promise((ok) => { const end = Date.now() + 60000;
		(function look() { let v = false; try { v = (%s); } catch {} if (v) ok(true); else if (Date.now() > end) ok(false); else setTimeout(look, 20); })(); })`, expr)
	done, err := chromedp.Run(ctx, chromedp.Evaluate[bool](script, chromedp.EvalAwaitPromise))
	if err != nil || !done {
		p.b.s.Fatalf("never true: %s (%v)\nthe page shows:\n%s", expr, err, ask[string](p, `document.body.innerText.slice(0, 4000)`))
	}
}

// quote writes a JavaScript string.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// control is an expression for what can be pressed below root and has exactly
// this visible text, or this label.
func control(root, text string) string {
	return fmt.Sprintf(`[...document.querySelectorAll(%s)].flatMap((r) => [...r.querySelectorAll('button, a, summary, label, [role=button], [role=option]')])
		.find((n) => n.checkVisibility() && [n.textContent.trim(), n.getAttribute('aria-label')].includes(%s))`, quote(root), quote(text))
}

// press presses a button of the side panel by its text.
func (p *tab) press(text string) {
	p.b.s.Helper()
	p.click(control("#panel", text))
}

// click moves the pointer onto what an expression gives and presses it, as soon
// as it is there, at rest and not covered by anything.
func (p *tab) click(expr string) {
	p.b.s.Helper()
	p.until(fmt.Sprintf(`!document.querySelector('.panelbody').inert && (() => { const n = %s; n.scrollIntoView({block: 'nearest'});
		const r = n.getBoundingClientRect(), at = [r.x + r.width / 2, r.y + r.height / 2];
		const hit = document.elementFromPoint(...at); window.clickAt = at; return n.contains(hit); })()`, expr))
	at := ask[[]float64](p, `window.clickAt`)
	p.do("press "+expr, chromedp.MouseClickXY(at[0], at[1]))
}

// types puts text into the panel's field of that name, as a keyboard does.
func (p *tab) types(name, text string) {
	p.b.s.Helper()
	p.click(fmt.Sprintf(`document.querySelector('#panel [name=%s]')`, quote(name)))
	p.do("type", chromedp.KeyEvent(text))
	p.until(fmt.Sprintf(`document.querySelector('#panel [name=%s]').value.includes(%s)`, quote(name), quote(text)))
}

// clears empties the panel's field of that name.
func (p *tab) clears(name string) {
	p.b.s.Helper()
	p.click(fmt.Sprintf(`document.querySelector('#panel [name=%s]')`, quote(name)))
	p.js(`document.activeElement.select()`)
	p.do("clear", chromedp.KeyEvent(kb.Backspace))
}

// kept waits until the panel's field of that name holds a text and no answer
// is outstanding.
func (p *tab) kept(name, text string) {
	p.b.s.Helper()
	p.until(fmt.Sprintf(`document.getElementById('panel').getAttribute('aria-busy') === 'false' && document.querySelector('#panel [name=%s]').value === %s`, quote(name), quote(text)))
}

// says waits until the panel shows every text.
func (p *tab) says(texts ...string) {
	p.b.s.Helper()
	for _, t := range texts {
		p.until(fmt.Sprintf(`document.getElementById('panel').innerText.replace(/\s+/g, ' ').includes(%s)`, quote(t)))
	}
}

// told waits for a line at the lower edge, which goes by itself after a while, and
// puts it away.
func (p *tab) told(text string) {
	p.b.s.Helper()
	p.until(fmt.Sprintf(`window.told.some((s) => s.includes(%s))`, quote(text)))
	p.quiet()
}

// quiet puts away the lines at the lower edge.
func (p *tab) quiet() {
	p.js(`window.told = []; document.querySelectorAll('.toast').forEach((n) => n.remove())`)
}

// opens opens the thread of that subject from the list.
func (p *tab) opens(subject string) {
	p.b.s.Helper()
	p.click(fmt.Sprintf(`[...document.querySelectorAll('.threads a')].find((a) => a.textContent.includes(%s))`, quote(subject)))
	p.until(`document.querySelector('.message.open') && document.getElementById('panel').getAttribute('aria-busy') === 'false'`)
}

// list goes back to the list.
func (p *tab) list() {
	p.b.s.Helper()
	p.click(control("#main", "Back to the list"))
	p.until(`document.querySelector('.threads') && document.getElementById('panel').getAttribute('aria-busy') === 'false'`)
}

// refresh asks for the card in front again, as the panel's own menu does.
func (p *tab) refresh() {
	p.b.s.Helper()
	p.press("Card menu")
	p.click(control(".menu", "Refresh"))
	p.until(`document.getElementById('panel').getAttribute('aria-busy') === 'false'`)
}

// becomes uses the page as somebody else from now on.
func (p *tab) becomes(email string) {
	p.b.s.Helper()
	p.js(fmt.Sprintf(`const s = document.getElementById('person'); s.value = %s; s.dispatchEvent(new Event('change'))`, quote(email)))
	p.until(fmt.Sprintf(`decodeURIComponent(location.hash).includes(%s) && document.getElementById('panel').getAttribute('aria-busy') === 'false'`, quote(email)))
}

// wears waits until the row of a thread in the list shows exactly these chips.
func (p *tab) wears(subject string, chips ...string) {
	p.b.s.Helper()
	p.until(fmt.Sprintf(`JSON.stringify([...[...document.querySelectorAll('.threads a')].find((a) => a.querySelector('.subject').textContent === %s)
		.querySelectorAll('.chip')].map((c) => c.dataset.label)) === %s`, quote(subject), quote(mustJSON(chips))))
}

func mustJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// picture writes what the tab shows into the folder of pictures.
func (p *tab) picture(name string) []byte {
	p.b.s.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, stepLimit)
	defer cancel()
	if _, err := chromedp.Call(ctx, page.BringToFront, cdp.Empty{}); err != nil {
		p.b.s.Fatalf("bring to front: %v", err)
	}
	p.until(`document.getAnimations().filter((a) => a.effect.getComputedTiming().iterations !== Infinity).length === 0`)
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.b.s.Fatalf("picture %s: %v", name, err)
	}
	p.b.shot++
	if err := os.WriteFile(filepath.Join(p.b.into, fmt.Sprintf("%02d-%s.png", p.b.shot, name)), png, 0o644); err != nil {
		p.b.s.Fatal(err)
	}
	return png
}
