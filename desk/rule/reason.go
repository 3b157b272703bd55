package rule

import (
	"fmt"
	"strings"

	"baton/desk"
)

// Most names that a reason gives; the rest are counted.
const maxNames = 5

// undecided is a rule that could not be tried to the end.
type undecided struct{ rule, why string }

// reason explains a decision in one sentence.
func reason(matched []string, failed []undecided) string {
	var b strings.Builder
	switch len(matched) {
	case 0:
		b.WriteString("no rule matched")
	case 1:
		b.WriteString("rule " + matched[0] + " matched")
	default:
		b.WriteString("rules " + names(matched) + " matched")
	}
	for i, u := range failed {
		if i == maxNames {
			fmt.Fprintf(&b, "; %d more could not be decided", len(failed)-i)
			break
		}
		fmt.Fprintf(&b, "; rule %s could not be decided (%s)", u.rule, u.why)
	}
	return b.String()
}

// names joins names as people do: "A, B and C".
func names(of []string) string {
	if n := len(of) - maxNames; n > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(of[:maxNames], ", "), n)
	}
	last := len(of) - 1
	return strings.Join(of[:last], ", ") + " and " + of[last]
}

// untouched explains why no rule was tried on mail of this verdict, or gives
// "" when rules are tried.
func untouched(v desk.Verdict) string {
	switch v {
	case desk.Own, desk.Notified:
		return "no rule is tried on mail of the desk itself"
	case desk.Gone:
		return "no rule is tried on mail that is gone"
	}
	return ""
}
