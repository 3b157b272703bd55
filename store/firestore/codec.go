package firestore

import (
	"fmt"
	"math"
	"time"

	"baton/desk"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// MaxValue bounds what one document holds, in bytes of JSON. Firestore allows
// 1 MiB with all fields and their names.
const MaxValue = 900 << 10

// maxCommit bounds one commit, in bytes of JSON. Firestore allows 10 MiB with
// everything around it.
const maxCommit = 9 << 20

// never is the sort key of "nothing is due": it sorts last.
const never = math.MaxInt64

// encoding cuts times to microseconds of UTC. What is empty is left out and
// comes back as nil; strings that are no UTF-8 are made so.
var encoding = jsonv2.JoinOptions(
	jsonv2.WithMarshalers(jsonv2.MarshalToFunc(func(e *jsontext.Encoder, t time.Time) error {
		text, err := t.UTC().Truncate(time.Microsecond).MarshalText()
		if err != nil {
			return err
		}
		return e.WriteToken(jsontext.String(string(text)))
	})),
	jsontext.AllowInvalidUTF8(true),
	jsontext.AllowDuplicateNames(true),
)

// encode gives a value's JSON.
func encode(what string, v any) ([]byte, error) {
	data, err := jsonv2.Marshal(v, encoding)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be stored: %w: %w", what, desk.ErrInvalid, err)
	}
	return data, fits(what, len(data))
}

func fits(what string, size int) error {
	if size > MaxValue {
		return fmt.Errorf("%s of %d bytes, at most %d can be stored: %w", what, size, MaxValue, desk.ErrTooLarge)
	}
	return nil
}

// decode reads what encode wrote.
func decode(what string, data []byte, v any) error {
	if err := jsonv2.Unmarshal(data, v, encoding); err != nil {
		return fmt.Errorf("stored %s cannot be read: %w", what, err)
	}
	return nil
}

// micros is a time as it is kept in a field.
func micros(t time.Time) int64 { return t.UnixMicro() }

// when reads a time from a field; the zero time comes back as itself.
func when(n int64) time.Time { return time.UnixMicro(n).UTC() }

// fields are a document's.
type fields map[string]any

func (f fields) number(name string) int64 { n, _ := f[name].(int64); return n }
func (f fields) text(name string) string  { t, _ := f[name].(string); return t }
func (f fields) bytes(name string) []byte { b, _ := f[name].([]byte); return b }

// value decodes the data of a document.
func value[T any](what string, f fields) (v T, err error) {
	err = decode(what, f.bytes("data"), &v)
	return v, err
}
