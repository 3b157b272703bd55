package preview_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// platform is where the add-on was last told that it is shown.
func (d *desk) platform(t *testing.T) string {
	t.Helper()
	common, _ := d.addon.last(t).event["commonEventObject"].(map[string]any)
	if common["hostApp"] != "GMAIL" {
		t.Errorf("host is %v", common["hostApp"])
	}
	p, _ := common["platform"].(string)
	return p
}

// TestPhone shows the panel as on a phone: the phone's events, its width, and no
// home card.
func TestPhone(t *testing.T) {
	b, d := open(t)
	if got := d.platform(t); got != "WEB" {
		t.Errorf("on the web the platform is %q", got)
	}
	calls := d.addon.count()
	b.press("Show the panel as on a phone")
	b.until(`document.querySelector('.panelbody').textContent.includes('no home card')`)
	if d.addon.count() != calls {
		t.Error("the homepage trigger was called for a phone")
	}
	b.refund()
	if got := d.platform(t); got != "ANDROID" {
		t.Errorf("on the phone the platform is %q", got)
	}
	if got := eval[float64](b, `document.getElementById('panel').getBoundingClientRect().width`); got != 360 {
		t.Errorf("the panel is %v px wide, want a phone's 360", got)
	}
	if !eval[bool](b, `location.search === '?phone'`) {
		t.Error("the address does not say that it is a phone")
	}
	b.shot("phone-wide")

	t.Log("a real phone's width, by its address")
	b.do("phone", chromedp.EmulateViewport(360, 780), chromedp.Navigate("about:blank"), chromedp.Navigate(d.url+"/?phone=ios"))
	b.until(`document.querySelector('.threads a .subject')`)
	b.refund()
	if got := d.platform(t); got != "IOS" {
		t.Errorf("the platform is %q, want IOS as the address says", got)
	}
	b.until(`document.documentElement.scrollWidth <= 360`)
	eval[bool](b, `(document.getElementById('panel').scrollIntoView(), true)`)
	const outside = `[...document.querySelectorAll('.panel *')].filter((n) => n.checkVisibility() && (n.getBoundingClientRect().right > 361 || n.getBoundingClientRect().left < -1)).map((n) => n.className + ' ' + n.textContent.slice(0, 40))`
	if bad := eval[[]string](b, outside); len(bad) > 0 {
		t.Errorf("outside of the window:\n%s", strings.Join(bad, "\n"))
	}
	const covered = `[...document.querySelectorAll('.panel button')].filter((n) => { if (!n.checkVisibility() || n.disabled) return false;
		n.scrollIntoView({ block: 'center' }); const r = n.getBoundingClientRect(); const at = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2); return !n.contains(at); }).map((n) => n.textContent)`
	if bad := eval[[]string](b, covered); len(bad) > 0 {
		t.Errorf("no finger reaches %q", bad)
	}
	b.shot("phone-narrow")
	b.press("Show the side panel")
	b.until(`location.search === ''`)
	b.until(`document.querySelector('.card h2')?.textContent === 'Refund for order 1042'`)
	b.keys(kb.Escape)
}

// TestPlatforms holds the API to the platforms that there are.
func TestPlatforms(t *testing.T) {
	d := newDesk(t)
	d.addon.on("/addon/home", func(m) (int, string) { return 200, `{}` })
	for platform, want := range map[string]string{"": "WEB", "WEB": "WEB", "IOS": "IOS", "ANDROID": "ANDROID"} {
		d.ask(t, http.StatusOK, `{"as": "ana@acme.test", "url": "/addon/home", "platform": `+quote(platform)+`}`)
		if got := d.platform(t); got != want {
			t.Errorf("platform %q is posted as %q", platform, got)
		}
	}
	d.ask(t, http.StatusBadRequest, `{"as": "ana@acme.test", "url": "/addon/home", "platform": "DESKTOP"}`)
}

// ask calls the add-on through the API and wants a status.
func (d *desk) ask(t *testing.T, want int, body string) {
	t.Helper()
	rs, err := http.Post(d.url+"/preview/api/call", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer rs.Body.Close()
	if rs.StatusCode != want {
		t.Errorf("%s: status %d, want %d", body, rs.StatusCode, want)
	}
}

// TestGalleryAPI refuses what is not in its lists, and says when there is none.
func TestGalleryAPI(t *testing.T) {
	with := newDesk(t)
	g := newGallery(t)
	for _, c := range []struct {
		d     *desk
		query string
		want  int
	}{
		{with, "", http.StatusNotFound},
		{newDesk(t, galleryOf(g)), "?platform=ANDROID&reader=2", http.StatusOK},
		{newDesk(t, galleryOf(g)), "?platform=DESKTOP", http.StatusBadRequest},
		{newDesk(t, galleryOf(g)), "?reader=99", http.StatusBadRequest},
		{newDesk(t, galleryOf(g)), "?reader=-1", http.StatusBadRequest},
		{newDesk(t, galleryOf(g)), "?reader=x", http.StatusBadRequest},
	} {
		rs, err := http.Get(c.d.url + "/preview/api/gallery" + c.query)
		if err != nil {
			t.Fatal(err)
		}
		rs.Body.Close()
		if rs.StatusCode != c.want {
			t.Errorf("%q: status %d, want %d", c.query, rs.StatusCode, c.want)
		}
	}
}
