package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// corpusMails is how many real mails the corpus has.
const corpusMails = 2500

// binary is the real program, built once for all tests and kept in memory, so
// that no test depends on another's folder.
var binary = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "baton-build-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "baton")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		return nil, errors.New(string(out))
	}
	return os.ReadFile(path)
})

// realBaton gives the path of the real program.
func realBaton(t testing.TB) string {
	t.Helper()
	b, err := binary()
	if err != nil {
		t.Fatalf("the program cannot be built: %v", err)
	}
	path := filepath.Join(t.TempDir(), "baton")
	if err := os.WriteFile(path, b, 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// child is a running Baton.
type child struct {
	*exec.Cmd
	began  time.Time
	url    chan string   // gets the demo's address when it is printed
	loaded chan struct{} // closed when the demo says that all is delivered
	ended  chan struct{} // closed when the process has ended
	err    error         // how it ended; after ended

	stdout, stderr bytes.Buffer // after ended
}

// start runs the program until the test ends at the latest.
func start(t *testing.T, path string, args ...string) *child {
	t.Helper()
	c := &child{Cmd: exec.Command(path, args...), url: make(chan string, 1), loaded: make(chan struct{}), ended: make(chan struct{})}
	c.Cmd.Stderr = &c.stderr
	out, err := c.Cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.began = time.Now()
	if err := c.Cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(c.ended)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			c.stdout.WriteString(lines.Text() + "\n")
			if _, url, ok := strings.Cut(lines.Text(), "demo is at "); ok {
				c.url <- url
			}
			if strings.HasPrefix(lines.Text(), "All mail is delivered") {
				close(c.loaded)
			}
		}
		c.err = c.Cmd.Wait()
	}()
	t.Cleanup(func() {
		_ = c.Process.Kill() // it has ended already when all went well
		<-c.ended
	})
	return c
}

// address waits for the demo's address.
func (c *child) address(t *testing.T) string {
	t.Helper()
	select {
	case url := <-c.url:
		return url
	case <-c.ended:
		t.Fatalf("the demo ended before it served: %v\n%s", c.err, &c.stderr)
	case <-time.After(time.Minute):
		t.Fatal("the demo did not serve within a minute")
	}
	return ""
}

// wait waits for the end and gives the exit code, -1 for a signal.
func (c *child) wait(t *testing.T, within time.Duration) int {
	t.Helper()
	select {
	case <-c.ended:
	case <-time.After(within):
		_ = c.Process.Signal(syscall.SIGQUIT) // so that it shows where it stands
		<-c.ended
		t.Fatalf("the process did not end within %s\n%s", within, &c.stderr)
	}
	return c.ProcessState.ExitCode()
}

// after lets some time pass, unless the process ends before.
func (c *child) after(d time.Duration) {
	select {
	case <-time.After(d):
	case <-c.ended:
	}
}

// finish runs `demo --once` over a folder, to its end, and gives its summary.
func finish(t *testing.T, path, dir, mbox string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "demo", "--once", "--json", "--listen", "127.0.0.1:0", "--data", dir, "--mbox", mbox)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("demo --once: %v\n%s", err, &stderr)
	}
	return string(out)
}
