package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// child is one running `baton serve`.
type child struct {
	cmd     *exec.Cmd
	began   time.Time
	serving chan struct{} // closed when it serves
	address string        // where; after serving
	took    time.Duration // from its start until it served; after serving
	ended   chan struct{} // closed when it is gone
	err     error         // how it ended; after ended
	faults  atomic.Int64  // lines of its log that no child may write
	odd     atomic.Pointer[string]
}

// startChild runs the program with nothing but its own environment.
func startChild(path string, environment []string, log io.Writer) (*child, error) {
	c := &child{cmd: exec.Command(path, "serve"), serving: make(chan struct{}), ended: make(chan struct{}), began: time.Now()}
	c.cmd.Env = environment
	dieWithParent(c.cmd)
	out, err := c.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := c.cmd.Start(); err != nil {
		return nil, fmt.Errorf("%s does not start: %w", path, err)
	}
	go func() {
		defer close(c.ended)
		c.read(out, log)
		c.err = c.cmd.Wait()
	}()
	return c, nil
}

// read follows the child's log until it ends.
func (c *child) read(r io.Reader, log io.Writer) {
	lines := bufio.NewReader(r)
	up := false
	for {
		line, err := lines.ReadBytes('\n')
		_, _ = log.Write(line) // a log that cannot be kept must not stop the child
		if !up && bytes.Contains(line, []byte(`"serving"`)) {
			var s struct{ Msg, Address string }
			if json.Unmarshal(line, &s) == nil && s.Msg == "serving" {
				c.address, c.took, up = s.Address, time.Since(c.began), true
				close(c.serving)
			}
		}
		if bytes.Contains(line, []byte("panic")) || bytes.HasPrefix(line, []byte("fatal error")) {
			c.faults.Add(1)
			text := strings.TrimSpace(string(line))
			c.odd.CompareAndSwap(nil, &text)
		}
		if err != nil {
			return
		}
	}
}

// up tells whether it serves.
func (c *child) up() bool {
	select {
	case <-c.ended:
		return false
	default:
	}
	select {
	case <-c.serving:
		return true
	default:
		return false
	}
}

// within waits until it serves.
func (c *child) within(d time.Duration) error {
	late := time.NewTimer(d)
	defer late.Stop()
	select {
	case <-c.serving:
		return nil
	case <-c.ended:
		return fmt.Errorf("it ended before it served: %v", c.err)
	case <-late.C:
		return fmt.Errorf("it does not serve after %s", d)
	}
}

// kill ends it as a power cut would.
func (c *child) kill() {
	_ = c.cmd.Process.Kill() // it may have ended by itself; the caller sees how
	<-c.ended
}

// term asks it to end and tells how long that took; an error if it took longer
// than it may, or did not end well.
func (c *child) term() (time.Duration, error) {
	began := time.Now()
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		<-c.ended
		return 0, fmt.Errorf("a child had ended before it was asked to: %v", c.err)
	}
	late := time.NewTimer(stopWithin)
	defer late.Stop()
	select {
	case <-c.ended:
	case <-late.C:
		_ = c.cmd.Process.Signal(syscall.SIGQUIT) // its log then shows where it stands
		select {
		case <-c.ended:
		case <-time.After(5 * time.Second):
			c.kill()
		}
		return time.Since(began), fmt.Errorf("a child was not gone %s after SIGTERM", stopWithin)
	}
	if c.err != nil {
		return time.Since(began), fmt.Errorf("a child ended after SIGTERM with: %w", c.err)
	}
	return time.Since(began), nil
}

// stopWithin is what a process has after SIGTERM; Cloud Run gives 10 s.
const stopWithin = 8 * time.Second

// pause stops it where it stands, as a frozen machine would; resume goes on.
func (c *child) pause() error  { return c.cmd.Process.Signal(syscall.SIGSTOP) }
func (c *child) resume() error { return c.cmd.Process.Signal(syscall.SIGCONT) }

// logFile opens the log of all processes in one place, one after the other.
func logFile(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
}
