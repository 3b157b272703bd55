// Package need finds what tests need beside Go and the repository: a browser,
// Google's emulators, the corpus of real mails. A test whose need is missing is
// skipped; with BATON_REQUIRE=1, which .ci/run sets, it fails. It also says how
// long those tests take that can take long.
package need

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Met ends the test when what it needs is missing; err says why, nil = it is there.
func Met(t testing.TB, what string, err error) {
	t.Helper()
	switch {
	case err == nil:
	case os.Getenv("BATON_REQUIRE") == "1":
		t.Fatalf("%s is needed, and BATON_REQUIRE=1: %v", what, err)
	default:
		t.Skipf("%s is needed (BATON_REQUIRE=1 makes this a failure): %v", what, err)
	}
}

// Chromium gives the path of a browser that chromedp can drive.
func Chromium(t testing.TB) string {
	t.Helper()
	for _, name := range []string{"/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	Met(t, "Chromium", errors.New("it was not found; install it with apt-get install chromium"))
	return ""
}

// Count is how often a test repeats what it does: few, or with BATON_FULL=1,
// which `make full` sets, many.
func Count(few, many int) int {
	if os.Getenv("BATON_FULL") == "1" {
		return many
	}
	return few
}

// Corpus gives the path of 2,500 real mails, a zipped mbox: that of
// BATON_CORPUS, else the one beside the repository, for which it is too large.
func Corpus(t testing.TB) string {
	t.Helper()
	path := os.Getenv("BATON_CORPUS")
	if path == "" {
		root, err := moduleRoot()
		if err != nil {
			t.Fatal(err)
		}
		path = filepath.Join(root, "..", "shared", "corpus", "easy-ham-1.mbox.gz")
	}
	_, err := os.Stat(path)
	Met(t, "the corpus", err)
	return path
}

// moduleRoot gives the folder of go.mod; tests run in their package's.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		if filepath.Dir(dir) == dir {
			return "", errors.New("no go.mod above the working directory")
		}
		dir = filepath.Dir(dir)
	}
}
