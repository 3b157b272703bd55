package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"baton/desk"
	"baton/desk/policy"
	"baton/desk/rule"
)

// policyCmd groups what can be done with the policy file.
type policyCmd struct {
	Check policyCheckCmd `cmd:"" help:"Check a policy file and say all that is wrong with it."`
}

type policyCheckCmd struct {
	File string `arg:"" help:"Policy file, or - for standard input."`
	JSON bool   `name:"json" help:"Print one JSON object: ok, version, counts, faults; error when the file cannot be read."`
}

// Help is shown by --help.
func (c *policyCheckCmd) Help() string {
	return "Exit status: 0 the file is in order, 3 it has faults, 1 it cannot be read. Nothing is changed."
}

// policyReport is what `policy check --json` prints.
type policyReport struct {
	OK        bool          `json:"ok"`
	Version   string        `json:"version,omitempty"`
	Mailboxes int           `json:"mailboxes"`
	Members   int           `json:"members"`
	Rules     int           `json:"rules"`
	Faults    policy.Faults `json:"faults"`
	Error     string        `json:"error,omitempty"` // why the file cannot be read
}

// Run checks the file.
func (c *policyCheckCmd) Run(_ context.Context, e *env) error {
	text, err := readFile(c.File)
	if err != nil {
		err = fmt.Errorf("the policy file cannot be read: %w", err)
		if c.JSON {
			return errors.Join(err, json.NewEncoder(e.stdout).Encode(policyReport{Error: err.Error(), Faults: policy.Faults{}}))
		}
		return err
	}
	p, err := policy.Parse(c.File, text)
	var faults policy.Faults
	if err != nil && !errors.As(err, &faults) {
		return err
	}
	report := policyReport{OK: err == nil, Faults: faults}
	if p != nil && err == nil {
		report.Version, report.Mailboxes, report.Members, report.Rules = p.Version, len(p.Mailboxes), len(p.Members), len(p.Rules)
	}
	if c.JSON {
		if err := json.NewEncoder(e.stdout).Encode(report); err != nil {
			return err
		}
	} else if report.OK {
		fmt.Fprintf(e.stdout, "%s is in order: %d mailboxes, %d members, %d rules (version %s).\n", c.File, report.Mailboxes, report.Members, report.Rules, report.Version)
	} else {
		fmt.Fprintln(e.stdout, faults.Error())
	}
	if !report.OK {
		return &exit{exitPolicy, fmt.Errorf("%s has %d %s", c.File, len(faults), plural(len(faults), "fault", "faults"))}
	}
	return nil
}

// loadPolicy makes a policy and its router from a text. name is what faults
// call the file.
func loadPolicy(name string, text []byte) (*desk.Policy, desk.Router, error) {
	p, err := policy.Parse(name, text)
	if err != nil {
		return nil, nil, &exit{exitPolicy, fmt.Errorf("the policy cannot be used:\n%w", err)}
	}
	engine, faults := rule.Compile(p)
	if len(faults) > 0 {
		return nil, nil, &exit{exitPolicy, fmt.Errorf("the policy's rules cannot be used: %v", faults)}
	}
	return p, engine, nil
}

func readFile(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(io.LimitReader(os.Stdin, policy.MaxText+1))
	}
	return os.ReadFile(name)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
