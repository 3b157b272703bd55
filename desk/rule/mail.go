package rule

import (
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"baton/desk"
)

const maxBody = desk.MaxRuleBody

// mail is one mail as conditions see it: capped, in lower case, and each value
// made when a condition first asks for it. It serves one call of Route.
type mail struct {
	facts   desk.Facts
	zone    *time.Location
	adapter types.Adapter
	known   map[string]ref.Val
}

// ResolveName gives the value of a variable; cel.Activation asks for it.
func (m *mail) ResolveName(name string) (any, bool) {
	if v, ok := m.known[name]; ok {
		return v, true
	}
	v, ok := m.value(name)
	if !ok {
		return nil, false
	}
	if m.known == nil {
		m.known = make(map[string]ref.Val, 8)
	}
	m.known[name] = v
	return v, true
}

// Parent is nil: there is no scope around a mail.
func (m *mail) Parent() cel.Activation { return nil }

func (m *mail) value(name string) (ref.Val, bool) {
	f := &m.facts
	switch name {
	case "from":
		return text(string(f.From.Email), maxWord), true
	case "from_name":
		return text(f.From.Name, maxWord), true
	case "domain":
		return text(f.From.Email.Domain(), maxWord), true
	case "to":
		return m.list(f.To), true
	case "cc":
		return m.list(f.Cc), true
	case "delivered_to":
		return text(string(f.DeliveredTo), maxWord), true
	case "alias":
		return text(f.Alias, maxWord), true
	case "subject":
		return text(f.Subject, maxSubject), true
	case "body":
		return text(f.Body, maxBody), true
	case "headers":
		return m.adapter.NativeToValue(headers(f.Headers)), true
	case "attachments":
		return m.adapter.NativeToValue(attachments(f.Attachments)), true
	case "hour":
		return types.Int(f.At.In(m.zone).Hour()), true
	case "weekday":
		return types.String(strings.ToLower(f.At.In(m.zone).Weekday().String()[:3])), true
	case "automatic":
		return types.Bool(f.Verdict.Automatic()), true
	case "verdict":
		return types.String(f.Verdict), true
	}
	return nil, false
}

func (m *mail) list(of []desk.Email) ref.Val {
	out := make([]string, 0, min(len(of), maxListItems))
	for _, e := range of[:cap(out)] {
		out = append(out, lower(string(e), maxWord))
	}
	return m.adapter.NativeToValue(out)
}

func attachments(of []desk.Attachment) []attachment {
	out := make([]attachment, 0, min(len(of), maxListItems))
	for _, a := range of[:cap(out)] {
		out = append(out, attachment{Name: lower(a.Name, maxWord), Type: lower(a.Type, maxWord), Size: a.Size})
	}
	return out
}

// headers caps the headers. Of too many the first by name are kept, so that
// the same mail is always decided alike.
func headers(of map[string]string) map[string]string {
	names := slices.Sorted(maps.Keys(of))
	names = names[:min(len(names), maxHeaders)]
	out := make(map[string]string, len(names))
	for _, n := range names {
		out[lower(n, maxWord)] = clip(of[n], maxHeader)
	}
	return out
}

func text(s string, limit int) types.String { return types.String(lower(s, limit)) }

// lower gives s in lower case, at most limit bytes. A text can grow when its
// case is changed, hence the second cut.
func lower(s string, limit int) string { return clip(strings.ToLower(clip(s, limit)), limit) }

// clip cuts s to at most limit bytes of valid UTF-8.
func clip(s string, limit int) string {
	if len(s) > limit {
		end := limit
		for end > 0 && end > limit-utf8.UTFMax && !utf8.RuneStart(s[end]) {
			end--
		}
		s = s[:end]
	}
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "?")
	}
	return s
}
