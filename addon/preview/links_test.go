package preview_test

import (
	"testing"
)

// TestLinksAndHostActions watches what the page opens and says beside cards.
func TestLinksAndHostActions(t *testing.T) {
	b, d := open(t)
	d.addon.on("/addon/do/draft", func(m) (int, string) {
		return 200, answer(m{"renderActions": m{"hostAppAction": m{"gmailAction": m{"openCreatedDraftActionMarkup": m{"draftId": "r-77", "draftThreadId": "18c2f3a9b0d1e204"}}}}})
	})
	d.addon.on("/addon/do/link", func(m) (int, string) {
		return 200, answer(m{"renderActions": m{"action": m{"link": m{"url": d.url + "/wide"}}}})
	})
	d.addon.on("/addon/do/lost", func(m) (int, string) { return 200, wrapped("", m{"popToCard": "nowhere"}) })
	link := func(text, url string, extra m) m {
		to := m{"url": url}
		for k, v := range extra {
			to[k] = v
		}
		return m{"text": text, "onClick": m{"openLink": to}}
	}
	d.addon.on("/addon/message", func(m) (int, string) {
		return 200, bare(m{"name": "links", "header": m{"title": "Links"}, "sections": l{m{"widgets": l{
			m{"buttonList": m{"buttons": l{
				link("Tab", "https://example.com/a", nil), link("Script", "javascript:alert(1)", nil),
				link("Overlay", d.url+"/sign-in", m{"openAs": "OVERLAY", "onClose": "RELOAD"}),
				m{"text": "Draft", "onClick": d.does("draft")}, m{"text": "Answered link", "onClick": d.does("link")},
				m{"text": "Lost card", "onClick": d.does("lost")},
				m{"text": "Card here", "onClick": m{"card": m{"header": m{"title": "Inner"}, "sections": l{}}}},
			}}}, m{"image": m{"imageUrl": "https://elsewhere.test/track.png", "altText": "Somebody's picture"}},
		}}}})
	})
	eval[bool](b, `(window.opened = [], window.tab = {closed: false},
		window.open = (url, name, shape) => { opened.push([url, name, shape ?? ''].join(' ')); return window.tab; }, true)`)
	eval[bool](b, `([...document.querySelectorAll('.threads a')].find((a) => a.textContent.includes('1042')).click(), true)`)
	b.until(`document.querySelector('.card h2')?.textContent === 'Links'`)
	if n := eval[int](b, `[...document.images].filter((i) => i.src.includes('elsewhere')).length`); n != 0 {
		t.Error("a stranger's picture is loaded")
	}
	b.until(`document.querySelector('.nopicture').textContent === "Somebody's picture"`)

	b.press("Tab")
	b.until(`opened.at(-1) === 'https://example.com/a _blank noopener,noreferrer'`)
	b.press("Script")
	b.until(`document.querySelector('.toast.error')?.textContent.includes('not opened')`)
	if n := eval[int](b, `opened.length`); n != 1 {
		t.Errorf("javascript: link opened a window")
	}
	b.press("Answered link")
	b.until(`opened.length === 2 && opened[1].startsWith(` + quote(d.url+"/wide") + `)`)
	b.press("Draft")
	b.until(`document.querySelector('.toasts').textContent.includes('opens the draft r-77')`)
	b.press("Lost card")
	b.until(`document.querySelector('.problem li')?.textContent.includes('nowhere')`)
	b.press("Back to the card")
	calls := d.addon.count()
	b.press("Card here")
	b.until(`document.querySelector('.card h2').textContent === 'Inner'`)
	if got := d.addon.count(); got != calls {
		t.Errorf("a card in the card cost %d calls", got-calls)
	}
	b.press("Back")
	b.until(`document.querySelector('.card h2').textContent === 'Links'`)

	t.Log("closing an overlay that says RELOAD runs the trigger again")
	b.press("Overlay")
	b.until(`opened.at(-1).includes('popup')`)
	if got := d.addon.count(); got != calls {
		t.Errorf("the trigger ran before the overlay was closed")
	}
	eval[bool](b, `tab.closed = true`)
	b.until(`performance.getEntriesByType('resource').filter((r) => r.name.endsWith('/preview/api/call')).length >= 6`)
	b.until(`document.getElementById('panel').ariaBusy === 'false'`)
	if got := d.addon.count(); got != calls+1 {
		t.Errorf("closing the overlay ran the trigger %d times, want 1", got-calls)
	}
}

// TestSlowAnswers marks what waits and drops answers that come too late.
func TestSlowAnswers(t *testing.T) {
	b, d := open(t)
	b.refund()
	gate := make(chan struct{})
	d.addon.on("/addon/do/inputs", func(m) (int, string) {
		<-gate
		return 200, wrapped("Much too late", m{"pushCard": m{"header": m{"title": "Late"}, "sections": l{}}})
	})
	b.press("Snooze")
	b.until(`document.querySelector('.panelbody').inert && !document.querySelector('.progress').hidden`)
	b.until(`document.querySelector('.btn[aria-busy=true]').textContent === 'Snooze'`)
	b.shot("14-waiting")
	eval[bool](b, `([...document.querySelectorAll('.btn')].find((n) => n.textContent === 'Give').click(), true)`)
	eval[bool](b, `(document.querySelector('.threadtop a').click(), true)`)
	b.until(`document.querySelector('.card h2')?.textContent === 'My work'`)
	close(gate)
	b.until(`performance.getEntriesByType('resource').filter((r) => r.name.endsWith('/preview/api/call')).length >= 3`)
	module[bool](b, "api.js", `x.api.state().then(() => true)`) // whatever waited on the late answer has run
	if got := d.addon.count(); got != 3 {
		t.Errorf("while one action waits a second was sent: %d calls, want 3", got)
	}
	if got := eval[string](b, `document.querySelector('.card h2').textContent + document.querySelector('.toasts').textContent`); got != "My work" {
		t.Errorf("a late answer showed: %q", got)
	}
}
