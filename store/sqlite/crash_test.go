package sqlite

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"baton/desk"
)

const (
	crashRounds  = 24
	crashWorkers = 8
	crashRecords = 5
	crashBox     = desk.Mailbox("support@example.com")
)

// crashArg makes this test binary the process that is killed: it writes to the
// store at the path that follows, round by round, until it is.
const crashArg = "write-until-killed"

func runCrasher() {
	if len(os.Args) != 4 || os.Args[1] != crashArg {
		return
	}
	if err := crasher(os.Args[2], os.Args[3]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// crasher prints the name of each change once it was told that it is committed.
func crasher(path, round string) error {
	s, err := Open(context.Background(), path, Options{})
	if err != nil {
		return err
	}
	errs := make(chan error)
	for w := range crashWorkers {
		go func() {
			for n := 0; ; n++ {
				name := fmt.Sprintf("%s-%d-%d", round, w, n)
				if err := crashChange(s, (w+n)%crashRecords, name); err != nil {
					errs <- err
					return
				}
				fmt.Println(name)
			}
		}()
	}
	return <-errs
}

func crashChange(s *Store, record int, name string) error {
	id := desk.ConversationID(fmt.Sprint("record ", record))
	_, err := s.Update(context.Background(), id, func(c *desk.Conversation) (desk.Change, error) {
		c.Mailbox = crashBox
		c.Messages++
		c.EventSeq++
		c.Tags = append(c.Tags[max(0, len(c.Tags)-9):], name)
		return desk.Change{
			Events:  []desk.Event{{Seq: c.EventSeq, To: name}},
			Ledger:  []desk.LedgerLine{{Mailbox: crashBox, Message: desk.MessageID(name), Conversation: id, Verdict: desk.Person}},
			Intents: []desk.Intent{{ID: desk.IntentID(name), State: desk.IntentPending}},
			Handles: []desk.Handle{desk.Handle(name)},
		}, nil
	})
	return err
}

func TestKilledWhileWriting(t *testing.T) {
	path := filepath.Join(t.TempDir(), "baton.db")
	random := rand.New(rand.NewPCG(1, 2))
	var acked []string
	for round := range crashRounds {
		got := killOne(t, path, fmt.Sprint(round), 1+random.IntN(150))
		acked = append(acked, got...)
		if t.Failed() {
			return
		}
		verifyCrash(t, path, acked)
	}
	t.Logf("%d kills, %d changes acknowledged", crashRounds, len(acked))
}

// killOne kills the writing process once it reported some changes, and gives
// all that it had reported by then.
func killOne(t *testing.T, path, round string, after int) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], crashArg, path, round)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var acked []string
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		acked = append(acked, lines.Text())
		if len(acked) == after {
			if err := cmd.Process.Kill(); err != nil {
				t.Error(err)
			}
		}
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.Exited() {
		t.Fatalf("writing process ended by itself: %v", err)
	}
	return acked
}

// verifyCrash checks that what was acknowledged is there and that every change
// is there with all its parts or with none.
func verifyCrash(t *testing.T, path string, acked []string) {
	t.Helper()
	s, err := Open(t.Context(), path, Options{})
	if err != nil {
		t.Fatalf("open after a kill: %v", err)
	}
	defer func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}()
	there := map[string]bool{}
	for r := range crashRecords {
		id := desk.ConversationID(fmt.Sprint("record ", r))
		c, err := s.Conversation(t.Context(), id)
		if err != nil && !errors.Is(err, desk.ErrNotFound) {
			t.Fatal(err)
		}
		page, events := desk.Page{Limit: 100}, 0
		for {
			got, next, err := s.Events(t.Context(), id, page)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range got {
				there[e.To] = true
				events++
			}
			if page.After = next; next == "" {
				break
			}
		}
		if c.Messages != events || c.Version != int64(events) || c.EventSeq != int64(events) {
			t.Errorf("%s: version %d, %d messages, sequence %d, but %d events", id, c.Version, c.Messages, c.EventSeq, events)
		}
	}
	verdicts, err := s.Verdicts(t.Context(), crashBox)
	intents, err2 := s.Intents(t.Context())
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	if verdicts[desk.Person] != len(there) || intents[desk.IntentPending] != len(there) {
		t.Errorf("%d events, but %v lines and %v intents", len(there), verdicts, intents)
	}
	for name := range there {
		_, err := s.Line(t.Context(), crashBox, desk.MessageID(name))
		_, err2 := s.Intent(t.Context(), desk.IntentID(name))
		ids, err3 := s.Resolve(t.Context(), desk.Handle(name))
		if err := errors.Join(err, err2, err3); err != nil || len(ids) != 1 {
			t.Errorf("change %s is there in part: %v, handles %v", name, err, ids)
		}
	}
	for _, name := range acked {
		if !there[name] {
			t.Errorf("change %s was acknowledged and is lost", name)
		}
	}
}

// The lock must be free at once after a kill; opening in verifyCrash shows it.
// This shows that it is held before.
func TestSecondProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "baton.db")
	openAt(t, path, Options{})
	var wg sync.WaitGroup
	wg.Go(func() {
		out, err := exec.CommandContext(t.Context(), os.Args[0], crashArg, path, "1").CombinedOutput()
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != 1 {
			t.Errorf("second process: got %v, want exit code 1", err)
		}
		wantText(t, "second process", string(out), path, "another process")
	})
	wg.Wait()
}
