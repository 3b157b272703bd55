package desk

import (
	"context"
	"slices"
	"strings"
)

// View is a conversation as one person sees it.
type View struct {
	Conversation
	Role  Role
	Share *Share // the guest's own share, for Guest
	// Via is the thread that was opened, when that was merged into this
	// conversation.
	Via ConversationID
}

// May tells whether the person has a right in this conversation.
func (v *View) May(r Right) bool { return v.Role.may(r, v.Share) }

// Open resolves handles to the conversation that a person has in front of them
// and opens it. Nobody may tell an unknown conversation from one they may not
// see: both are ErrNotFound. When handles name several conversations that the
// person may see, ErrAmbiguous says that a surer handle is needed. Two reads,
// and one more for a thread that was merged into another conversation; a guest's
// reading is logged with one commit.
func (d *Desk) Open(ctx context.Context, by Email, handles ...Handle) (View, error) {
	ids, err := d.store.Resolve(ctx, handles...)
	if err != nil {
		return View{}, err
	}
	var found []View
	for _, id := range ids {
		v, err := d.view(ctx, by, id)
		if isNotFound(err) {
			continue
		}
		if err != nil {
			return View{}, err
		}
		if !slices.ContainsFunc(found, func(o View) bool { return o.ID == v.ID }) {
			found = append(found, v)
		}
	}
	switch len(found) {
	case 0:
		return View{}, ErrNotFound
	case 1:
		return d.read(ctx, by, found[0])
	}
	return View{}, ErrAmbiguous
}

// OpenID opens a conversation by its id. One read; a guest's reading is logged
// with one commit.
func (d *Desk) OpenID(ctx context.Context, by Email, id ConversationID) (View, error) {
	v, err := d.view(ctx, by, id)
	if err != nil {
		return View{}, err
	}
	return d.read(ctx, by, v)
}

// OpenBest is Open for a handle that cannot be made surer, such as a Message-ID
// that was delivered to several shared mailboxes: it opens the conversation
// that the person holds, else the one that waits longest for the team.
func (d *Desk) OpenBest(ctx context.Context, by Email, h Handle) (View, error) {
	ids, err := d.store.Resolve(ctx, h)
	if err != nil {
		return View{}, err
	}
	var best *View
	for _, id := range ids {
		v, err := d.view(ctx, by, id)
		if isNotFound(err) {
			continue
		}
		if err != nil {
			return View{}, err
		}
		if best == nil || nearer(by, &v.Conversation, &best.Conversation) {
			best = &v
		}
	}
	if best == nil {
		return View{}, ErrNotFound
	}
	return d.read(ctx, by, *best)
}

func nearer(by Email, a, b *Conversation) bool {
	if (a.Assignee == by) != (b.Assignee == by) {
		return a.Assignee == by
	}
	if a.Status.Active() != b.Status.Active() {
		return a.Status.Active()
	}
	if !a.OpenedAt.Equal(b.OpenedAt) {
		return a.OpenedAt.Before(b.OpenedAt)
	}
	return a.ID < b.ID
}

// SeenAs gives a record, fresh from a change, as a person sees it.
func (d *Desk) SeenAs(by Email, c Conversation) (View, error) {
	now := d.Now()
	role := d.Policy().roleIn(by, &c, now)
	if role == "" {
		return View{}, ErrNotFound
	}
	v := View{Conversation: c, Role: role, Share: c.ShareTo(by, now)}
	if role == Guest {
		v = v.alone()
		v.Todos = nil // the team's own
	}
	return v.narrow(by).blind(by), nil
}

func (d *Desk) view(ctx context.Context, by Email, id ConversationID) (View, error) {
	c, err := d.store.Conversation(ctx, id)
	if isNotFound(err) {
		return View{}, ErrNotFound
	}
	if err != nil {
		return View{}, err
	}
	v, err := d.SeenAs(by, c)
	if err != nil || v.Merged == nil || v.Role == Guest {
		return v, err // a guest sees the thread that was shared, and no other
	}
	kept, err := d.store.Conversation(ctx, v.Merged.Into)
	if err != nil {
		return View{}, err
	}
	v, err = d.SeenAs(by, kept)
	v.Via = id
	return v, err
}

// read logs that a guest looked; members' looks are their work and not logged,
// but spare them a notice.
func (d *Desk) read(ctx context.Context, by Email, v View) (View, error) {
	if v.Role != Guest {
		return d.seenBy(ctx, by, v), nil
	}
	c, err := d.changeBy(ctx, by, v.ID, RightSee, func(e *edit) error {
		s := e.ShareTo(by, e.now)
		if s == nil {
			return ErrNotFound
		}
		s.ReadAt = e.now
		s.Reads++
		e.event(Event{Kind: EventShareRead, Who: by})
		return nil
	})
	if err != nil {
		return View{}, err
	}
	return d.SeenAs(by, c)
}

// Learn remembers that a person's own copy of a message is this conversation,
// so that it opens without asking Gmail next time.
func (d *Desk) Learn(ctx context.Context, by Email, m MessageID, id ConversationID) error {
	return d.store.Learn(ctx, HandleGmail(by, m), id)
}

// History pages through what happened to a conversation, newest first.
func (d *Desk) History(ctx context.Context, by Email, id ConversationID, page Page) (View, []Event, Next, error) {
	v, err := d.OpenID(ctx, by, id)
	if err != nil {
		return View{}, nil, "", err
	}
	events, next, err := d.store.Events(ctx, v.ID, page)
	return v, v.blindEvents(v.openEvents(by, events)), next, err
}

// Notes pages through a conversation's notes and those of the threads that were
// merged into it, newest first; see Note.In.
func (d *Desk) Notes(ctx context.Context, by Email, id ConversationID, page Page) (View, []Note, Next, error) {
	v, err := d.OpenID(ctx, by, id)
	if err != nil {
		return View{}, nil, "", err
	}
	notes, next, err := d.allNotes(ctx, &v.Conversation, page)
	return v, v.blindNotes(by, v.openNotes(by, shown(notes))), next, err
}

// Note reads one note with its earlier texts. id is the conversation in which it
// was written, be it merged into another.
func (d *Desk) Note(ctx context.Context, by Email, id ConversationID, note NoteID) (View, Note, error) {
	v, err := d.OpenID(ctx, by, id)
	if err != nil {
		return View{}, Note{}, err
	}
	n, err := d.store.Note(ctx, id, note)
	if err == nil && (n.Gone || !v.opensNote(by, n)) {
		return v, Note{}, ErrNotFound
	}
	if v.ID != id {
		n.In = id
	}
	return v, v.blindNote(by, n), err
}

// Suggest finds members by what was typed so far: the beginning of the address,
// or of the name from any of its words on ("be", "okafor", "ben o"). At most
// limit, in the order of the roster.
func (d *Desk) Suggest(typed string, limit int) []Member {
	typed = strings.ToLower(strings.Join(strings.Fields(typed), " "))
	var out []Member
	for _, m := range d.Policy().Members {
		words := strings.Fields(strings.ToLower(m.Name))
		begins := strings.HasPrefix(string(m.Email), typed)
		for i := range words {
			begins = begins || strings.HasPrefix(strings.Join(words[i:], " "), typed)
		}
		if begins {
			out = append(out, m)
		}
		if len(out) == limit {
			break
		}
	}
	return out
}
