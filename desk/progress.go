package desk

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// MaxTag bounds a tag, in characters, so that its label stays far below
// Gmail's 225.
const MaxTag = 60

// Close ends the running episode. Closing what is closed changes nothing.
func (d *Desk) Close(ctx context.Context, by Email, id ConversationID, seen Seen) (Conversation, error) {
	return d.SetStatus(ctx, by, id, seen, Closed)
}

// Reopen begins a new episode of a closed or ignored conversation.
func (d *Desk) Reopen(ctx context.Context, by Email, id ConversationID, seen Seen) (Conversation, error) {
	return d.SetStatus(ctx, by, id, seen, Open)
}

// SetStatus says where the conversation stands, by a person's hand. Snoozed
// needs a time to wake and is not set this way.
func (d *Desk) SetStatus(ctx context.Context, by Email, id ConversationID, seen Seen, to Status) (Conversation, error) {
	if !to.Valid() || to == Snoozed {
		return Conversation{}, invalid("Choose one of the statuses that are offered.")
	}
	return d.changeBy(ctx, by, id, RightProgress, func(e *edit) error {
		if e.Status == to {
			return nil
		}
		if err := e.fresh(Progress, seen, by); err != nil {
			return err
		}
		if !to.Active() {
			if err := e.untaken(seen); err != nil {
				return err
			}
		}
		e.move(to, string(by))
		e.touch(Progress, by, e.now)
		return nil
	})
}

// move changes the status in this edit, with what that does to episodes, and
// writes the event. why says what reopened it.
func (e *edit) move(to Status, why string) {
	from := e.Status
	e.Status = to
	kind := EventStatus
	switch {
	case from.Active() && !to.Active():
		e.end(e.now, e.by)
		e.Unanswered = zeroTime
	case !from.Active() && to.Active():
		var promise time.Duration
		if from == Spam && to == Open && !e.InboundAt.IsZero() && !e.InboundAt.Before(e.answeredAt()) {
			// It was none, so whoever wrote has waited since then.
			mb, _ := e.policy.Mailbox(e.Mailbox)
			promise, e.Unanswered = mb.FirstReply, e.InboundAt
		}
		e.begin(e.now, why, promise)
		kind = EventReopened
	}
	ev := Event{Kind: kind, From: string(from), To: string(to)}
	if e.Nap != nil {
		ev.Due, e.Nap = e.Nap.Until, nil
	}
	e.event(ev)
}

// SetPriority says how soon the conversation is due.
func (d *Desk) SetPriority(ctx context.Context, by Email, id ConversationID, seen Seen, to Priority) (Conversation, error) {
	if to != Normal && to != High {
		return Conversation{}, invalid("There is no priority called “%s”. There are normal and high.", to)
	}
	return d.changeBy(ctx, by, id, RightSort, func(e *edit) error {
		if e.Priority == to {
			return nil
		}
		if err := e.fresh(Urgency, seen, by); err != nil {
			return err
		}
		from := e.Priority
		e.Priority = to
		e.touch(Urgency, by, e.now)
		e.event(Event{Kind: EventPriority, From: string(from), To: string(to)})
		return nil
	})
}

// AddTag puts a tag on. Two people adding tags do not stand in each other's
// way, so there is no version to compare.
func (d *Desk) AddTag(ctx context.Context, by Email, id ConversationID, tag string) (Conversation, error) {
	tag, err := CleanTag(tag)
	if err != nil {
		return Conversation{}, err
	}
	return d.addTags(ctx, by, id, []string{tag})
}

// AddTags puts on all tags that somebody typed into one field; see CleanTags. Each
// is a change of its own, and all are made or none. One read, one commit.
func (d *Desk) AddTags(ctx context.Context, by Email, id ConversationID, typed string) (Conversation, error) {
	tags, err := CleanTags(typed)
	if err != nil {
		return Conversation{}, err
	}
	return d.addTags(ctx, by, id, tags)
}

func (d *Desk) addTags(ctx context.Context, by Email, id ConversationID, tags []string) (Conversation, error) {
	return d.changeBy(ctx, by, id, RightSort, func(e *edit) error {
		for _, tag := range tags {
			if e.HasTag(tag) {
				continue
			}
			if len(e.Tags) >= MaxTags {
				return tooManyTags()
			}
			e.tag(tag)
			e.touch(Tagging, by, e.now)
			e.event(Event{Kind: EventTagged, To: tag})
		}
		return nil
	})
}

// RemoveTag takes a tag off.
func (d *Desk) RemoveTag(ctx context.Context, by Email, id ConversationID, tag string) (Conversation, error) {
	return d.changeBy(ctx, by, id, RightSort, func(e *edit) error {
		i := slices.IndexFunc(e.Tags, equalFold(strings.TrimSpace(tag)))
		if i < 0 {
			return nil
		}
		off := e.Tags[i]
		e.Tags = slices.Delete(slices.Clone(e.Tags), i, i+1)
		e.touch(Tagging, by, e.now)
		e.event(Event{Kind: EventUntagged, From: off})
		return nil
	})
}

func tooManyTags() error {
	return invalid("A conversation carries at most %d tags. Take one off first.", MaxTags)
}

func (e *edit) tag(tag string) {
	e.Tags = append(slices.Clone(e.Tags), tag)
	slices.Sort(e.Tags)
}

// CleanTags parts what somebody typed into tags, each as CleanTag keeps it and
// once: commas, semicolons and line ends part them, in other scripts as well, and
// a # before one is left out. A tag itself may have spaces.
func CleanTags(typed string) ([]string, error) {
	var out []string
	for _, part := range strings.FieldsFunc(typed, func(r rune) bool { return strings.ContainsRune(",;\n\r，、；،؛", r) }) {
		if part = strings.TrimLeft(strings.TrimSpace(part), "# "); part == "" {
			continue
		}
		tag, err := CleanTag(part)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(out, equalFold(tag)) {
			out = append(out, tag)
		}
	}
	switch {
	case len(out) == 0:
		return nil, invalid("Write a tag first.")
	case len(out) > MaxTags:
		return nil, tooManyTags()
	}
	return out, nil
}

// CleanTag checks a tag and brings it into the form that is kept: one line,
// single spaces, no slash (Gmail would read it as nesting).
func CleanTag(tag string) (string, error) {
	tag = strings.Join(strings.Fields(tag), " ")
	switch {
	case tag == "":
		return "", invalid("Write a tag first.")
	case utf8.RuneCountInString(tag) > MaxTag:
		return "", invalid("A tag has at most %d characters. Shorten “%s”, or put a comma where the next tag begins.", MaxTag, tag)
	case strings.ContainsRune(tag, '/'):
		return "", invalid("A tag cannot contain a slash, as “%s” does. Use a dash instead.", tag)
	case strings.ContainsFunc(tag, hidden), !strings.ContainsFunc(tag, drawn):
		return "", invalid("A tag needs a letter, a digit or a sign that can be seen, and none that cannot. Type it anew.")
	}
	return tag, nil
}

// hidden are characters that show nothing or change how others show. Joiners
// are not: emoji and several scripts need them.
func hidden(r rune) bool {
	switch r {
	case '\u200c', '\u200d':
		return false
	case utf8.RuneError, '\u2800':
		return true
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Other_Default_Ignorable_Code_Point, unicode.Noncharacter_Code_Point)
}

// drawn are characters that a tag can be seen by.
func drawn(r rune) bool { return unicode.In(r, unicode.L, unicode.N, unicode.P, unicode.S) }
