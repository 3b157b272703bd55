package gmailsim

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// filter is a search made ready for one mailbox.
type filter struct {
	s          *Server
	b          *mailbox
	q          *query
	labels     []string // all of them
	everywhere bool     // spam and trash too
	rfc        string   // the only Message-ID that can match, or ""
	now        time.Time
	newest     int64 // ms; what came later is not found yet
}

func newFilter(s *Server, b *mailbox, text string) *filter {
	f := &filter{s: s, b: b, q: parseQuery(text), now: s.now(), newest: math.MaxInt64}
	if len(f.q.kids) > 0 && s.opt.SearchLag > 0 {
		f.newest = f.now.Add(-s.opt.SearchLag).UnixMilli()
	}
	for _, k := range f.q.kids {
		if k.op == "rfc822msgid" {
			f.rfc = strings.Trim(k.value, "<>")
		}
	}
	f.everywhere = namesEverywhere(f.q)
	return f
}

// namesEverywhere tells whether a search asks for spam or trash itself.
func namesEverywhere(q *query) bool {
	if q.op == "in" || q.op == "label" || q.op == "is" {
		return q.value == "anywhere" || q.value == "trash" || q.value == "spam" || q.value == "bin"
	}
	for _, k := range q.kids {
		if q.op != "not" && namesEverywhere(k) {
			return true
		}
	}
	return false
}

// match tells whether a message passes. The mailbox is locked for reading.
func (f *filter) match(m *message) (bool, error) {
	if m.Date > f.newest {
		return false, nil
	}
	if !f.everywhere && (m.has("SPAM") || m.has("TRASH")) {
		return false, nil
	}
	for _, l := range f.labels {
		if !m.has(l) {
			return false, nil
		}
	}
	c := candidate{filter: f, m: m}
	ok := c.eval(f.q)
	return ok, c.err
}

// candidate is a message under test; its text is read only if a word asks for it.
type candidate struct {
	*filter
	m    *message
	text *string
	tree *part
	err  error
}

func (c *candidate) eval(q *query) bool {
	switch q.op {
	case "and":
		for _, cheap := range []bool{true, false} {
			for _, k := range q.kids {
				if k.cheap() == cheap && !c.eval(k) {
					return false
				}
			}
		}
		return true
	case "or":
		for _, k := range q.kids {
			if c.eval(k) {
				return true
			}
		}
		return false
	case "not":
		return !c.eval(q.kids[0])
	}
	return c.term(q.op, q.value)
}

// cheap tells whether a term needs no mail to be read.
func (q *query) cheap() bool {
	switch q.op {
	case "", "filename", "bcc", "deliveredto", "list":
		return false
	case "and", "or", "not":
		for _, k := range q.kids {
			if !k.cheap() {
				return false
			}
		}
	}
	return true
}

func (c *candidate) term(op, v string) bool {
	m := c.m
	switch op {
	case "rfc822msgid":
		return strings.ToLower(m.RFC) == strings.Trim(v, "<>")
	case "label", "in", "is", "category":
		return c.labelled(op, v)
	case "from":
		return c.person(m.From, v)
	case "to":
		return c.person(m.To, v) || c.person(m.Cc, v) || c.person(c.header("Bcc"), v)
	case "cc":
		return c.person(m.Cc, v)
	case "bcc":
		return c.person(c.header("Bcc"), v)
	case "deliveredto":
		return c.person(c.header("Delivered-To"), v)
	case "list":
		return strings.Contains(strings.ToLower(c.header("List-Id")), v)
	case "subject":
		return hasPhrase(m.Subject, v)
	case "has":
		return c.hasThing(v)
	case "filename":
		for _, n := range c.parsed().attachments() {
			if strings.Contains(strings.ToLower(n), v) {
				return true
			}
		}
		return false
	case "newer_than", "older_than":
		at, ok := ago(c.now, v)
		return ok && (op == "newer_than") == (m.Date > at.UnixMilli())
	case "after", "newer", "before", "older":
		at, ok := day(v)
		return ok && (op == "after" || op == "newer") == (m.Date >= at.UnixMilli())
	case "larger", "size":
		n, ok := bytesOf(v)
		return ok && m.Len >= n
	case "smaller":
		n, ok := bytesOf(v)
		return ok && m.Len < n
	}
	return hasPhrase(m.Subject, v) || hasPhrase(m.From, v) || hasPhrase(m.To, v) || hasPhrase(m.Cc, v) || hasPhrase(c.body(), v)
}

