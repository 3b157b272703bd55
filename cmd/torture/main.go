// Command torture runs the real `baton serve` in processes of its own, against
// a stand-in Gmail in this one, and does to them what life does: it kills them,
// doubles, shuffles and drops their notifications, lets calls to Gmail fail in
// every way, and has people press buttons all the while. In the end it compares
// what Gmail holds with what a model says, and prints one line of JSON.
//
// plan.go and desk.go say what happens, from a seed; expect.go what must come
// of it. google.go, push.go and fault.go are the world around the children,
// fleet.go and nemesis.go start and end them, people.go presses the buttons.
// rest.go waits until all is quiet, check.go and books.go judge. See
// docs/reliability.md.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	o, err := parse(os.Args[1:], os.Stderr)
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "torture:", err)
		os.Exit(2)
	}
	r, err := torture(ctx, o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "torture:", err)
		os.Exit(1)
	}
	if err := json.NewEncoder(os.Stdout).Encode(r.line); err != nil || !r.good() {
		os.Exit(1)
	}
}

// options are what a run is told.
type options struct {
	store         string // sqlite or firestore
	notifications int    // mails that arrive
	seed          uint64
	kills         int           // kill -9 at least
	every         time.Duration // between two kills
	processes     int
	baton         string // the program; "" = it is built
	keep          bool
	dir           string // work folder; "" = a temporary one
	progress      io.Writer
}

// parse reads the command line.
func parse(args []string, progress io.Writer) (options, error) {
	o := options{progress: progress}
	f := flag.NewFlagSet("torture", flag.ContinueOnError)
	f.SetOutput(progress)
	f.StringVar(&o.store, "store", "sqlite", "sqlite, or firestore on Google's emulator")
	f.IntVar(&o.notifications, "notifications", 10_000, "mails that arrive")
	f.Uint64Var(&o.seed, "seed", 0, "replays a run; 0 = a new one")
	f.IntVar(&o.kills, "kills", 0, "kill -9 so often; 0 = one for each 32 notifications")
	f.DurationVar(&o.every, "every", 200*time.Millisecond, "time between two kills, on average")
	f.IntVar(&o.processes, "processes", 0, "children at a time: 1 with sqlite, 2 to 4 with firestore; 0 = 1 or 2")
	f.StringVar(&o.baton, "baton", "", "the program to torture; \"\" = it is built from this module")
	f.StringVar(&o.dir, "dir", "", "folder to work in; \"\" = a new temporary one")
	f.BoolVar(&o.keep, "keep", false, "keep the work folder of a run that went well, too")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if f.NArg() > 0 {
		return o, fmt.Errorf("%q is not a flag", f.Arg(0))
	}
	return o, o.check()
}

// check fills in what is left out.
func (o *options) check() error {
	most := map[string]int{"sqlite": 1, "firestore": 4}[o.store]
	if o.processes == 0 {
		o.processes = min(most, 2)
	}
	if o.kills == 0 {
		o.kills = max(1, o.notifications/32)
	}
	if o.seed == 0 {
		o.seed = uint64(time.Now().UnixNano() % 1_000_000_007)
	}
	switch {
	case most == 0:
		return fmt.Errorf("-store %q is neither sqlite nor firestore", o.store)
	case o.notifications < 1 || o.kills < 0 || o.every <= 0:
		return errors.New("-notifications, -kills and -every must be positive")
	case o.processes < 1 || o.processes > most:
		return fmt.Errorf("-processes %d: %s takes 1 to %d", o.processes, o.store, most)
	}
	return nil
}
