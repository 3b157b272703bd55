package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// TestKeyless runs the real program without any key: the machine's identity
// comes from a metadata server, and IAM signs.
func TestKeyless(t *testing.T) {
	h := newHouse(t)
	const self = "runner@baton-demo.iam.gserviceaccount.com"
	meta := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Metadata-Flavor", "Google")
		switch {
		case strings.HasSuffix(r.URL.Path, "/token"):
			fmt.Fprintf(w, `{"access_token":%q,"token_type":"Bearer","expires_in":3600}`, h.sim.CallerToken(self))
		case strings.HasSuffix(r.URL.Path, "/universe-domain"), strings.HasSuffix(r.URL.Path, "/universe_domain"):
			fmt.Fprint(w, "googleapis.com")
		case strings.HasSuffix(r.URL.Path, "/email"):
			fmt.Fprint(w, self)
		default:
			fmt.Fprint(w, "baton-demo")
		}
	}))
	t.Cleanup(meta.Close)
	delete(h.vars, "BATON_SERVICE_KEY")
	h.vars["BATON_DELEGATE"] = demoMailAccount
	h.vars["BATON_IAM_URL"] = h.vars["BATON_GMAIL_URL"]
	path := realBaton(t)
	connect := func() (string, error) {
		cmd := exec.CommandContext(t.Context(), path, "mailbox", "connect", support)
		cmd.Env = []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), "GCE_METADATA_HOST=" + strings.TrimPrefix(meta.URL, "http://")}
		for name, v := range h.vars {
			cmd.Env = append(cmd.Env, name+"="+v)
		}
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := connect(); err == nil || !strings.Contains(out, "roles/iam.serviceAccountTokenCreator") {
		t.Errorf("without the right to sign: %v, %s", err, out)
	}
	if err := h.sim.SetSigners(demoMailAccount, self); err != nil {
		t.Fatal(err)
	}
	if out, err := connect(); err != nil || !strings.Contains(out, "Gmail opens the mailbox by domain-wide delegation") {
		t.Errorf("with the right to sign: %v, %s", err, out)
	}
}
