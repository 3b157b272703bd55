package gmailsim

import (
	"fmt"
	"strings"
)

// ThreadOf gives the id of the thread that a message is in.
func (s *Server) ThreadOf(address, id string) (string, error) {
	b := s.box(address)
	if b == nil {
		return "", fmt.Errorf("gmailsim: finding a message of %q: %w", address, ErrNoMailbox)
	}
	n, ok := parseID(id)
	b.mu.RLock()
	defer b.mu.RUnlock()
	m := b.msgs[n]
	if !ok || m == nil {
		return "", fmt.Errorf("gmailsim: %w: %q", ErrNoMessage, id)
	}
	return formatID(m.Thread), nil
}

// Count tells how many messages a mailbox holds, without drafts.
func (s *Server) Count(address string) int {
	b := s.box(address)
	if b == nil {
		return 0
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	return len(b.msgs) - len(b.drafts)
}

// ThreadOfRFC finds the thread of the newest message with a Message-ID, given without brackets.
func (s *Server) ThreadOfRFC(address, messageID string) (string, bool) {
	b := s.box(address)
	if b == nil {
		return "", false
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	same := b.rfc[strings.ToLower(messageID)]
	if len(same) == 0 {
		return "", false
	}
	return formatID(same[len(same)-1].Thread), true
}
