package entry

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"reflect"
)

// Digest names an entry by its content.
func Digest(k Kind, e Entry) (d [32]byte, err error) {
	copied := reflect.New(reflect.TypeOf(e))
	copied.Elem().Set(reflect.ValueOf(e))
	Tidy(copied.Interface())
	data, err := json.Marshal(copied.Interface())
	if err != nil {
		return d, fmt.Errorf("entry of %s: %w", k, err)
	}
	return sha256.Sum256(append([]byte(k+"\x00"), data...)), nil
}

// Sum counts entries and adds up their digests, each quarter by itself, so
// that their order does not matter. Equal sums mean equal entries.
type Sum struct {
	Count int
	quads [4]uint64
}

// Add takes an entry in.
func (s *Sum) Add(d [32]byte) {
	s.Count++
	for i := range s.quads {
		s.quads[i] += binary.BigEndian.Uint64(d[8*i:])
	}
}

// Checksum gives 64 hex digits.
func (s *Sum) Checksum() string {
	return fmt.Sprintf("%016x%016x%016x%016x", s.quads[0], s.quads[1], s.quads[2], s.quads[3])
}
