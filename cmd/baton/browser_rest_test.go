package main

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// TestRestInBrowser opens the cards that the story does not come by, and writes
// a new mail as a customer.
func TestRestInBrowser(t *testing.T) {
	s := newStage(t, t.TempDir(), demoCmd{})
	b := newBrowser(s, "rest")
	ben := b.tab("ben@acme.test", support)

	t.Log("the whole queue, and back")
	ben.click(`[...document.querySelectorAll('#panel button')].find((n) => n.textContent.startsWith('All '))`)
	ben.until(`document.querySelector('.card h2').textContent === 'Queue'`)
	ben.picture("queue")
	ben.click(`document.querySelector('#panel .press')`)
	ben.says("Nobody holds this", "Take")
	ben.press("Back")
	ben.press("Back")

	t.Log("availability")
	ben.js(`const f = document.querySelector('#panel [name=presence]'); f.value = 'busy'; f.dispatchEvent(new Event('change'))`)
	ben.told("Saved.")
	ben.until(`document.querySelector('#panel [name=presence]').value === 'busy'`)
	ben.js(`document.querySelector('#panel [name=presence]').scrollIntoView()`)
	ben.picture("availability")

	t.Log("tags and priority: the chips follow")
	ben.opens("Weight of the Ridge 2")
	ben.press("Change")
	ben.says("Priority", "Add a tag")
	ben.types("tag", "tents")
	ben.js(`const f = document.querySelector('#panel [name=priority]'); f.value = 'high'; f.dispatchEvent(new Event('change'))`)
	ben.picture("tags-and-priority")
	ben.press("Save")
	ben.says("Tags: tents", "High")
	ben.until(`['Baton/Priority/High', 'Baton/Tag/tents'].every((l) => document.querySelector('.threadtop .chip[data-label="' + l + '"]'))`)
	ben.quiet()

	t.Log("chips differ by icon, not by colour alone")
	icons := ask[int](ben, `new Set([...document.querySelectorAll('.threadtop .chip')].map((c) => c.querySelector('.icon').dataset.icon)).size`)
	if chips := ask[int](ben, `document.querySelectorAll('.threadtop .chip').length`); icons != chips || chips < 3 {
		t.Errorf("%d chips have %d icons", chips, icons)
	}

	t.Log("a note is edited, the earlier text stays")
	ben.types("note", "It weighs 2.1 kg")
	ben.press("Add note")
	ben.says("Notes (1)")
	ben.press("Edit")
	ben.says("Earlier texts stay readable")
	ben.clears("text")
	ben.types("text", "It weighs 2.4 kg with the pegs")
	ben.picture("edit-note")
	ben.press("Save")
	ben.says("It weighs 2.4 kg with the pegs", "edited")
	ben.kept("note", "") // the field for the next note is empty
	ben.quiet()
	ben.picture("edited-note")
	mia := b.tab("mia@acme.test", support)
	mia.opens("Weight of the Ridge 2")
	mia.press("Earlier")
	mia.says("It weighs 2.1 kg", "It weighs 2.4 kg with the pegs")
	mia.picture("earlier-texts")

	t.Log("a status from the menu")
	mia.press("Back")
	mia.press("Card menu")
	mia.until(`document.querySelectorAll('.menu [role=menuitem]').length > 4`)
	mia.picture("menu")
	mia.click(control(".menu", "Mark as ignored"))
	mia.says("Ignored", "Reopen")
	mia.until(`document.querySelector('.threadtop .chip[data-label="Baton/Status/Ignored"]')`)

	t.Log("a customer writes a new mail")
	mia.list()
	mia.click(control("#folders", "Write as a customer"))
	mia.picture("compose")
	mia.js(`document.querySelectorAll('#compose .field')[2].focus()`)
	mia.do("type", chromedp.KeyEvent("A question about pegs"))
	mia.js(`document.querySelectorAll('#compose .field')[3].focus()`)
	mia.do("type", chromedp.KeyEvent("Do the pegs of the Ridge 1 fit the Ridge 2?"))
	mia.click(control("#compose", "Send"))
	mia.wears("A question about pegs", "Baton/Status/Open")

	t.Log("the home card at a phone's width")
	mia.size(phoneWide, phoneHigh)
	mia.js(`document.getElementById('panel').scrollIntoView()`)
	mia.until(`document.documentElement.scrollWidth <= innerWidth`)
	mia.quiet()
	mia.picture("phone-home")
}
