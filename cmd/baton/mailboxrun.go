package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"baton/desk"
)

// with runs a command over the operations. With --json a failure is printed as
// an object too.
func (s *mailboxSettings) with(ctx context.Context, e *env, makes bool, do func(operations) error) error {
	ops, done, err := s.reach(ctx, makes)
	if err == nil {
		err = errors.Join(do(ops), done())
	}
	if errors.Is(err, errTold) || err == nil {
		return err
	}
	f := asFault(err)
	if s.JSON {
		if werr := json.NewEncoder(e.stdout).Encode(failed{f}); werr != nil {
			return errors.Join(f, werr)
		}
	}
	if code := (*exit)(nil); errors.As(err, &code) {
		return err
	}
	return f
}

// errTold marks what a command has printed itself.
var errTold = errors.New("see what was printed")

// printed gives an error for what was printed already.
func printed(format string, args ...any) error {
	return &exit{exitFault, &toldError{fmt.Sprintf(format, args...)}}
}

type toldError struct{ text string }

func (e *toldError) Error() string        { return e.text }
func (e *toldError) Is(target error) bool { return target == errTold }

// operate runs one operation on one mailbox and tells what it did.
func (s *mailboxSettings) operate(ctx context.Context, e *env, name mailboxName, do func(operations, context.Context, desk.Mailbox) (outcome, error)) error {
	m, err := name.mailbox()
	if err != nil {
		return err
	}
	return s.with(ctx, e, false, func(ops operations) error {
		o, err := do(ops, ctx, m)
		if err != nil {
			return err
		}
		return s.tell(e, o)
	})
}

// tell prints what an operation did. That a step failed is an error.
func (s *mailboxSettings) tell(e *env, o outcome) error {
	var err error
	if s.JSON {
		err = json.NewEncoder(e.stdout).Encode(o)
	} else {
		err = o.print(e.stdout)
	}
	if err == nil && !o.OK {
		err = printed("not everything could be done; see what is marked as failed")
	}
	return err
}
