package schema

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"
	"unicode"
)

// texts are the fields whose content follows a rule.
var texts = map[field]func(string) error{
	{"TextParagraph", "text"}:            formatted,
	{"DecoratedText", "text"}:            formatted,
	{"Section", "header"}:                formatted,
	{"DecoratedText", "topLabel"}:        noTags,
	{"DecoratedText", "bottomLabel"}:     noTags,
	{"Action", "function"}:               callable,
	{"OpenLink", "url"}:                  openable,
	{"Image", "imageUrl"}:                picture,
	{"CardHeader", "imageUrl"}:           picture,
	{"ImageComponent", "imageUri"}:       picture,
	{"Icon", "iconUrl"}:                  callable,
	{"SelectionItem", "startIconUri"}:    callable,
	{"basicPrompt", "authorization_url"}: callable,
}

// The tags that Gmail renders. A link leads to https or mailto.
var tag = regexp.MustCompile(`^<(?:(/?)(b|i|u|s|font|a|time)|(br)/?|(font) color="#[0-9a-fA-F]{6}"|(a) href="(?:https://|mailto:)[^"<> ]+")>`)

// formatted allows Gmail's tags, well nested, and nothing else that begins with "<".
func formatted(s string) error {
	var open []string
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			break
		}
		s = s[i:]
		m := tag.FindStringSubmatch(s)
		if m == nil {
			return fmt.Errorf("a tag that Gmail does not know: %.20q", s)
		}
		s = s[len(m[0]):]
		switch name := m[2] + m[4] + m[5]; {
		case m[3] != "":
		case m[1] == "" && m[2] != "" && (name == "a" || name == "font"):
			return fmt.Errorf("<%s> without its attribute", name)
		case m[1] == "":
			open = append(open, name)
		case len(open) == 0 || open[len(open)-1] != name:
			return fmt.Errorf("</%s> closes nothing", name)
		default:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		return fmt.Errorf("<%s> is not closed", open[len(open)-1])
	}
	return nil
}

func noTags(s string) error {
	if strings.ContainsRune(s, '<') {
		return errors.New(`a "<" in a field that may or may not be formatted`)
	}
	return nil
}

// callable wants an absolute https address; http is for this machine only.
func callable(s string) error {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return errors.New("not an absolute URL")
	}
	ip := net.ParseIP(u.Hostname())
	if u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()) {
		return nil
	}
	return fmt.Errorf("scheme %q, want https", u.Scheme)
}

func openable(s string) error {
	if strings.HasPrefix(s, "mailto:") || strings.HasPrefix(s, "tel:") {
		return nil
	}
	return callable(s)
}

func picture(s string) error {
	if strings.HasPrefix(s, "data:image/png;base64,") || strings.HasPrefix(s, "data:image/jpeg;base64,") {
		return nil
	}
	return callable(s)
}

// deceptive finds a control character, a direction override, a character that is never seen, or an
// isolate (U+2068 to U+2069) that does not begin and end in the same text.
func deceptive(s string) (rune, bool) {
	open := 0
	for _, r := range s {
		switch {
		case r == '\n':
		case r == 0x2068:
			open++
		case r == 0x2069 && open > 0:
			open--
		case unicode.IsControl(r),
			r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200b, r == 0x2060, r == 0xfeff, r == 0xad:
			return r, true
		}
	}
	if open > 0 {
		return 0x2068, true
	}
	return 0, false
}
