package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"baton/desk"
)

type mailboxDisconnectCmd struct {
	reachSettings
	mailboxName
	Erase bool `help:"Take the mailbox's records away too: conversations, notes, history, ledger. The mail stays in Gmail."`
	Yes   bool `help:"Do not ask whether to erase."`
}

// Help is shown by --help.
func (c *mailboxDisconnectCmd) Help() string {
	return `Nothing of the mailbox is read any more, Gmail is asked to send no more notices, and an owner's consent is ended at
Google. Records are kept unless --erase is given, which asks first on a terminal and needs --yes otherwise. An erasure
that was interrupted goes on when the command is run again. ` + reachHelp + `
Exit status: 0 done, 1 failed, or not everything could be done, 2 command line.`
}

// Run disconnects.
func (c *mailboxDisconnectCmd) Run(ctx context.Context, e *env) error {
	m, err := c.mailbox()
	if err != nil {
		return err
	}
	if c.Erase && !c.Yes {
		if !term.IsTerminal(int(os.Stdin.Fd())) {
			return usage(fmt.Errorf("--erase takes all records of %s away for good: add --yes to do it without being asked", m))
		}
		sure, err := confirm(ctx, os.Stdin, e.stderr, fmt.Sprintf("Erase all records of %s for good? Type the address to go on: ", m), string(m))
		if err != nil {
			return err
		}
		if !sure {
			return &exit{exitFault, fmt.Errorf("not confirmed; nothing was changed")}
		}
	}
	return c.settings().operate(ctx, e, c.mailboxName, func(ops operations, ctx context.Context, m desk.Mailbox) (outcome, error) {
		return ops.Disconnect(ctx, m, c.Erase)
	})
}

// confirm asks and tells whether the answer is the wanted one. When ctx ends
// first, the reading goes on behind until the process ends.
func confirm(ctx context.Context, in io.Reader, out io.Writer, question, want string) (bool, error) {
	fmt.Fprint(out, question)
	answer := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(in).ReadString('\n') // what came before an error is the answer
		answer <- line
	}()
	select {
	case line := <-answer:
		return strings.EqualFold(strings.TrimSpace(line), want), nil
	case <-ctx.Done():
		return false, ctx.Err()
	}
}
