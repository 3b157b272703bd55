package desk_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"baton/desk"
)

// FuzzAddNote: any text is either kept as a note or refused with a sentence;
// what is kept is readable and names members of the mailbox only.
func FuzzAddNote(f *testing.F) {
	for _, s := range []string{
		"", " ", "@", "@@", "@ben", "@ben@acme.test.", "(@Ben), @mia!", "@olga", "@\u202eben", "é@ben", "@Ben Okafor", "@BEN@ACME.TEST",
		"\xff@ben\xfe", strings.Repeat("@ben ", 900), strings.Repeat("ä", desk.MaxNote), strings.Repeat("\x00", 10), "a\r\nb", "@ana@ben@mia",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		h := newHouse(t)
		c := h.receive("", desk.Person, "S")
		got, err := h.desk.AddNote(t.Context(), ana, c.ID, "once", text)
		if err != nil {
			var p *desk.Problem
			if !errors.As(err, &p) || p.Say == "" || !errors.Is(err, desk.ErrInvalid) {
				t.Fatalf("refused with %v, want a sentence", err)
			}
			return
		}
		n := got.Notes[0]
		if got.NoteCount != 1 || strings.TrimSpace(n.Text) != n.Text || n.Text == "" || !utf8.ValidString(n.Text) || utf8.RuneCountInString(n.Text) > desk.MaxNote {
			t.Errorf("kept %q", n.Text)
		}
		sorted := slices.Clone(n.Mentions)
		slices.Sort(sorted)
		if len(slices.Compact(sorted)) != len(n.Mentions) {
			t.Errorf("named twice: %v", n.Mentions)
		}
		for _, who := range n.Mentions {
			if !acme().Works(who, support) || !strings.Contains(n.Text, "@") {
				t.Errorf("%q names %s", n.Text, who)
			}
		}
		stored, err := h.store.Note(t.Context(), c.ID, n.ID)
		if err != nil || stored.Text != n.Text {
			t.Errorf("stored %q, %v; the record has %q", stored.Text, err, n.Text)
		}
	})
}

// FuzzCleanTag: a tag that is kept is one short line that shows something,
// stays as it is when cleaned again, and stays below its label's parent.
func FuzzCleanTag(f *testing.F) {
	for _, s := range []string{
		"", " ", "refund", "  two \t words\n", "a/b", "a\x00b", "\xff", "\u200b", "\u202egpj", strings.Repeat("ä", desk.MaxTag), strings.Repeat("ä", desk.MaxTag+1),
		"\u2028", "👩\u200d🔧", "\u00ad", "नमस्ते", "\ufeff", "\u2800", "e\u0301", "\u3164",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, in string) {
		tag, err := desk.CleanTag(in)
		if err != nil {
			var p *desk.Problem
			if !errors.As(err, &p) || p.Say == "" {
				t.Fatalf("refused with %v, want a sentence", err)
			}
			return
		}
		if again, err := desk.CleanTag(tag); err != nil || again != tag {
			t.Errorf("%q cleaned again is %q, %v", tag, again, err)
		}
		if n := utf8.RuneCountInString(tag); n == 0 || n > desk.MaxTag || !utf8.ValidString(tag) {
			t.Errorf("%q has %d characters", tag, n)
		}
		if strings.ContainsAny(tag, "/\n\r\t\u202e\u2066\u200b\ufeff") || strings.TrimSpace(tag) != tag {
			t.Errorf("%q is not one clean line", tag)
		}
		if !strings.ContainsFunc(tag, func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Mn, r) }) {
			t.Errorf("%q shows nothing", tag)
		}
	})
}
