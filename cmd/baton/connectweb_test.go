package main

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"baton/desk"
	"baton/gmail/gmailsim"
)

// invited gives a link for a mailbox's owner.
func (h *house) invited(m string) string {
	h.Helper()
	r := h.mailbox("connect", m, "--link", "--json")
	var i invitation
	if err := json.Unmarshal([]byte(r.stdout), &i); err != nil || r.code != exitOK || !strings.HasPrefix(i.Link, h.front.URL+connectPath+"?link=") {
		h.Fatalf("connect --link: %+v", r)
	}
	if left := time.Until(i.Until); left < 59*time.Minute || left > time.Hour {
		h.Errorf("the link is good for %s", left)
	}
	return i.Link
}

// stopAt has a browser not follow to addresses that begin so.
func stopAt(c *http.Client, prefix string) {
	c.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), prefix) {
			return http.ErrUseLastResponse
		}
		return nil
	}
}

// TestConnectWeb: the owner agrees by a link, which is good once.
func TestConnectWeb(t *testing.T) {
	h := newHouse(t)
	delete(h.vars, "BATON_SERVICE_KEY")
	early := h.invited(support) // made without a server
	at, stop := h.serve()
	h.lead(at.Address)
	second := h.invited(support)

	browser := h.browser()
	stopAt(browser, h.vars["BATON_AUTH_URL"])
	res, err := browser.Get(early)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	guardedPage(t, res.Header)
	u, err := res.Location()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"redirect_uri": h.front.URL + connectDonePath, "code_challenge_method": "S256", "login_hint": support, "access_type": "offline", "scope": string(gmailsim.Modify),
	} {
		if got := u.Query().Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	k := res.Cookies()[0]
	if !k.Secure || !k.HttpOnly || k.SameSite != http.SameSiteLaxMode || !strings.HasPrefix(k.Name, "__Host-") || k.MaxAge != 600 || strings.Contains(k.Value, u.Query().Get("state")) {
		t.Errorf("the cookie is %+v", k)
	}

	var granted string
	browser.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		granted += r.URL.Query().Get("code")
		return nil
	}
	code, header, text := h.page(browser, early)
	if code != http.StatusOK || !strings.Contains(text, support) || !strings.Contains(text, "You may close this window") {
		t.Fatalf("the owner sees %d %s", code, text)
	}
	guardedPage(t, header)
	h.until(support, "being read", func(s standing) bool { return s.State == stateConnected && s.Mode == desk.ByConsent })
	h.wearsIn(support, h.deliver(support, "By a link"), "Baton/Status/Open")
	for _, link := range []string{early, second} {
		if code, _, text := h.page(h.browser(), link); code != http.StatusBadRequest || !strings.Contains(text, "no longer good") {
			t.Errorf("a link of before: %d %s", code, text)
		}
	}
	if o := h.did("disconnect", support); steps(o)["consent"] != stepDone {
		t.Errorf("disconnect: %+v", o)
	}
	if code, _, _ := h.page(h.browser(), early); code != http.StatusBadRequest {
		t.Errorf("the link of the first time is good again: %d", code)
	}
	stop()
	if !credential.MatchString(granted) || !credential.MatchString(url.QueryEscape(granted)) {
		t.Errorf("a code looks like %q, which is not looked for in the log", granted)
	}
	for _, line := range h.log.take() {
		if told := credential.FindString(line); told != "" {
			t.Errorf("the log tells %q: %s", told, line)
		}
		for _, secret := range []string{"link=", k.Value} {
			if strings.Contains(line, secret) {
				t.Errorf("the log tells %q: %s", secret, line)
			}
		}
	}
}

