package firestore

import (
	"context"
	"testing"
	"time"

	"baton/desk"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
	"google.golang.org/grpc"
)

// bill counts what Firestore charges: a read for each document that was read,
// was missing when it was named, or for a query that found none; a write for
// each document written. Tests that use it call one method at a time.
type bill struct{ reads, writes, calls int }

func (b *bill) dial() []grpc.DialOption {
	unary := func(ctx context.Context, method string, req, reply any, cc *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
		b.calls++
		if c, ok := req.(*firestorepb.CommitRequest); ok {
			b.writes += len(c.Writes)
		}
		return invoke(ctx, method, req, reply, cc, opts...)
	}
	stream := func(ctx context.Context, d *grpc.StreamDesc, cc *grpc.ClientConn, method string, open grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
		b.calls++
		s, err := open(ctx, d, cc, method, opts...)
		return &billed{ClientStream: s, bill: b}, err
	}
	return []grpc.DialOption{grpc.WithChainUnaryInterceptor(unary), grpc.WithChainStreamInterceptor(stream)}
}

type billed struct {
	grpc.ClientStream
	bill  *bill
	found int
	query bool
}

func (s *billed) RecvMsg(m any) error {
	err := s.ClientStream.RecvMsg(m)
	switch m := m.(type) {
	case *firestorepb.BatchGetDocumentsResponse:
		if err == nil && (m.GetFound() != nil || m.GetMissing() != "") {
			s.bill.reads++
		}
	case *firestorepb.RunQueryResponse:
		if err == nil && m.Document != nil {
			s.found++
			s.bill.reads++
		}
		if err != nil && s.found == 0 && !s.query {
			s.bill.reads++
		}
		s.query = err != nil
	}
	return err
}

// since gives what was charged for what f does.
func (b *bill) since(f func()) bill {
	was := *b
	f()
	return bill{b.reads - was.reads, b.writes - was.writes, b.calls - was.calls}
}

type noRules struct{}

func (noRules) Route(desk.Facts) desk.Routing { return desk.Routing{Reason: "no rule matched"} }
func (noRules) Needs(desk.Mailbox) desk.Needs { return desk.Needs{} }
func mailOf(n string, thread desk.ThreadID) desk.Message {
	return desk.Message{Mailbox: box, ID: desk.MessageID(n), Thread: thread, RFC: desk.RFCID(n + "@shop.example"),
		From: desk.Address{Email: "kim@shop.example"}, Subject: "Where is it?", At: noon, Verdict: desk.Person}
}

