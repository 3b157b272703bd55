package gmail_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"golang.org/x/oauth2"

	"baton/desk"
	"baton/gmail"
)

func TestKeyFileOpensEnrolledMailboxesOnly(t *testing.T) {
	h := newHouse(t, nil)
	key, err := h.sim.ServiceAccountKey("baton@project.iam.gserviceaccount.com", h.url+"token")
	if err != nil {
		t.Fatal(err)
	}
	tr := gmail.NewTransport(h.url)
	defer tr.CloseIdleConnections()
	k, err := gmail.NewKeyFile(key, func(m desk.Mailbox) bool { return m == support }, tr)
	if err != nil {
		t.Fatal(err)
	}
	a, err := gmail.NewAccounts(k, gmail.Options{Endpoint: h.url, Transport: tr, Background: quickly()})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	c, err := a.Client(support)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Cursor(t.Context()); err != nil {
		t.Errorf("an enrolled mailbox: %v", err)
	}
	c, err = a.Client("ceo@acme.test")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Cursor(t.Context()); !errors.Is(err, desk.ErrForbidden) {
		t.Errorf("a mailbox that is not enrolled: got %v, want desk.ErrForbidden", err)
	}
	if err := h.sim.Grant("baton@project.iam.gserviceaccount.com"); err != nil {
		t.Fatal(err)
	}
	fresh, err := gmail.NewAccounts(k, gmail.Options{Endpoint: h.url, Transport: tr, Background: quickly()})
	if err != nil {
		t.Fatal(err)
	}
	defer fresh.Close()
	c, err = fresh.Client(support)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Cursor(t.Context())
	if access := (*gmail.AccessError)(nil); !errors.As(err, &access) || access.Reason != "unauthorized_client" {
		t.Errorf("a delegation that was taken away: %v", err)
	}
	if _, err := gmail.NewKeyFile([]byte("{}"), func(desk.Mailbox) bool { return true }, nil); err == nil || !strings.Contains(err.Error(), "JSON file") {
		t.Errorf("a file that is no key: %v", err)
	}
}

// renewing gives a stale token first, then good ones.
type renewing struct {
	tokens
	made int
}

func (r *renewing) TokenSource(ctx context.Context, m desk.Mailbox) (oauth2.TokenSource, error) {
	if r.made++; r.made == 1 {
		return oauth2.StaticTokenSource(&oauth2.Token{AccessToken: "stale"}), nil
	}
	return r.tokens.TokenSource(ctx, m)
}

func TestTokenThatGmailRefusesIsRenewedOnce(t *testing.T) {
	h := newHouse(t, nil)
	r := &renewing{tokens: tokens{h.sim}}
	a, err := gmail.NewAccounts(r, gmail.Options{Endpoint: h.url})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	c, err := a.Client(support)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Cursor(t.Context()); err != nil || r.made != 2 {
		t.Errorf("%v after %d token sources, want success with the second", err, r.made)
	}
}

// The token endpoint is down for a moment, then says that the grant is gone.
func TestTokenEndpointTrouble(t *testing.T) {
	n := 0
	down := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if n++; n < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(`{"error":"invalid_grant","error_description":"Invalid email or User ID: support@acme.test"}`))
	}))
	defer down.Close()
	h := newHouse(t, nil)
	key, err := h.sim.ServiceAccountKey("baton@project.iam.gserviceaccount.com", down.URL)
	if err != nil {
		t.Fatal(err)
	}
	tr := gmail.NewTransport(h.url)
	defer tr.CloseIdleConnections()
	k, err := gmail.NewKeyFile(key, func(desk.Mailbox) bool { return true }, tr)
	if err != nil {
		t.Fatal(err)
	}
	a, err := gmail.NewAccounts(k, gmail.Options{Endpoint: h.url, Transport: tr, Background: quickly()})
	if err != nil {
		t.Fatal(err)
	}
	c, err := a.Client(support)
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Cursor(t.Context())
	access := (*gmail.AccessError)(nil)
	if !errors.As(err, &access) || access.Reason != "invalid_grant" || n != 3 {
		t.Fatalf("%v after %d token requests", err, n)
	}
	if strings.Contains(access.Error(), "@") {
		t.Errorf("the text names an address: %s", access)
	}
}
