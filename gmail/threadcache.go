package gmail

import (
	"slices"
	"sync"
	"time"

	"baton/desk"
)

type threadKey struct {
	mailbox desk.Mailbox
	thread  desk.ThreadID
}

// keptThread is what is known of a thread for a moment.
type keptThread struct {
	newest  desk.MessageID // that the record knew when it was fetched
	at      time.Time
	heads   []desk.Head
	letters map[desk.MessageID]desk.Letter
	size    int64
}

// threadCache keeps threads in memory, bounded by bytes and by time. What is
// over its time goes even if nobody asks again.
type threadCache struct {
	limit int64
	keep  time.Duration
	now   func() time.Time

	mu      sync.Mutex
	kept    map[threadKey]*keptThread
	total   int64
	timer   *time.Timer // nil = nothing is kept
	closing bool
}

func newThreadCache(limit int64, keep time.Duration, now func() time.Time) *threadCache {
	return &threadCache{limit: limit, keep: keep, now: now, kept: make(map[threadKey]*keptThread)}
}

// heads gives a thread's messages when they are kept and no newer one has come.
func (c *threadCache) heads(key threadKey, newest desk.MessageID) ([]desk.Head, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.fresh(key)
	if k == nil || k.newest != newest {
		return nil, false
	}
	return slices.Clone(k.heads), true
}

// letters gives those that are kept.
func (c *threadCache) letters(key threadKey, ids []desk.MessageID) map[desk.MessageID]desk.Letter {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make(map[desk.MessageID]desk.Letter)
	if k := c.fresh(key); k != nil {
		for _, id := range ids {
			if l, ok := k.letters[id]; ok {
				out[id] = l
			}
		}
	}
	return out
}

func (c *threadCache) put(key threadKey, k keptThread) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing {
		return
	}
	c.drop(key)
	k.at = c.now()
	for _, h := range k.heads {
		k.size += headSize(h)
	}
	for _, l := range k.letters {
		k.size += letterSize(l)
	}
	c.kept[key] = &k
	c.total += k.size
	c.shrink()
	if c.timer == nil && len(c.kept) > 0 {
		c.timer = time.AfterFunc(c.keep, c.expire)
	}
}

// add keeps one more letter of a thread that is kept.
func (c *threadCache) add(key threadKey, l desk.Letter) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.fresh(key)
	if k == nil {
		return
	}
	if old, ok := k.letters[l.ID]; ok {
		k.size -= letterSize(old)
		c.total -= letterSize(old)
	}
	k.letters[l.ID] = l
	k.size += letterSize(l)
	c.total += letterSize(l)
	c.shrink()
}

// fresh gives what is kept of a thread, nil when there is nothing or its time
// is over.
func (c *threadCache) fresh(key threadKey) *keptThread {
	k := c.kept[key]
	if k != nil && c.now().Sub(k.at) >= c.keep {
		c.drop(key)
		return nil
	}
	return k
}

func (c *threadCache) drop(key threadKey) {
	if k := c.kept[key]; k != nil {
		c.total -= k.size
		delete(c.kept, key)
	}
}

// shrink drops the oldest until the rest is within the limit.
func (c *threadCache) shrink() {
	for c.total > c.limit {
		var oldest threadKey
		for key, k := range c.kept {
			if o := c.kept[oldest]; o == nil || k.at.Before(o.at) {
				oldest = key
			}
		}
		c.drop(oldest)
	}
}

// expire drops what is over its time.
func (c *threadCache) expire() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key := range c.kept {
		c.fresh(key)
	}
	if len(c.kept) == 0 || c.closing {
		c.timer = nil
		return
	}
	c.timer.Reset(c.keep)
}

func (c *threadCache) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closing, c.total = true, 0
	clear(c.kept)
	if c.timer != nil {
		c.timer.Stop()
	}
}

// What a head and a letter take beside their texts, in bytes, roughly.
const perHead, perLetter = 160, 400

func headSize(h desk.Head) int64 {
	return int64(perHead + len(h.ID) + len(h.From.Name) + len(h.From.Email))
}

func letterSize(l desk.Letter) int64 {
	n := perLetter + headSize(l.Head) + int64(len(l.Text))
	for _, a := range slices.Concat(l.To, l.Cc) {
		n += int64(32 + len(a.Name) + len(a.Email))
	}
	for _, f := range l.Files {
		n += int64(40 + len(f.Name) + len(f.Type))
	}
	return n
}
