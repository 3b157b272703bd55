package gmail

import (
	"context"
	"slices"
	"sync"
	"time"
)

// sendingWait bounds how long a reading waits for what is just being sent.
const sendingWait = 2 * time.Second

// sending counts the mails that are being sent and taken in, so that a reading
// that sees one of them in the history need not fetch it.
type sending struct {
	mu   sync.Mutex
	n    int
	idle chan struct{} // closed when n is 0 again
}

func (s *sending) begin() (end func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.n++; s.n == 1 {
		s.idle = make(chan struct{})
	}
	return sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.n--; s.n == 0 {
			close(s.idle)
		}
	})
}

// settled waits until nothing is being sent, but not for long: what is not
// taken in by then is fetched.
func (s *sending) settled(ctx context.Context, batch []*touched) {
	if !slices.ContainsFunc(batch, func(t *touched) bool { return slices.Contains(t.came, "SENT") }) {
		return
	}
	s.mu.Lock()
	n, idle := s.n, s.idle
	s.mu.Unlock()
	if n == 0 {
		return
	}
	late := time.NewTimer(sendingWait)
	defer late.Stop()
	select {
	case <-idle:
	case <-late.C:
	case <-ctx.Done():
	}
}
