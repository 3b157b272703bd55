package gmail

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is a text that no print, log or JSON shows. string(s) gives it.
type Secret string

const hidden = "[hidden]"

// Format prints no secret, whatever the verb.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalText keeps the secret out of JSON and the like.
func (s Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }
