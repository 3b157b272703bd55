package preview_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"baton/addon/preview"
)

// serve mounts a page on a server of its own.
func serve(t *testing.T, page *preview.Page) *desk {
	t.Helper()
	e := echo.New()
	page.Mount(e.Group(""))
	server := httptest.NewServer(e)
	t.Cleanup(func() {
		page.Close()
		server.Close()
	})
	return &desk{url: server.URL, page: page}
}

func get(t *testing.T, url string, header ...string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	return res
}

func TestOnlySameOriginChanges(t *testing.T) {
	d := newDesk(t)
	mail := m{"to": "support@acme.test", "raw": "From: a@b.test\r\nSubject: hi\r\n\r\nhi"}
	for _, path := range []string{"call", "deliver", "write", "sample", "settle"} {
		for _, header := range [][]string{
			{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.test"}, {"Origin", "null"},
		} {
			status, got := d.send(t, "/preview/api/"+path, mail, header...)
			refused(t, path+" "+strings.Join(header, " "), status, got, 403, "another site")
		}
	}
	if threads, err := d.gmail.Threads(t.Context(), "support@acme.test"); err != nil || len(threads) != 0 {
		t.Errorf("mail arrived from another site: %v %v", threads, err)
	}
	for _, header := range [][]string{{}, {"Sec-Fetch-Site", "same-origin"}, {"Origin", d.url}} {
		if status, got := d.send(t, "/preview/api/deliver", mail, header...); status != 200 {
			t.Errorf("own page %v: %d %v", header, status, got)
		}
	}
}

func TestHeadersAndFiles(t *testing.T) {
	d := newDesk(t)
	for path, kind := range map[string]string{
		"/": "text/html; charset=utf-8", "/preview/app/js/main.js": "text/javascript; charset=utf-8",
		"/preview/app/css/card.css": "text/css; charset=utf-8", "/preview/app/icon.svg": "image/svg+xml",
		"/preview/api/state": "application/json",
	} {
		res := get(t, d.url+path)
		want := map[string]string{
			"Content-Type": kind, "X-Content-Type-Options": "nosniff",
			"Content-Security-Policy": "default-src 'self'; img-src 'self' data: " + d.url + "; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
		}
		if res.StatusCode != 200 {
			t.Errorf("%s: status %d", path, res.StatusCode)
		}
		for name, value := range want {
			if got := res.Header.Get(name); got != value {
				t.Errorf("%s: %s is %q, want %q", path, name, got, value)
			}
		}
		if tag := res.Header.Get("ETag"); tag != "" {
			if again := get(t, d.url+path, "If-None-Match", tag); again.StatusCode != 304 {
				t.Errorf("%s: asked again with its tag: status %d, want 304", path, again.StatusCode)
			}
		}
	}
	for _, path := range []string{"/preview/app/none.js", "/preview/app/../page.go", "/preview/app/%2e%2e/page.go", "/preview/app/", "/preview/app/js"} {
		if res := get(t, d.url+path); res.StatusCode != 404 {
			t.Errorf("%s: status %d, want 404", path, res.StatusCode)
		}
	}
}

func TestNewSaysWhatIsMissing(t *testing.T) {
	d := newDesk(t)
	for name, c := range map[string]struct {
		change func(*preview.Options)
		word   string
	}{
		"address":     {func(o *preview.Options) { o.PublicURL = "localhost:8080" }, "http"},
		"credentials": {func(o *preview.Options) { o.PublicURL = "http://a:b@host" }, "http"},
		"mail":        {func(o *preview.Options) { o.Mail = nil }, "mail"},
		"clock":       {func(o *preview.Options) { o.Now = nil }, "clock"},
		"client":      {func(o *preview.Options) { o.ClientID = "" }, "client id"},
		"people":      {func(o *preview.Options) { o.People = nil }, "person"},
		"zone":        {func(o *preview.Options) { o.People[0].TimeZone = "Mars/Olympus" }, "Mars/Olympus"},
	} {
		o := options(d)
		c.change(&o)
		if _, err := preview.New(o); err == nil || !strings.Contains(err.Error(), c.word) {
			t.Errorf("%s: got %v, want an error that names %q", name, err, c.word)
		}
	}
}

func TestAnswersOnlyUnderItsOwnName(t *testing.T) {
	d := newDesk(t)
	for _, path := range []string{"/", "/preview/api/state"} {
		for host, want := range map[string]int{"evil.test": 403, "evil.test:80": 403, "localhost:8025": 200, "[::1]": 200, "": 200} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, d.url+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			req.Host = host
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.StatusCode != want {
				t.Errorf("GET %s with Host %q = %d, want %d", path, host, res.StatusCode, want)
			}
		}
	}
}

func TestOtherMethodsAndAddresses(t *testing.T) {
	d := newDesk(t)
	for path, want := range map[string]int{"/preview/api/deliver": 404, "/preview/api/settle": 404, "/preview/api/nothing": 404} {
		if res := get(t, d.url+path); res.StatusCode != want {
			t.Errorf("GET %s = %d, want %d", path, res.StatusCode, want)
		}
	}
}
