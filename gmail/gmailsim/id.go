package gmailsim

import (
	"fmt"
	"strconv"
	"strings"
)

// Message ids are 16 hex digits of a number that carries the time in its upper bits, as Gmail's do;
// a thread has the id of its first message.

// newID gives the next message id of a locked mailbox.
func (s *Server) newID(b *mailbox) uint64 {
	id := uint64(s.now().UnixMilli())<<20 | s.random(1<<20)
	if id <= b.lastID {
		id = b.lastID + 1 + s.random(1<<10)
	}
	b.lastID = id
	return id
}

// newHist gives the next history id of a locked mailbox: ids ascend with gaps, mostly small.
func (s *Server) newHist(b *mailbox) uint64 {
	gap := 1 + s.random(24)
	if s.random(64) == 0 {
		gap += s.random(2000)
	}
	b.histID += gap
	return b.histID
}

func formatID(id uint64) string { return fmt.Sprintf("%016x", id) }

// parseID reads a message or thread id. Only 16 hex digits are one.
func parseID(s string) (uint64, bool) {
	if len(s) != 16 {
		return 0, false
	}
	id, err := strconv.ParseUint(s, 16, 64)
	return id, err == nil
}

// parseMessageID reads a message id, also in the form that add-on events carry: msg-f:<decimal>.
func parseMessageID(s string) (uint64, bool) {
	if dec, ok := strings.CutPrefix(s, "msg-f:"); ok {
		id, err := strconv.ParseUint(dec, 10, 64)
		return id, err == nil
	}
	return parseID(s)
}
