package gmailsim

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// Publisher takes notifications to a topic, as Pub/Sub would.
type Publisher interface {
	// Publish hands over one message for projects/P/topics/T. The message counts as lost if it fails.
	Publish(ctx context.Context, topic string, data []byte) error
}

// PushSwitches make trouble with notifications while a Server runs. The zero state delivers each
// once, in order.
type PushSwitches struct {
	mu      sync.Mutex
	rand    *rand.Rand
	off     bool
	drop    float64
	double  float64
	reorder float64
	delay   time.Duration
	held    []publication // kept back to be overtaken
	open    int           // due, delayed or on the way
}

type publication struct {
	topic string
	data  []byte
}

func newPushSwitches(seed uint64) *PushSwitches {
	return &PushSwitches{rand: rand.New(rand.NewPCG(seed, 2))}
}

// Push gives the switches.
func (s *Server) Push() *PushSwitches { return s.push }

func (p *PushSwitches) set(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
}

// Off stops all notifications, or lets them flow again; those missed meanwhile are lost.
func (p *PushSwitches) Off(off bool) { p.set(func() { p.off = off }) }

// Drop loses a fraction (0 to 1) of the notifications.
func (p *PushSwitches) Drop(fraction float64) { p.set(func() { p.drop = fraction }) }

// Double delivers a fraction of the notifications twice.
func (p *PushSwitches) Double(fraction float64) { p.set(func() { p.double = fraction }) }

// Reorder keeps a fraction of the notifications back until the next one has overtaken them. One that
// nothing overtakes stays back.
func (p *PushSwitches) Reorder(fraction float64) { p.set(func() { p.reorder = fraction }) }

// Delay holds every notification up for so long.
func (p *PushSwitches) Delay(d time.Duration) { p.set(func() { p.delay = d }) }

// Idle tells whether no notification is due, delayed or on its way to the Publisher. One kept back by
// Reorder does not count.
func (p *PushSwitches) Idle() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.open == 0
}

func (p *PushSwitches) pending(n int) { p.set(func() { p.open += n }) }

// deal decides what goes out in place of one notification, and when.
func (p *PushSwitches) deal(one publication) (out []publication, delay time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.off || p.rand.Float64() < p.drop {
		return nil, 0
	}
	if p.rand.Float64() < p.reorder {
		p.held = append(p.held, one)
		return nil, 0
	}
	out = append(out, one)
	if p.rand.Float64() < p.double {
		out = append(out, one)
	}
	out = append(out, p.held...)
	p.held = nil
	return out, p.delay
}

// publish sends one notification through the switches.
func (s *Server) publish(topic string, data []byte) {
	out, delay := s.push.deal(publication{topic, data})
	if len(out) == 0 {
		return
	}
	if delay <= 0 {
		s.publishAll(out)
		return
	}
	s.push.pending(1)
	s.work.Add(1)
	go func() {
		defer s.work.Done()
		defer s.push.pending(-1)
		select {
		case <-s.opt.After(delay):
			s.publishAll(out)
		case <-s.ctx.Done():
		}
	}()
}

func (s *Server) publishAll(list []publication) {
	for _, p := range list {
		if err := s.opt.Publisher.Publish(s.ctx, p.topic, p.data); err != nil {
			s.log.Warn("gmailsim: a notification is lost", "error", err)
		}
	}
}
