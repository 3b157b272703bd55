package firestore

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"baton/desk"
	"baton/store/entry"

	gcfirestore "cloud.google.com/go/firestore"
)

// source is how the entries of one kind are read: from a collection in the
// order of its documents' names. A document may hold several or none.
type source struct {
	collection string
	group      bool   // the subcollections of this name, of all records
	prefix     string // only documents whose names begin so
	fields     []string
	entries    func(st state) ([]entry.Entry, error)
}

var sources = map[entry.Kind]source{
	entry.Policies: {collection: policies, entries: one(func(st state) (entry.Entry, error) {
		p := desk.PolicyText{Text: st.fields.bytes("text"), At: when(st.fields.number("at"))}
		version, err := st.raw("version")
		p.Version = version
		return p, err
	})},
	entry.Grants: {collection: grants, entries: one(func(st state) (entry.Entry, error) {
		name, err := nameOf(st.ref.ID)
		g := entry.Grant{Mailbox: desk.Mailbox(name), Rev: st.fields.number("rev")}
		if err != nil || !granted(st) {
			return g, err
		}
		g.Grant = new(desk.Grant)
		return g, decode("grant", st.fields.bytes("data"), g.Grant)
	})},
	entry.Mailboxes: {collection: mailboxes, fields: []string{"data"}, entries: one(valueEntry[desk.MailboxState]("mailbox state"))},
	entry.Leases: {collection: leases, entries: one(func(st state) (entry.Entry, error) {
		name, err := st.raw("name")
		return entry.Lease{Name: name, Fence: st.fields.number("fence")}, err
	})},
	entry.Presences: {collection: presences, entries: one(valueEntry[desk.Presence]("presence"))},
	entry.Turns: {collection: turns, entries: one(func(st state) (entry.Entry, error) {
		team, err := st.raw("team")
		return desk.Turn{Team: team, Member: desk.Email(st.fields.text("member")), At: when(st.fields.number("at"))}, err
	})},
	entry.Conversations: {collection: conversations, fields: []string{"data"}, entries: one(valueEntry[desk.Conversation]("conversation"))},
	entry.Events:        {collection: events, group: true, entries: eventEntries},
	entry.Notes: {collection: notes, group: true, fields: []string{"data"}, entries: one(func(st state) (entry.Entry, error) {
		id, err := nameOf(st.ref.Parent.Parent.ID)
		if err != nil {
			return nil, err
		}
		note, err := value[desk.Note]("note", st.fields)
		return entry.Note{Conversation: desk.ConversationID(id), Note: note}, err
	})},
	entry.Mentions: {collection: mentions, fields: []string{"data", "expires"}, entries: one(valueEntry[desk.Mention]("mention"))},
	entry.Lines: {collection: ledger, prefix: "m~", entries: one(func(st state) (entry.Entry, error) {
		line, err := value[desk.LedgerLine]("ledger line", st.fields)
		if err != nil || st.fields.text("of") != string(line.Conversation) {
			return entry.Line{Line: line}, err
		}
		handles, err := handlesOf(st)
		return entry.Line{Line: line, Handles: handles}, err
	})},
	entry.Handles: {collection: ledger, entries: func(st state) (all []entry.Entry, err error) {
		handles, err := handlesOf(st)
		for _, h := range handles {
			all = append(all, entry.HandleOf(h, desk.ConversationID(st.fields.text("of"))))
		}
		return all, err
	}},
	entry.Intents: {collection: intents, fields: []string{"data", "expires"}, entries: one(func(st state) (entry.Entry, error) {
		in, err := value[desk.Intent]("intent", st.fields)
		return entry.Unclaimed(in), err
	})},
	entry.Groups:     {collection: groups, fields: []string{"data", "expires"}, entries: one(valueEntry[desk.Group]("group"))},
	entry.Identities: {collection: identities, entries: one(valueEntry[desk.Identity]("identity"))},
	entry.Current: {collection: settings, prefix: "policy", fields: []string{"version"}, entries: func(st state) ([]entry.Entry, error) {
		if version := st.fields.text("version"); st.ref.ID == "policy" && version != "" {
			return []entry.Entry{entry.Setting{Policy: version}}, nil
		}
		return nil, nil
	}},
}

func one(f func(st state) (entry.Entry, error)) func(st state) ([]entry.Entry, error) {
	return func(st state) ([]entry.Entry, error) {
		e, err := f(st)
		return []entry.Entry{e}, err
	}
}

