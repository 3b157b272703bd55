// Command baton runs Baton: the service behind a Gmail add-on that turns Gmail
// into a team's shared inbox.
//
// Each command is in a file of its own name; service.go puts the parts together
// for all of them.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.LookupEnv, os.Stdout, os.Stderr)
	if err != nil {
		fmt.Fprintln(os.Stderr, "baton:", err)
	}
	stop()
	os.Exit(exitCode(err))
}

// Exit codes.
const (
	exitOK     = 0
	exitFault  = 1 // something failed while running
	exitUsage  = 2 // the command line or the settings cannot be used
	exitPolicy = 3 // the policy file has faults
)

// exit is an error with the exit code that it asks for.
type exit struct {
	code int
	err  error
}

func (e *exit) Error() string { return e.err.Error() }
func (e *exit) Unwrap() error { return e.err }

func exitCode(err error) int {
	var e *exit
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &e):
		return e.code
	}
	return exitFault
}

// helpFor gives the command line that tells about the command which could not be
// read.
func helpFor(err error) string {
	words := []string{"baton"}
	if p := (*kong.ParseError)(nil); errors.As(err, &p) && p.Context != nil {
		for _, step := range p.Context.Path {
			if step.Command != nil {
				words = append(words, step.Command.Name)
			}
		}
	}
	return strings.Join(append(words, "--help"), " ")
}

// usage marks an error as a fault of the command line or the settings.
func usage(err error) error { return &exit{exitUsage, err} }

// cli is the whole command line.
type cli struct {
	Serve    serveCmd    `cmd:"" help:"Serve the add-on and the mailboxes."`
	Demo     demoCmd     `cmd:"" help:"Try Baton on this machine, in a browser, without Google."`
	Mailbox  mailboxCmd  `cmd:"" help:"Connect mailboxes, see how they stand, pause and disconnect them."`
	Manifest manifestCmd `cmd:"" help:"Print the add-on's deployment for Google."`
	Policy   policyCmd   `cmd:"" help:"Work with the policy file."`
	Store    storeCmd    `cmd:"" help:"Work with whole stores."`
	Version  versionCmd  `cmd:"" help:"Say which version this is."`
}

// env is what commands get from their surroundings.
type env struct {
	lookup func(string) (string, bool)
	stdout io.Writer
	stderr io.Writer
}

// run executes one command line. It returns when the command is done or ctx
// ends; all that it started has ended by then.
func run(ctx context.Context, args []string, lookup func(string) (string, bool), stdout, stderr io.Writer) error {
	var c cli
	var ended *int
	parser, err := kong.New(&c,
		kong.Name("baton"),
		kong.Description("A team's shared inbox inside Gmail."),
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { ended = &code }),
		kong.Resolvers(settingsFrom(lookup)),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
	)
	if err != nil {
		return err
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	if args[0] == "help" { // as in 'baton help mailbox pause'
		args = append(slices.Clone(args[1:]), "--help")
	}
	k, err := parser.Parse(args)
	if ended != nil {
		return nil
	}
	if err != nil {
		return usage(fmt.Errorf("%w; '%s' tells what there is", err, helpFor(err)))
	}
	k.BindTo(ctx, (*context.Context)(nil))
	return k.Run(&env{lookup: lookup, stdout: stdout, stderr: stderr})
}