func (c *candidate) hasThing(v string) bool {
	switch v {
	case "attachment":
		return c.m.Attach
	case "userlabels", "nouserlabels":
		own := false
		for _, l := range c.m.Labels {
			own = own || c.b.labels[l] != nil
		}
		return own == (v == "userlabels")
	}
	return false
}

// labelled matches label names as the search box does: case, spaces and slashes do not matter.
func (c *candidate) labelled(op, v string) bool {
	m := c.m
	switch v {
	case "anywhere":
		return true
	case "read":
		return !m.has("UNREAD")
	case "sent", "inbox", "spam", "trash", "unread", "starred", "important", "chat":
		return m.has(strings.ToUpper(v))
	case "bin":
		return m.has("TRASH")
	case "draft", "drafts":
		return m.has("DRAFT")
	}
	if op == "category" || strings.HasPrefix(v, "category_") {
		return m.has("CATEGORY_" + strings.ToUpper(strings.TrimPrefix(v, "category_")))
	}
	if op == "is" {
		return false
	}
	want := labelKey(v)
	for _, l := range m.Labels {
		if u := c.b.labels[l]; u != nil && labelKey(u.Name) == want {
			return true
		}
	}
	return false
}

func labelKey(name string) string {
	return strings.NewReplacer(" ", "-", "/", "-").Replace(strings.ToLower(name))
}

// person matches an address or a part of a name. "me" is the mailbox's own address.
func (c *candidate) person(have, v string) bool {
	if v == "me" {
		v = c.b.addr
	}
	have = strings.ToLower(have)
	if strings.Contains(v, "@") {
		return strings.Contains(have, v)
	}
	return hasPhrase(have, v)
}

func (c *candidate) parsed() *part {
	if c.tree == nil {
		raw, err := c.s.store.raw(c.m)
		if err != nil {
			c.err, raw = err, nil
		}
		c.tree = parseMIME(raw)
	}
	return c.tree
}

func (c *candidate) header(name string) string { return c.parsed().header.text(name) }

func (c *candidate) body() string {
	if c.text == nil {
		t := c.parsed().plainText(1 << 20)
		c.text = &t
	}
	return *c.text
}

// hasPhrase tells whether words occur as whole words, in any case. phrase is lower case.
func hasPhrase(text, phrase string) bool {
	text = strings.ToLower(text)
	if strings.ContainsFunc(phrase, unicode.IsSpace) {
		text, phrase = strings.Join(strings.Fields(text), " "), strings.Join(strings.Fields(phrase), " ")
	}
	for at := 0; ; {
		i := strings.Index(text[at:], phrase)
		if i < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(text[:at+i])
		after, _ := utf8.DecodeRuneInString(text[at+i+len(phrase):])
		if !wordRune(before) && !wordRune(after) {
			return true
		}
		_, n := utf8.DecodeRuneInString(text[at+i:])
		at += i + n
	}
}

func wordRune(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// ago reads 2d, 3m, 1y and 5h as that long before now.
func ago(now time.Time, v string) (time.Time, bool) {
	n, err := strconv.Atoi(v[:len(v)-1])
	if err != nil || n < 0 {
		return now, false
	}
	switch v[len(v)-1] {
	case 'h':
		return now.Add(-time.Duration(n) * time.Hour), true
	case 'd':
		return now.AddDate(0, 0, -n), true
	case 'm':
		return now.AddDate(0, -n, 0), true
	case 'y':
		return now.AddDate(-n, 0, 0), true
	}
	return now, false
}

// day reads 2026/11/21, 2026-11-21, 11/21/2026 or seconds since 1970.
func day(v string) (time.Time, bool) {
	for _, layout := range []string{"2006/1/2", "2006-1-2", "1/2/2006"} {
		if t, err := time.Parse(layout, v); err == nil {
			return t, true
		}
	}
	n, err := strconv.ParseInt(v, 10, 64)
	return time.Unix(n, 0), err == nil
}

// bytesOf reads 500, 10k and 5m.
func bytesOf(v string) (int64, bool) {
	unit := int64(1)
	switch v[len(v)-1] {
	case 'k':
		unit, v = 1<<10, v[:len(v)-1]
	case 'm':
		unit, v = 1<<20, v[:len(v)-1]
	}
	n, err := strconv.ParseInt(v, 10, 64)
	return n * unit, err == nil
}
