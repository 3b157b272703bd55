package gmail

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// labelAge is after how long a mailbox's labels are listed again (1 unit), so
// that names which people changed are noticed.
const labelAge = 10 * time.Minute

// labelSet is what is known of a mailbox's labels. Ids never change and are
// this mailbox's own; names do change.
type labelSet struct {
	mu     sync.Mutex
	listed time.Time         // zero = not yet, or no longer to be trusted
	ids    map[string]string // by folded name
	names  map[string]string // by id; "" = there is no such label
}

// labelName gives a label's name by its id, "" when there is none. 1 unit when
// the id is new.
func (c *Client) labelName(ctx context.Context, id string) (string, error) {
	c.labels.mu.Lock()
	defer c.labels.mu.Unlock()
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
	c.labels.mu.Lock()
	defer c.labels.mu.Unlock()
	if c.labels.listed.IsZero() || c.now().Sub(c.labels.listed) > labelAge {
		if err := c.listLabels(ctx); err != nil {
			return nil, err
		}
	}
	var ids []string
	for _, name := range names {
		id := c.labels.ids[foldLabel(name)]
		if id == "" && make {
			var err error
			if id, err = c.makeLabel(ctx, name); err != nil {
				return nil, err
			}
		}
		if id != "" {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// forgetLabels has the labels listed before they are used again.
func (c *Client) forgetLabels() {
	c.labels.mu.Lock()
	defer c.labels.mu.Unlock()
	c.labels.listed = time.Time{}
}

// listLabels reads all labels. The set's lock is held.
func (c *Client) listLabels(ctx context.Context) error {
	list, err := c.Labels(ctx)
	if err != nil {
		return err
	}
	c.labels.ids = make(map[string]string, len(list))
	c.labels.names = make(map[string]string, len(list))
	for _, l := range list {
		c.labels.ids[foldLabel(l.Name)] = l.Id
		c.labels.names[l.Id] = l.Name
	}
	c.labels.listed = c.now()
	return nil
}

// makeLabel makes a label and what is missing above it. A name that somebody
// else made meanwhile is found by listing again. The set's lock is held.
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
