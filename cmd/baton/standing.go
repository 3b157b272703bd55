package main

import (
	"time"

	"baton/desk"
)

// state is how a mailbox stands, in one word.
type state string

const (
	stateConnected    state = "connected"    // is read
	stateStarting     state = "starting"     // was never read to the end
	statePaused       state = "paused"       // people want it left alone for a while
	stateDisconnected state = "disconnected" // people took it out
	stateUnconnected  state = "unconnected"  // in the policy, without access
	stateProblem      state = "problem"      // cannot be read, or not well
)

// roll is what `mailbox list` and `mailbox status` show.
type roll struct {
	// Server tells whether Baton serves the store: running, stopped, or unknown
	// where several machines may.
	Server    string     `json:"server"`
	Mailboxes []standing `json:"mailboxes"`
}

// standing is how one mailbox stands. The names of its fields in JSON stay as
// they are.
type standing struct {
	Mailbox  desk.Mailbox   `json:"mailbox"`
	Name     string         `json:"name,omitempty"`
	InPolicy bool           `json:"in_policy"`
	State    state          `json:"state"`
	Mode     desk.GrantMode `json:"mode,omitempty"`      // how it is reached; "" = not known, or not at all
	Since    time.Time      `json:"granted_at,omitzero"` // when access was given with `connect`
	Scopes   []string       `json:"scopes,omitempty"`    // what a consent covers
	Problem  string         `json:"problem,omitempty"`   // with what to do
	Troubled time.Time      `json:"problem_since,omitzero"`

	MailAt    time.Time `json:"last_mail,omitzero"`   // the newest message that was taken in
	HintAt    time.Time `json:"last_notice,omitzero"` // the last notice of Gmail that was heeded
	SyncedAt  time.Time `json:"last_read,omitzero"`   // the history was read to its end
	Cursor    uint64    `json:"cursor,omitempty"`
	CursorAge *int64    `json:"cursor_age_seconds,omitempty"` // since last_read

	WatchExpires time.Time `json:"watch_expires,omitzero"`
	WatchLeft    *int64    `json:"watch_seconds_left,omitempty"`

	Units    int64       `json:"units_today"` // Gmail quota units since midnight UTC
	Paused   time.Time   `json:"paused_at,omitzero"`
	Gone     time.Time   `json:"disconnected_at,omitzero"`
	Resync   time.Time   `json:"resync_since,omitzero"` // a search of all mail since then is asked for and not done
	Audit    *desk.Audit `json:"audit,omitempty"`
	AuditSay string      `json:"audit_result,omitempty"` // in words
}

// troubled tells whether somebody has to see to the mailbox.
func (s *standing) troubled() bool { return s.Problem != "" || s.State == stateUnconnected }

// standing puts together how a mailbox stands; g is nil when it has no grant.
func (b *mailboxes) standing(st desk.MailboxState, g *desk.Grant) standing {
	now := b.now()
	s := standing{
		Mailbox: st.Address, Problem: st.Problem, Troubled: st.ProblemAt,
		MailAt: st.MailAt, HintAt: st.HintAt, SyncedAt: st.SyncedAt, Cursor: st.Cursor,
		WatchExpires: st.WatchExpires, Paused: st.PausedAt, Gone: st.DisconnectedAt, Resync: st.Resync,
	}
	if p, ok := b.policy().Mailbox(st.Address); ok {
		s.InPolicy, s.Name = true, p.Name
	}
	if st.UnitsDay.Equal(now.UTC().Truncate(24 * time.Hour)) {
		s.Units = st.Units
	}
	if !st.SyncedAt.IsZero() {
		s.CursorAge = seconds(now.Sub(st.SyncedAt))
	}
	if !st.WatchExpires.IsZero() {
		s.WatchLeft = seconds(st.WatchExpires.Sub(now))
	}
	if !st.Audit.At.IsZero() {
		s.Audit, s.AuditSay = &st.Audit, auditSays(st.Audit)
	}
	switch {
	case g != nil:
		s.Mode, s.Since, s.Scopes = g.Mode, g.At, g.Scopes
	case !s.Gone.IsZero():
	case st.Cursor != 0, b.ways != nil && b.ways.delegation != nil:
		s.Mode = desk.ByDelegation // which needs no grant
	}
	s.State = b.stateOf(&s)
	if !s.Gone.IsZero() {
		s.Problem, s.Troubled = "", time.Time{} // nobody expects it to work
	}
	return s
}

func (b *mailboxes) stateOf(s *standing) state {
	switch {
	case !s.Gone.IsZero():
		return stateDisconnected
	case !s.Paused.IsZero():
		return statePaused
	case s.Mode == "" && b.ways != nil:
		return stateUnconnected
	case s.Problem != "":
		return stateProblem
	case s.SyncedAt.IsZero():
		return stateStarting
	}
	return stateConnected
}

func seconds(d time.Duration) *int64 {
	n := int64(d / time.Second)
	return &n
}

// server tells whether Baton serves the store.
func (b *mailboxes) server() string {
	switch {
	case b.reader != nil:
		return "running"
	case b.store.Alone():
		return "stopped"
	}
	return "unknown"
}
