package desk

import "time"

// Episode is one stretch of a conversation from opening to closing. Clocks,
// figures and surveys hang on episodes, so that a reopened conversation does
// not distort the first answer's time.
type Episode struct {
	Number    int       `json:"n"` // from 1
	OpenedAt  time.Time `json:"opened_at"`
	ClosedAt  time.Time `json:"closed_at,omitzero"`
	ClosedBy  Email     `json:"closed_by,omitempty"`
	RepliedAt time.Time `json:"replied_at,omitzero"` // first answer by a person
	ReplyDue  time.Time `json:"reply_due,omitzero"`  // first answer promised by; zero = no promise
	Reopened  string    `json:"reopened,omitempty"`  // why it began, for all but the first
}

// Episode gives the running or last episode, or nil before the first.
func (c *Conversation) Episode() *Episode {
	if len(c.Episodes) == 0 {
		return nil
	}
	return &c.Episodes[len(c.Episodes)-1]
}

func (c *Conversation) begin(at time.Time, why string, promise time.Duration) {
	c.EpisodeCount++
	e := Episode{Number: c.EpisodeCount, OpenedAt: at, Reopened: why}
	if promise > 0 {
		e.ReplyDue = at.Add(promise)
	}
	c.Episodes = append(c.Episodes, e)
	if n := len(c.Episodes) - KeptEpisodes; n > 0 {
		c.Episodes = append([]Episode(nil), c.Episodes[n:]...)
	}
}

func (c *Conversation) end(at time.Time, by Email) {
	if e := c.Episode(); e != nil && e.ClosedAt.IsZero() {
		e.ClosedAt, e.ClosedBy = at, by
	}
}
