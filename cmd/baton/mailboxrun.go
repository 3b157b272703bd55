package main

import (
	"context"
	"encoding/json"
	"errors"

	"baton/desk"
)

// with runs a command over the operations. With --json a failure is printed as
// an object too.
func (s *mailboxSettings) with(ctx context.Context, e *env, makes bool, do func(operations) error) error {
	ops, done, err := s.reach(ctx, makes)
	if err == nil {
		err = errors.Join(do(ops), done())
	}
	if told := (*exit)(nil); err == nil || errors.As(err, &told) {
		return err
	}
	f := asFault(err)
	if s.JSON {
		return errors.Join(f, json.NewEncoder(e.stdout).Encode(failed{f}))
	}
	return f
}

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
		err = &exit{exitFault, errors.New("not everything could be done; see what is marked as failed")}
	}
	return err
}
