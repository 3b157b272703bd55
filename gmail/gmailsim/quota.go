package gmailsim

import (
	"net/http"
	"time"
)

// Count is what one method was used for one mailbox.
type Count struct {
	Calls int
	Units int
}

// window is one minute of a mailbox's quota.
type window struct {
	start time.Time
	used  int
}

// Units gives the quota units that a mailbox has used, at the prices for new projects.
func (s *Server) Units(address string) int {
	n := 0
	if b := s.box(address); b != nil {
		s.callMu.Lock()
		defer s.callMu.Unlock()
		for _, c := range s.calls[b.addr] {
			n += c.Units
		}
	}
	return n
}

// Calls gives a copy of all counts: by mailbox, then by method as Google names it.
func (s *Server) Calls() map[string]map[string]Count {
	s.callMu.Lock()
	defer s.callMu.Unlock()
	out := make(map[string]map[string]Count, len(s.calls))
	for box, methods := range s.calls {
		out[box] = make(map[string]Count, len(methods))
		for m, c := range methods {
			out[box][m] = *c
		}
	}
	return out
}

// count books a call, asks the fault hook, and enforces the quota if that is on.
func (s *Server) count(c *call) (*Fault, error) {
	name, addr := c.route.name(), c.box.addr
	s.callMu.Lock()
	defer s.callMu.Unlock()
	s.callN++
	s.methodN[name]++
	methods := s.calls[addr]
	if methods == nil {
		methods = map[string]*Count{}
		s.calls[addr] = methods
	}
	n := methods[name]
	if n == nil {
		n = &Count{}
		methods[name] = n
	}
	n.Calls++
	n.Units += c.route.units
	if err := s.charge(addr, c.route.units); err != nil {
		return nil, err
	}
	if s.fault == nil {
		return nil, nil
	}
	return s.fault(Call{N: s.callN, MethodN: s.methodN[name], Method: name, Mailbox: addr}), nil
}

// charge takes units from the mailbox's minute. callMu is held.
func (s *Server) charge(addr string, units int) error {
	if s.opt.UnitsPerMinute <= 0 {
		return nil
	}
	now := s.now()
	w := s.windows[addr]
	if w == nil || now.Sub(w.start) >= time.Minute {
		w = &window{start: now}
		s.windows[addr] = w
	}
	if w.used+units > s.opt.UnitsPerMinute {
		at := w.start.Add(time.Minute).UTC().Format("2006-01-02T15:04:05.000Z")
		return &apiError{http.StatusTooManyRequests, "userRateLimitExceeded", "User-rate limit exceeded.  Retry after " + at, "RESOURCE_EXHAUSTED"}
	}
	w.used += units
	return nil
}
