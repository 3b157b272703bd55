package desk

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// MaxLetters bounds how many messages one look shows.
const MaxLetters = 10

// readQuiet is how long the same guest's reading of the same messages is one
// line of history.
const readQuiet = 10 * time.Minute

// Place is which messages somebody wants to read.
type Place struct {
	Before MessageID // those older than this; "" = the newest
	Only   MessageID // this one alone; Before does not count
	Limit  int       // 1 to MaxLetters
}

// Reading is what a person sees of a conversation's mail.
type Reading struct {
	View
	Letters []Letter // newest first
	Total   int      // messages that the person may read
	Newer   int      // of these, how many are newer than Letters
	Older   int      // and how many are older
}

// Part tells whether the person sees a part of the thread only.
func (r *Reading) Part() bool {
	return r.Role == Guest && r.Share != nil && r.Share.Scope.Extent != Whole
}

// Read shows a person the mail of a conversation, live from Gmail: members all
// of it, a guest what the share opens, with card and account numbers masked and
// without the files unless it says otherwise. Rights are checked before Gmail
// is asked and once more after, together with the line of history that a
// guest's reading leaves. A message outside of the share is answered as one
// that never was. Two reads, and for a guest at most one commit.
//
// ErrInvalid: Before is none of the messages. ErrMail: Gmail cannot be read.
func (d *Desk) Read(ctx context.Context, by Email, id ConversationID, at Place) (Reading, error) {
	at.Limit = min(max(at.Limit, 1), MaxLetters)
	for try := 1; ; try++ {
		v, err := d.view(ctx, by, id)
		if err != nil {
			return Reading{}, err
		}
		r, err := d.fetch(ctx, v, at)
		if err != nil {
			return Reading{}, err
		}
		r.View, err = d.logReading(ctx, by, v, r.Letters)
		if errors.Is(err, errMoved) && try < 3 {
			continue
		}
		if err != nil {
			return Reading{}, err
		}
		return r, nil
	}
}

// Heads lists the messages of a conversation for somebody who works there,
// newest first and at most limit, so that they can choose some.
func (d *Desk) Heads(ctx context.Context, by Email, id ConversationID, limit int) (View, []Head, error) {
	v, err := d.view(ctx, by, id)
	if err != nil {
		return View{}, nil, err
	}
	if v.Role == Guest {
		return View{}, nil, forbidden("%s", ours(RightShare.Refusal()))
	}
	heads, err := d.heads(ctx, v)
	return v, heads[:min(len(heads), limit)], err
}

// heads are the messages that the person may read, newest first.
func (d *Desk) heads(ctx context.Context, v View) ([]Head, error) {
	if d.threads == nil {
		return nil, mailProblem(errors.New("desk: no way to Gmail was given"))
	}
	all, err := d.threads.Heads(ctx, v.Mailbox, v.Thread, v.LastID, v.Messages)
	if err != nil {
		return nil, mailProblem(err)
	}
	var out []Head
	for _, h := range slices.Backward(all) {
		if v.Role != Guest || v.Share.Scope.Opens(h) {
			out = append(out, h)
		}
	}
	return out, nil
}

// fetch gives the letters of a place as the person may see them.
func (d *Desk) fetch(ctx context.Context, v View, at Place) (Reading, error) {
	heads, err := d.heads(ctx, v)
	if err != nil {
		return Reading{}, err
	}
	index := func(m MessageID) int { return slices.IndexFunc(heads, func(h Head) bool { return h.ID == m }) }
	from, to := 0, len(heads)
	switch {
	case at.Only != "":
		if from = index(at.Only); from < 0 {
			return Reading{}, ErrNotFound
		}
		to = from + 1
	case at.Before != "":
		if from = index(at.Before) + 1; from == 0 {
			return Reading{}, ErrInvalid
		}
	}
	to = min(to, from+at.Limit)
	var ids []MessageID
	for _, h := range heads[from:to] {
		ids = append(ids, h.ID)
	}
	r := Reading{Total: len(heads), Newer: from, Older: len(heads) - to}
	if len(ids) == 0 {
		return r, nil
	}
	if r.Letters, err = d.threads.Letters(ctx, v.Mailbox, v.Thread, ids); err != nil {
		return Reading{}, mailProblem(err)
	}
	r.Letters = slices.DeleteFunc(r.Letters, func(l Letter) bool { return !slices.Contains(ids, l.ID) })
	if v.Role == Guest {
		for i := range r.Letters {
			r.Letters[i] = v.Share.lens(r.Letters[i])
		}
	}
	return r, nil
}

// lens is a letter as the share lets it be seen.
func (s *Share) lens(l Letter) Letter {
	if !s.Attachments {
		l.Files = nil
	}
	if s.Unmasked {
		return l
	}
	l.Text, l.From.Name = Mask(l.Text), Mask(l.From.Name)
	l.To, l.Cc = blindNames(l.To), blindNames(l.Cc)
	l.Files = slices.Clone(l.Files)
	for i := range l.Files {
		l.Files[i].Name = Mask(l.Files[i].Name)
	}
	return l
}

// logReading looks at the rights once more and logs which messages a guest
// reads: once in a while for the same ones. errMoved: the share is another one
// by now.
func (d *Desk) logReading(ctx context.Context, by Email, v View, letters []Letter) (View, error) {
	c, err := d.changeBy(ctx, by, v.ID, RightSee, func(e *edit) error {
		if v.Role != Guest {
			return nil
		}
		s := e.ShareTo(by, e.now)
		if s == nil || s.ID != v.Share.ID {
			return errMoved
		}
		ev := readEvent(by, letters)
		if len(letters) == 0 || e.saidLately(ev) {
			return nil
		}
		e.Shares = slices.Clone(e.Shares)
		s = e.ShareTo(by, e.now)
		s.ReadAt = e.now
		s.Reads++
		e.event(ev)
		return nil
	})
	if err != nil {
		return View{}, err
	}
	now, err := d.SeenAs(by, c)
	if err == nil && now.Role != v.Role {
		return View{}, errMoved // what was fetched was for another role
	}
	return now, err
}

// readEvent says which messages were read: To has their ids, From the time of
// the oldest and of the newest, with a slash between.
func readEvent(by Email, letters []Letter) Event {
	ev := Event{Kind: EventShareRead, Who: by}
	var ids []string
	var first, last time.Time
	for i, l := range letters {
		ids = append(ids, string(l.ID))
		if i == 0 || l.At.Before(first) {
			first = l.At
		}
		if i == 0 || l.At.After(last) {
			last = l.At
		}
	}
	ev.To = strings.Join(ids, " ")
	ev.From = first.UTC().Format(time.RFC3339) + "/" + last.UTC().Format(time.RFC3339)
	return ev
}

// ReadMessages gives how many messages an event says that a guest read, and the
// times of the oldest and the newest; 0 when the guest saw the card alone.
func (ev Event) ReadMessages() (n int, first, last time.Time) {
	if ev.Kind != EventShareRead || ev.To == "" {
		return 0, first, last
	}
	from, to, _ := strings.Cut(ev.From, "/")
	first, _ = time.Parse(time.RFC3339, from)
	last, _ = time.Parse(time.RFC3339, to)
	return len(strings.Fields(ev.To)), first, last
}

// saidLately tells whether the same line stands among the newest already.
func (e *edit) saidLately(ev Event) bool {
	return slices.ContainsFunc(e.Recent, func(o Event) bool {
		return o.Kind == ev.Kind && o.Who == ev.Who && o.To == ev.To && e.now.Sub(o.At) < readQuiet
	})
}
