package policy

import (
	"strings"
	"testing"
	"time"
)

// box writes a policy whose mailbox has some more lines.
func withBox(lines ...string) string {
	return "desk: D\ntimezone: UTC\nmailboxes:\n  - address: s@acme.test\n    name: S\n    members: [a@acme.test]\n    " +
		strings.Join(lines, "\n    ") + "\nmembers:\n  - {email: a@acme.test, name: A, role: agent}\n"
}

func TestReplyKeysThatAreWrong(t *testing.T) {
	for line, want := range map[string]string{
		"undo: 10":              `undo must be a time span with a unit like 10s, or 0s for none, this is a number`,
		"undo: soon":            `"soon" is not a time span: write one like 10s, or 0s for none`,
		"undo: 3m":              `undo must be whole seconds between 0s and 2m, "3m" is not`,
		"undo: 1500ms":          `undo must be whole seconds between 0s and 2m, "1500ms" is not`,
		`signature: ""`:         `signature is empty: to have none, remove the key`,
		`signature: "Hi {nam}"`: `signature has the placeholder {nam}: the only ones are {name} and {address}`,
		`signature: "{{name}}"`: `signature has a brace without its other half: the only placeholders are {name} and {address}`,
		`signature: "a\u202eb"`: `signature has an invisible character: remove it`,
		"signature: [a]":        `signature must be a text, this is a list`,
		"signature: " + strings.Repeat("s", MaxSignature+1): `signature has 1001 characters, at most 1000 are allowed`,
	} {
		_, err := Parse("p", []byte(withBox(line)))
		if err == nil || !strings.HasSuffix(err.Error(), want) || !strings.HasPrefix(err.Error(), "p:7:") {
			t.Errorf("%.40s: %v, want %s in line 7", line, err, want)
		}
	}
}

func TestReplyKeys(t *testing.T) {
	p, err := Parse("p", []byte(withBox("undo: 2m", "signature: |", "  {name} 👋", "", "  Grüße")))
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Mailboxes[0]; got.Undo != 2*time.Minute || got.Signature != "{name} 👋\n\nGrüße" {
		t.Errorf("undo %v, signature %q", got.Undo, got.Signature)
	}
}
