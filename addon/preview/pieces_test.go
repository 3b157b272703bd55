package preview_test

import (
	"context"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
)

// module runs an expression over the exports of one of the page's scripts, named x.
func module[T any](b *browser, file, expr string) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, stepLimit)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](`import('/preview/app/js/`+file+`').then((x) => (`+expr+`))`, chromedp.EvalAwaitPromise))
	if err != nil {
		b.t.Fatalf("%s: %s: %v", file, expr, err)
	}
	return v
}

// TestPieces puts hard input to the scripts that read foreign text, times and answers.
func TestPieces(t *testing.T) {
	b := newBrowser(t)
	d := newDesk(t)
	d.script()
	b.do("open page", chromedp.Navigate(d.url+"/"))
	b.until(`document.querySelector('.card h2')`)

	for _, c := range []struct{ source, html string }{
		{"a &lt;b&gt; &amp;amp; &#39;&#x41;&nope; &#0;", "a &lt;b&gt; &amp;amp; 'A&amp;nope; &amp;#0;"},
		{"<b>bold <i>both</b> after", "<b>bold <i>both</i></b> after"},
		{"</b>stray <b>open", "&lt;/b&gt;stray <b>open</b>"},
		{"one<br>two<br/>three", "one<br>two<br>three"},
		{`<a href="https://x.test/?a=1&amp;b=2" onclick="x()">l</a>`, `<a href="https://x.test/?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">l</a>`},
		{`<a href="javascript:alert(1)">l</a><a href="JaVaScript&#58;x">m</a><a href="data:text/html,x">n</a>`, `<a>l</a><a>m</a><a>n</a>`},
		{`<font color="#FF0000">r</font><font color="red;x:url(y)">s</font>`, `<span class="tint" style="--tint: #FF0000;">r</span><span>s</span>`},
		{`<script>x</script><img src=x onerror=y><svg/onload=z>`, `&lt;script&gt;x&lt;/script&gt;&lt;img src=x onerror=y&gt;&lt;svg/onload=z&gt;`},
		{`<b <i>x</i>`, `&lt;b <i>x</i>`},
		{`<time datetime="2026-11-21">today</time>`, `<time>today</time>`},
		{"2 < 3 > 1", "2 &lt; 3 &gt; 1"},
	} {
		got := module[string](b, "text.js", `(() => { const d = document.createElement('div'); d.append(x.formatted(`+quote(c.source)+`)); return d.innerHTML; })()`)
		if got != c.html {
			t.Errorf("text %q: got %q, want %q", c.source, got, c.html)
		}
	}

	for _, c := range []struct {
		expr string
		want float64
	}{
		{`x.offsetAt('Europe/Vienna', Date.UTC(2026, 6, 1))`, 7200000},
		{`x.offsetAt('Europe/Vienna', Date.UTC(2026, 10, 21))`, 3600000},
		{`x.offsetAt('Asia/Kolkata', 1795255200123)`, 19800000},
		{`x.offsetAt('America/St_Johns', Date.UTC(1950, 0, 1))`, -12600000},
	} {
		if got := module[float64](b, "dates.js", c.expr); got != c.want {
			t.Errorf("%s: got %v, want %v", c.expr, got, c.want)
		}
	}

	for _, c := range []struct{ text, own, quote string }{
		{"hello", "hello", ""},
		{"hello\n\nOn Friday Ana wrote:\n> a\n> b\n", "hello", "On Friday Ana wrote:\n> a\n> b"},
		{"> first\nanswer below", "> first\nanswer below", ""},
		{"> all", "", "> all"},
		{"", "", ""},
	} {
		got := module[[]string](b, "thread.js", `x.splitQuote(`+quote(c.text)+`)`)
		if diff := cmp.Diff([]string{c.own, c.quote}, got); diff != "" {
			t.Errorf("quote of %q (-want +got):\n%s", c.text, diff)
		}
	}

	for from, want := range map[string]string{
		`Rosa Lind <rosa@customer.test>`: "Rosa Lind", `"Lind, Rosa" <r@c.test>`: "Lind, Rosa", `<r@c.test>`: "r", `r@c.test`: "r", ``: "",
	} {
		if got := module[string](b, "list.js", `x.senderName(`+quote(from)+`)`); got != want {
			t.Errorf("sender %q: got %q, want %q", from, got, want)
		}
	}
}

// TestAnswers puts answers to the strict reader: what Gmail takes is taken, all else is named.
func TestAnswers(t *testing.T) {
	b := newBrowser(t)
	d := newDesk(t)
	d.script()
	b.do("open page", chromedp.Navigate(d.url+"/"))
	b.until(`document.querySelector('.card h2')`)
	one := func(w m) string { return bare(m{"sections": l{m{"widgets": l{w}}}}) }
	for _, c := range []struct {
		name, kind, answer, want string
	}{
		{"every widget", "action", wrapped("x", m{"pushCard": d.widgetsCard()}), "ok"},
		{"message card", "trigger", bare(d.messageCard(l{"x"})), "ok"},
		{"nothing", "action", `{}`, "ok"},
		{"navigation", "action", `{"renderActions":{"action":{"navigations":[{"pop":true},{"popToRoot":true},{"popToCard":"home"}]}}}`, "ok"},
		{"draft", "action", `{"renderActions":{"hostAppAction":{"gmailAction":{"openCreatedDraftActionMarkup":{"draftId":"r1","draftThreadId":"18c2"}}}}}`, "ok"},
		{"suggestions", "suggest", `{"autoComplete":{"items":[{"text":"a"}]}}`, "ok"},
		{"custom prompt", "trigger", `{"custom_authorization_prompt":{"action":{"navigations":[{"pushCard":{"sections":[]}}]}}}`, "ok"},
		{"bare action", "action", `{"action":{"notification":{"text":"x"}}}`, "action: an action is answered wrapped"},
		{"stateChanged in trigger", "trigger", `{"stateChanged":true}`, "stateChanged is no field of RenderActions"},
		{"suggestion as action", "action", `{"autoComplete":{"items":[]}}`, "autoComplete is no field of SubmitFormResponse"},
		{"two navigations in one", "action", `{"renderActions":{"action":{"navigations":[{"pop":true,"popToRoot":true}]}}}`, "exactly one field, has 2"},
		{"Apps Script name", "action", `{"renderActions":{"action":{"navigations":[{"popCard":true}]}}}`, "is spelt pop in JSON"},
		{"draft name", "action", `{"renderActions":{"hostAppAction":{"gmailAction":{"openCreatedDraftAction":{}}}}}`, "is spelt openCreatedDraftActionMarkup"},
		{"required", "trigger", one(m{"decoratedText": m{"topLabel": "x"}}), "decoratedText.text is missing"},
		{"enum", "trigger", one(m{"textInput": m{"name": "a", "label": "b", "type": "MULTI"}}), "type must be one of SINGLE_LINE, MULTIPLE_LINE"},
		{"label", "trigger", one(m{"textInput": m{"name": "a"}}), "needs a label or a hintText"},
		{"scalar", "trigger", one(m{"textParagraph": m{"text": 5}}), "text must be text"},
		{"list", "trigger", one(m{"buttonList": m{"buttons": m{"text": "x"}}}), "buttons must be a list"},
		{"cardActions object", "trigger", bare(m{"cardActions": m{}}), "cardActions must be a list"},
		{"columns", "trigger", one(m{"columns": m{"columnItems": l{m{}, m{}, m{}}}}), "has 3 entries, Google takes 2"},
		{"grid in column", "trigger", one(m{"columns": m{"columnItems": l{m{"widgets": l{m{"grid": m{}}}}}}}), "grid is no field of ColumnWidget"},
		{"data source", "trigger", one(m{"selectionInput": m{"name": "a", "type": "MULTI_SELECT", "platformDataSource": m{}}}), "does not exist in Gmail"},
		{"prototype", "trigger", `{"action":{"navigations":[{"pushCard":{"constructor":{}}}]}}`, "constructor is no field of Card"},
		{"proto", "trigger", `{"action":{"navigations":[{"pushCard":{"__proto__":{"sections":[]}}}]}}`, "__proto__ is no field of Card"},
	} {
		got := module[string](b, "check.js", `(() => { try { x.readAnswer(`+quote(c.kind)+`, 200, JSON.parse(`+quote(c.answer)+`)); return 'ok'; } catch (e) { return e.reasons ? e.reasons.join('; ') : 'broke: ' + e; } })()`)
		if c.want == "ok" && got != "ok" || !contains(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
