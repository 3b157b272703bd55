package preview_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"baton/infra/chrome"
)

// browser is one tab; every step fails the test with what was waited for.
type browser struct {
	t   *testing.T
	ctx context.Context
}

// stepLimit bounds one step, so that a missing element fails with its name.
const stepLimit = 2 * time.Minute

func newBrowser(t *testing.T) *browser {
	t.Helper()
	return &browser{t, chrome.Start(t, 1360, 860)}
}

func (b *browser) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, stepLimit)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%s: %v", what, err)
	}
}

// until waits for a JavaScript expression to become true.
func (b *browser) until(expr string) {
	b.t.Helper()
	script := fmt.Sprintf(`new Promise((ok) => { const end = Date.now() + 60000;
		(function look() { let v = false; try { v = (%s); } catch {} if (v) ok(true); else if (Date.now() > end) ok(false); else setTimeout(look, 20); })(); })`, expr)
	ctx, cancel := context.WithTimeout(b.ctx, stepLimit)
	defer cancel()
	done, err := chromedp.Run(ctx, chromedp.Evaluate[bool](script, chromedp.EvalAwaitPromise))
	if err != nil || !done {
		b.t.Fatalf("never true: %s (%v)\npage shows:\n%s", expr, err, eval[string](b, `document.body.innerText.slice(0, 3000)`))
	}
}

func eval[T any](b *browser, expr string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, stepLimit)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expr))
	if err != nil {
		b.t.Fatalf("evaluate %s: %v", expr, err)
	}
	return v
}

// quote writes a JavaScript string.
func quote(s string) string {
	q, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(q)
}

// button is an expression for the visible button, link or control with this exact text or label.
func button(text string) string {
	return fmt.Sprintf(`[...document.querySelectorAll('button, a, summary, [role=button], [role=menuitem], [role=option]')]
		.find((n) => n.checkVisibility() && [n.textContent.trim(), n.getAttribute('aria-label')].includes(%s))`, quote(text))
}

// press waits for a control and presses it with the pointer.
func (b *browser) press(text string) {
	b.t.Helper()
	b.until(button(text) + ` && !document.querySelector('.panelbody').inert`)
	eval[bool](b, fmt.Sprintf(`(() => { const n = %s; n.scrollIntoView({block: 'nearest'}); n.click(); return true; })()`, button(text)))
}

// types puts text into a field as a keyboard does.
func (b *browser) types(selector, text string) {
	b.t.Helper()
	b.do("type into "+selector, chromedp.Focus(selector), chromedp.KeyEvent(text))
}

func (b *browser) keys(keys string) {
	b.t.Helper()
	b.do("press keys", chromedp.KeyEvent(keys))
}

// shot writes a picture of the window into build/ at the top of the repository.
func (b *browser) shot(name string) {
	b.t.Helper()
	b.until(`document.getAnimations().filter((a) => a.effect.getComputedTiming().iterations !== Infinity).length === 0`)
	png, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Fatalf("screenshot %s: %v", name, err)
	}
	dir := filepath.Join("..", "..", "build", "preview")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		b.t.Fatal(err)
	}
}

// inert fails when text from mail or cards became an element, ran, or tried to load something.
func (b *browser) inert(where string) {
	b.t.Helper()
	got := eval[string](b, `JSON.stringify({
		title: document.title.includes('owned'),
		scripts: document.querySelectorAll('body script').length,
		handlers: document.querySelectorAll('[onerror], [onclick], [onload]').length,
		links: [...document.links].filter((a) => a.protocol === 'javascript:').length,
		images: [...document.images].filter((i) => i.getAttribute('src') === 'x').length})`)
	want := `{"title":false,"scripts":0,"handlers":0,"links":0,"images":0}`
	if got != want {
		b.t.Errorf("%s: text became markup: got %s, want %s", where, got, want)
	}
}
