package gmailsim

import (
	"encoding/json"
	"strings"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"
)

// watchLife is how long a watch lives.
const watchLife = 7 * 24 * time.Hour

// watch is a mailbox's wish to be told of changes.
type watch struct {
	Topic   string   `json:"t"`
	Labels  []string `json:"l,omitempty"`
	Exclude bool     `json:"x,omitempty"` // tell of changes without these labels, not with them
	Expires int64    `json:"e"`           // ms
}

func (c *call) watch() (any, error) {
	var in gmailapi.WatchRequest
	if err := c.body(&in); err != nil {
		return nil, err
	}
	p := strings.Split(in.TopicName, "/")
	if len(p) != 4 || p[0] != "projects" || p[1] == "" || p[2] != "topics" || p[3] == "" {
		return nil, badRequest("Invalid topicName does not match projects/<project>/topics/<topic>")
	}
	how := strings.ToLower(in.LabelFilterBehavior)
	if how == "" {
		how = strings.ToLower(in.LabelFilterAction)
	}
	if how != "" && how != "include" && how != "exclude" {
		return nil, badRequest("Invalid labelFilterBehavior")
	}
	b, now := c.box, c.s.now()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, l := range in.LabelIds {
		if !b.knows(l) {
			return nil, invalidLabel(l)
		}
	}
	if w := b.watch; w != nil && w.Topic != in.TopicName && now.UnixMilli() < w.Expires {
		return nil, badRequest("Only one user push notification client allowed per developer (call /stop then try again)")
	}
	w := &watch{Topic: in.TopicName, Labels: in.LabelIds, Exclude: how == "exclude", Expires: now.Add(watchLife).UnixMilli()}
	t := tx{s: c.s}
	t.other(b, op{Kind: opWatch, Watch: w})
	if err := t.commit(); err != nil {
		return nil, err
	}
	c.s.announce(b)
	return &gmailapi.WatchResponse{HistoryId: b.histID, Expiration: w.Expires}, nil
}

func (c *call) stop() (any, error) {
	c.box.mu.Lock()
	defer c.box.mu.Unlock()
	if c.box.watch == nil {
		return nil, nil
	}
	t := tx{s: c.s}
	t.other(c.box, op{Kind: opWatch})
	return nil, t.commit()
}

// touched tells the mailbox's watcher of a change, if the watch asks for such. b is locked.
func (s *Server) touched(b *mailbox, o *op) {
	w := b.watch
	if w == nil || o.Hist == 0 || o.Kind == opExpire || s.now().UnixMilli() >= w.Expires {
		return
	}
	if len(w.Labels) > 0 {
		r := &b.hist[len(b.hist)-1]
		hit := false
		for _, l := range w.Labels {
			hit = hit || contains(r.labels, l) || contains(r.minus, l)
		}
		if hit == w.Exclude {
			return
		}
	}
	s.announce(b)
}

// announce sees to it that a notification with the mailbox's newest id goes out: now, or when the
// shortest time since the last one has passed. b is locked.
func (s *Server) announce(b *mailbox) {
	if s.opt.Publisher == nil || s.closed.Load() {
		return
	}
	n := &b.notify
	if !n.due {
		n.due = true
		s.push.pending(1)
	}
	if n.running {
		return
	}
	n.running = true
	s.work.Add(1)
	go s.notifyLoop(b)
}

// notifier is the state of a mailbox's notifications; the mailbox's lock guards it.
type notifier struct {
	due     bool // a change is not yet published
	running bool // notifyLoop runs
}

// notifyLoop publishes while there is something to publish, at most once in PushInterval.
func (s *Server) notifyLoop(b *mailbox) {
	defer s.work.Done()
	for {
		b.mu.Lock()
		n := &b.notify
		if !n.due || s.ctx.Err() != nil {
			if n.due {
				n.due = false
				s.push.pending(-1)
			}
			n.running = false
			b.mu.Unlock()
			return
		}
		n.due = false
		topic := ""
		if b.watch != nil {
			topic = b.watch.Topic
		}
		data, err := json.Marshal(struct {
			EmailAddress string `json:"emailAddress"`
			HistoryID    uint64 `json:"historyId"`
		}{b.addr, b.histID})
		b.mu.Unlock()
		if topic != "" && err == nil {
			s.publish(topic, data)
		}
		s.push.pending(-1)
		select {
		case <-s.opt.After(s.opt.PushInterval):
		case <-s.ctx.Done():
		}
	}
}
