package policy

import (
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"baton/desk"
)

// MaxSignature bounds a mailbox's signature, in characters.
const MaxSignature = 1000

// undo reads how long replies wait before they go; a missing key is the usual
// time.
func (r *reader) undo(t table) time.Duration {
	return r.seconds(t, "undo", "10s", desk.DefaultUndo, desk.MaxUndo, "2m")
}

// seconds reads a time span in whole seconds up to a longest one, which most
// says in words; 0s is none. A key that is not there is as usual, and like is an
// example of it.
func (r *reader) seconds(t table, key, like string, usual, longest time.Duration, most string) time.Duration {
	e, ok := t.keys[key]
	if !ok {
		return usual
	}
	at := r.start(e.node, e.at)
	s, ok := plain(e.node)
	if !ok {
		r.fault(at, "%s must be a time span with a unit like %s, or 0s for none, this is %s", key, like, kind(e.node))
		return 0
	}
	d, ok := span(strings.TrimSpace(s))
	switch {
	case !ok:
		r.fault(at, "%q is not a time span: write one like %s, or 0s for none", clip(s), like)
	case d > longest || d%time.Second != 0:
		r.fault(at, "%s must be whole seconds between 0s and %s, %q is not", key, most, clip(s))
	}
	return d
}

var placeholder = regexp.MustCompile(`\{[^{}\n]*\}`)

// signature reads what stands below replies. The only placeholders are the
// writer's name and the address that the mail goes out from: a misspelt one
// would be read by customers.
func (r *reader) signature(t table) string {
	w, ok := r.text(t, "signature")
	if !ok {
		return ""
	}
	for _, p := range placeholder.FindAllString(w.text, -1) {
		if p != desk.SignatureName && p != desk.SignatureAddress {
			r.fault(w.at, "signature has the placeholder %s: the only ones are %s and %s", clip(p), desk.SignatureName, desk.SignatureAddress)
			return ""
		}
	}
	if rest := placeholder.ReplaceAllString(w.text, ""); strings.ContainsAny(rest, "{}") {
		r.fault(w.at, "signature has a brace without its other half: the only placeholders are %s and %s", desk.SignatureName, desk.SignatureAddress)
		return ""
	}
	switch n := utf8.RuneCountInString(w.text); {
	case n == 0:
		r.fault(w.at, "signature is empty: to have none, remove the key")
	case n > MaxSignature:
		r.fault(w.at, "signature has %d characters, at most %d are allowed", n, MaxSignature)
	}
	if i := strings.IndexFunc(w.text, func(c rune) bool {
		return c != '\n' && unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c) || c == '\u2028' || c == '\u2029'
	}); i >= 0 {
		r.fault(w.at, "signature has an invisible character: remove it")
	}
	return w.text
}
