package preview_test

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"baton/addon/gallery"
	"baton/addon/preview"
	core "baton/desk"
	"baton/store/sqlite"
)

// newGallery draws in stores below the test's own folder.
func newGallery(t *testing.T) *gallery.Gallery {
	t.Helper()
	root := t.TempDir()
	var mu sync.Mutex
	n := 0
	g, err := gallery.New(func(ctx context.Context) (core.Store, func() error, error) {
		mu.Lock()
		n++
		name := filepath.Join(root, time.Duration(n).String()+".db")
		mu.Unlock()
		st, err := sqlite.Open(ctx, name, sqlite.Options{PutOff: time.Millisecond})
		if err != nil {
			return nil, nil, err
		}
		return st, func() error { return st.Close(context.Background()) }, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func galleryOf(g *gallery.Gallery) func(*preview.Options) {
	return func(o *preview.Options) { o.Gallery = g }
}

// openGallery shows the gallery page in a window of a size. The cards are drawn
// first: that takes longer than a browser is waited for.
func openGallery(t *testing.T, g *gallery.Gallery, query string, wide, high int64) *browser {
	t.Helper()
	b := newBrowser(t)
	d := newDesk(t, galleryOf(g))
	q, err := url.ParseQuery(strings.TrimPrefix(query, "?"))
	if err != nil {
		t.Fatal(err)
	}
	platform := "WEB"
	if q.Has("phone") {
		platform = cmp.Or(strings.ToUpper(q.Get("phone")), "ANDROID")
	}
	rs, err := http.Get(d.url + "/preview/api/gallery?reader=" + q.Get("reader") + "&platform=" + platform)
	if err != nil {
		t.Fatal(err)
	}
	rs.Body.Close()
	if rs.StatusCode != http.StatusOK {
		t.Fatalf("the gallery is answered with status %d", rs.StatusCode)
	}
	b.do("open the gallery", chromedp.EmulateViewport(wide, high), chromedp.Navigate(d.url+"/preview/gallery"+query))
	b.until(`document.documentElement.dataset.ready === 'yes'`)
	return b
}

// cut lists the texts that do not fit where they stand, of those that stand
// whole nowhere else. A list shows one line of each conversation; a press on it
// opens the whole.
const cut = `[...document.querySelectorAll('.state .panel *')].filter((n) => {
		if (!n.checkVisibility() || n.matches('select, option, .hide, .switch')) return false;
		const edge = n.closest('.panel').getBoundingClientRect(), own = n.getBoundingClientRect();
		if (own.right > edge.right + 1 || own.left < edge.left - 1) return true;
		return n.scrollWidth > n.clientWidth + 1 && getComputedStyle(n).overflowX !== 'visible' && !(n.closest('.oneline') && n.closest('.press'));
	}).map((n) => n.closest('.state').id + ': ' + n.className + ': ' + n.textContent.slice(0, 60))`

// TestGallery looks at every card as wide as in Gmail's panel and as on a phone.
func TestGallery(t *testing.T) {
	g := newGallery(t)
	for _, c := range []struct {
		name, query string
		wide, high  int64
	}{
		{"panel", "", 1360, 1700},
		{"phone", "?phone&reader=2", 360, 1700},
		{"phones", "?phone=ios&reader=6", 1560, 1900},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := openGallery(t, g, c.query, c.wide, c.high)
			if n, want := eval[int](b, `document.querySelectorAll('.state').length`), len(gallery.States()); n != want {
				t.Errorf("%d cards, want %d", n, want)
			}
			if bad := eval[[]string](b, `[...document.querySelectorAll('.problem:not(.calm)')].map((n) => n.closest('.state').id + ': ' + n.textContent)`); len(bad) > 0 {
				t.Errorf("Gmail would refuse:\n%s", strings.Join(bad, "\n"))
			}
			if bad := eval[[]string](b, cut); len(bad) > 0 {
				t.Errorf("cut off:\n%s", strings.Join(bad, "\n"))
			}
			if got := eval[int64](b, `document.documentElement.scrollWidth`); got > c.wide {
				t.Errorf("the page is %d px wide in a window of %d", got, c.wide)
			}
			b.inert("gallery")
			for i := range gallery.Groups() {
				eval[bool](b, fmt.Sprintf(`(document.querySelectorAll('.group')[%d].scrollIntoView(), true)`, i))
				b.shot(fmt.Sprintf("gallery-%s-%02d", c.name, i))
			}
		})
	}
}
