package desk

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
)

// stretchOf is how far a list of notes has gone in one record.
type stretchOf struct {
	ID   ConversationID `json:"c"`
	From Next           `json:"f,omitempty"` // where its stretch begins
	Skip int            `json:"s,omitempty"` // how many of it were given already
}

// allNotes pages through the notes of a conversation and of the threads that
// were merged into it, newest first. A page may be shorter than asked for. One
// query for each thread that has notes.
func (d *Desk) allNotes(ctx context.Context, c *Conversation, page Page) (out []Note, next Next, err error) {
	at := []stretchOf{{ID: c.ID}}
	for _, j := range c.Joined {
		if j.NoteCount > 0 {
			at = append(at, stretchOf{ID: j.ID})
		}
	}
	if len(at) == 1 {
		return d.store.Notes(ctx, c.ID, page)
	}
	known := at
	if page.After != "" {
		if at, err = stretches(page.After); err != nil {
			return nil, "", err
		}
	}
	type row struct {
		notes []Note
		next  Next
	}
	rows := make([]row, len(at))
	for i, s := range at {
		if !slices.ContainsFunc(known, func(k stretchOf) bool { return k.ID == s.ID }) {
			continue // separated meanwhile
		}
		some, more, err := d.store.Notes(ctx, s.ID, Page{After: s.From, Limit: min(page.Limit+s.Skip, 100)})
		if err == nil && len(some) <= s.Skip && more != "" { // some went away
			at[i].From, at[i].Skip = more, 0
			some, more, err = d.store.Notes(ctx, s.ID, Page{After: more, Limit: page.Limit})
		}
		if err != nil {
			return nil, "", err
		}
		rows[i] = row{some[min(at[i].Skip, len(some)):], more}
	}
	for len(out) < page.Limit {
		best := -1
		for i, r := range rows {
			if len(r.notes) > 0 && (best < 0 || r.notes[0].At.After(rows[best].notes[0].At)) {
				best = i
			}
		}
		if best < 0 {
			break
		}
		n, r := rows[best].notes[0], &rows[best]
		if s := &at[best]; s.ID != c.ID {
			n.In = s.ID
		}
		out = append(out, n)
		at[best].Skip++
		if r.notes = r.notes[1:]; len(r.notes) == 0 {
			if at[best].From, at[best].Skip = r.next, 0; r.next != "" {
				break // what comes next there may be newer than what the others have
			}
			at[best].ID = "" // it has no more
		}
	}
	var left []stretchOf
	for i, s := range at {
		if s.ID != "" && (len(rows[i].notes) > 0 || rows[i].next != "") {
			left = append(left, s)
		}
	}
	if len(left) == 0 {
		return out, "", nil
	}
	data, err := json.Marshal(left)
	return out, Next(base64.RawURLEncoding.EncodeToString(data)), err
}

func stretches(n Next) (at []stretchOf, err error) {
	data, err := base64.RawURLEncoding.DecodeString(string(n))
	if err == nil {
		err = json.Unmarshal(data, &at)
	}
	if err != nil || len(at) > MaxJoined+1 || slices.ContainsFunc(at, func(s stretchOf) bool { return s.Skip < 0 || s.Skip > 100 }) {
		return nil, ErrInvalid
	}
	return at, nil
}
