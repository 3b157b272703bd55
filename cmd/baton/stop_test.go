package main

import (
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"baton/infra/need"
)

// terminate sends SIGTERM and fails the test unless the process ends in order
// within 8 s. It gives how long that took.
func terminate(t *testing.T, c *child) time.Duration {
	t.Helper()
	began := time.Now()
	if err := c.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := c.wait(t, stopWithin); code != 0 {
		t.Fatalf("exit code %d after SIGTERM (%v):\n%s", code, c.err, &c.stderr)
	}
	return time.Since(began)
}

// TestStoppedWhileStarting asks it to stop before it serves. Until its handler
// of signals stands, the operating system ends it at once: that is no fault.
func TestStoppedWhileStarting(t *testing.T) {
	path := realBaton(t)
	dir := t.TempDir()
	for _, after := range []time.Duration{30, 60, 90, 120, 150, 200, 250} {
		c := start(t, path, "demo", "--listen", "127.0.0.1:0", "--data", dir)
		c.after(after * time.Millisecond)
		if err := c.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		code := c.wait(t, stopWithin)
		if code != 0 && !c.early() {
			t.Errorf("SIGTERM after %d ms: exit code %d\n%s", after, code, &c.stderr)
		}
	}
}

// early tells whether the operating system ended a process that was asked to stop.
func (c *child) early() bool {
	return c.ProcessState.Sys().(syscall.WaitStatus).Signal() == syscall.SIGTERM
}

// TestStoppedOnce stops a run that a script waits for: it has not done what was
// asked, and says so.
func TestStoppedOnce(t *testing.T) {
	path := realBaton(t)
	for after := 700 * time.Millisecond; ; after *= 2 { // it takes several seconds
		c := start(t, path, "demo", "--once", "--json", "--verbose", "--listen", "127.0.0.1:0", "--mbox", need.Corpus(t))
		c.after(after)
		if err := c.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		code := c.wait(t, stopWithin)
		if c.early() && after < 10*time.Second {
			continue // on a busy machine its handler of signals did not stand yet
		}
		if code != exitFault || c.stdout.Len() > 0 {
			t.Errorf("exit code %d, printed %q; want %d and nothing", code, &c.stdout, exitFault)
		}
		return
	}
}

// TestSecondProcess starts a second Baton on the same folder: it refuses, says
// why, and does not disturb the first.
func TestSecondProcess(t *testing.T) {
	path := realBaton(t)
	dir := t.TempDir()
	first := start(t, path, "demo", "--listen", "127.0.0.1:0", "--data", dir)
	url := first.address(t)
	ready(t, first, url)

	second := start(t, path, "demo", "--listen", "127.0.0.1:0", "--data", dir)
	code := second.wait(t, 30*time.Second)
	said := second.stderr.String()
	if code == 0 || code == -1 {
		t.Errorf("the second process ended with code %d, want a refusal", code)
	}
	if !strings.Contains(said, "another process") || !strings.Contains(said, dir) {
		t.Errorf("the second process says %q, want what is in the way and where", said)
	}
	if strings.Contains(said, "goroutine ") {
		t.Errorf("the second process panicked:\n%s", said)
	}

	ready(t, first, url)
	select {
	case <-first.loaded:
	case <-time.After(time.Minute):
		t.Error("the first process did not go on loading")
	}
	t.Logf("stopped after %s", terminate(t, first).Round(time.Millisecond))

	third := start(t, path, "demo", "--listen", "127.0.0.1:0", "--data", dir)
	ready(t, third, third.address(t))
	terminate(t, third)
}

// ready waits until a process says that it can work and reports how long that
// took from its start.
func ready(t *testing.T, c *child, url string) {
	t.Helper()
	end := time.After(30 * time.Second)
	for {
		res, err := http.Get(url + "/readyz")
		if err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				break
			}
		}
		select {
		case <-end:
			t.Fatalf("not ready within 30 s: %v", err)
		case <-c.ended:
			t.Fatalf("it ended: %v\n%s", c.err, &c.stderr)
		case <-time.After(2 * time.Millisecond):
		}
	}
	t.Logf("ready after %s", time.Since(c.began).Round(time.Millisecond))
	http.DefaultClient.CloseIdleConnections()
}
