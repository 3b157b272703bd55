package wire

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
)

// The types of this file read what they can and take anything else as absent. Their UnmarshalJSON
// never fails, so that one odd member does not cost the whole event.

// Text is a string, also when it was sent as a number or a truth value.
type Text string

// UnmarshalJSON never fails.
func (t *Text) UnmarshalJSON(b []byte) error {
	*t = ""
	switch {
	case len(b) > 0 && b[0] == '"':
		var s string
		if json.Unmarshal(b, &s) == nil {
			*t = Text(s)
		}
	case bytes.Equal(b, []byte("true")), bytes.Equal(b, []byte("false")), number(b):
		*t = Text(b)
	}
	return nil
}

func number(b []byte) bool {
	return len(b) > 0 && (b[0] == '-' || '0' <= b[0] && b[0] <= '9')
}

// Texts is a list of strings, also when one was sent alone.
type Texts []string

// UnmarshalJSON never fails.
func (t *Texts) UnmarshalJSON(b []byte) error {
	*t = nil
	if len(b) == 0 || b[0] != '[' {
		var one Text
		if one.UnmarshalJSON(b); one != "" {
			*t = Texts{string(one)}
		}
		return nil
	}
	var list []Text
	if json.Unmarshal(b, &list) == nil {
		for _, s := range list {
			*t = append(*t, string(s))
		}
	}
	return nil
}

// amount reads a whole number written as a number, with an exponent, or as text.
type amount struct {
	n   int64
	set bool
}

func (a *amount) UnmarshalJSON(b []byte) error {
	*a = amount{}
	var t Text
	t.UnmarshalJSON(b)
	if n, err := strconv.ParseInt(string(t), 10, 64); err == nil {
		*a = amount{n, true}
	} else if f, err := strconv.ParseFloat(string(t), 64); err == nil && math.Abs(f) < 1<<62 {
		*a = amount{int64(f), true}
	}
	return nil
}

// truth reads true, "true" and 1.
type truth bool

func (t *truth) UnmarshalJSON(b []byte) error {
	var s Text
	s.UnmarshalJSON(b)
	*t = s == "true" || s == "1"
	return nil
}

// members reads an object whose members are all of one type.
type members[T any] map[string]T

func (m *members[T]) UnmarshalJSON(b []byte) error {
	*m = nil
	var got map[string]T
	if len(b) > 0 && b[0] == '{' && json.Unmarshal(b, &got) == nil {
		*m = got
	}
	return nil
}

// maybe reads an object, or nothing when it is something else.
type maybe[T any] struct {
	v  T
	ok bool
}

func (m *maybe[T]) UnmarshalJSON(b []byte) error {
	*m = maybe[T]{}
	if len(b) > 0 && b[0] == '{' {
		m.ok = json.Unmarshal(b, &m.v) == nil
	}
	return nil
}
