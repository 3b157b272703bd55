package gmail

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"time"

	"baton/desk"
)

// labelAge is after how long a mailbox's labels are listed again (1 unit), so
// that names which people changed are noticed.
const labelAge = 10 * time.Minute

// labelSet is what is known of a mailbox's labels. Ids never change and are
// this mailbox's own; names do change. A label of ours is known by the name
// that we gave it, whatever people call it since.
//
// Whoever holds it may call Gmail. Such calls go as if a person waited, whoever
// makes them: somebody who does wait may stand behind them.
type labelSet struct {
	turn   chan struct{}     // has one place; full = held
	listed time.Time         // zero = not yet, or no longer to be trusted
	ids    map[string]string // by folded name
	names  map[string]string // by id; "" = there is no such label
	ours   map[string]string // ids of our labels by folded name, as remembered; nil = not read yet
	called map[string]string // ids by the folded names that Gmail shows now
}

func newLabelSet() labelSet { return labelSet{turn: make(chan struct{}, 1)} }

// hold waits until nobody else holds the set, and gives the context for calls to
// Gmail until release.
func (s *labelSet) hold(ctx context.Context) (context.Context, error) {
	select {
	case s.turn <- struct{}{}:
		return Interactive(ctx), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *labelSet) release() { <-s.turn }

// labelMemory keeps the ids of a mailbox's labels beyond this process.
type labelMemory interface {
	load(ctx context.Context) (map[string]string, error)
	save(ctx context.Context, ours map[string]string) error
}

// stateMemory keeps them in the mailbox's state.
type stateMemory struct {
	states  desk.Mailboxes
	mailbox desk.Mailbox
}

func (s stateMemory) load(ctx context.Context) (map[string]string, error) {
	st, err := s.states.MailboxState(ctx, s.mailbox)
	return st.Labels, err
}

func (s stateMemory) save(ctx context.Context, ours map[string]string) error {
	_, err := s.states.SetMailboxState(ctx, s.mailbox, func(st *desk.MailboxState) { st.Labels = maps.Clone(ours) })
	return err
}

// labelName gives a label's name by its id, "" when there is none. 1 unit when
// the id is new.
func (c *Client) labelName(ctx context.Context, id string) (string, error) {
	ctx, err := c.labels.hold(ctx)
	if err != nil {
		return "", err
	}
	defer c.labels.release()
	if name, ok := c.labels.names[id]; ok {
		return name, nil
	}
	if err := c.listLabels(ctx); err != nil {
		return "", err
	}
	name := c.labels.names[id]
	c.labels.names[id] = name
	return name, nil
}

// labelIDs gives the ids of labels by their clean names, in the same order.
// With make, those that are missing are made, their parents first; without,
// they are left out.
func (c *Client) labelIDs(ctx context.Context, names []string, make bool) ([]string, error) {
	if len(names) == 0 {
		return nil, nil
	}
	ctx, err := c.labels.hold(ctx)
	if err != nil {
		return nil, err
	}
	defer c.labels.release()
	if c.labels.listed.IsZero() || c.now().Sub(c.labels.listed) > labelAge {
		if err := c.listLabels(ctx); err != nil {
			return nil, err
		}
	}
	var ids []string
	for _, name := range names {
		id := c.labels.ids[foldLabel(name)]
		if id == "" && make {
			if id, err = c.makeLabel(ctx, name); err != nil {
				return nil, err
			}
		}
		if id != "" {
			ids = append(ids, id)
		}
	}
	return ids, c.rememberLabels(ctx)
}

// forgetLabels has the labels listed before they are used again.
func (c *Client) forgetLabels(ctx context.Context) error {
	if _, err := c.labels.hold(ctx); err != nil {
		return err
	}
	defer c.labels.release()
	c.labels.listed = time.Time{}
	return nil
}

// listLabels reads all labels. The set is taken.
func (c *Client) listLabels(ctx context.Context) error {
	list, err := c.Labels(ctx)
	if err != nil {
		return err
	}
	if err := c.recallLabels(ctx); err != nil {
		return err
	}
	c.labels.ids = make(map[string]string, len(list))
	c.labels.names = make(map[string]string, len(list))
	for _, l := range list {
		c.labels.ids[foldLabel(l.Name)] = l.Id
		c.labels.names[l.Id] = l.Name
	}
	c.labels.called = maps.Clone(c.labels.ids)
	for name, id := range c.labels.ours {
		called, there := c.labels.names[id]
		if !there || c.labels.ids[name] != "" || c.labels.ours[foldLabel(called)] != "" {
			// Deleted; or the name is somebody's again; or people gave it the name
			// of another label of ours, which it is from now on.
			continue
		}
		delete(c.labels.ids, foldLabel(called))
		c.labels.ids[name], c.labels.names[id] = id, name
	}
	c.labels.listed = c.now()
	return nil
}

// recallLabels reads what earlier processes remembered. The set is taken.
func (c *Client) recallLabels(ctx context.Context) error {
	if c.labels.ours != nil || c.memory == nil {
		return nil
	}
	ours, err := c.memory.load(ctx)
	if err != nil {
		return fmt.Errorf("gmail: recalling label ids: %w", err)
	}
	c.labels.ours = make(map[string]string, len(ours))
	maps.Copy(c.labels.ours, ours)
	return nil
}

// rememberLabels keeps the ids of our labels when they have changed. The set is
// taken.
func (c *Client) rememberLabels(ctx context.Context) error {
	if c.memory == nil {
		return nil
	}
	now := make(map[string]string)
	for name, id := range c.labels.ids {
		if desk.IsLabel(name) {
			now[name] = id
		}
	}
	if maps.Equal(now, c.labels.ours) {
		return nil
	}
	if err := c.memory.save(ctx, now); err != nil {
		return fmt.Errorf("gmail: remembering label ids: %w", err)
	}
	c.labels.ours = now
	return nil
}

// makeLabel makes a label and what is missing above it. A name that somebody
// else made meanwhile is found by listing again. The set is taken.
func (c *Client) makeLabel(ctx context.Context, name string) (string, error) {
	var id string
	for _, n := range append(parents(name), name) {
		if id = c.labels.ids[foldLabel(n)]; id != "" {
			continue
		}
		l, err := c.CreateLabel(ctx, newLabel(n))
		if StatusCode(err) == http.StatusConflict {
			if err := c.listLabels(ctx); err != nil {
				return "", err
			}
			if id = c.labels.ids[foldLabel(n)]; id == "" {
				// A renamed label of ours has that name now: it serves for both.
				id = c.labels.called[foldLabel(n)]
				c.labels.ids[foldLabel(n)] = id
			}
			if id == "" {
				return "", fmt.Errorf("gmail: a label exists by another kind of the same name; rename it in Gmail: %w", err)
			}
			continue
		}
		if err != nil {
			return "", err
		}
		id = l.Id
		c.labels.ids[foldLabel(n)], c.labels.names[id] = id, n
	}
	return id, nil
}
