package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEchoes: only what nobody asked for is an echo.
func TestEchoes(t *testing.T) {
	at := func(p promises, reads int, calls ...string) counts {
		c := counts{p, map[string]int{historyList: 50 * reads, "gmail.users.messages.get": 100}, map[string]int{"support@acme.test": reads}}
		for _, method := range calls {
			c.calls[method]++
		}
		return c
	}
	was := at(promises{open: 5, tries: 40, kept: 30}, 7)
	for name, test := range map[string]struct {
		now  counts
		says string
	}{
		"sweeps":                         {at(was.promises, 9), ""},
		"left drafts":                    {at(was.promises, 9, "gmail.users.drafts.list", "gmail.users.drafts.delete"), ""},
		"a late try that helps":          {at(promises{open: 4, tries: 41, kept: 31}, 9, "gmail.users.threads.get", "gmail.users.threads.modify"), ""},
		"a late try that fails again":    {at(promises{open: 5, tries: 41, kept: 30}, 9, "gmail.users.threads.get"), ""},
		"a late try that is cancelled":   {at(promises{open: 4, tries: 41, kept: 30}, 9), ""},
		"a call for nothing":             {at(was.promises, 9, "gmail.users.threads.get"), "1 calls beside those"},
		"a promise":                      {at(promises{open: 6, tries: 40, kept: 30}, 9), "1 promises were made"},
		"a promise that was kept":        {at(promises{open: 5, tries: 41, kept: 31}, 9, "gmail.users.threads.get"), "1 promises were made"},
		"a mailbox that is read at once": {at(was.promises, 14), "support@acme.test was read 7 times"},
	} {
		if got := strings.Join(test.now.heard(was), "; "); (got == "") != (test.says == "") || !strings.Contains(got, test.says) {
			t.Errorf("%s: %q, want %q", name, got, test.says)
		}
	}
}

// TestPromisesAreCounted adds up what two children say of their lives, and takes
// from one of them what they share.
func TestPromisesAreCounted(t *testing.T) {
	r := &run{fleet: &fleet{}}
	for n := range 2 {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintln(w, "# TYPE baton_intents_total counter\n# TYPE baton_intents_waiting gauge")
			for outcome, n := range map[string]int{"done": 10 + n, "failed": 3, "parked": 1, "waited": 2} {
				fmt.Fprintf(w, "baton_intents_total{outcome=%q} %d\n", outcome, n)
			}
			for state, n := range map[string]int{"pending": 4, "claimed": 2, "parked": 1} {
				fmt.Fprintf(w, "baton_intents_waiting{state=%q} %d\n", state, n)
			}
		}))
		defer server.Close()
		c := &child{serving: make(chan struct{}), ended: make(chan struct{}), address: server.URL}
		close(c.serving)
		r.fleet.slots = append(r.fleet.slots, &slot{n: n, now: c})
	}
	got, err := r.promises(t.Context())
	if want := (promises{open: 6, tries: 31, kept: 23}); err != nil || got != want {
		t.Errorf("counted %s, %v", cmp.Diff(want, got, cmp.AllowUnexported(promises{})), err)
	}
	close(r.fleet.slots[1].now.ended)
	if _, err := r.promises(t.Context()); err == nil {
		t.Error("a child that is gone is counted")
	}
}
