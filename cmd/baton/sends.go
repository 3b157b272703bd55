package main

import (
	"context"
	"slices"
	"sync"
	"time"

	"baton/desk"
	"baton/gmail"
)

// sends performs send intents. A reply that waited for its time is looked at once
// more: the mailbox is read first, so that mail which came while no process ran
// stops it, and the desk decides whether it goes.
type sends struct {
	desk   *desk.Desk
	sender *gmail.Sender
	read   func(desk.Mailbox)           // has a mailbox read now
	readAt func(desk.Mailbox) time.Time // when this process last read one to its end

	mu    sync.Mutex
	asked map[desk.IntentID]time.Time // for a reading, not answered yet
}

func newSends(d *desk.Desk, sender *gmail.Sender, read func(desk.Mailbox), readAt func(desk.Mailbox) time.Time) *sends {
	return &sends{desk: d, sender: sender, read: read, readAt: readAt, asked: map[desk.IntentID]time.Time{}}
}

// readPause is how long a reply waits for its mailbox to be read; readPatience is
// after how long it goes all the same, because another process reads it.
const (
	readPause    = time.Second
	readPatience = 30 * time.Second
)

// Perform implements outbox.Performer.
func (s *sends) Perform(ctx context.Context, c desk.Conversation, in desk.Intent) (desk.Settlement, error) {
	if s.unread(c, in) {
		return desk.Settlement{State: desk.IntentPending, NotBefore: s.desk.Now().Add(readPause), Reason: "mail that came meanwhile is read first"}, nil
	}
	if out, err := s.desk.Goes(ctx, c, in); err != nil || out.State != "" {
		return out, err
	}
	return s.sender.Send(ctx, threadOf(c, in), in)
}

// unread tells whether a reply whose time has come waits for its mailbox to be
// read.
func (s *sends) unread(c desk.Conversation, in desk.Intent) bool {
	later := func(o desk.Outgoing) bool { return o.Intent == in.ID && o.State == desk.GoesLater }
	if !slices.ContainsFunc(c.Outgoing, later) {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.desk.Now()
	at, waits := s.asked[in.ID]
	switch {
	case !waits:
		s.asked[in.ID] = now
		s.read(in.Mailbox)
		return true
	case s.readAt(in.Mailbox).After(at) || now.Sub(at) > readPatience:
		delete(s.asked, in.ID)
		return false
	}
	return true
}

// readAt gives when this process last read a mailbox to its end.
func (sv *service) readAt(m desk.Mailbox) time.Time {
	for _, st := range sv.room.Statuses() {
		if st.Mailbox == m {
			return st.SyncedAt
		}
	}
	return time.Time{}
}
