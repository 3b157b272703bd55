package main

import (
	"fmt"
	"strings"

	"github.com/chromedp/chromedp"

	"baton/desk"
)

// panelist does a day's jobs in the side panel, in a browser context of their
// own.
type panelist struct {
	*tab
	who desk.Email
}

// back goes to the list. What is not the panel is drawn anew while others work,
// so presses there go to the thing itself and not to a place on the screen.
func (p *panelist) back() {
	p.b.s.Helper()
	p.quiet()
	if !ask[bool](p.tab, `!!document.querySelector('.message.open')`) {
		return
	}
	p.until(fmt.Sprintf(`(() => { const n = %s; if (!n) return false; n.click(); return true; })()`, control("#main", "Back to the list")))
	p.until(`document.querySelector('.threads') && document.getElementById('panel').getAttribute('aria-busy') === 'false'`)
}

// shows opens a matter from the list.
func (p *panelist) shows(m *matter) {
	p.b.s.Helper()
	p.back()
	p.until(fmt.Sprintf(`(() => { const n = [...document.querySelectorAll('.threads a')].find((a) => a.querySelector('.subject').textContent === %s);
		if (!n) return false; n.click(); return true; })()`, quote(m.subject)))
	p.until(`document.querySelector('.message.open') && document.getElementById('panel').getAttribute('aria-busy') === 'false'`)
	p.says(m.subject)
}

// does carries one job out and looks at the card that answers.
func (p *panelist) does(j job) {
	p.b.s.Helper()
	m := j.ms[0]
	if len(j.ms) == 1 {
		p.shows(m)
	}
	switch j.verb {
	case "take":
		p.press("Take")
		p.says("You hold this")
	case "take and undo":
		p.press("Take")
		p.says("You hold this")
		p.press("Undo")
		p.says("Nobody holds this")
	case "take over":
		p.press("Take over")
		p.says("You hold this")
	case "give":
		p.press("Give to …")
		p.says("Cancel")
		p.types("person", j.arg)
		p.press("Give")
		if desk.Email(j.arg) == p.who {
			p.says("You hold this")
		} else {
			p.says(fullNames[desk.Email(j.arg)]+" holds this", "given by "+fullNames[p.who])
		}
	case "put back":
		p.press("Put back")
		p.says("Nobody holds this")
	case "decline":
		p.press("Decline …")
		p.says("Cancel")
		p.types("why", "I am on the way home")
		p.press("Decline")
		p.says("Nobody holds this")
	default:
		p.moves(j)
	}
}

func (p *panelist) moves(j job) {
	p.b.s.Helper()
	switch j.verb {
	case "close":
		p.press("Close")
		p.says("Reopen")
	case "close and undo":
		p.press("Close")
		p.says("Reopen")
		p.press("Undo")
		p.says("snoozed this until", "Wake now")
	case "reopen":
		p.press("Reopen")
		p.until(control("#panel", "Close"))
	case "snooze until a reply":
		p.press("Snooze …")
		p.press("Until they reply, however long it takes")
		p.press("Snooze")
		p.says("snoozed this until", "Wake now")
	case "snooze until a morning":
		p.press("Snooze …")
		p.says("Until the next working morning")
		p.press("Snooze")
		p.says("a reply wakes it sooner", "Wake now")
	case "wake":
		p.press("Wake now")
		p.until(control("#panel", "Close") + ` && !document.getElementById('panel').innerText.includes('Wake now')`)
	case "sort":
		p.press("Change")
		p.says("Add a tag")
		p.js(`const f = document.querySelector('#panel [name=priority]'); f.value = f.value === 'high' ? 'normal' : 'high'; f.dispatchEvent(new Event('change'))`)
		p.types("tag", j.arg)
		p.press("Save")
		p.says("Tags:", j.arg)
	case "tag several":
		p.several(j, "Add a tag", func() { p.types("tag", j.arg) })
		p.says("Tagged: 2 conversations")
		p.press("Back")
	case "close several and undo":
		p.several(j, "Close them", func() {})
		p.says("Closed: 2 conversations")
		p.press("Undo all")
		p.says("Undone: 2 conversations")
		p.press("Back")
	default:
		p.talks(j)
	}
}

