package firestore

import (
	"context"
	"fmt"
	"slices"

	"baton/desk"
	"baton/store/entry"
)

// maxPut bounds how many documents one commit of an import writes.
const maxPut = 300

// Import writes entries of a kind whole, whatever was there, with everything
// that follows from them; doing it twice does no harm. Events of a conversation
// that come together share documents. One commit for each 300 documents.
func (s *Store) Import(ctx context.Context, kind entry.Kind, entries []entry.Entry) error {
	var writes []write
	var history []entry.Event
	for _, e := range entries {
		if setting, ok := e.(entry.Setting); ok {
			if err := s.importSetting(ctx, setting); err != nil {
				return err
			}
			continue
		}
		if event, ok := e.(entry.Event); ok {
			history = append(history, event)
			continue
		}
		some, err := s.importOne(e)
		if err != nil {
			return fmt.Errorf("taking in an entry of %s: %w", kind, err)
		}
		writes = append(writes, some...)
	}
	some, err := s.importEvents(history)
	if err != nil {
		return fmt.Errorf("taking in an entry of %s: %w", kind, err)
	}
	writes = append(writes, some...)
	for len(writes) > 0 {
		n, size := 0, 0
		for n < min(len(writes), maxPut) {
			size += writes[n].fields.size()
			if n > 0 && size > maxCommit {
				break
			}
			n++
		}
		if err := s.put(ctx, writes[:n]...); err != nil {
			return fmt.Errorf("taking in %s: %w", kind, err)
		}
		writes = writes[n:]
	}
	return ctx.Err()
}

func (s *Store) importOne(e entry.Entry) ([]write, error) {
	switch e := e.(type) {
	case desk.Conversation:
		return s.importConversation(e)
	case entry.Note:
		w, err := noteWrite(s.doc(conversations, docID(string(e.Conversation))), e.Note)
		return []write{w}, err
	case desk.Mention:
		w, err := s.mention(e)
		return []write{w}, err
	case desk.Turn:
		return []write{s.turn(e)}, nil
	case entry.Line:
		return s.importLine(e)
	case entry.Handle:
		return []write{s.handle(desk.Handle(e.Handle), desk.ConversationID(e.Conversation))}, nil
	case desk.Intent:
		f, err := s.intentFields(&e)
		return s.importGuarded(intents, string(e.ID), 1, f), err
	case desk.MailboxState:
		data, err := encode("mailbox state", &e)
		return s.importGuarded(mailboxes, string(e.Address), 1, fields{"data": data}), err
	case desk.Presence:
		data, err := encode("presence", &e)
		return []write{{ref: s.doc(presences, docID(string(e.Member))), fields: fields{"data": data}}}, err
	case entry.Grant:
		f := fields{"rev": e.Rev}
		if e.Grant != nil {
			data, err := encode("grant", e.Grant)
			if err != nil {
				return nil, err
			}
			f["data"] = data
		}
		return s.importGuarded(grants, string(e.Mailbox), 1, f), nil
	case entry.Lease:
		return s.importGuarded(leases, e.Name, 1, fields{"name": key(e.Name), "holder": "", "fence": e.Fence, "until": int64(0)}), nil
	case desk.Group:
		w, err := s.group(e)
		return []write{w}, err
	case desk.Identity:
		w, err := s.identity(e)
		return []write{w}, err
	case desk.PolicyText:
		w := s.policyText(e)
		w.kind = whole
		return []write{w}, fits("policy", len(e.Text))
	}
	return nil, fmt.Errorf("an entry of type %T: %w", e, desk.ErrInvalid)
}

// importGuarded writes a guarded document as if one commit had made it.
func (s *Store) importGuarded(collection, id string, version int64, f fields) []write {
	if f == nil {
		return nil
	}
	f["v"], f["commits"] = version, []byte(newNonce())
	return []write{{ref: s.doc(collection, docID(id)), fields: f}}
}

func (s *Store) importConversation(c desk.Conversation) ([]write, error) {
	version := c.Version
	f, err := recordFields(&c)
	if err != nil {
		return nil, err
	}
	writes := s.importGuarded(conversations, string(c.ID), version, f)
	p := plan{store: s}
	for _, w := range p.sharesOf(&c) {
		writes = append(writes, w)
	}
	return writes, nil
}

func (s *Store) importLine(e entry.Line) ([]write, error) {
	p := plan{store: s}
	if err := p.lines(e.Line.Conversation, desk.Change{Ledger: []desk.LedgerLine{e.Line}, Handles: e.Handles}); err != nil {
		return nil, err
	}
	p.writes[0].kind = whole
	return p.writes, nil
}

func (s *Store) importEvents(history []entry.Event) ([]write, error) {
	var writes []write
	for len(history) > 0 {
		id := history[0].Conversation
		n := slices.IndexFunc(history, func(e entry.Event) bool { return e.Conversation != id })
		if n < 0 {
			n = len(history)
		}
		some := make([]desk.Event, n)
		for i := range some {
			some[i] = history[i].Event
		}
		p := plan{store: s, ref: s.doc(conversations, docID(string(id)))}
		if err := p.events(some); err != nil {
			return nil, err
		}
		for i := range p.writes {
			p.writes[i].kind = whole
		}
		writes, history = append(writes, p.writes...), history[n:]
	}
	return writes, nil
}

func (s *Store) importSetting(ctx context.Context, e entry.Setting) error {
	return s.swap(ctx, s.doc(settings, "policy"), func(st state) (*step, error) {
		if st.fields.text("version") == e.Policy {
			return nil, nil
		}
		return &step{fields: fields{"version": e.Policy}}, nil
	})
}

func markOf(st state) (m entry.Mark, err error) {
	if data := st.fields.bytes("copy"); len(data) > 0 {
		err = decode("mark of a copy", data, &m)
	}
	return m, err
}

// CopyMark gives how far a copy into this store has come. It is kept with the
// setting of the policy in force, which every process that serves reads first.
func (s *Store) CopyMark(ctx context.Context) (entry.Mark, error) {
	st, err := s.get(ctx, s.doc(settings, "policy"))
	if err != nil {
		return entry.Mark{}, err
	}
	return markOf(st)
}

// Whole tells of a copy into this store that was not finished; desk.ErrUnavailable.
func (s *Store) Whole(ctx context.Context) error {
	mark, err := s.CopyMark(ctx)
	if err != nil {
		return err
	}
	return mark.Unfinished()
}

// SetCopyMark changes the mark from one to another; desk.ErrConflict when it
// is not the one that it was. One read, one commit.
func (s *Store) SetCopyMark(ctx context.Context, was, is entry.Mark) error {
	data, err := encode("mark of a copy", &is)
	if err != nil {
		return err
	}
	return s.swap(ctx, s.doc(settings, "policy"), func(st state) (*step, error) {
		now, err := markOf(st)
		if err == nil && now != was {
			err = fmt.Errorf("another copy into it is under way: %w", desk.ErrConflict)
		}
		return &step{fields: fields{"copy": data}}, err
	})
}
