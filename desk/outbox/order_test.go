package outbox

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"

	"baton/desk"
)

// What a person waits for goes before background work of the same worker, and
// each lane keeps its order.
func TestInteractiveFirst(t *testing.T) {
	h := newHouse(t, func(o *Options) { o.Workers = 1 })
	entered, leave := make(chan bool), make(chan bool)
	h.gmail.before = func(desk.Intent) error { entered <- true; <-leave; return nil }
	defer h.run(h.box)()
	first := h.mailed()
	<-entered // the worker is busy; everything else waits in line
	var mails, takes []desk.ConversationID
	for range 4 {
		mails = append(mails, h.mailed().ID)
	}
	for _, id := range mails {
		takes = append(takes, h.take(ana, id).ID)
	}
	leave <- true
	for range 8 {
		<-entered
		leave <- true
	}
	var got []string
	for _, in := range h.gmail.performed() {
		got = append(got, fmt.Sprint(in.Interactive, in.Conversation))
	}
	want := []string{fmt.Sprint(false, first.ID)}
	for _, id := range takes {
		want = append(want, fmt.Sprint(true, id))
	}
	for _, id := range mails {
		want = append(want, fmt.Sprint(false, id))
	}
	if !slices.Equal(got, want) {
		t.Errorf("performed\n%q, want\n%q", got, want)
	}
}

// Many changes of many conversations: those of one are first tried in order and
// never two at once, while others run beside them; at rest threads and records
// agree.
func TestOneConversationInOrder(t *testing.T) {
	h := newHouse(t, func(o *Options) { o.Workers = 4 })
	begin := make(chan bool)                      // once much waits in line
	h.gmail.before = func(in desk.Intent) error { // some calls are slower than others
		<-begin
		for range in.LabelsRev % 3 * 20 {
			runtime.Gosched()
		}
		return nil
	}
	defer h.run(h.box)()
	var ids []desk.ConversationID
	for range 6 {
		ids = append(ids, h.mailed().ID)
	}
	const rounds = 10
	for i := range rounds {
		for _, id := range ids {
			h.take([]desk.Email{ana, ben}[i%2], id)
		}
	}
	close(begin)
	h.rested()
	// A settlement that comes after the record moved on opens its intent again. It
	// is performed once more, with the record as it is then and behind newer ones,
	// so that only first tries are in the order of the changes.
	last, tried := map[desk.ConversationID]int64{}, map[desk.IntentID]bool{}
	for _, in := range h.gmail.performed() {
		if !in.Interactive || tried[in.ID] {
			continue
		}
		if tried[in.ID] = true; in.LabelsRev <= last[in.Conversation] {
			t.Errorf("revision %d of %s after %d", in.LabelsRev, in.Conversation, last[in.Conversation])
		}
		last[in.Conversation] = in.LabelsRev
	}
	for _, id := range ids {
		h.agrees(id)
	}
	if h.gmail.overlap {
		t.Error("two intents of one conversation were performed at once")
	}
}

// rested waits until no intent is open.
func (h *house) rested() {
	h.Helper()
	for {
		n, err := h.store.Intents(h.Context())
		if err != nil {
			h.Fatal(err)
		}
		if n[desk.IntentPending]+n[desk.IntentClaimed] == 0 {
			return
		}
		<-h.store.settled
	}
}

// Conversations of different workers do not wait for each other.
func TestOthersGoOn(t *testing.T) {
	h := newHouse(t, func(o *Options) { o.Workers = 8 })
	a := h.mailed()
	b := h.mailed()
	for shardOf(a.ID) == shardOf(b.ID) {
		b = h.mailed()
	}
	leave := make(chan bool)
	h.gmail.before = func(in desk.Intent) error {
		if in.Conversation == a.ID {
			<-leave
		}
		return nil
	}
	as, bs := h.intentOf(a.ID), h.intentOf(b.ID)
	defer h.run(h.box)()
	for h.intent(bs).State != desk.IntentDone {
		<-h.store.settled
	}
	close(leave)
	for h.intent(as).State != desk.IntentDone {
		<-h.store.settled
	}
}

func shardOf(id desk.ConversationID) int {
	return task{intent: desk.Intent{Conversation: id}}.shard(8)
}

// intentOf finds the waiting intent of a conversation.
func (h *house) intentOf(id desk.ConversationID) desk.IntentID {
	h.Helper()
	for _, s := range h.box.shards {
		s.mu.Lock()
		for _, lane := range s.waiting {
			for _, t := range lane {
				if t.intent.Conversation == id {
					defer s.mu.Unlock()
					return t.intent.ID
				}
			}
		}
		s.mu.Unlock()
	}
	h.Fatalf("no intent of %s waits", id)
	return ""
}

// More lies in the store than one claim takes, and than one worker has room
// for: all of it is performed without waiting for the clock.
func TestPollsUntilNothingIsLeft(t *testing.T) {
	for workers := range 3 {
		t.Run(fmt.Sprint(workers), func(t *testing.T) { pollsUntilNothingIsLeft(t, workers) })
	}
}

// workers = 0 is the usual number.
func pollsUntilNothingIsLeft(t *testing.T, workers int) {
	h := newHouse(t, func(o *Options) { o.Workers = workers })
	h.desk = h.deskOf("", nil)
	const n = 250
	for range n {
		h.mailed()
	}
	defer h.run(h.box)()
	for settled := 0; settled < n; {
		settled += len(<-h.store.settled)
	}
	got, err := h.store.Intents(t.Context())
	if err != nil || got[desk.IntentDone] != n || len(got) != 1 {
		t.Errorf("intents = %v, %v; want %d done", got, err, n)
	}
}

// An intent that another process is told of is looked for at once.
func TestPromisedToNobody(t *testing.T) {
	h := newHouse(t, nil)
	defer h.run(h.box)()
	h.desk = h.deskOf("", h.box.Promised) // born pending
	c := h.mailed()
	h.next()
	h.agrees(c.ID)
	h.clock.pass(time.Second)
	h.take(ana, c.ID)
	h.next()
	h.agrees(c.ID)
}
