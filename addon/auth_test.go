package addon

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"baton/addon/card/cardtest"
	"baton/addon/wire"
	"baton/desk/identity"
)

func authOf(e map[string]any) map[string]any { return e["authorizationEventObject"].(map[string]any) }

func TestTokensThatProveNothing(t *testing.T) {
	h := newHouse(t)
	c := h.mailed("Secret")
	good, err := json.Marshal(h.body(event{as: ana, gmail: inShared(c)}))
	if err != nil {
		t.Fatal(err)
	}
	const path = "/addon/message"
	for name, claims := range map[string]identity.Claims{
		"another route":       {Audience: publicURL + "/addon/home", Email: account},
		"another server":      {Audience: "https://other.test" + path, Email: account},
		"another account":     {Audience: publicURL + path, Email: "evil@gcp-sa-gsuiteaddons.test"},
		"the user's audience": {Audience: clientID, Email: account},
		"expired":             {Audience: publicURL + path, Email: account, Expiry: h.now.Add(-time.Hour)},
		"another issuer":      {Issuer: "https://evil.test", Audience: publicURL + path, Email: account},
	} {
		if status, body := h.postRaw(path, good, h.sign(claims)); status != http.StatusUnauthorized || len(body) != 0 {
			t.Errorf("%s: status %d, %d bytes; want 401 and nothing", name, status, len(body))
		}
	}
	for name, bearer := range map[string]string{"none": "", "junk": "a.b.c"} {
		if status, _ := h.postRaw(path, good, bearer); status != http.StatusUnauthorized {
			t.Errorf("%s: status %d, want 401", name, status)
		}
	}
	for name, edit := range map[string]func(map[string]any){
		"no user":            func(e map[string]any) { delete(authOf(e), "userIdToken") },
		"no user, no scopes": func(e map[string]any) { delete(authOf(e), "userIdToken"); delete(authOf(e), "authorizedScopes") },
		"no authorization":   func(e map[string]any) { delete(e, "authorizationEventObject") },
		"the system's token": func(e map[string]any) {
			authOf(e)["userIdToken"] = h.sign(identity.Claims{Audience: publicURL + path, Email: account})
		},
		"a user of another": func(e map[string]any) {
			authOf(e)["userIdToken"] = h.sign(identity.Claims{Audience: "other", Email: string(ana)})
		},
		"a token cut in half": func(e map[string]any) {
			s := authOf(e)["userIdToken"].(string)
			authOf(e)["userIdToken"] = s[:len(s)/2]
		},
	} {
		if status, body := h.post(path, event{as: ana, gmail: inShared(c), edit: edit}); status != http.StatusUnauthorized || len(body) != 0 {
			t.Errorf("%s: status %d, %s", name, status, body)
		}
	}
	if !h.logged("token refused") || h.logged("Secret") || h.logged("ana@") {
		t.Errorf("the log should say that tokens were refused, and nothing of mail or people:\n%s", h.log)
	}
}

func TestConsentIsAskedFor(t *testing.T) {
	h := newHouse(t)
	for _, path := range []string{"/addon/home", "/addon/message", "/addon/do/take", "/addon/suggest"} {
		got := h.raw(path, event{as: ana, edit: func(e map[string]any) {
			authOf(e)["authorizedScopes"] = []string{"https://www.googleapis.com/auth/gmail.addons.execute"}
			delete(authOf(e), "userIdToken")
		}})
		var ask struct {
			Scopes struct{ Scopes []string } `json:"requesting_google_scopes"`
		}
		if err := json.Unmarshal(got, &ask); err != nil || !slices.Equal(ask.Scopes.Scopes, []string{scopeEmail}) {
			t.Errorf("%s: %s, want to be asked for the address", path, got)
		}
	}
}

