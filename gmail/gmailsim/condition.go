package gmailsim

import (
	"fmt"
	"strings"
)

// Condition is what is wrong with an account.
type Condition string

// The conditions. All can be set and taken back at any time.
const (
	Well      Condition = ""          // nothing
	Suspended Condition = "suspended" // by an administrator: no new tokens, and those there are do not work
	GmailOff  Condition = "gmail-off" // tokens are given out, but Gmail is no service of the account
	Removed   Condition = "removed"   // Google knows no such account; it comes back whole
)

// SetCondition says what is wrong with a mailbox's account.
func (s *Server) SetCondition(address string, c Condition) error {
	return s.about(address, func(addr string) []op {
		return []op{{Kind: opCondition, Name: addr, Data: string(c)}}
	})
}

// EndTokens ends all access tokens that a mailbox has now, as Google may do at any time. New ones can
// be had.
func (s *Server) EndTokens(address string) error {
	return s.about(address, func(addr string) []op {
		return []op{{Kind: opEnd, Name: addr, ID: s.auth.issued.Load()}}
	})
}

// EndConsents ends all consents of a mailbox's owner, as a new password does.
func (s *Server) EndConsents(address string) error {
	return s.about(address, func(addr string) []op {
		return s.auth.revocations(func(c consent) bool { return c.Mailbox == addr })
	})
}

func (s *Server) about(address string, do func(addr string) []op) error {
	b := s.box(address)
	if b == nil {
		return fmt.Errorf("gmailsim: there is no mailbox %q", address)
	}
	ops := do(b.addr)
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.commitLocked(ops)
}

func (a *authority) condition(addr string) Condition {
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.states[addr]
}

// refuses gives why an account gets no token, if so. For a suspended account Google has no word of
// its own that could be relied on.
func (a *authority) refuses(addr string) error {
	switch a.condition(strings.ToLower(addr)) {
	case Suspended:
		return invalidGrant("Bad Request")
	case Removed:
		return invalidGrant("Invalid email or User ID")
	}
	return nil
}

// revocations are the ops that end the live consents that match.
func (a *authority) revocations(match func(consent) bool) []op {
	a.mu.RLock()
	defer a.mu.RUnlock()
	var ops []op
	for refresh, c := range a.consents {
		if match(c) && !a.revoked[refresh] {
			ops = append(ops, op{Kind: opRevoke, Data: refresh})
		}
	}
	return ops
}

// Consents counts the consents that are in force.
func (s *Server) Consents() int {
	return len(s.auth.revocations(func(consent) bool { return true }))
}
