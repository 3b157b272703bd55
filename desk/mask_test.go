package desk_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"baton/desk"
)

func TestMask(t *testing.T) {
	for _, tc := range []struct{ text, want string }{
		// Cards: numbers of the card schemes' own test pages.
		{"4111111111111111", "•••• 1111"},
		{"card 4111 1111 1111 1111.", "card •••• 1111."},
		{"4111-1111-1111-1111", "•••• 1111"},
		{"4111.1111.1111.1111", "•••• 1111"},
		{"4111\u00a01111\u00a01111\u00a01111", "•••• 1111"},
		{"3782 822463 10005", "•••• 0005"},
		{"5555555555554444 and 6011 1111 1111 1117", "•••• 4444 and •••• 1117"},
		{"4222222222222", "•••• 2222"},
		{"4111 1111\n1111 1111", "•••• 1111"},
		{"> 4111 1111\n> 1111 1111", "> •••• 1111"},
		{"4111 1111 1111 1111 12/29 123", "•••• 1111 12/29 123"},
		{"(4111111111111111)", "(•••• 1111)"},
		{"Nr:4111111111111111,", "Nr:•••• 1111,"},

		// Accounts: the examples of SWIFT's IBAN registry.
		{"AT611904300234573201", "•••• 3201"},
		{"IBAN AT61 1904 3002 3457 3201, thanks", "IBAN •••• 3201, thanks"},
		{"de89 3704 0044 0532 0130 00 and more", "•••• 3000 and more"},
		{"GB29 NWBK 6016 1331 9268 19", "•••• 6819"},
		{"NO93 8601 1117 947", "•••• 7947"},
		{"MT84 MALT 0110 0001 2345 MTLC AST0 01S", "•••• T001S"[:len("•••• ")] + "001S"},

		// Not to be touched.
		{"order 1042", "order 1042"},
		{"order 4111111111111112", "order 4111111111111112"},
		{"order 1234567890123456", "order 1234567890123456"},
		{"tracking 41111111111111111111111", "tracking 41111111111111111111111"},
		{"call +43 660 1234567 or 0043 1 2345678", "call +43 660 1234567 or 0043 1 2345678"},
		{"+4111111111111111", "+4111111111111111"},
		{"+41 4222222222222", "+41 4222222222222"},
		{"ID-A4111111111111111B", "ID-A4111111111111111B"},
		{"0000 0000 0000 0000", "0000 0000 0000 0000"},
		{"AT611904300234573202", "AT611904300234573202"},
		{"XX61 1904 3002 3457 3201", "XX61 1904 3002 3457 3201"},
		{"on 2026-03-02 09:00:00 at 12.5", "on 2026-03-02 09:00:00 at 12.5"},
		{"550e8400-e29b-41d4-a716-446655440000", "550e8400-e29b-41d4-a716-446655440000"},
		{"9780306406157 is a book", "9780306406157 is a book"},
		{"", ""},
	} {
		if got := desk.Mask(tc.text); got != tc.want {
			t.Errorf("%q: %q, want %q", tc.text, got, tc.want)
		}
	}
}

// A text made to be slow to search is not.
func TestMaskHostile(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("4", 64<<10), strings.Repeat("4 ", 32<<10), strings.Repeat("AT61 ", 13<<10), strings.Repeat("4111-", 13<<10), strings.Repeat("4\n> ", 16<<10),
	} {
		desk.Mask(text)
	}
}

func FuzzMask(f *testing.F) {
	f.Add("4111 1111 1111 1111")
	f.Add("AT61 1904 3002 3457 3201 and 4111111111111111")
	f.Fuzz(func(t *testing.T, text string) {
		masked := desk.Mask(text)
		if utf8.ValidString(text) && !utf8.ValidString(masked) {
			t.Errorf("%q became broken text: %q", text, masked)
		}
		if masked != text && !strings.Contains(masked, "•••• ") {
			t.Errorf("%q changed into %q", text, masked)
		}
	})
}
