package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"baton/cmd/baton/company"
)

// required are the settings without which nothing can be served.
var required = []string{"public-url", "policy", "service-key", "topic", "push-account", "addon-account", "client-id"}

// canary stands for a secret: no output may carry it.
const canary = "c4nary-5ecret"

// TestServeUnset: all that is missing is told at once.
func TestServeUnset(t *testing.T) {
	r := runs(t, nil, "serve")
	if r.code != exitUsage {
		t.Errorf("code %d, want %d", r.code, exitUsage)
	}
	for _, flag := range required {
		if !strings.Contains(r.stderr, "--"+flag+" ("+variable(flag)+") is missing") {
			t.Errorf("it does not say that --%s is missing:\n%s", flag, r.stderr)
		}
	}
	for left := range required {
		vars := goodSettings()
		delete(vars, variable(required[left]))
		r := runs(t, vars, "serve")
		if r.code != exitUsage || strings.Count(r.stderr, "is missing") != 1 || !strings.Contains(r.stderr, "--"+required[left]) {
			t.Errorf("without --%s: code %d, said %q", required[left], r.code, r.stderr)
		}
	}
}

// goodSettings pass the check; the files they name do not exist.
func goodSettings() map[string]string {
	return map[string]string{
		"BATON_PUBLIC_URL": "https://baton.example.com", "BATON_POLICY": "/nowhere/policy.yaml", "BATON_SERVICE_KEY": "/nowhere/" + canary,
		"BATON_TOPIC": "projects/p/topics/t", "BATON_PUSH_ACCOUNT": "push@p.iam.gserviceaccount.com",
		"BATON_ADDON_ACCOUNT": "addon@p.iam.gserviceaccount.com", "BATON_CLIENT_ID": "1.apps.googleusercontent.com",
	}
}

// TestServeFaults: all wrong values are told at once, each with the value.
func TestServeFaults(t *testing.T) {
	vars := goodSettings()
	wrong := map[string]string{
		"public-url": "http://baton.example.com", "listen": "8080", "metrics-listen": "9090", "topic": "gmail",
		"push-subscription": "gmail", "push-account": "nobody", "addon-account": "nothing", "gmail-url": "gmail", "keys-url": "keys",
		"units": "6000x", "sweep": "900ms", "lease": "10ms", "first-import": "30 days", "log-level": "loud", "store": "baton.db",
		"delegate": "nobody", "iam-url": "iam", "token-url": "http://example.com", "auth-url": "x", "revoke-url": "ftp://a", "kms-url": "kms", "instance": "two words",
	}
	for flag, v := range wrong {
		vars[variable(flag)] = v
	}
	r := runs(t, vars, "serve")
	if r.code != exitUsage {
		t.Errorf("code %d, want %d", r.code, exitUsage)
	}
	for flag, v := range wrong {
		if !strings.Contains(r.stderr, "--"+flag+" ") || !strings.Contains(r.stderr, v) {
			t.Errorf("it does not say that --%s %q is wrong:\n%s", flag, v, r.stderr)
		}
	}
	if strings.Contains(r.stderr+r.stdout, canary) {
		t.Errorf("the secret is told:\n%s", r.stderr)
	}
	if again := runs(t, vars, "serve"); again.stderr != r.stderr {
		t.Errorf("the second time it says it differently:\n%s\n%s", r.stderr, again.stderr)
	}
}

// TestServeValues tries single values that are wrong.
func TestServeValues(t *testing.T) {
	for _, c := range []struct{ flag, value string }{
		{"public-url", "baton.example.com"}, {"public-url", "https://"}, {"public-url", "https://b.example.com/?a=b"},
		{"public-url", "https://b.example.com/#a"}, {"public-url", "ftp://b.example.com"}, {"public-url", "http://127.0.0.1.example.com"},
		{"units", "-1"}, {"units", "many"}, {"units", ""}, {"units", "1.5"}, {"sweep", "-5m"}, {"sweep", "5"}, {"first-import", "-1h"},
		{"topic", "projects//topics/t"}, {"topic", "projects/p/topics/t/u"}, {"keys-url", "http://keys.example.com/certs"},
		{"gmail-url", "ftp://gmail.example.com/"}, {"log-level", ""}, {"listen", "127.0.0.1"},
	} {
		vars := goodSettings()
		vars[variable(c.flag)] = c.value
		r := runs(t, vars, "serve")
		if r.code != exitUsage || !strings.Contains(r.stderr, "--"+c.flag) {
			t.Errorf("--%s %q: code %d, said %q", c.flag, c.value, r.code, r.stderr)
		}
	}
}

