package main

import (
	"errors"
	"fmt"

	"baton/gmail/seal"
)

type mailboxKeyCmd struct {
	File   string `arg:"" help:"The key file."`
	Rotate bool   `help:"Put a new key into the file; what older ones encrypted still opens."`
	Retire bool   `help:"Take all keys but the newest out; what they encrypted opens no more."`
}

// Help is shown by --help.
func (c *mailboxKeyCmd) Help() string {
	return "Makes a file with a key for --token-key file:PATH, which only you can read. Keep a copy where the store's backups are not: together they open the mailboxes."
}

// Run makes or changes a key file.
func (c *mailboxKeyCmd) Run(e *env) error {
	switch {
	case c.Rotate && c.Retire:
		return usage(errors.New("give --rotate or --retire, not both: consents are encrypted anew in between"))
	case c.Rotate:
		if err := seal.Rotate(c.File); err != nil {
			return err
		}
		fmt.Fprintf(e.stdout, "%s has a new key. Each consent is encrypted with it when its mailbox next needs a token, within about an hour; all of them when baton serve is started again.\n", c.File)
	case c.Retire:
		if err := seal.Retire(c.File); err != nil {
			return err
		}
		fmt.Fprintf(e.stdout, "%s has its newest key only.\n", c.File)
	default:
		if err := seal.Create(c.File); err != nil {
			return err
		}
		fmt.Fprintf(e.stdout, "%[1]s was made. Use it with --token-key file:%[1]s.\n", c.File)
	}
	return nil
}
