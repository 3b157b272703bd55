package firestore

import (
	"context"
	"math"
	"slices"
	"time"

	"baton/desk"

	gcfirestore "cloud.google.com/go/firestore"
)

// keptFor is how long what is settled or done is kept before it may expire.
const keptFor = 90 * 24 * time.Hour

func (s *Store) expires() time.Time { return s.clock().UTC().Add(keptFor) }

func (s *Store) mention(m desk.Mention) (write, error) {
	data, err := encode("mention", &m)
	if err != nil {
		return write{}, err
	}
	f := fields{"person": key(m.Person), "open": !m.Done, "at": micros(m.At),
		"conversation": key(m.Conversation), "note": key(m.Note), "data": data}
	if m.Done {
		f["expires"] = s.expires()
	}
	return write{ref: s.doc(mentions, hash(string(m.Person), string(m.Conversation), string(m.Note))), fields: f}, nil
}

// MentionsOf implements desk.Lists. Mentions of one time are ordered by
// conversation and note. One read more for the conversations.
func (s *Store) MentionsOf(ctx context.Context, person desk.Email, page desk.Page) ([]desk.MentionRow, desk.Next, error) {
	from, err := start(page, "mentions", 1, 2)
	if err != nil {
		return nil, "", err
	}
	states, err := s.ask(ctx, question{collection: mentions, equal: []term{{"person", key(person)}, {"open", true}},
		order: []string{down + "at", "conversation", "note"}, after: from.after(), limit: page.Limit + 1})
	if err != nil {
		return nil, "", err
	}
	var found []desk.Mention
	for _, st := range states {
		m, err := value[desk.Mention]("mention", st.fields)
		if err != nil {
			return nil, "", err
		}
		found = append(found, m)
	}
	found, next := cut(found, page.Limit, func(m desk.Mention) mark {
		return mark{List: "mentions", Numbers: []int64{micros(m.At)}, Texts: []string{key(m.Conversation), key(m.Note)}}
	})
	ids := make([]desk.ConversationID, len(found))
	for i, m := range found {
		ids[i] = m.Conversation
	}
	records, err := s.recordsOf(ctx, ids)
	if err != nil {
		return nil, "", err
	}
	var rows []desk.MentionRow
	for _, m := range found {
		if c, ok := records[m.Conversation]; ok {
			rows = append(rows, desk.MentionRow{Mention: m, Row: *rowOf(c)})
		}
	}
	return rows, next, nil
}

// recordsOf reads several records at once.
func (s *Store) recordsOf(ctx context.Context, ids []desk.ConversationID) (map[desk.ConversationID]*desk.Conversation, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	found := make(map[desk.ConversationID]*desk.Conversation, len(ids))
	if len(ids) == 0 {
		return found, ctx.Err()
	}
	refs := make([]*gcfirestore.DocumentRef, len(ids))
	for i, id := range ids {
		refs[i] = s.doc(conversations, docID(string(id)))
	}
	states, err := s.getAll(ctx, refs...)
	if err != nil {
		return nil, err
	}
	for i, st := range states {
		if !st.exists {
			continue
		}
		c, err := record(st, ids[i])
		if err != nil {
			return nil, err
		}
		found[ids[i]] = &c
	}
	return found, nil
}

// shares brings the copies of a record's shares from what they were to what
// they should be.
func (p *plan) shares(was, is *desk.Conversation) {
	before, after := p.sharesOf(was), p.sharesOf(is)
	for id, w := range after {
		if old, ok := before[id]; !ok || !same(old.fields, w.fields) {
			p.writes = append(p.writes, w)
		}
	}
	for id, w := range before {
		if _, ok := after[id]; !ok {
			p.writes = append(p.writes, write{ref: w.ref, kind: gone})
		}
	}
}

// sharesOf gives the copies of the shares that were not stopped.
func (p *plan) sharesOf(c *desk.Conversation) map[desk.ShareID]write {
	all := make(map[desk.ShareID]write)
	for _, sh := range c.Shares {
		if sh.StoppedAt.IsZero() {
			all[sh.ID] = write{ref: p.store.doc(shares, docID(string(c.ID))+"~"+hash(string(sh.ID))),
				fields: fields{"person": key(sh.To), "at": micros(sh.At), "until": micros(sh.Until),
					"conversation": string(c.ID), "expires": sh.Until.UTC()}}
		}
	}
	return all
}

func same(a, b fields) bool {
	for name := range a {
		if a[name] != b[name] {
			return false
		}
	}
	return len(a) == len(b)
}

// SharedWith implements desk.Lists. The records themselves decide what lives;
// the copies say where to look, and are read as far as the page needs. A
// conversation with several living shares to the person stands where the
// newest of them stands; shares of one time are ordered by conversation.
func (s *Store) SharedWith(ctx context.Context, person desk.Email, now time.Time, page desk.Page) ([]desk.Row, desk.Next, error) {
	from, err := start(page, "shared", 1, 1)
	if err != nil {
		return nil, "", err
	}
	var rows []found
	for after := from.after(); len(rows) <= page.Limit; {
		states, err := s.ask(ctx, question{collection: shares, equal: []term{{"person", key(person)}},
			order: []string{down + "at", "conversation"}, after: after, limit: page.Limit + 1})
		if err != nil {
			return nil, "", err
		}
		some, err := s.living(ctx, states, person, now)
		if err != nil {
			return nil, "", err
		}
		rows = append(rows, some...)
		if len(states) <= page.Limit {
			break
		}
		last := states[len(states)-1].fields
		after = []any{last.number("at"), last.text("conversation")}
	}
	rows = rows[:min(len(rows), page.Limit+1)]
	rows, next := cut(rows, page.Limit, func(f found) mark {
		return mark{List: "shared", Numbers: f.keys, Texts: []string{string(f.row.ID)}}
	})
	return rowsOf(rows), next, nil
}

// living gives the rows of those shares that are the newest living ones of
// their conversations.
func (s *Store) living(ctx context.Context, states []state, person desk.Email, now time.Time) ([]found, error) {
	var ids []desk.ConversationID
	for _, st := range states {
		if st.fields.number("until") > micros(now) {
			ids = append(ids, desk.ConversationID(st.fields.text("conversation")))
		}
	}
	records, err := s.recordsOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	var rows []found
	for _, st := range states {
		c := records[desk.ConversationID(st.fields.text("conversation"))]
		if c == nil {
			continue
		}
		newest, lives := int64(math.MinInt64), false
		for _, sh := range c.Shares {
			if sh.To == person && sh.StoppedAt.IsZero() && micros(sh.Until) > micros(now) {
				newest, lives = max(newest, micros(sh.At)), true
			}
		}
		if lives && newest == st.fields.number("at") {
			rows = append(rows, found{row: *rowOf(c), keys: []int64{newest}})
			delete(records, c.ID)
		}
	}
	return rows, nil
}
