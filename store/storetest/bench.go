package storetest

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"baton/desk"
)

// Bench runs the benchmarks that every store runs. open gives an empty store
// and has it closed when the benchmark ends.
func Bench(b *testing.B, open func(b *testing.B) desk.Store) {
	b.Run("update", func(b *testing.B) { benchUpdate(b, open(b)) })
	b.Run("update-32", func(b *testing.B) { benchUpdates(b, open(b)) })
	b.Run("conversation", func(b *testing.B) { benchConversation(b, open(b)) })
	b.Run("resolve", func(b *testing.B) { benchResolve(b, open(b)) })
	b.Run("claim-settle", func(b *testing.B) { benchClaim(b, open(b)) })
	for _, n := range []int{10_000, 100_000} {
		b.Run(fmt.Sprintf("lists-%d", n), func(b *testing.B) { benchLists(b, open(b), n) })
	}
}

// usual is a record of about 2 kB with the history that one gathers.
func usual(i int) desk.Conversation {
	c := record(i)
	c.Assignee, c.Team, c.Tags = ana, "Front", []string{"refund", "vip"}
	c.Delegation = &desk.Delegation{By: bo, To: ana, At: at(i), Why: "knows the customer", Due: at(i + 60)}
	c.Episodes, c.EpisodeCount = []desk.Episode{{Number: 1, OpenedAt: at(i), ReplyDue: at(i + 60)}}, 1
	c.InboundAt, c.Unanswered, c.LastRFC = at(i), at(i), "CAF2bVq0000000000000000@mail.example.com"
	c.Worn = []string{"Baton/Open", "Baton/Assigned/Ana"}
	for k := range 6 {
		c.Recent = append(c.Recent, desk.Event{Seq: int64(k + 1), At: at(i), Kind: desk.EventReceived, By: ana, Why: "a reason", Version: int64(k)})
	}
	for k := range 2 {
		c.Notes = append(c.Notes, desk.Note{ID: desk.NoteID(fmt.Sprint(k)), By: ana, At: at(i), Text: strings.Repeat("They asked twice. ", 8)})
	}
	c.Marks = map[desk.Aspect]desk.Mark{desk.Assignment: {Version: 2, By: ana, At: at(i)}}
	return c
}

// receive is the change that a usual mail brings: one event, one intent, one
// ledger line, two handles.
func receive(s desk.Store, b *testing.B, i, n int) error {
	_, err := s.Update(b.Context(), record(i).ID, func(c *desk.Conversation) (desk.Change, error) {
		c.LastAt, c.InboundAt, c.LastID = at(n), at(n), message(n)
		c.Messages++
		c.EventSeq++
		c.LabelsRev++
		e := desk.Event{Seq: c.EventSeq, At: at(n), Kind: desk.EventReceived, Version: c.Version + 1}
		c.Recent = append(c.Recent[1:len(c.Recent):len(c.Recent)], e)
		return desk.Change{
			Events:  []desk.Event{e},
			Intents: []desk.Intent{intent(n, c.ID)},
			Ledger:  []desk.LedgerLine{line(n)},
			Handles: []desk.Handle{desk.HandleRFC(desk.RFCID(fmt.Sprintf("%d@mail.example.com", n))), desk.HandleGmail(ana, message(n))},
		}, nil
	})
	return err
}

func load(b *testing.B, s desk.Store, n int) {
	b.Helper()
	var next atomic.Int64
	errs := together(32, func(int) error {
		for {
			i := int(next.Add(1)) - 1
			if i >= n {
				return nil
			}
			_, err := s.Update(b.Context(), record(i).ID, func(c *desk.Conversation) (desk.Change, error) {
				*c = usual(i)
				if i%2 == 0 {
					c.Assignee, c.Delegation = "", nil
				}
				return desk.Change{Handles: []desk.Handle{desk.HandleThread(c.Thread)}}, nil
			})
			if err != nil {
				return err
			}
		}
	})
	for _, err := range errs {
		noErr(b, "load", err)
	}
}

func benchUpdate(b *testing.B, s desk.Store) {
	load(b, s, 1000)
	n := 0
	for b.Loop() {
		n++
		noErr(b, "update", receive(s, b, n%1000, n))
	}
}

func benchUpdates(b *testing.B, s desk.Store) {
	load(b, s, 1000)
	var n atomic.Int64
	b.ResetTimer()
	b.SetParallelism(16) // times GOMAXPROCS, 2 on the reference machine
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := int(n.Add(1))
			if err := receive(s, b, i%1000, i); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "updates/s")
}

func benchConversation(b *testing.B, s desk.Store) {
	load(b, s, 1000)
	n := 0
	for b.Loop() {
		n++
		_, err := s.Conversation(b.Context(), record(n%1000).ID)
		noErr(b, "conversation", err)
	}
}

func benchResolve(b *testing.B, s desk.Store) {
	load(b, s, 1000)
	n := 0
	for b.Loop() {
		n++
		ids, err := s.Resolve(b.Context(), desk.HandleThread(thread(n%1000)))
		if err != nil || len(ids) != 1 {
			b.Fatalf("got %v, %v", ids, err)
		}
	}
}

func benchClaim(b *testing.B, s desk.Store) {
	const each = 20
	load(b, s, 10)
	n := 0
	for b.Loop() {
		b.StopTimer()
		var intents []desk.Intent
		for range each {
			n++
			intents = append(intents, intent(n, record(1).ID))
		}
		update(b, s, record(1).ID, func(*desk.Conversation) desk.Change { return desk.Change{Intents: intents} })
		b.StartTimer()
		var outcomes []desk.Settlement
		for _, in := range claim(b, s, "w", base.Add(1e6*time.Hour), base.Add(1e6*time.Hour+time.Minute), each) {
			outcomes = append(outcomes, desk.Settlement{ID: in.ID, Holder: "w", State: desk.IntentDone})
		}
		if len(outcomes) != each {
			b.Fatalf("claimed %d of %d", len(outcomes), each)
		}
		settle(b, s, outcomes...)
	}
}

func benchLists(b *testing.B, s desk.Store, n int) {
	load(b, s, n)
	boxes := []desk.Mailbox{support, sales}
	for _, q := range []desk.Query{
		{List: desk.ListMine, Person: ana, Mailboxes: boxes},
		{List: desk.ListQueue, Mailboxes: boxes},
		{List: desk.ListLate, Mailboxes: boxes, Now: at(n)},
		{List: desk.ListStatus, Status: desk.Open, Mailboxes: boxes},
	} {
		b.Run(string(q.List), func(b *testing.B) {
			for b.Loop() {
				rows, _, err := s.List(b.Context(), q, desk.Page{Limit: 10})
				if err != nil || len(rows) != 10 {
					b.Fatalf("got %d rows, %v", len(rows), err)
				}
			}
		})
		b.Run(string(q.List)+"-count", func(b *testing.B) {
			for b.Loop() {
				if got, err := s.Count(b.Context(), q, 100); err != nil || got != 100 {
					b.Fatalf("got %d, %v", got, err)
				}
			}
		})
	}
	b.Run("statuses", func(b *testing.B) {
		for b.Loop() {
			_, err := s.Statuses(b.Context(), "")
			noErr(b, "statuses", err)
		}
	})
}
