package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // so that zones are known in an image without zone files

	"github.com/goccy/go-yaml/ast"

	"baton/desk"
	"baton/desk/rule"
)

// Limits of a policy file.
const (
	MaxText      = 256 << 10 // bytes
	MaxMailboxes = 100
	MaxAliases   = 50 // of one mailbox
	MaxMembers   = 500
	MaxTeams     = 100
	MaxRules     = 200
	MaxName      = 60 // characters of a name, label or tag
)

// Parse reads and checks a policy file. Name is how the faults call the file.
// The error, if any, is of type Faults and has all faults that were found; a
// text that is not YAML hides what else is wrong with it.
func Parse(name string, text []byte) (*desk.Policy, error) {
	r := &reader{file: name}
	p := r.policy(text)
	if len(r.faults) > 0 {
		return nil, r.faults.sorted()
	}
	sum := sha256.Sum256(text)
	p.Version = hex.EncodeToString(sum[:])[:12]
	return p, nil
}

// reader collects the faults of one file while it is read.
type reader struct {
	file   string
	lines  []string // of the text, without line ends
	widths []int    // of the lines, in characters
	faults Faults
}

// place is a position in the file; both count from 1, columns in characters.
type place struct{ line, column int }

func (r *reader) fault(at place, format string, args ...any) {
	r.faults = append(r.faults, Fault{File: r.file, Line: max(at.line, 1), Column: max(at.column, 1), Say: fmt.Sprintf(format, args...)})
}

// policy reads the whole file. What it gives is sound only if it told no
// faults.
func (r *reader) policy(text []byte) *desk.Policy {
	root, ok := r.syntax(text)
	if !ok {
		return nil
	}
	t, ok := r.table(root, place{1, 1}, "the policy", "desk", "timezone", "mailboxes", "members", "teams", "rules", "share_domains", "texts")
	if !ok {
		return nil
	}
	r.need(t, "desk", "timezone", "mailboxes", "members")

	p := &desk.Policy{Zone: r.zone(t)}
	p.Desk, _ = r.name(t, "desk")
	p.ShareDomains = r.shareDomains(t)
	people := r.members(t)
	boxes := r.mailboxes(t)
	teams := r.teams(t)
	r.labels(people)
	r.addresses(boxes, people)
	r.onRoster(boxes, teams, people)
	r.deputies(boxes, people)
	for _, m := range people {
		p.Members = append(p.Members, m.Member)
	}
	for _, b := range boxes {
		p.Mailboxes = append(p.Mailboxes, b.MailboxPolicy)
	}
	for _, g := range teams {
		p.Teams = append(p.Teams, g.Team)
	}
	for i, b := range boxes {
		p.Mailboxes[i].Approval = r.approvals(b, p)
	}
	p.Texts = r.savedTexts(t, boxes)
	r.rules(t, p)
	return p
}

func (r *reader) zone(t table) *time.Location {
	w, ok := r.text(t, "timezone")
	if !ok {
		return nil
	}
	zone, err := time.LoadLocation(w.text)
	if err != nil || w.text == "" || w.text == "Local" {
		r.fault(w.at, "%q is not a time zone: write an IANA name like Europe/Vienna or UTC", w.text)
		return nil
	}
	return zone
}

// each reads the list under a key and hands over its items, at most limit.
func (r *reader) each(t table, key string, limit int, item func(n ast.Node, at place)) {
	e, ok := t.keys[key]
	if !ok {
		return
	}
	items, ok := r.list(e)
	if !ok {
		return
	}
	if len(items) > limit {
		r.fault(r.start(items[limit], e.at), "%s has %d entries, at most %d are allowed", key, len(items), limit)
		items = items[:limit]
	}
	for _, n := range items {
		item(n, r.start(n, e.at))
	}
}

// hint is the end of a sentence that proposes a known word, or "".
func hint(word string, known []string) string {
	if near := rule.Nearest(strings.ToLower(word), known); near != "" {
		return ", did you mean " + near + "?"
	}
	return ""
}
