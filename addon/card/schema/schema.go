// Package schema tells whether Gmail would accept an answer.
//
// Google's own parser discards an answer with one unknown or misplaced field and shows the person a
// bare error, and it runs nowhere but at Google. [Validate] stands in for it: field names and types
// come by reflection from Google's published card types and from shape.go; rules.go adds what types do
// not say (one-ofs, enumerations, limits, fields that are for Chat alone); text.go looks for tags that
// should not be there.
package schema

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"baton/addon/wire"
)

// MaxBytes is the largest answer that passes. Google documents no limit.
const MaxBytes = 100 << 10

// Validate gives everything that is wrong with an answer of that kind, nil when nothing is. Each error
// begins with the path of the place.
func Validate(answer []byte, kind wire.Kind) []error {
	if len(answer) > MaxBytes {
		return []error{fmt.Errorf("answer: %d bytes, at most %d", len(answer), MaxBytes)}
	}
	dec := json.NewDecoder(bytes.NewReader(answer))
	dec.UseNumber()
	v, err := decode(dec, 0)
	if err != nil {
		return []error{fmt.Errorf("answer: %w", err)}
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return []error{errors.New("answer: more than one JSON value")}
	}
	c := &checker{}
	c.value("answer", v, outer(v, kind), field{})
	return c.errs
}

// outer chooses the shape of the whole answer.
func outer(v any, kind wire.Kind) reflect.Type {
	if o, ok := v.(map[string]any); ok {
		for name := range o {
			if strings.HasSuffix(name, "_prompt") || strings.HasPrefix(name, "requesting_") {
				return reflect.TypeFor[authorization]()
			}
		}
	}
	switch kind {
	case wire.Trigger:
		return reflect.TypeFor[renderActions]()
	case wire.Action:
		return reflect.TypeFor[submitFormResponse]()
	}
	return reflect.TypeFor[autoComplete]()
}

// decode reads one value and refuses a name that occurs twice in an object.
func decode(dec *json.Decoder, depth int) (any, error) {
	if depth > 40 {
		return nil, errors.New("nested too deep")
	}
	tok, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch tok {
	case json.Delim('['):
		list := []any{}
		for dec.More() {
			v, err := decode(dec, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err = dec.Token()
		return list, err
	case json.Delim('{'):
		object := map[string]any{}
		for dec.More() {
			name, err := dec.Token()
			if err != nil {
				return nil, err
			}
			if _, twice := object[name.(string)]; twice {
				return nil, fmt.Errorf("%q occurs twice", name)
			}
			if object[name.(string)], err = decode(dec, depth+1); err != nil {
				return nil, err
			}
		}
		_, err = dec.Token()
		return object, err
	}
	return tok, nil
}
