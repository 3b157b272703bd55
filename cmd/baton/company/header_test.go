package company

import (
	"mime"
	"strings"
	"testing"
)

func TestEncodeWords(t *testing.T) {
	tests := []struct{ name, text, scheme string }{
		{"Latin", strings.Repeat("The lid of the café kettle ", 8), "=?utf-8?q?"},
		{"Arabic", strings.Repeat("استفسار عن الطلب ", 8), "=?utf-8?b?"},
		{"emoji", strings.Repeat("🏕️", 30), "=?utf-8?b?"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := encodeWords(test.text)
			if !strings.HasPrefix(got, test.scheme) {
				t.Errorf("got %s, want it to begin with %s", got, test.scheme)
			}
			for line := range strings.SplitSeq(got, "\n") {
				if len(line) > 76 { // RFC 2047, section 2
					t.Errorf("a line of %d bytes: %s", len(line), line)
				}
			}
			var decoder mime.WordDecoder
			back, err := decoder.DecodeHeader(strings.ReplaceAll(got, "\n", ""))
			if err != nil || back != test.text {
				t.Errorf("reads back as %q, %v; want %q", back, err, test.text)
			}
		})
	}
}
