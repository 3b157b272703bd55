package preview_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"baton/addon/preview"
)

// desk is a preview wired to a fake Gmail and a fake add-on on one server, as the demo is.
type desk struct {
	url    string
	gmail  *gmail
	addon  *addon
	page   *preview.Page
	settle func(context.Context) error
}

// addon answers by path and keeps what it was sent.
type addon struct {
	mu      sync.Mutex
	answers map[string]func(event map[string]any) (int, string)
	calls   []call
}

type call struct {
	path   string
	header http.Header
	event  map[string]any
	raw    json.RawMessage
}

func (a *addon) on(path string, answer func(event map[string]any) (int, string)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.answers[path] = answer
}

func (a *addon) last(t *testing.T) call {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.calls) == 0 {
		t.Fatal("the add-on was not called")
	}
	return a.calls[len(a.calls)-1]
}

func (a *addon) count() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.calls)
}

func (a *addon) handle(c echo.Context) error {
	var raw json.RawMessage
	if err := json.NewDecoder(c.Request().Body).Decode(&raw); err != nil {
		return c.NoContent(http.StatusBadRequest)
	}
	var event map[string]any
	if err := json.Unmarshal(raw, &event); err != nil {
		return c.NoContent(http.StatusBadRequest)
	}
	path := c.Request().URL.Path
	a.mu.Lock()
	a.calls = append(a.calls, call{path, c.Request().Header.Clone(), event, raw})
	answer := a.answers[path]
	a.mu.Unlock()
	if answer == nil {
		return c.String(http.StatusNotFound, "no such path")
	}
	status, body := answer(event)
	return c.Blob(status, "application/json", []byte(body))
}

func people() []preview.Person {
	return []preview.Person{
		{Email: "ana@acme.test", Name: "Ana Silva", Role: "agent", Locale: "pt-PT", TimeZone: "Europe/Lisbon"},
		{Email: "ben@acme.test", Name: "Ben Okafor", Role: "agent", TimeZone: "Asia/Kolkata"},
		{Email: "olga@acme.test", Name: "Olga Berg", Role: "outside"},
	}
}

func newDesk(t *testing.T, change ...func(*preview.Options)) *desk {
	t.Helper()
	d := &desk{gmail: newGmail(), addon: &addon{answers: map[string]func(map[string]any) (int, string){}}}
	d.settle = func(context.Context) error { return nil }
	e := echo.New()
	server := httptest.NewServer(e)
	d.url = server.URL
	o := options(d)
	for _, c := range change {
		c(&o)
	}
	page, err := preview.New(o)
	if err != nil {
		t.Fatal(err)
	}
	d.page = page
	page.Mount(e.Group(""))
	e.POST("/addon/*", d.addon.handle)
	t.Cleanup(func() {
		page.Close()
		server.Close()
		http.DefaultClient.CloseIdleConnections()
	})
	return d
}

func options(d *desk) preview.Options {
	return preview.Options{
		PublicURL: d.url, GmailURL: "http://127.0.0.1:9/gmail",
		ServiceAccount: "service-1@addons.test", ClientID: "client-1.apps.test", Scopes: []string{"scope/a", "scope/b"},
		People: people(), Mail: d.gmail, Tokens: tokens{}, Signer: signer{},
		Samples: []preview.Sample{{
			Label: "Where is my parcel?", From: "Rosa Lind <rosa@customer.test>", To: "support@acme.test",
			Raw: func(now time.Time) ([]byte, error) {
				return []byte("From: Rosa Lind <rosa@customer.test>\r\nTo: support@acme.test\r\nSubject: Where is my parcel?\r\n" +
					"Message-ID: <p1@customer.test>\r\nDate: " + now.Format(time.RFC1123Z) + "\r\n\r\nIt should be here by now.\r\n"), nil
			},
		}},
		Settle:  func(ctx context.Context) error { return d.settle(ctx) },
		Changes: d.gmail.Changes,
		Now:     func() time.Time { return noon },
		Log:     slog.New(slog.DiscardHandler),
	}
}
