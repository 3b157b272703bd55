package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// copyUntil stops a copy at its nth step.
func copyUntil(ctx context.Context, from, to string, n int, cause error) (Copied, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	done, err := Copy(ctx, from, to, CopyOptions{Progress: func(CopyStep) {
		if n--; n == 0 {
			stop(cause)
		}
	}})
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return done, err
}

// TestCopyInterrupted stops a copy again and again, at every step that it has,
// and finishes it.
func TestCopyInterrupted(t *testing.T) {
	for _, d := range directions[:3] {
		t.Run(d[0]+" to "+d[1], func(t *testing.T) {
			from, filled := worked(t, d[0], 25)
			to := places[d[1]](t)
			stopped := errors.New("stopped")
			for n := 1; ; n++ {
				if n > 200 {
					t.Fatal("the copy does not come to an end")
				}
				done, err := copyUntil(t.Context(), from, to, 1+n%3, stopped)
				if err == nil {
					if !done.Resumed || !done.Equal || n < 5 {
						t.Errorf("after %d runs: %+v", n, done)
					}
					break
				}
				if !errors.Is(err, stopped) {
					t.Fatal(err)
				}
				if n > 30 { // verifying begins anew each time
					mustCopy(t, from, to)
					break
				}
			}
			if d := cmp.Diff(answers(t, from, filled), answers(t, to, filled)); d != "" {
				t.Errorf("answers (-first +copy):\n%s", d)
			}
		})
	}
}

// copyArg makes this test binary a process that copies until it is killed.
const copyArg = "copy-until-killed"

func runCopier() {
	if len(os.Args) != 4 || os.Args[1] != copyArg {
		return
	}
	if _, err := Copy(context.Background(), os.Args[2], os.Args[3], CopyOptions{}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// TestCopyKilled kills copying processes after random times, and finishes.
func TestCopyKilled(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for _, d := range directions[:3] {
		t.Run(d[0]+" to "+d[1], func(t *testing.T) {
			from, filled := worked(t, d[0], 60)
			to := places[d[1]](t)
			killed := 0
			for range 12 {
				if killAfter(t, from, to, time.Duration(20+random.IntN(200))*time.Millisecond) {
					killed++
				}
			}
			mustCopy(t, from, to)
			if d := cmp.Diff(answers(t, from, filled), answers(t, to, filled)); d != "" {
				t.Errorf("answers (-first +copy):\n%s", d)
			}
			if killed == 0 {
				t.Error("no process was killed: they end too early")
			}
			t.Logf("%d of 12 processes were killed", killed)
		})
	}
}

func killAfter(t *testing.T, from, to string, after time.Duration) (killed bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), after)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0], copyArg, from, to)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) && !exit.Exited() {
		return true
	}
	if err != nil && ctx.Err() == nil {
		t.Fatalf("copying process: %v\n%s", err, out)
	}
	return false
}
