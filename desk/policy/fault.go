package policy

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// maxFaults bounds how many faults are told at once.
const maxFaults = 200

// Fault is one thing that is wrong with a policy file.
type Fault struct {
	File   string `json:"file"`
	Line   int    `json:"line"`   // from 1
	Column int    `json:"column"` // in characters, from 1
	Say    string `json:"say"`    // what is wrong and what would be right
}

func (f Fault) String() string { return fmt.Sprintf("%s:%d:%d: %s", f.File, f.Line, f.Column, f.Say) }

// Faults is everything that is wrong with a policy file, by position. It is
// the error that Parse gives.
type Faults []Fault

// Error prints one line per fault, as file:line:column: text.
func (f Faults) Error() string {
	lines := make([]string, len(f))
	for i := range f {
		lines[i] = f[i].String()
	}
	return strings.Join(lines, "\n")
}

// MarshalJSON gives a list, empty when there is no fault.
func (f Faults) MarshalJSON() ([]byte, error) {
	if f == nil {
		return []byte("[]"), nil
	}
	return json.Marshal([]Fault(f))
}

// sorted puts faults in the order of the file, drops repetitions and, of very
// many, keeps the first.
func (f Faults) sorted() Faults {
	slices.SortStableFunc(f, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Say, b.Say))
	})
	f = slices.Compact(f)
	if n := len(f) - maxFaults; n > 0 {
		last := f[maxFaults]
		last.Say = fmt.Sprintf("%d more faults from here on are not shown", n)
		f = append(f[:maxFaults], last)
	}
	return f
}
