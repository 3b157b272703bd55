package firestore

import (
	"fmt"
	"slices"

	"baton/desk"
	"baton/store/entry"

	gcfirestore "cloud.google.com/go/firestore"
)

// plan turns a change of a record into one commit.
type plan struct {
	store  *Store
	ref    *gcfirestore.DocumentRef // of the record
	writes []write
}

// step encodes the record and everything that the change brings with it, and
// brings c into the form in which it will be read back.
func (p *plan) step(was, c *desk.Conversation, change desk.Change) (*step, error) {
	record, err := recordFields(c)
	if err != nil {
		return nil, err
	}
	if err := p.lines(c.ID, change); err != nil {
		return nil, err
	}
	if err := p.events(change.Events); err != nil {
		return nil, err
	}
	for _, in := range change.Intents {
		w, err := p.store.newIntent(in)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(p.writes, func(o write) bool { return o.ref.Path == w.ref.Path }) {
			p.writes = append(p.writes, w)
		}
	}
	for _, n := range change.Notes {
		w, err := noteWrite(p.ref, n)
		if err != nil {
			return nil, err
		}
		p.writes = append(p.writes, w)
	}
	for _, m := range change.Mentions {
		w, err := p.store.mention(m)
		if err != nil {
			return nil, err
		}
		p.writes = append(p.writes, w)
	}
	for _, t := range change.Turns {
		p.writes = append(p.writes, p.store.turn(t))
	}
	for _, id := range change.Identities {
		w, err := p.store.identity(id)
		if err != nil {
			return nil, err
		}
		p.writes = append(p.writes, w)
	}
	p.shares(was, c)
	return &step{fields: record, writes: p.writes}, nil
}

func noteWrite(record *gcfirestore.DocumentRef, n desk.Note) (write, error) {
	data, err := encode("note", &n)
	return write{ref: record.Collection(notes).Doc(docID(string(n.ID))),
		fields: fields{"id": key(n.ID), "at": micros(n.At), "data": data}}, err
}

// recordFields gives a record's document.
func recordFields(c *desk.Conversation) (fields, error) {
	data, err := encode("record", c)
	if err != nil {
		return nil, err
	}
	kept := desk.Conversation{}
	if err := decode("record", data, &kept); err != nil {
		return nil, err
	}
	kept.Looks = c.Looks // they are not the record's own
	*c = kept
	row, err := encode("row", rowOf(c))
	if err != nil {
		return nil, err
	}
	if err := fits("record with its row", len(data)+len(row)); err != nil {
		return nil, err
	}
	f := fields{
		"data": data, "row": row, "id": key(c.ID), "labels_rev": c.LabelsRev,
		"mailbox": key(c.Mailbox), "status": key(c.Status), "holder": nil, "queue": nil, "waiting": nil,
		"due": int64(never), "opened_at": micros(c.Since()), "last_at": micros(c.LastAt), "customer": nil,
	}
	if c.Customer.Email != "" {
		f["customer"] = key(c.Customer.Email)
	}
	if d := c.Due(); !d.IsZero() {
		f["due"] = micros(d)
	}
	if c.Assignee != "" && c.Status.Active() {
		f["holder"] = key(c.Assignee)
	}
	if w := c.WaitsFor(); w != "" {
		f["waiting"] = key(w)
	}
	if c.Queued() {
		f["queue"] = int64(1)
		if c.Priority == desk.High {
			f["queue"] = int64(0)
		}
	}
	return f, nil
}

// events writes the events of one change into as few documents as they fit.
func (p *plan) events(all []desk.Event) error {
	const each = 100
	for some := range slices.Chunk(all, each) {
		some = slices.SortedFunc(slices.Values(some), func(a, b desk.Event) int { return int(a.Seq - b.Seq) })
		data, err := encode("events", some)
		if err != nil {
			return err
		}
		first := some[0].Seq
		p.writes = append(p.writes, write{kind: fresh, ref: p.ref.Collection(events).Doc(fmt.Sprintf("%019d", first)),
			fields: fields{"first": first, "data": data}})
	}
	return nil
}

// lines writes the change's ledger lines. Its handles go along with the first
// of them, or, when there is none, into documents of their own.
func (p *plan) lines(id desk.ConversationID, change desk.Change) error {
	handles := slices.Compact(slices.Sorted(slices.Values(change.Handles)))
	for i, line := range change.Ledger {
		w, err := p.store.line(line)
		if err != nil {
			return err
		}
		if i == 0 && len(handles) > 0 {
			known(w.fields, handles, entry.Implied(line), id)
		}
		if slices.ContainsFunc(p.writes, func(o write) bool { return o.ref.Path == w.ref.Path }) {
			return w.taken
		}
		p.writes = append(p.writes, w)
	}
	if len(change.Ledger) > 0 {
		return nil
	}
	for _, h := range handles {
		p.writes = append(p.writes, p.store.handle(h, id))
	}
	return nil
}
