package policy

import (
	"slices"
	"strings"
)

// MaxShareDomains bounds the domains that conversations may be shared with.
const MaxShareDomains = 100

// shareDomains reads the domains outside the organisation whose people
// conversations may be shared with.
func (r *reader) shareDomains(t table) []string {
	var out []string
	for _, w := range r.texts(t, "share_domains", MaxShareDomains) {
		d := strings.ToLower(w.text)
		switch {
		case len(d) > 253 || !domain.MatchString(d):
			r.fault(w.at, "%q is not a domain: write one like partner.example, without an @ or a star", clip(w.text))
		case slices.Contains(out, d):
			r.fault(w.at, "%s is named twice: keep one", d)
		default:
			out = append(out, d)
		}
	}
	return out
}
