package main

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/cmd/baton/company"
	"baton/desk/policy"
)

// ran is what one command line did.
type ran struct {
	code           int
	stdout, stderr string
}

// runs executes a command line in this process.
func runs(t *testing.T, vars map[string]string, args ...string) ran {
	t.Helper()
	var stdout, stderr bytes.Buffer
	lookup := func(name string) (string, bool) { v, ok := vars[name]; return v, ok }
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err := run(ctx, args, lookup, &stdout, &stderr)
	if ctx.Err() != nil {
		t.Errorf("%q did not end by itself", args)
	}
	if err != nil {
		stderr.WriteString("baton: " + err.Error() + "\n") // as main does
	}
	return ran{exitCode(err), stdout.String(), stderr.String()}
}

// badPolicy has three faults in three places.
const badPolicy = `desk: Acme support
timezone: Europe/Vienne
mailboxes:
  - address: support@acme.test
    name: Support
    members: [ana@acme.test, nobody@acme.test]
members:
  - email: ana@acme.test
    name: Ana Silva
    role: agent
rules:
  - name: Refunds
    when: subjekt.contains("refund")
    then: {tags: [refund]}
`

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "policy.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestPolicyCheckAbsent: what cannot be read is a failure, not a faulty policy.
func TestPolicyCheckAbsent(t *testing.T) {
	for _, path := range []string{filepath.Join(t.TempDir(), "none.yaml"), t.TempDir()} {
		for _, args := range [][]string{{"policy", "check", path}, {"policy", "check", "--json", path}} {
			r := runs(t, nil, args...)
			object := strings.Contains(r.stdout, `"error":"`)
			if r.code != exitFault || object != (len(args) == 4) || !object && r.stdout != "" || !strings.Contains(r.stderr, path) {
				t.Errorf("%v: code %d, printed %q, said %q; want code %d, nothing but an object with --json, and the path", args, r.code, r.stdout, r.stderr, exitFault)
			}
		}
	}
	if r := runs(t, nil, "policy", "check"); r.code != exitUsage {
		t.Errorf("without a file: code %d, want %d: %s", r.code, exitUsage, r.stderr)
	}
}

// TestPolicyCheckFaults: all faults at once, with their places.
func TestPolicyCheckFaults(t *testing.T) {
	path := write(t, badPolicy)
	r := runs(t, nil, "policy", "check", path)
	if r.code != exitPolicy {
		t.Errorf("code %d, want %d", r.code, exitPolicy)
	}
	for _, want := range []string{path + ":2:11: ", path + ":6:", path + ":13:", "Europe/Vienne", "nobody@acme.test", "subjekt"} {
		if !strings.Contains(r.stdout, want) {
			t.Errorf("the report does not say %q:\n%s", want, r.stdout)
		}
	}
	if !strings.Contains(r.stderr, "3 faults") {
		t.Errorf("it ends with %q, want how many faults there are", r.stderr)
	}

	r = runs(t, nil, "policy", "check", path, "--json")
	var report policyReport
	if err := json.Unmarshal([]byte(r.stdout), &report); err != nil {
		t.Fatalf("--json printed %q: %v", r.stdout, err)
	}
	if r.code != exitPolicy || report.OK || report.Version != "" || len(report.Faults) != 3 {
		t.Errorf("--json: code %d, report %+v; want code %d and 3 faults", r.code, report, exitPolicy)
	}
	for _, f := range report.Faults {
		if f.File != path || f.Line == 0 || f.Column == 0 || f.Say == "" {
			t.Errorf("--json: a fault without its place or its words: %+v", f)
		}
	}
}

// TestPolicyCheckEmpty: an empty or endless text has faults too.
func TestPolicyCheckEmpty(t *testing.T) {
	for name, text := range map[string]string{"empty": "", "no YAML": "a: [", "too large": strings.Repeat("# x\n", policy.MaxText/4+1), "not text": "\x00\xff"} {
		if r := runs(t, nil, "policy", "check", write(t, text)); r.code != exitPolicy || r.stdout == "" {
			t.Errorf("%s: code %d, printed %q; want code %d and a fault", name, r.code, r.stdout, exitPolicy)
		}
	}
}

// TestPolicyCheckGood: the demo's own policy is in order.
func TestPolicyCheckGood(t *testing.T) {
	path := write(t, string(company.Policy()))
	r := runs(t, nil, "policy", "check", path)
	if r.code != exitOK || !strings.Contains(r.stdout, "is in order: 2 mailboxes") || r.stderr != "" {
		t.Errorf("code %d, printed %q, said %q", r.code, r.stdout, r.stderr)
	}
	p, _, err := loadPolicy("policy.yaml", company.Policy())
	if err != nil {
		t.Fatal(err)
	}
	r = runs(t, nil, "policy", "check", "--json", path)
	var got map[string]any
	if err := json.Unmarshal([]byte(r.stdout), &got); err != nil {
		t.Fatalf("--json printed %q: %v", r.stdout, err)
	}
	want := map[string]any{
		"ok": true, "version": p.Version, "mailboxes": float64(len(p.Mailboxes)), "members": float64(len(p.Members)),
		"rules": float64(len(p.Rules)), "faults": []any{},
	}
	if diff := cmp.Diff(want, got); diff != "" || r.code != exitOK {
		t.Errorf("--json: code %d (-want +got):\n%s", r.code, diff)
	}
}

// TestPolicyCheckStdin pipes the file in, as a script does.
func TestPolicyCheckStdin(t *testing.T) {
	path := realBaton(t)
	for _, c := range []struct {
		name, text string
		code       int
		says       string
	}{
		{"good", string(company.Policy()), exitOK, `"ok":true`},
		{"bad", badPolicy, exitPolicy, `"line":13`},
		{"too large", strings.Repeat("# x\n", policy.MaxText), exitPolicy, `"ok":false`},
		{"nothing", "", exitPolicy, `"ok":false`},
	} {
		cmd := exec.Command(path, "policy", "check", "--json", "-")
		cmd.Stdin = strings.NewReader(c.text)
		out, _ := cmd.Output() // its exit code is looked at
		if got := cmd.ProcessState.ExitCode(); got != c.code || !strings.Contains(string(out), c.says) {
			t.Errorf("%s: code %d, printed %.300q; want code %d and %s", c.name, got, out, c.code, c.says)
		}
	}
}
