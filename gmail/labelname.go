package gmail

import (
	"fmt"
	"strings"

	gmailapi "google.golang.org/api/gmail/v1"

	"baton/desk"
)

// maxLabel bounds a label's name in characters; Gmail's own screens stop there.
const maxLabel = 225

// cleanLabel brings a label's name into the form that Gmail keeps: no control
// characters, single spaces, at most three levels (further slashes, as in a tag
// "a/b", become dashes), not too long.
func cleanLabel(name string) string {
	parts := strings.SplitN(oneLine(name), "/", 3)
	for i, p := range parts {
		p = strings.Join(strings.Fields(p), " ")
		if i == 2 {
			p = strings.ReplaceAll(p, "/", "-")
		}
		parts[i] = p
	}
	return strings.TrimSpace(cutRunes(strings.Join(parts, "/"), maxLabel))
}

// foldLabel gives what label names are compared by: Gmail knows no case.
func foldLabel(name string) string { return strings.ToLower(name) }

// ownLabel cleans a name and refuses what is not ours to make: names outside
// desk.LabelRoot, Gmail's reserved ones among them, and names with a part that
// is empty.
func ownLabel(name string) (string, error) {
	clean := cleanLabel(name)
	if !desk.IsLabel(clean) {
		return "", fmt.Errorf("gmail: a label must stand under %s/: %w", desk.LabelRoot, desk.ErrInvalid)
	}
	for _, p := range strings.Split(clean, "/") {
		if p == "" {
			return "", fmt.Errorf("gmail: a label's name has an empty part: %w", desk.ErrInvalid)
		}
	}
	return clean, nil
}

// parents gives the labels above a label, outermost first. Gmail nests a label
// under its parent only where the parent exists.
func parents(name string) []string {
	var out []string
	for i, r := range name {
		if r == '/' {
			out = append(out, name[:i])
		}
	}
	return out
}

// systemLabel holds for the ids of Gmail's own labels. Those of user labels
// begin with Label_.
func systemLabel(id string) bool { return !strings.HasPrefix(id, "Label_") }

// colors are backgrounds from Gmail's palette for what people look for in a
// thread list; the text is white or black. Others have Gmail's usual grey.
var colors = map[string][2]string{
	"open": {"#4a86e8", "#ffffff"}, "waiting for customer": {"#ffd6a2", "#000000"},
	"waiting internally": {"#fce8b3", "#000000"}, "snoozed": {"#e4d7f5", "#000000"},
	"closed": {"#16a766", "#ffffff"}, "ignored": {"#cccccc", "#000000"}, "spam": {"#999999", "#ffffff"},
	"high": {"#fb4c2f", "#ffffff"},
}

// newLabel describes a label to be made.
func newLabel(name string) *gmailapi.Label {
	l := &gmailapi.Label{Name: name, LabelListVisibility: "labelShow", MessageListVisibility: "show"}
	parts := strings.Split(foldLabel(name), "/")
	if len(parts) == 3 && (parts[1] == "status" || parts[1] == "priority") {
		if c, ok := colors[parts[2]]; ok {
			l.Color = &gmailapi.LabelColor{BackgroundColor: c[0], TextColor: c[1]}
		}
	}
	return l
}