// TestServeFiles: files that cannot be used, and no word of what is in them or
// where the key is.
func TestServeFiles(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := file("policy.yaml", string(company.Policy()))
	bad := file("bad.yaml", badPolicy)
	noKey := file(canary, `{"type":"service_account","private_key":"-----BEGIN PRIVATE KEY-----\n`+canary+`\n-----END PRIVATE KEY-----\n","client_email":"`+canary+`"}`)
	noJSON := file("key", canary)
	for _, c := range []struct {
		name, policy, key string
		code              int
		says              string
	}{
		{"no policy", filepath.Join(dir, "none.yaml"), noJSON, exitUsage, "none.yaml"},
		{"no key", good, filepath.Join(dir, canary, "none"), exitUsage, "--service-key"},
		{"a policy with faults", bad, noJSON, exitPolicy, "bad.yaml:2:11"},
		{"a key that is no JSON", good, noJSON, exitUsage, "service account"},
		{"a key that is none", good, noKey, exitUsage, "service account"},
	} {
		vars := goodSettings()
		vars["BATON_POLICY"], vars["BATON_SERVICE_KEY"] = c.policy, c.key
		vars["BATON_STORE"] = "sqlite:" + filepath.Join(t.TempDir(), "baton.db")
		vars["BATON_LISTEN"], vars["BATON_LOG_LEVEL"] = "127.0.0.1:0", "debug"
		r := runs(t, vars, "serve")
		if r.code != c.code || !strings.Contains(r.stderr, c.says) {
			t.Errorf("%s: code %d, said %q; want code %d and %q", c.name, r.code, r.stderr, c.code, c.says)
		}
		if strings.Contains(r.stderr+r.stdout, canary) {
			t.Errorf("%s: the secret is told:\n%s%s", c.name, r.stdout, r.stderr)
		}
	}
}

// TestHelp prints the help of every command, with secrets in the environment.
func TestHelp(t *testing.T) {
	vars := goodSettings()
	for _, command := range []string{"", "serve", "demo", "policy", "policy check", "version",
		"mailbox", "mailbox list", "mailbox status", "mailbox connect", "mailbox pause", "mailbox resume", "mailbox resync", "mailbox disconnect", "mailbox key"} {
		r := runs(t, vars, append(strings.Fields(command), "--help")...)
		if r.code != exitOK || !strings.Contains(r.stdout, "Usage: baton "+command) || r.stderr != "" {
			t.Errorf("%q --help: code %d, printed %q, said %q", command, r.code, r.stdout, r.stderr)
		}
		if strings.Contains(r.stdout, canary) {
			t.Errorf("%q --help tells a secret:\n%s", command, r.stdout)
		}
	}
	help := runs(t, nil, "serve", "--help").stdout
	for _, flag := range required {
		if !strings.Contains(help, "--"+flag) {
			t.Errorf("the help of serve does not name --%s", flag)
		}
	}
	if r := runs(t, nil); r.code != exitOK || !strings.Contains(r.stdout, "Usage: baton") {
		t.Errorf("without a command: code %d, printed %q", r.code, r.stdout)
	}
	for _, args := range [][]string{{"sreve"}, {"serve", "--no-such-flag"}, {"demo", "--json"}, {"demo", "--mailbox", "x@acme.test"}} {
		if r := runs(t, nil, args...); r.code != exitUsage || r.stderr == "" {
			t.Errorf("%q: code %d, said %q; want code %d", args, r.code, r.stderr, exitUsage)
		}
	}
}

// TestVersion prints what was built.
func TestVersion(t *testing.T) {
	r := runs(t, nil, "version", "--json")
	var got build
	if err := json.Unmarshal([]byte(r.stdout), &got); err != nil || r.code != exitOK {
		t.Fatalf("version --json: code %d, printed %q: %v", r.code, r.stdout, err)
	}
	if got.Version == "" || got.Revision == "" || !strings.HasPrefix(got.Go, "go1.") {
		t.Errorf("version --json = %+v", got)
	}
	if r := runs(t, nil, "version"); r.code != exitOK || !strings.HasPrefix(r.stdout, "baton ") {
		t.Errorf("version: code %d, printed %q", r.code, r.stdout)
	}
}
