package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"baton/desk/identity"
)

// hole takes connections and answers nothing, as a firewall that drops packets
// does to whoever is connected. It gives its address.
func hole(t testing.TB) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var open []net.Conn
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			open = append(open, c)
		}
	})
	t.Cleanup(func() {
		ln.Close()
		wg.Wait()
		for _, c := range open {
			c.Close()
		}
	})
	return ln.Addr().String()
}

// TestServeAmongBlackHoles: whatever Baton depends on at Google hangs while it
// starts. It starts all the same, lives and is ready, refuses whom it cannot
// check, within seconds, and stops in time.
func TestServeAmongBlackHoles(t *testing.T) {
	for name, change := range map[string]func(*testing.T, *deployment){
		"keys":  func(t *testing.T, d *deployment) { d.vars["BATON_KEYS_URL"] = "http://" + hole(t) + "/certs" },
		"gmail": func(t *testing.T, d *deployment) { d.vars["BATON_GMAIL_URL"] = "http://" + hole(t) + "/" },
		"pubsub": func(t *testing.T, d *deployment) {
			t.Setenv("PUBSUB_EMULATOR_HOST", hole(t))
			d.vars["BATON_PULL"] = pulled
			delete(d.vars, "BATON_PUSH_ACCOUNT")
			delete(d.vars, "BATON_PUSH_SUBSCRIPTION")
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := deploy(t)
			change(t, d)
			began := time.Now()
			at, stop := d.serve()
			for path, want := range map[string]int{"/healthz": http.StatusOK, "/readyz": http.StatusOK} {
				if code, body := d.get(at.Address + path); code != want {
					t.Errorf("%s = %d %q", path, code, body)
				}
			}
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("it took %v to serve", took)
			}
			if name == "keys" {
				d.refuses(at)
			}
			stop()
		})
	}
}

// refuses pushes with a good token that cannot be checked.
func (d *deployment) refuses(at serving) {
	d.Helper()
	token, err := d.issuer.Sign(identity.Claims{Audience: publicURL + "/push", Email: demoPushAccount, EmailVerified: true, Subject: "push"})
	if err != nil {
		d.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(d.Context(), 15*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, at.Address+"/push", strings.NewReader(string(envelope(support, 7, demoSubscription))))
	if err != nil {
		d.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		d.Fatalf("a push whose token cannot be checked got no answer: %v", err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusUnauthorized {
		d.Errorf("a push whose token cannot be checked = %d, want 401", res.StatusCode)
	}
	if code, _ := d.get(at.Address + "/healthz"); code != http.StatusOK {
		d.Errorf("/healthz = %d while keys cannot be fetched", code)
	}
}

// TestHealth: a store that is down makes Baton not ready, and lives; what it is
// hampered by it tells, and is ready.
func TestHealth(t *testing.T) {
	for _, c := range []struct {
		err      error
		hampered string
		code     int
		says     string
	}{
		{nil, "", 200, `{"status":"ready"}`},
		{nil, "no pulls", 200, `{"hampered":"no pulls","status":"ready"}`},
		{errors.New("secret"), "no pulls", 503, `{"reason":"the store does not answer","status":"not ready"}`},
	} {
		e := newEcho(nil)
		mountHealth(e, func(context.Context) error { return c.err }, func() string { return c.hampered })
		for path, want := range map[string]struct {
			code int
			says string
		}{"/readyz": {c.code, c.says}, "/healthz": {200, `{"status":"ok"}`}} {
			w := httptest.NewRecorder()
			e.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
			if w.Code != want.code || strings.TrimSpace(w.Body.String()) != want.says {
				t.Errorf("%s = %d %q, want %d %q", path, w.Code, w.Body, want.code, want.says)
			}
		}
	}
}
