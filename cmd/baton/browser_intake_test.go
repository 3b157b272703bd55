package main

import "testing"

// TestHandInInBrowser has Ana hand a thread of her own mailbox to Ben from the
// panel; Ben finds it in his work and closes it, and Ana's own copy says so.
func TestHandInInBrowser(t *testing.T) {
	s := newStage(t, t.TempDir(), demoCmd{})
	const subject = "Forty kettles"
	s.gets(anasOwn, subject, 4)
	b := newBrowser(s, "intake")
	ana := b.tab(anasOwn, anasOwn)
	ana.opens(subject)
	ana.says("This message is not one of the team's conversations")
	ana.picture("outside")
	ana.press(handButton)
	ana.says("Shared mailbox", "support@acme.test", "cannot be taken back")
	ana.types("person", "Ben")
	ana.picture("form")
	ana.click(control("#panel", "Ben Okafor <ben@acme.test>"))
	ana.types("why", "You quoted them.")
	ana.press("Hand in")
	ana.says(subject, "Ben Okafor holds this", "You quoted them.")
	ana.told("Handed to support@acme.test.")
	ana.picture("handed")
	s.settle()
	ben := b.tab(bensOwn, support)
	ben.opens(subject)
	ben.says("You hold this", "given by Ana Silva")
	ben.until(`document.querySelectorAll('.message').length === 4`)
	ben.picture("team")
	ben.press("Close")
	ben.says("Closed")
	ana.refresh()
	ana.says("support@acme.test · Closed")
}
