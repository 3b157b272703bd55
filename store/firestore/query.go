package firestore

import (
	"context"

	"baton/desk"

	gcfirestore "cloud.google.com/go/firestore"
)

// maxIn is how many values one filter may name, and how many pairs of values two
// filters together.
const maxIn = 30

// question is one query. All queries are built from one, so that a test can
// compare their shapes with indexes.json.
type question struct {
	collection string
	under      *gcfirestore.DocumentRef   // of a subcollection
	group      bool                       // the subcollections of all documents
	named      []*gcfirestore.DocumentRef // only these documents
	equal      []term
	in         *among
	also       *among // a second field like in
	anyOf      *among // an array field has one of these
	upTo       *term  // at most this number
	order      []string
	after      []any // values of order where the page before ended
	from       []any // values of order where the first page begins
	limit      int
	fields     []string // only these; none = all
}

type term struct {
	field string
	value any
}

type among struct {
	field  string
	values []string
}

// down marks a field of an order that goes from high to low.
const down = "-"

// shape is what of a question decides about the index that it needs.
type shape struct {
	Collection string
	Equal      []string // fields compared with one value, or with some
	AnyOf      string
	Range      string
	Order      []string // with down before those that go down
}

func (q question) shape() shape {
	sh := shape{Collection: q.collection, Order: q.order}
	for _, t := range q.equal {
		sh.Equal = append(sh.Equal, t.field)
	}
	for _, a := range []*among{q.in, q.also} {
		if a != nil {
			sh.Equal = append(sh.Equal, a.field)
		}
	}
	if q.anyOf != nil {
		sh.AnyOf = q.anyOf.field
	}
	if q.upTo != nil {
		sh.Range = q.upTo.field
	}
	return sh
}

// build is the only place where queries are made.
func (s *Store) build(q question) gcfirestore.Query {
	if s.saw != nil {
		s.saw(q.shape())
	}
	c := s.client.Collection(q.collection)
	if q.under != nil {
		c = q.under.Collection(q.collection)
	}
	out := c.Query
	if q.group {
		out = s.client.CollectionGroup(q.collection).Query
	}
	if len(q.named) > 0 {
		out = out.Where(gcfirestore.DocumentID, "in", q.named)
	}
	for _, t := range q.equal {
		out = out.Where(t.field, "==", t.value)
	}
	for _, a := range []*among{q.in, q.also} {
		if a != nil {
			out = out.Where(a.field, "in", a.values)
		}
	}
	if q.anyOf != nil {
		out = out.Where(q.anyOf.field, "array-contains-any", q.anyOf.values)
	}
	if q.upTo != nil {
		out = out.Where(q.upTo.field, "<=", q.upTo.value)
	}
	for _, field := range q.order {
		if name, ok := cutDown(field); ok {
			out = out.OrderBy(name, gcfirestore.Desc)
			continue
		}
		out = out.OrderBy(field, gcfirestore.Asc)
	}
	if len(q.after) > 0 {
		out = out.StartAfter(q.after...)
	}
	if len(q.from) > 0 {
		out = out.StartAt(q.from...)
	}
	if q.limit > 0 {
		out = out.Limit(q.limit)
	}
	if len(q.fields) > 0 {
		out = out.Select(q.fields...)
	}
	return out
}

func cutDown(field string) (string, bool) {
	if field[:1] == down {
		return field[1:], true
	}
	return field, false
}

// ask gives the documents that answer a question. One read.
func (s *Store) ask(ctx context.Context, q question) (states []state, err error) {
	err = s.read(ctx, func(ctx context.Context) error {
		snaps, err := s.build(q).Documents(ctx).GetAll()
		states = nil
		for _, snap := range snaps {
			states = append(states, state{ref: snap.Ref, exists: true, updated: snap.UpdateTime, fields: snap.Data()})
		}
		return err
	})
	return states, err
}

// count counts the documents that answer a question, up to its limit. One read
// for each 1,000 of them.
func (s *Store) count(ctx context.Context, q question) (n int, err error) {
	err = s.read(ctx, func(ctx context.Context) error {
		query := s.build(q)
		got, err := query.NewAggregationQuery().WithCount("n").GetResponse(ctx)
		if err != nil {
			return err
		}
		n, err = counted(got.Result["n"])
		return err
	})
	return n, err
}

// counts counts the documents for each of some values of a field.
func counts[K ~string](ctx context.Context, s *Store, collection, field string, of []K, more ...term) (map[K]int, error) {
	found := make(map[K]int)
	for _, k := range of {
		n, err := s.count(ctx, question{collection: collection, equal: append([]term{{field, string(k)}}, more...)})
		if err != nil {
			return nil, err
		}
		if n > 0 {
			found[k] = n
		}
	}
	return found, nil
}

// inMailbox limits a question to a mailbox; "" = all.
func inMailbox(m desk.Mailbox) []term {
	if m == "" {
		return nil
	}
	return []term{{"mailbox", key(m)}}
}
