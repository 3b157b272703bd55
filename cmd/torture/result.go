package main

import (
	"fmt"
	"io"
)

// line is what a run prints in the end.
type line struct {
	Store         string  `json:"store"`
	Seed          uint64  `json:"seed"`
	Notifications int     `json:"notifications"` // mails that arrived
	Kills         int     `json:"kills"`         // by kill -9
	Lost          int     `json:"lost"`          // mails without a status, accepted replies that never left
	Doubled       int     `json:"doubled"`       // mails sent twice or unasked
	Mislabelled   int     `json:"mislabelled"`   // mails with other labels of Baton's than they should wear
	Parked        int     `json:"parked"`        // promises given up for a person to look at
	Seconds       float64 `json:"seconds"`
}

// result is how a run went.
type result struct {
	line
	faults []string // everything that is not as it should be, in words
}

// good tells whether nothing at all was wrong.
func (r *result) good() bool {
	return r.Lost+r.Doubled+r.Mislabelled == 0 && len(r.faults) == 0
}

func (r *result) fault(format string, args ...any) {
	r.faults = append(r.faults, fmt.Sprintf(format, args...))
}

// shown is how many faults are told.
const shown = 20

func (r *result) tell(w io.Writer) {
	for i, f := range r.faults {
		if i == shown {
			fmt.Fprintf(w, "... and %d more\n", len(r.faults)-shown)
			break
		}
		fmt.Fprintln(w, "WRONG:", f)
	}
}
