package policy

import (
	"net/mail"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"baton/desk"
	"baton/desk/rule"
)

var domain = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$`)

// address checks a bare mail address and gives it in lower case.
func (r *reader) address(w word) (desk.Email, bool) {
	e := desk.ParseEmail(w.text)
	parsed, err := mail.ParseAddress(string(e))
	if err != nil || parsed.Name != "" || parsed.Address != string(e) || len(e) > 254 || !domain.MatchString(e.Domain()) {
		r.fault(w.at, "%q is not a mail address: write one like ana@acme.test, without a name", clip(w.text))
		return "", false
	}
	return e, true
}

// nearEmail is the end of a sentence that proposes a known address, or "". Of
// two addresses one half must be the same: most addresses on a desk share their
// domain, which makes all of them look alike.
func nearEmail(e desk.Email, known []desk.Email) string {
	var same, other []string
	local, domain := split(e)
	for _, k := range known {
		switch l, d := split(k); {
		case d == domain:
			same = append(same, l)
		case l == local:
			other = append(other, d)
		}
	}
	if l := rule.Nearest(local, same); l != "" {
		return ", did you mean " + l + "@" + domain + "?"
	}
	if d := rule.Nearest(domain, other); d != "" {
		return ", did you mean " + local + "@" + d + "?"
	}
	return ""
}

func split(e desk.Email) (local, domain string) {
	domain = e.Domain()
	return strings.TrimSuffix(string(e), "@"+domain), domain
}

// clip shortens a text that is shown in a fault.
func clip(s string) string {
	if runes := []rune(s); len(runes) > MaxName {
		return string(runes[:MaxName]) + "..."
	}
	return s
}

// name reads a name for people under a key.
func (r *reader) name(t table, key string) (string, place) {
	w, ok := r.text(t, key)
	if !ok {
		return "", t.at
	}
	if why := unusable(w.text, ""); why != "" {
		r.fault(w.at, "%s %s", key, why)
		return "", w.at
	}
	return w.text, w.at
}

// mark checks a text that becomes part of a label's name, where a slash would
// begin another level.
func (r *reader) mark(w word, what string) bool {
	if why := unusable(w.text, "/"); why != "" {
		r.fault(w.at, "%s %s", what, why)
		return false
	}
	return true
}

// unusable says what is wrong with a name, or "".
func unusable(s, forbidden string) string {
	switch {
	case s == "":
		return "is empty: write a name"
	case utf8.RuneCountInString(s) > MaxName:
		return "has more than " + strconv.Itoa(MaxName) + " characters: shorten it"
	case forbidden != "" && strings.ContainsAny(s, forbidden):
		return "cannot have the character " + forbidden + " in " + strconv.Quote(s) + ": write a hyphen instead"
	}
	for _, c := range s {
		// Format characters are invisible and can turn the text around them; the
		// joiners are part of how some scripts and emoji are written.
		if unicode.IsControl(c) || unicode.Is(unicode.Cf, c) && c != '\u200c' && c != '\u200d' || c == '\u2028' || c == '\u2029' {
			return "has an invisible character in " + strconv.Quote(s) + ": remove it"
		}
	}
	return ""
}

var days = regexp.MustCompile(`^([0-9]{1,5})d`)

const longest = 3660 * 24 * time.Hour

// duration reads a time span like 90m, 4h, 2d or 1d12h; a missing key is 0.
func (r *reader) duration(t table, key string) time.Duration {
	e, ok := t.keys[key]
	if !ok {
		return 0
	}
	s, ok := plain(e.node)
	at := r.start(e.node, e.at)
	if !ok {
		r.fault(at, "%s must be a time span with a unit like 30m, 4h or 2d, this is %s", key, kind(e.node))
		return 0
	}
	d, ok := span(strings.TrimSpace(s))
	switch {
	case !ok:
		r.fault(at, "%q is not a time span: write one like 30m, 4h or 2d", clip(s))
	case d < time.Minute || d > longest:
		r.fault(at, "%s must be between 1m and 3660d, %q is not: to have none, remove the key", key, clip(s))
	}
	return d
}

func span(s string) (time.Duration, bool) {
	var d time.Duration
	if m := days.FindStringSubmatch(s); m != nil {
		n, _ := strconv.Atoi(m[1]) // at most five digits
		d, s = time.Duration(n)*24*time.Hour, s[len(m[0]):]
		if s == "" {
			return d, true
		}
	}
	rest, err := time.ParseDuration(s)
	if err != nil || strings.HasPrefix(s, "+") || rest < 0 {
		return 0, false
	}
	return d + rest, true
}