func TestBodies(t *testing.T) {
	h := newHouse(t)
	const path = "/addon/home"
	system := func() string { return h.sign(identity.Claims{Audience: publicURL + path, Email: account}) }
	event, err := json.Marshal(h.body(event{as: ana}))
	if err != nil {
		t.Fatal(err)
	}
	padded := func(n int) []byte { return append(event, bytes.Repeat([]byte(" "), n-len(event))...) }
	for name, tc := range map[string]struct {
		body []byte
		want int
	}{
		"as large as allowed": {padded(wire.MaxEvent), http.StatusOK},
		"a byte too large":    {padded(wire.MaxEvent + 1), http.StatusRequestEntityTooLarge},
		"far too large":       {bytes.Repeat([]byte("x"), 8*wire.MaxEvent), http.StatusRequestEntityTooLarge},
		"empty":               {nil, http.StatusBadRequest},
		"no JSON":             {[]byte("a=b"), http.StatusBadRequest},
		"a list":              {[]byte("[]"), http.StatusBadRequest},
		"null":                {[]byte("null"), http.StatusBadRequest},
	} {
		if status, _ := h.postRaw(path, tc.body, system()); status != tc.want {
			t.Errorf("%s: status %d, want %d", name, status, tc.want)
		}
	}
	rs, err := http.Get(h.server.URL + path)
	if err != nil {
		t.Fatal(err)
	}
	rs.Body.Close()
	if rs.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("GET: status %d, want 405", rs.StatusCode)
	}
}

func TestStoreUnavailable(t *testing.T) {
	h := newHouse(t)
	c := h.mailed("Refund")
	if err := h.store.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	text := cardtest.HasText("Baton cannot reach its records")
	seen := map[string]bool{}
	for _, got := range []cardtest.Card{h.open(ana, c), h.home(ana), h.do("take", ana, c, nil), h.do("note", ana, c, map[string]any{"note": "x"}, "once", "1"), h.do("history", ana, c, nil)} {
		got.Has(t, text, cardtest.HasText("Nothing was changed"))
		texts := got.Texts()
		_, ref, ok := strings.Cut(texts[len(texts)-1], "reference: ")
		if !ok || len(ref) < 8 || seen[ref] || !h.logged("request="+ref) {
			t.Errorf("reference %q is missing, used twice, or not in the log", ref)
		}
		seen[ref] = true
	}
	if n := strings.Count(h.log.String(), "level=ERROR"); n != 5 {
		t.Errorf("%d errors in the log, want 5:\n%s", n, h.log)
	}
	if got := h.raw("/addon/suggest", event{as: ana, params: map[string]string{"c": string(c.ID)}, form: map[string]any{"person": "b"}}); len(suggested(t, got)) != 0 {
		t.Errorf("suggestions without a store: %s", got)
	}
}

func TestObserved(t *testing.T) {
	h := newHouse(t)
	var got []string
	h.addon.o.Observe = func(route, outcome string, took time.Duration) { got = append(got, route+" "+outcome) }
	c := h.mailed("Refund")
	h.open(ana, c)
	h.open(uwe, c)
	h.do("take", ben, c, nil)
	h.do("take", ana, c, nil)
	h.do("decline", ben, c, map[string]any{"why": ""})
	h.postRaw("/addon/home", nil, "")
	want := []string{"/addon/message ok", "/addon/message unknown", "/addon/do/take ok", "/addon/do/take conflict", "/addon/do/decline refused", "/addon/home unauthorized"}
	if !slices.Equal(got, want) {
		t.Errorf("observed %q, want %q", got, want)
	}
}

func TestNewRefuses(t *testing.T) {
	h := newHouse(t)
	for name, edit := range map[string]func(*Options){
		"no desk":     func(o *Options) { o.Desk = nil },
		"no verifier": func(o *Options) { o.Verifier = nil },
		"no mail":     func(o *Options) { o.Mail = nil },
		"no logger":   func(o *Options) { o.Logger = nil },
		"no address":  func(o *Options) { o.PublicURL = "" },
		"no account":  func(o *Options) { o.Account = "" },
		"no client":   func(o *Options) { o.ClientID = "" },
	} {
		o := h.addon.o
		edit(&o)
		if _, err := New(o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	o := h.addon.o
	o.Once, o.Observe = nil, nil
	a, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	if one, two := a.o.Once(), a.o.Once(); one == two || one == "" {
		t.Errorf("once gives %q, then %q, want a fresh word each time", one, two)
	}
	a.o.Observe("", "", 0)
}
