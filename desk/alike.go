package desk

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Why another conversation may be about the same matter.
const (
	AlikeSubject   = "subject"   // the same customer wrote about the same
	AlikeReference = "reference" // the same customer named the same number
	AlikeMail      = "mail"      // it is the same mail, by its Message-ID
)

// Alike is another conversation that may be about the same matter, as it looked
// when the later of the two began. It is a suggestion and nothing follows of it.
type Alike struct {
	ID      ConversationID `json:"id"`
	Mailbox Mailbox        `json:"mailbox"`
	Subject string         `json:"subject,omitempty"`
	Why     string         `json:"why"`
	At      time.Time      `json:"at"`
}

// Bounds of what is taken for alike.
const (
	MaxAlike   = 5                   // suggestions that a record keeps, the newest
	alikeFor   = 7 * 24 * time.Hour  // between the last mail of one and the first of the other
	AlikeShown = 14 * 24 * time.Hour // for how long a suggestion is worth showing
	alikeLook  = 6                   // conversations of the customer that are compared, the newest
)

// Acquaint looks for conversations that may be about the same matter as one that
// has just begun, and notes the suggestion in both. Only conversations that are
// not over count, and only those of the same customer, or the very same mail. Two
// reads; for each that is found up to one read and one commit, and one commit.
func (d *Desk) Acquaint(ctx context.Context, c Conversation) error {
	if !c.Status.Active() || c.InboundAt.IsZero() || c.Merged != nil || c.Customer.Email == "" {
		return nil
	}
	var found []Conversation
	_, past, err := d.store.Customer(ctx, c.Mailbox, c.Customer.Email, []Mailbox{c.Mailbox}, alikeLook)
	if err != nil {
		return err
	}
	why := map[ConversationID]string{}
	for _, o := range past {
		if w := alike(&c, &o); w != "" {
			found, why[o.ID] = append(found, o), w
		}
	}
	if c.LastRFC != "" {
		ids, err := d.store.Resolve(ctx, HandleRFC(c.LastRFC))
		if err != nil {
			return err
		}
		for _, id := range ids {
			if id == c.ID {
				continue
			}
			o, err := d.store.Conversation(ctx, id)
			switch {
			case isNotFound(err):
			case err != nil:
				return err
			case o.Status.Active() && o.Merged == nil:
				if why[id] == "" {
					found = append(found, o)
				}
				why[id] = AlikeMail
			}
		}
	}
	for _, o := range found {
		if err := d.suggest(ctx, o.ID, &c, why[o.ID]); err != nil {
			return err
		}
		if err := d.suggest(ctx, c.ID, &o, why[o.ID]); err != nil {
			return err
		}
	}
	return nil
}

// suggest notes in one record that another may be about the same.
func (d *Desk) suggest(ctx context.Context, id ConversationID, o *Conversation, why string) error {
	a := Alike{ID: o.ID, Mailbox: o.Mailbox, Why: why, At: d.Now()}
	_, err := d.store.Update(ctx, id, func(c *Conversation) (Change, error) {
		if c.Version == 0 || slices.ContainsFunc(c.Alike, func(x Alike) bool { return x.ID == o.ID }) {
			return Change{Nothing: true}, nil
		}
		if o.Mailbox == c.Mailbox {
			a.Subject = o.Subject // else its readers may not work there
		}
		c.Alike = append(slices.Clip(c.Alike), a)
		if n := len(c.Alike) - MaxAlike; n > 0 {
			c.Alike = slices.Clone(c.Alike[n:])
		}
		return Change{}, nil
	})
	return err
}

// Begins tells whether an intent is the first of a conversation's labels.
func Begins(in Intent) bool {
	return in.Kind == IntentLabels && in.ID == IntentID(digest("intent", string(IntentLabels), string(in.Conversation), "v1"))
}

// alike tells why two conversations of one customer may be about the same, or "".
func alike(a, b *Conversation) string {
	if a.ID == b.ID || !b.Status.Active() || b.Merged != nil || a.OpenedAt.Sub(b.LastAt).Abs() > alikeFor && a.OpenedAt.Sub(b.OpenedAt).Abs() > alikeFor {
		return ""
	}
	for _, n := range references(a.Subject) {
		if slices.Contains(references(b.Subject), n) {
			return AlikeReference
		}
	}
	if sameSubject(a.Subject, b.Subject) {
		return AlikeSubject
	}
	return ""
}

// answerMark is what mail programs of several languages put before a subject.
var answerMark = regexp.MustCompile(`(?i)^\s*((re|aw|antw|sv|vs|fwd?|wg|tr|rv|rif|odp|ynt)(\[[0-9]+\])?\s*:|\[[^\]]{1,30}\])\s*`)

// subjectWords gives a subject's words in lower case, without answer marks and
// punctuation.
func subjectWords(s string) []string {
	for {
		rest := answerMark.ReplaceAllString(s, "")
		if rest == s {
			break
		}
		s = rest
	}
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) })
}

// sameSubject tells whether two subjects have the same words, or nearly: of four
// or more, four in five.
func sameSubject(a, b string) bool {
	x, y := subjectWords(a), subjectWords(b)
	if len(x) == 0 || len(y) == 0 {
		return false
	}
	if slices.Equal(x, y) {
		return true
	}
	in, all := 0, map[string]bool{}
	for _, w := range y {
		all[w] = true
	}
	for _, w := range slices.Compact(slices.Sorted(slices.Values(x))) {
		if all[w] {
			in++
		}
		all[w] = true
	}
	return len(x) >= 4 && len(y) >= 4 && 5*in >= 4*len(all)
}

// reference finds what could be the number of an order or a ticket.
var reference = regexp.MustCompile(`[0-9]{4,}`)

// references gives the numbers in a subject by which people name a matter; years
// are none.
func references(s string) []string {
	return slices.DeleteFunc(reference.FindAllString(s, -1), func(n string) bool {
		return len(n) == 4 && (strings.HasPrefix(n, "19") || strings.HasPrefix(n, "20"))
	})
}