// TestConnectWebRefused: nobody begins without a link, and nobody ends what
// another browser began.
func TestConnectWebRefused(t *testing.T) {
	h := newHouse(t)
	delete(h.vars, "BATON_SERVICE_KEY")
	at, stop := h.serve()
	defer stop()
	h.lead(at.Address)
	link := h.invited(support)
	refused := func(name string, c *http.Client, address, says string) {
		t.Helper()
		code, header, text := h.page(c, address)
		if code != http.StatusBadRequest || !strings.Contains(text, "was not connected") || !strings.Contains(text, says) {
			t.Errorf("%s: %d %s; want %q", name, code, text, says)
		}
		guardedPage(t, header)
	}
	for name, address := range map[string]string{
		"no link": "/connect", "only a mailbox": "/connect?mailbox=" + support, "empty": "/connect?link=", "garbage": "/connect?link=%3Cscript%3E",
		"changed": strings.TrimPrefix(link, h.front.URL) + "A", "cut": strings.TrimPrefix(link[:len(link)-5], h.front.URL),
	} {
		refused(name, h.browser(), h.front.URL+address, "no longer good")
	}
	refused("no cookie", h.browser(), h.front.URL+connectDonePath+"?state=a&code=b", "did not begin")

	// One browser begins, and another one comes back with its answer.
	thief, stolen := h.browser(), ""
	for _, c := range []*http.Client{thief, h.browser()} {
		stopAt(c, h.front.URL+connectDonePath)
		res, err := c.Get(link)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		stolen = res.Header.Get("Location") // the last one's, who is not the thief
	}
	refused("the answer of another flow", thief, stolen, "does not belong")
	other := h.browser()
	stopAt(other, h.front.URL+connectDonePath)
	res, err := other.Get(link)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	back, err := url.Parse(res.Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	q := back.Query()
	q.Set("state", "guess")
	back.RawQuery = q.Encode()
	refused("another state", other, back.String(), "does not belong")

	for name, c := range map[string]gmailsim.ConsentChoice{"did not agree": {Deny: true}, "Another account agreed": {As: sales}} {
		h.sim.SetConsent(c)
		refused(name, h.browser(), link, name)
	}
	h.sim.SetConsent(gmailsim.ConsentChoice{})
	if code, _, _ := h.page(h.browser(), link); code != http.StatusOK { // so the refusals prove something
		t.Errorf("the link itself = %d", code)
	}
	if res, err := h.browser().Post(link, "text/plain", nil); err != nil || res.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("a POST: %v, %v", res, err)
	} else {
		res.Body.Close()
	}
}

// TestConnectWebHalf: the page by the link says the same as the one on this machine
// when a step after the consent failed, and no program takes it for a success.
func TestConnectWebHalf(t *testing.T) {
	w := httptest.NewRecorder()
	c := &consentWeb{&mailboxes{}, slog.New(slog.DiscardHandler)}
	e := echo.New().NewContext(httptest.NewRequest(http.MethodGet, connectDonePath, nil), w)
	if err := c.refuse(e, &fault{Code: faultHalf, Say: "The store said something private."}); err != nil {
		t.Fatal(err)
	}
	guardedPage(t, w.Header())
	if text := w.Body.String(); w.Code != http.StatusBadGateway || !strings.Contains(text, "Your consent is kept") || strings.Contains(text, "private") {
		t.Errorf("%d %s", w.Code, text)
	}
}

// TestConnectWebOff: without a client there is no way in.
func TestConnectWebOff(t *testing.T) {
	d := deploy(t)
	at, stop := d.serve()
	defer stop()
	for _, path := range []string{connectPath, connectDonePath} {
		if code, _ := d.get(at.Address + path); code != http.StatusNotFound {
			t.Errorf("%s = %d, want 404", path, code)
		}
	}
	if r := runs(t, d.vars, "mailbox", "connect", support, "--link"); r.code != exitFault || !strings.Contains(r.stderr, "Owners' consent is not set up") {
		t.Errorf("connect --link: %+v", r)
	}
	if r := runs(t, d.vars, "mailbox", "connect", support, "--mode", "consent"); r.code != exitFault || !strings.Contains(r.stderr, "OAuth client") {
		t.Errorf("connect --mode consent: %+v", r)
	}
}