// TestCosts holds the desk's usual work to its bounds in documents read and
// written.
func TestCosts(t *testing.T) {
	const ana desk.Email = "ana@example.com"
	b := &bill{}
	s := openAt(t, project(), Options{}, b.dial()...)
	var promised []desk.Intent
	d, err := desk.New(desk.Options{Store: s, Holder: "w", Clock: func() time.Time { return noon },
		Promised: func(p desk.Promise) { promised = p.Intents }}, &desk.Policy{
		Version: "p", Desk: "Acme", Zone: time.UTC,
		Mailboxes: []desk.MailboxPolicy{{Address: box, Name: "Support", Members: []desk.Email{ana}}},
		Members:   []desk.Member{{Email: ana, Name: "Ana", Label: "Ana", Role: desk.Agent}},
	}, noRules{})
	if err != nil {
		t.Fatal(err)
	}
	// One at a time is what a mail costs when it comes alone: a look into the
	// ledger, the record, and one commit.
	arrive := func(id string) func() {
		return func() {
			known, err := s.Known(t.Context(), box, []desk.MessageID{desk.MessageID(id)})
			if err != nil || len(known) != 0 {
				t.Errorf("known: %v, %v", known, err)
			}
			m := mailOf(id, desk.ThreadID(id[:1]+"1"))
			if _, err := d.Receive(t.Context(), m, desk.Facts{Mailbox: box, From: m.From, Verdict: m.Verdict, At: m.At}); err != nil {
				t.Error(err)
			}
		}
	}
	var id, other desk.ConversationID
	var held []desk.Settlement
	var todo desk.TodoID
	for _, step := range []struct {
		what          string
		do            func()
		reads, writes int
	}{
		{"first mail of a thread", arrive("a1"), 2, 4},
		{"next mail", arrive("a2"), 2, 4},
		{"card open", func() {
			v, err := d.Open(t.Context(), ana, desk.HandleThread("a1"))
			if err != nil {
				t.Error(err)
			}
			id = v.ID
		}, 2, 0},
		{"card open by id", func() {
			if _, err := d.OpenID(t.Context(), ana, id); err != nil {
				t.Error(err)
			}
		}, 1, 0},
		{"take", func() {
			if _, err := d.Take(t.Context(), ana, id, 0); err != nil {
				t.Error(err)
			}
		}, 1, 3},
		{"nothing to claim", func() {
			if got, err := s.Claim(t.Context(), "x", noon, noon.Add(time.Minute), 10); err != nil || len(got) != 0 {
				t.Errorf("claimed %v, %v", got, err)
			}
		}, 1, 0},
		{"claim of three", func() {
			got, err := s.Claim(t.Context(), "x", noon.Add(time.Hour), noon.Add(2*time.Hour), 10)
			if err != nil || len(got) != 3 {
				t.Errorf("claimed %v, %v", got, err)
			}
			for _, in := range got {
				held = append(held, desk.Settlement{ID: in.ID, Holder: "x", State: desk.IntentDone, LabelsRev: 1 << 40})
			}
		}, 3, 3},
		{"settling three of one record", func() {
			if _, err := s.Settle(t.Context(), held); err != nil {
				t.Error(err)
			}
		}, 1, 3},
		{"list of one row", func() {
			q := desk.Query{List: desk.ListMine, Person: ana, Mailboxes: []desk.Mailbox{box}}
			if rows, _, err := s.List(t.Context(), q, desk.Page{Limit: 10}); err != nil || len(rows) != 1 {
				t.Errorf("got %v, %v", rows, err)
			}
		}, 1, 0},
		{"mail to somebody who holds it", arrive("a2b"), 3, 4},
		{"the same until its labels are on", func() {
			arrive("a3")()
			again, err := s.Settle(t.Context(), []desk.Settlement{{ID: promised[0].ID, Holder: "w", State: desk.IntentDone, LabelsRev: promised[0].LabelsRev}})
			if err != nil || len(again) != 0 || len(promised) != 1 {
				t.Errorf("settled %v: %v, %v", promised, again, err)
			}
		}, 4, 5},
		{"first mail of another thread", arrive("b1"), 2, 4},
		{"looking for others about the same", func() {
			c, err := d.OpenID(t.Context(), ana, desk.ConversationOf(box, "b1"))
			if err == nil {
				err = d.Acquaint(t.Context(), c.Conversation)
			}
			if err != nil {
				t.Error(err)
			}
			other = c.ID
		}, 7, 2},
		{"what is known of the customer", func() {
			if v, err := d.Customer(t.Context(), ana, id); err != nil || len(v.Past) != 1 {
				t.Errorf("got %v, %v", v.Past, err)
			}
		}, 4, 0},
		{"to-do for the other", func() {
			if c, err := d.AddTodo(t.Context(), ana, other, "t", desk.Task{Text: "Call", Due: noon.Add(time.Hour)}); err != nil {
				t.Error(err)
			} else {
				todo = c.Todos[0].ID
			}
		}, 1, 4},
		{"merge", func() {
			if _, err := d.Merge(t.Context(), ana, id, other); err != nil {
				t.Error(err)
			}
		}, 4, 5},
		{"mail in a merged thread", arrive("b2"), 5, 6},
		{"card of a merged thread", func() {
			if v, err := d.Open(t.Context(), ana, desk.HandleThread("b1")); err != nil || v.ID != id {
				t.Errorf("opened %s, %v", v.ID, err)
			}
		}, 3, 0},
		{"to-do of a merged thread done", func() {
			if c, err := d.DoTodo(t.Context(), ana, id, todo); err != nil || c.ID != id {
				t.Errorf("done in %s, %v", c.ID, err)
			}
		}, 3, 5},
		{"separate", func() {
			if _, err := d.Separate(t.Context(), ana, id, other); err != nil {
				t.Error(err)
			}
		}, 3, 5},
	} {
		got := b.since(step.do)
		t.Logf("%-30s %d reads, %d writes, %d calls", step.what, got.reads, got.writes, got.calls)
		if got.reads > step.reads || got.writes > step.writes {
			t.Errorf("%s: %d reads and %d writes, want at most %d and %d", step.what, got.reads, got.writes, step.reads, step.writes)
		}
		if got.calls == 0 {
			t.Errorf("%s: nothing was asked", step.what)
		}
	}
	if got := s.Costs(); int(got.Writes) != b.writes || got.Commits < 5 || got.Reads < 10 {
		t.Errorf("costs: got %+v, Firestore saw %d writes", got, b.writes)
	}
}
