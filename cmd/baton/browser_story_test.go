package main

import (
	testflag "flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// largest is how many bytes the README's picture may have.
const largest = 250_000

// TestStoryInBrowser is the main job as people see it: four of them in four
// tabs, pressing what the cards offer. Mia only watches the list of threads,
// which follows without being loaded again.
func TestStoryInBrowser(t *testing.T) {
	s := newStage(t, t.TempDir(), demoCmd{})
	b := newBrowser(s, "")
	const subject = "Where is my kettle?"
	label := func(who, status string) []string {
		if who == "" {
			return []string{"Baton/Status/" + status}
		}
		return []string{"Baton/Assigned/" + who, "Baton/Status/" + status}
	}
	mia := b.tab("mia@acme.test", support)
	ana := b.tab("ana@acme.test", support)
	ana.says("Mine (", "Queue of Support", "Take next")
	ana.picture("home")

	t.Log("a customer's mail arrives, and a copy of it in Olga's own mailbox")
	raw := customerMail("carla@shop.example", subject, "It has not come. I ordered it two weeks ago and the carrier knows nothing.")
	_, thread := s.deliver(raw)
	if got := s.do("POST", "/preview/api/deliver", map[string]any{"to": "olga@acme.test", "raw": raw}, nil); got != 200 {
		t.Fatalf("deliver to Olga = %d", got)
	}
	mia.wears(subject, label("", "Open")...)
	mia.picture("mail-arrives")

	t.Log("Ana and Ben both open it; Ana takes it, Ben is told who was first")
	ana.opens(subject)
	ana.says(subject, "Nobody holds this", "No rule gives it to anybody", "Carla Customer has waited since")
	ana.picture("card-of-a-new-mail")
	ben := b.tab("ben@acme.test", support)
	ben.opens(subject)
	ben.says("Nobody holds this")
	ana.press("Take")
	ana.says("You hold this")
	ana.told("You hold this now.")
	mia.wears(subject, label("Ana", "Open")...)
	ben.press("Take")
	ben.says("Ana Silva was first", "nothing was overwritten", "Ana Silva holds this")
	ben.picture("somebody-was-first")

	t.Log("Ana writes a note that names Ben, and gives it to him")
	ana.types("note", "The carrier has lost it, I think. Can you ask them, @Ben?")
	ana.picture("note-being-written")
	ana.press("Add note")
	ana.says("Notes (1)", "The carrier has lost it")
	ana.until(`[...document.querySelectorAll('#panel .text b')].some((n) => n.textContent === '@Ben')`)
	ana.told("Note added.")
	ana.picture("note-added")
	ana.press("Give to …")
	ana.says("Cancel")
	ana.types("person", "be")
	ana.until(`document.querySelectorAll('.suggestions:not([hidden]) li').length === 1`)
	ana.picture("person-suggested")
	ana.do("take the suggestion", chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.Enter))
	ana.until(`document.querySelector('#panel [name=person]').value === 'Ben Okafor <ben@acme.test>'`)
	ana.types("why", "You know the carrier")
	ana.picture("give-filled-in")
	ana.press("Give")
	ana.says("Ben Okafor holds this", "given by Ana Silva", "You know the carrier")
	ana.told("Given to Ben Okafor.")
	ana.picture("given")
	mia.wears(subject, label("Ben", "Open")...)

	t.Log("Olga, outside the team, sees nothing until it is shared with her, then on her own copy")
	olga := b.tab("olga@acme.test", "olga@acme.test")
	olga.opens(subject)
	olga.says("not one of the team's conversations")
	olga.picture("olga-before")
	ana.press("Shared with (0)")
	ana.press("Share …")
	ana.types("person", "ol")
	ana.until(`document.activeElement.name === 'person'`)
	ana.clears("person")
	ana.types("person", "olga@acme.test")
	ana.js(`const f = document.querySelector('#panel [name=role]'); f.value = 'comment'; f.dispatchEvent(new Event('change'))`)
	ana.picture("share-filled-in")
	ana.press("Share")
	ana.says("Shared with (1)")
	ana.quiet()
	ana.press("Shared with (1)")
	ana.says("olga@acme.test", "may read and comment", "not read yet")
	ana.picture("shared")
	olga.list()
	olga.refresh()
	olga.says("Shared with me", subject)
	olga.picture("olga-home")
	olga.opens(subject)
	olga.says(subject, "Ana Silva shared this with you to read and comment", "Ben Okafor holds this")
	olga.types("note", "It is still in the warehouse, aisle 4.")
	olga.press("Add note")
	olga.says("It is still in the warehouse")
	olga.quiet()
	olga.picture("olga-writes-a-note")

	t.Log("Ben finds it on his home card, closes it; the customer writes again; it is open again")
	ben.list()
	ben.refresh()
	ben.says("Mine (", subject, "Mentions (1)")
	ben.picture("home-with-work")
	ben.click(`[...document.querySelectorAll('#panel .press')].find((n) => n.textContent.includes('Where is my kettle?'))`)
	ben.says("It is still in the warehouse", "You hold this")
	ben.picture("opened-from-home")
	ben.press("Close")
	ben.says("Closed", "Reopen")
	ben.told("Closed.")
	mia.wears(subject, label("Ben", "Closed")...)
	mia.opens(subject)
	mia.says("Reopen")
	mia.js(`window.before = document.querySelectorAll('.message').length`)
	mia.click(`document.querySelector('.reply textarea')`)
	mia.do("type", chromedp.KeyEvent("Still not here! What now?"))
	mia.click(control("#main", "Send as the customer"))
	mia.until(`document.querySelectorAll('.message').length === window.before + 1`)
	mia.until(`[...document.querySelectorAll('.threadtop .chip')].some((c) => c.dataset.label === 'Baton/Status/Open')`)
	mia.quiet()
	mia.list()
	mia.wears(subject, label("Ben", "Open")...)
	if got, want := s.labels(support, thread), "Baton/Assigned/Ben Baton/Status/Open"; got != want {
		t.Errorf("in Gmail the thread wears %q, want %q", got, want)
	}
	mia.opens(subject)
	mia.press("History")
	mia.press("Show all")
	mia.says("Opened by mail from carla@shop.example", "Ana Silva took it", "Ana Silva gave it to Ben Okafor", "closed it", "wrote again")
	mia.picture("history")

	t.Log("Take next gives Cléo the first of the queue")
	cleo := b.tab("ana@acme.test", support)
	cleo.becomes("cleo@acme.test")
	cleo.says("Cléo Martin", "Take next")
	cleo.press("Take next")
	cleo.says("You hold this")
	cleo.told("You hold this now.")
	cleo.picture("taken-from-the-queue")
	for name, p := range map[string]*tab{"mia": mia, "ana": ana, "ben": ben, "olga": olga} {
		if !ask[bool](p, `window.sameLoad === true`) {
			t.Errorf("%s's page was loaded again", name)
		}
	}

	t.Log("the README's picture: a thread with something on its card")
	refund := s.thread(support, "Refund for order 1042").ID
	s.givenToAna(refund)
	s.as("ben@acme.test").open(support, refund).press("Add note", map[string][]string{"note": {"The receipt is with billing, the amount is right. @Ana, you can promise the money for Monday."}})
	s.as("mia@acme.test").open(support, refund).press("Share …", nil).press("Share", map[string][]string{"person": {"olga@acme.test"}, "role": {"view"}})
	s.settle()
	ana.list()
	ana.opens("Refund for order 1042")
	ana.says("You hold this", "given by Mia Lindqvist", "@Ana")
	ana.quiet()
	shot := ana.picture("readme")
	if len(shot) > largest {
		t.Errorf("the picture for the README has %d bytes, at most %d", len(shot), largest)
	}
	if f := testflag.Lookup("update"); f != nil && f.Value.String() == "true" { // cardtest's flag for golden files
		if err := os.WriteFile(filepath.Join("..", "..", "docs", "screenshot.png"), shot, 0o644); err != nil {
			t.Fatal(err)
		}
	}

	t.Log("dark, and a phone's width")
	mia.list()
	mia.click(control("header", "Use dark colours"))
	mia.until(`getComputedStyle(document.body).colorScheme.includes('dark')`)
	mia.quiet()
	mia.picture("list-dark")
	mia.opens(subject)
	mia.says("Ben Okafor holds this")
	mia.picture("thread-dark")
	mia.press("Give to …")
	mia.says("Cancel")
	mia.picture("give-dark")
	mia.press("Cancel")
	mia.says("Ben Okafor holds this")
	mia.size(phoneWide, phoneHigh)
	mia.until(`document.documentElement.scrollWidth <= innerWidth`)
	mia.picture("phone-thread-dark")
	mia.js(`document.getElementById('panel').scrollIntoView()`)
	mia.picture("phone-card-dark")
	mia.click(control("header", "Use light colours"))
	mia.js(`document.getElementById('panel').scrollIntoView()`)
	mia.picture("phone-card")
	mia.list()
	mia.picture("phone-list")
	if got := ask[int](mia, `document.documentElement.scrollWidth`); got > phoneWide {
		t.Errorf("the page is %d px wide on a phone of %d", got, phoneWide)
	}
}
