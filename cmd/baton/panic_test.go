package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"baton/desk"
	"baton/desk/outbox"
	"baton/gmail"
)

// bomb panics in one of a hundred jobs.
type bomb struct {
	mu   sync.Mutex
	rand *rand.Rand
	hits int
}

func (b *bomb) tick() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.rand.IntN(100) == 0 {
		b.hits++
		panic("index out of range")
	}
}

// bombedDesk panics before or after what the desk does.
type bombedDesk struct {
	gmail.Receiver
	b *bomb
}

func (d bombedDesk) Receive(ctx context.Context, m desk.Message, f desk.Facts) (desk.Conversation, error) {
	d.b.tick()
	c, err := d.Receiver.Receive(ctx, m, f)
	d.b.tick()
	return c, err
}

func (d bombedDesk) Needs(m desk.Mailbox) desk.Needs {
	d.b.tick()
	return d.Receiver.Needs(m)
}

func (d bombedDesk) Hand(ctx context.Context, m desk.Mailbox, t desk.ThreadID, seen desk.Sight) error {
	d.b.tick()
	err := d.Receiver.Hand(ctx, m, t, seen)
	d.b.tick()
	return err
}

// bombedJob panics before or after a promise is kept.
type bombedJob struct {
	outbox.Performer
	b *bomb
}

func (j bombedJob) Perform(ctx context.Context, c desk.Conversation, in desk.Intent) (desk.Settlement, error) {
	j.b.tick()
	out, err := j.Performer.Perform(ctx, c, in)
	j.b.tick()
	return out, err
}

// One in a hundred jobs panics, of those that take mail in and of those that
// keep promises: each panic is counted, nothing is lost and nothing done twice.
func TestJobsThatPanic(t *testing.T) {
	dir, seed := t.TempDir(), uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	synctest.Test(t, func(t *testing.T) {
		s := newShop(t, dir, 2, 6000)
		in, out := &bomb{rand: rand.New(rand.NewPCG(seed, 1))}, &bomb{rand: rand.New(rand.NewPCG(seed, 2))}
		s.receiver = func(r gmail.Receiver) gmail.Receiver { return bombedDesk{r, in} }
		s.perform = func(p outbox.Performer) outbox.Performer { return bombedJob{p, out} }
		s.open("baton.db")
		const mails, replies = 300, 60
		var ids []desk.ConversationID
		for i := range mails {
			id, _ := s.mail(i%2, fmt.Sprint("Order ", i))
			ids = append(ids, id)
			time.Sleep(2 * time.Second)
		}
		time.Sleep(10 * time.Minute)
		for i := range replies {
			s.reply(ids[i], fmt.Sprint("reply ", i))
			time.Sleep(5 * time.Second)
		}
		time.Sleep(time.Hour)
		s.atRest()
		sent := s.sent()
		if len(sent) != replies {
			t.Errorf("%d mails left, want %d", len(sent), replies)
		}
		once := map[string]bool{}
		for _, line := range sent {
			if once[line] {
				t.Errorf("%q was sent twice", line)
			}
			once[line] = true
		}
		counted := 0
		for _, st := range s.room.Statuses() {
			counted += st.Panics
			if st.SetAside != 0 {
				t.Errorf("%d messages of %s were set aside", st.SetAside, st.Mailbox)
			}
		}
		if in.hits == 0 || counted != in.hits {
			t.Errorf("%d panics counted while mail was read, of %d", counted, in.hits)
		}
		if failed := int(s.outbox.Stats().Failed); out.hits == 0 || failed < out.hits {
			t.Errorf("%d promises failed, want at least the %d that panicked", failed, out.hits)
		}
	})
}