// several chooses matters from the list of one's own on the home card.
func (p *panelist) several(j job, what string, fill func()) {
	p.b.s.Helper()
	p.back()
	p.refresh()
	p.says("Mine (")
	p.press("Select several …")
	p.says("Change several")
	for _, m := range j.ms {
		p.click(fmt.Sprintf(`[...document.querySelectorAll('#panel label')].find((n) => n.checkVisibility() && n.textContent.includes(%s))`, quote(m.subject)))
	}
	p.press(what)
	fill()
	p.press("Do it")
}

func (p *panelist) talks(j job) {
	p.b.s.Helper()
	switch j.verb {
	case "note":
		p.types("note", "@Mia "+j.arg)
		p.press("Add note")
		p.until(fmt.Sprintf(`[...document.querySelectorAll('#panel .text')].some((n) => n.textContent.includes(%s))`, quote(j.arg)))
	case "reply and wait":
		p.replies(j.arg, "Wait for the customer")
		p.says("Waiting for customer")
	case "reply and close":
		p.replies(j.arg, "Close it")
		p.says("Reopen")
	case "reply and take back":
		p.replies(j.arg, "Close it")
		p.says("Your reply goes out at")
		p.press("Undo")
		p.kept("text", j.arg)
		p.press("Cancel")
		p.until(control("#panel", "Close"))
	case "share":
		p.press("Shared with (0)")
		p.press("Share …")
		p.types("person", "olga@acme.test")
		p.press("Share")
		p.says("Shared with (1)")
	case "stop sharing":
		p.press("Shared with (1)")
		p.press("Stop")
		p.says("Shared with (0)")
	default:
		p.b.s.Fatalf("nobody knows how to do this in the panel: %s", j)
	}
}

func (p *panelist) replies(text, then string) {
	p.b.s.Helper()
	p.press("Reply as support@")
	p.says("After sending")
	p.types("text", text)
	p.press(then)
	p.press("Send")
}

// standing is what a card's header and holder say of a matter to somebody.
func (m *matter) standing(who desk.Email) []string {
	status := statusNames[m.status]
	if m.high {
		status += " · High"
	}
	holder := "Nobody holds this"
	switch m.holder {
	case "":
	case who:
		holder = "You hold this"
	default:
		holder = fullNames[m.holder] + " holds this"
	}
	notes := "Notes"
	if len(m.notes) > 0 {
		notes = fmt.Sprintf("Notes (%d)", len(m.notes))
	}
	out := append([]string{support + " · " + status, holder, notes}, m.notes[max(0, len(m.notes)-5):]...)
	if len(m.tags) > 0 {
		out = append(out, "Tags: ")
	}
	return append(out, m.tags...)
}

// agrees has the person look once more at what they had in front of them last,
// and at the list, which was never loaded again.
func (p *panelist) agrees(d *day) {
	p.b.s.Helper()
	p.shows(d.matters[len(d.matters)-1])
	p.says(d.matters[len(d.matters)-1].standing(p.who)...)
	p.back()
	want := map[string][]string{}
	for _, m := range d.matters {
		want[m.subject] = m.wears()
	}
	p.until(fmt.Sprintf(`(() => { const want = %s, got = Object.fromEntries([...document.querySelectorAll('.threads a')].map((a) => [a.querySelector('.subject').textContent,
		[...a.querySelectorAll('.chip')].map((c) => c.dataset.label).filter((l) => l.startsWith('Baton/')).sort()]));
		return Object.keys(want).every((s) => JSON.stringify(got[s]) === JSON.stringify(want[s].sort())); })()`, mustJSON(want)))
	if !ask[bool](p.tab, `window.sameLoad === true`) {
		p.b.s.Errorf("%s's page was loaded again", p.who)
	}
}

// panelist opens the page for somebody, apart from all others.
func (b *browser) panelist(who desk.Email) *panelist {
	b.s.Helper()
	return &panelist{b.tab(string(who), support, chromedp.WithNewBrowserContext()), who}
}

// first presses Take on a card that two have in front of them, and tells whether
// this one got it.
func (p *panelist) first() bool {
	p.b.s.Helper()
	p.press("Take")
	p.until(`['You hold this', 'was first'].some((s) => document.getElementById('panel').innerText.includes(s))`)
	return strings.Contains(ask[string](p.tab, `document.getElementById('panel').innerText`), "You hold this")
}
