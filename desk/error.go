package desk

import (
	"errors"
	"fmt"
	"reflect"
	"time"
)

// The kinds of failure that callers tell apart with errors.Is. Everything else
// is an internal fault and is never shown to people.
var (
	// ErrNotFound: there is no such thing, or the actor may not know of it.
	ErrNotFound = errors.New("not found")
	// ErrExists: a once-only fact is already recorded.
	ErrExists = errors.New("already recorded")
	// ErrForbidden: the actor sees the thing but may not do this.
	ErrForbidden = errors.New("not allowed")
	// ErrInvalid: the input cannot be used as it is.
	ErrInvalid = errors.New("invalid input")
	// ErrConflict: somebody else changed the same thing first.
	ErrConflict = errors.New("changed meanwhile")
	// ErrHeld: another process holds the lease.
	ErrHeld = errors.New("held by another process")
	// ErrStale: the holder's claim or fence is no longer the current one.
	ErrStale = errors.New("claim is no longer held")
	// ErrUnavailable: the store cannot write or read now; nothing was changed.
	ErrUnavailable = errors.New("store unavailable")
	// ErrAmbiguous: a handle names several conversations that the actor may see.
	ErrAmbiguous = errors.New("names several")
	// ErrTooLarge: a value is over a limit of the store; nothing was changed.
	ErrTooLarge = errors.New("too large")
)

// Problem is an error with a sentence for the person who acted. Kind is one of
// this package's error values; Say tells what happened and what to do.
type Problem struct {
	Kind error
	Say  string
}

func (p *Problem) Error() string { return fmt.Sprintf("%v: %s", p.Kind, p.Say) }

// Unwrap gives the kind.
func (p *Problem) Unwrap() error { return p.Kind }

func invalid(format string, args ...any) error {
	return &Problem{Kind: ErrInvalid, Say: fmt.Sprintf(format, echoed(args)...)}
}

func forbidden(format string, args ...any) error {
	return &Problem{Kind: ErrForbidden, Say: fmt.Sprintf(format, echoed(args)...)}
}

// MaxEcho bounds, in characters, how much of what somebody typed is said back to
// them.
const MaxEcho = 80

// ours is a piece of a sentence that nobody typed and that is said whole.
type ours string

// echoed gives the arguments of a sentence, with what people may have typed on
// one line and cut. Every string is taken for that but those of our own.
func echoed(args []any) []any {
	out := make([]any, len(args))
	for i, a := range args {
		out[i] = a
		if v := reflect.ValueOf(a); v.Kind() == reflect.String && v.Type() != reflect.TypeFor[ours]() {
			out[i] = cut(oneLine(v.String()), MaxEcho)
		}
	}
	return out
}

// Conflict says that somebody else was first. Now is the record as it stands,
// so that the difference can be shown; nothing was overwritten.
type Conflict struct {
	Aspect Aspect
	By     Email
	Via    string // ByLabel when it was done by a label in Gmail
	At     time.Time
	Now    Conversation
	// Came is what was said since, for Talk, oldest first; none when too much
	// happened for the record to tell.
	Came []Event
	// Acted is what stands in the way of an undo: the newest change of the same
	// thing since; nil = it was no undo.
	Acted *Event
}

func (c *Conflict) Error() string { return fmt.Sprintf("%v: %s", ErrConflict, c.Aspect) }

// Unwrap gives ErrConflict.
func (c *Conflict) Unwrap() error { return ErrConflict }

var zeroTime time.Time

func isNotFound(err error) bool { return errors.Is(err, ErrNotFound) }

func isConflict(err error) bool { return errors.Is(err, ErrConflict) }
