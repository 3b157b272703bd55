package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	"baton/gmail/gmailsim"
)

// mailman brings the planned mails to Gmail and follows there which of them
// wear labels already.
type mailman struct {
	sim  *gmailsim.Server
	plan *plan

	mu        sync.Mutex
	delivered int
	where     map[*thread]*place
	worn      map[string]bool // messages that a label change touched
	effects   int             // read so far
}

// place is where a conversation lies.
type place struct {
	thread   string   // as Gmail names it
	messages []string // in the order of the plan
}

func newMailman(sim *gmailsim.Server, p *plan) *mailman {
	return &mailman{sim: sim, plan: p, where: map[*thread]*place{}, worn: map[string]bool{}}
}

// bring delivers the k-th mail of a conversation.
func (m *mailman) bring(ctx context.Context, t *thread, k int) error {
	raw, labels := t.raw(k, time.Now())
	d, err := m.sim.DeliverAs(ctx, t.box.address, raw, gmailsim.Arrival{Labels: labels})
	if err != nil {
		return fmt.Errorf("mail %d of conversation %d cannot be delivered: %w", k, t.n, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.where[t]
	if p == nil {
		p = &place{thread: d.ThreadID}
		m.where[t] = p
	}
	if p.thread != d.ThreadID {
		return fmt.Errorf("mail %d of conversation %d came into another thread", k, t.n)
	}
	p.messages = append(p.messages, d.ID)
	m.delivered++
	return nil
}

// bringAll delivers all mails but the late ones, as far as done (0 to 1) says.
func (m *mailman) bringAll(ctx context.Context, done func() float64) error {
	for i, a := range m.plan.arrivals {
		for float64(i) > done()*float64(len(m.plan.arrivals)) {
			if err := sleep(ctx, 5*time.Millisecond); err != nil {
				return err
			}
		}
		if err := m.bring(ctx, a.thread, a.k); err != nil {
			return err
		}
	}
	return nil
}

// look reads what happened at Gmail since the last time.
func (m *mailman) look() {
	all := m.sim.Effects()
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, e := range all[m.effects:] {
		if e.Kind == gmailsim.EffectLabels && len(e.Added) > 0 {
			m.worn[e.Mailbox+" "+e.Message] = true
		}
	}
	m.effects = len(all)
}

// recorded tells whether all mails of a conversation that were to come first
// are there and wear labels.
func (m *mailman) recorded(t *thread) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.where[t]
	if p == nil || len(p.messages) < len(t.mails) {
		return false
	}
	for _, id := range p.messages {
		if !m.worn[t.box.address+" "+id] {
			return false
		}
	}
	return true
}

// at gives where a conversation lies.
func (m *mailman) at(t *thread) place {
	m.mu.Lock()
	defer m.mu.Unlock()
	if p := m.where[t]; p != nil {
		return place{p.thread, append([]string(nil), p.messages...)}
	}
	return place{}
}

// counts gives how many mails are delivered and how many wear labels.
func (m *mailman) counts() (delivered, worn int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.delivered, len(m.worn)
}