func valueEntry[T any](what string) func(st state) (entry.Entry, error) {
	return func(st state) (entry.Entry, error) { return value[T](what, st.fields) }
}

func eventEntries(st state) (all []entry.Entry, err error) {
	id, err := nameOf(st.ref.Parent.Parent.ID)
	if err != nil {
		return nil, err
	}
	some, err := value[[]desk.Event]("events", st.fields)
	for _, e := range some {
		all = append(all, entry.Event{Conversation: desk.ConversationID(id), Event: e})
	}
	return all, err
}

// raw reads a key that key made, unless it was too long to be kept.
func (st state) raw(name string) (string, error) {
	v := st.fields.text(name)
	if hashed(v) {
		return "", fmt.Errorf("%s %s is kept by its hash alone and cannot be copied: %w", st.ref.Parent.ID, st.ref.ID, desk.ErrInvalid)
	}
	return v, nil
}

// nameOf gives the string that docID made a document's id of.
func nameOf(id string) (string, error) {
	if hashed(id) {
		return "", fmt.Errorf("document %s is kept by its hash alone and cannot be copied: %w", id, desk.ErrInvalid)
	}
	if rest := strings.TrimPrefix(id, "%"); strings.Trim(rest, ".") == "" || strings.HasPrefix(rest, "__") {
		id = rest
	}
	return url.PathUnescape(id)
}

func hashed(s string) bool { return strings.HasPrefix(s, "%h") && len(s) == len("%h")+len(hash("")) }

// Export gives about limit entries of a kind that come after a place, "" = from
// the beginning, and the place where they end, "" = there are no more. The same
// handle may come several times. What may expire before a time is left out, so
// that it makes no difference when Firestore removes it.
func (s *Store) Export(ctx context.Context, kind entry.Kind, after string, limit int, lives time.Time) (found []entry.Entry, next string, err error) {
	src, ok := sources[kind]
	if !ok {
		return nil, "", fmt.Errorf("entries of kind %q: %w", kind, desk.ErrInvalid)
	}
	states, err := s.ask(ctx, src.question(s, after, limit))
	if err != nil {
		return nil, "", err
	}
	for _, st := range states {
		if !strings.HasPrefix(st.ref.ID, src.prefix) {
			return found, "", nil
		}
		if expires, ok := st.fields["expires"].(time.Time); ok && expires.Before(lives) {
			continue
		}
		some, err := src.entries(st)
		if err != nil {
			return nil, "", err
		}
		found = append(found, some...)
	}
	if len(states) == limit {
		next = pathOf(states[limit-1].ref)
	}
	return found, next, nil
}

// byName is the order of documents' names.
const byName = gcfirestore.DocumentID

func (src source) question(s *Store, after string, limit int) question {
	q := question{collection: src.collection, group: src.group, order: []string{byName}, limit: limit, fields: src.fields}
	if after == "" && src.prefix != "" {
		// No document is named so, but for the one that is looked for.
		q.from = []any{s.doc(src.collection, src.prefix)}
	} else if after != "" {
		q.after = []any{s.client.Doc(after)}
	}
	return q
}

// pathOf gives a document's path below the database.
func pathOf(ref *gcfirestore.DocumentRef) string {
	_, path, _ := strings.Cut(ref.Path, "/documents/")
	return path
}

// Size counts the entries of a kind; -1 when that would mean reading them.
// One read for each 1,000.
func (s *Store) Size(ctx context.Context, kind entry.Kind) (int, error) {
	src, ok := sources[kind]
	switch {
	case !ok:
		return 0, fmt.Errorf("entries of kind %q: %w", kind, desk.ErrInvalid)
	case kind == entry.Events || kind == entry.Handles || kind == entry.Current:
		return -1, nil
	}
	q := src.question(s, "", 0)
	q.fields = nil
	return s.count(ctx, q)
}

// Served tells which lease a process holds now, if any does, and until when:
// that process serves the database, or did until lately.
func (s *Store) Served(ctx context.Context) (name string, until time.Time, err error) {
	states, err := s.ask(ctx, question{collection: leases})
	if err != nil {
		return "", time.Time{}, err
	}
	for _, st := range states {
		if ends := when(st.fields.number("until")); st.fields.text("holder") != "" && ends.After(s.clock()) {
			return st.fields.text("name"), ends, nil
		}
	}
	return "", time.Time{}, nil
}
