package preview_test

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// TestWalk uses the page as a person does, from choosing who they are to the phone's width.
func TestWalk(t *testing.T) {
	b := newBrowser(t)
	d := newDesk(t)
	d.gmail.seed()
	d.script()
	b.do("open page", chromedp.Navigate(d.url+"/"))
	b.until(`document.querySelector('.card h2')?.textContent === 'My work'`)
	b.inert("list")
	b.shot("1-home-light")

}
