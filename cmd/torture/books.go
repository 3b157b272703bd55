package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"

	"baton/desk"
	"baton/store"
)

// books looks at the store that the children left: it must agree with Gmail,
// and no promise may be open. It only reads.
func (r *run) books(ctx context.Context) (err error) {
	if r.host != "" {
		// The client library knows no other way to be led to an emulator.
		if err := os.Setenv("FIRESTORE_EMULATOR_HOST", r.host); err != nil {
			return err
		}
		defer os.Unsetenv("FIRESTORE_EMULATOR_HOST")
	}
	s, err := store.Open(ctx, r.store, store.Options{})
	if err != nil {
		return fmt.Errorf("the store that the children left cannot be opened: %w", err)
	}
	defer func() { err = errors.Join(err, s.Close(ctx)) }()
	intents, err := s.Intents(ctx)
	if err != nil {
		return err
	}
	r.result.Parked = intents[desk.IntentParked]
	// One that failed often waits for minutes for its next try. That is no fault
	// of its own: whether its effect is missing was looked up at Gmail.
	if open := intents[desk.IntentPending] + intents[desk.IntentClaimed]; open > 0 {
		fmt.Fprintf(r.progress, "%d promises wait for another try\n", open)
	}
	for _, b := range boxes {
		if err := r.ledger(ctx, s, b.address); err != nil {
			return err
		}
	}
	return r.notes(ctx, s)
}

// ledger checks that each message of a mailbox has one line.
func (r *run) ledger(ctx context.Context, s store.Opened, box string) error {
	lines, err := s.Verdicts(ctx, desk.Mailbox(box))
	if err != nil {
		return err
	}
	n := 0
	for _, c := range lines {
		n += c
	}
	if got := r.google.sim.Count(box); n != got {
		r.result.fault("%s: the ledger has %d lines for %d messages", box, n, got)
	}
	conversation := map[desk.MessageID]desk.ConversationID{}
	var ids []desk.MessageID
	for _, t := range r.plan.threads {
		if t.box.address != box {
			continue
		}
		at := r.mails.at(t)
		for _, id := range at.messages {
			ids = append(ids, desk.MessageID(id))
			conversation[desk.MessageID(id)] = desk.ConversationOf(desk.Mailbox(box), desk.ThreadID(at.thread))
		}
	}
	for part := range slices.Chunk(ids, 500) {
		known, err := s.Known(ctx, desk.Mailbox(box), part)
		if err != nil {
			return err
		}
		for _, id := range part {
			if known[id] != conversation[id] {
				r.result.fault("%s: message %s has a line of conversation %q, want %q", box, id, known[id], conversation[id])
			}
		}
	}
	return nil
}

// notes checks that each note is there once.
func (r *run) notes(ctx context.Context, s store.Opened) error {
	for _, t := range r.plan.threads {
		note := t.act(noting)
		if note == nil {
			continue
		}
		messages := len(t.mails) + len(t.late)
		if t.act(reply) != nil {
			messages++
		}
		c, err := s.Conversation(ctx, desk.ConversationOf(desk.Mailbox(t.box.address), desk.ThreadID(r.mails.at(t).thread)))
		if err != nil {
			r.result.fault("conversation %d cannot be read: %v", t.n, err)
			continue
		}
		if c.NoteCount != 1 || c.Notes[0].Text != note.text || c.Messages != messages {
			r.result.fault("conversation %d (%s) has %d notes and counts %d messages; want 1 and %d", t.n, c.ID, c.NoteCount, c.Messages, messages)
		}
	}
	return nil
}
