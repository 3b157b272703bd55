package gmailsim_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	gmailapi "google.golang.org/api/gmail/v1"
	"google.golang.org/api/googleapi"

	"baton/gmail/gmailsim"
)

// TestManyAtOnce has two mailboxes write to each other while mail arrives and is read.
func TestManyAtOnce(t *testing.T) {
	w := newWorld(t, gmailsim.Options{Publisher: &ear{}})
	a, b := w.users(support), w.users(ana)
	begin := w.HistoryID(support)
	const each = 20
	var work sync.WaitGroup
	crew := func(f func(i int) error) {
		for range 2 {
			work.Go(func() {
				for i := range each {
					if err := f(i); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
	}
	crew(func(i int) error {
		d, err := w.Deliver(context.Background(), support, []byte(mail("d"+itoa(i)+"@x", "Crowd", "x")))
		if err != nil {
			return err
		}
		return errOf(a.Messages.Modify("me", d.ID, &gmailapi.ModifyMessageRequest{RemoveLabelIds: []string{"UNREAD"}}).Do())
	})
	crew(func(int) error {
		return errOf(a.Messages.Send("me", &gmailapi.Message{Raw: b64("To: ana@acme.test\r\nSubject: there\r\n\r\nx")}).Do())
	})
	crew(func(int) error {
		return errOf(b.Messages.Send("me", &gmailapi.Message{Raw: b64("To: support@acme.test\r\nSubject: back\r\n\r\nx")}).Do())
	})
	crew(func(int) error {
		if _, err := w.Threads(support, 5); err != nil {
			return err
		}
		return errOf(a.History.List("me").StartHistoryId(begin).Do())
	})
	work.Wait()
	if p := must(a.GetProfile("me").Do())(t); p.MessagesTotal != 6*each {
		t.Errorf("got %d messages, want %d", p.MessagesTotal, 6*each)
	}
	last, records := begin, 0
	err := a.History.List("me").StartHistoryId(begin).MaxResults(7).Pages(context.Background(), func(r *gmailapi.ListHistoryResponse) error {
		for _, h := range r.History {
			if h.Id <= last {
				t.Errorf("got history id %d after %d", h.Id, last)
			}
			last = h.Id
			records++
		}
		return nil
	})
	if err != nil || records != 8*each {
		t.Errorf("got %d records, %v, want %d", records, err, 8*each)
	}
}

// TestDraftIsSentOnce has many send one draft: one succeeds, the others learn that it is gone.
func TestDraftIsSentOnce(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	u := w.users(support)
	for range 5 {
		d := must(u.Drafts.Create("me", &gmailapi.Draft{Message: &gmailapi.Message{Raw: b64("To: ana@acme.test\r\nSubject: once\r\n\r\nx")}}).Do())(t)
		var sent, gone atomic.Int32
		var work sync.WaitGroup
		for range 8 {
			work.Go(func() {
				err := errOf(u.Drafts.Send("me", &gmailapi.Draft{Id: d.Id}).Do())
				if e, ok := errors.AsType[*googleapi.Error](err); ok && e.Code == 404 {
					gone.Add(1)
				} else if err == nil {
					sent.Add(1)
				}
			})
		}
		work.Wait()
		if sent.Load() != 1 || gone.Load() != 7 {
			t.Errorf("got %d sent, %d gone, want 1 and 7", sent.Load(), gone.Load())
		}
	}
	if p := must(w.users(ana).GetProfile("me").Do())(t); p.MessagesTotal != 5 {
		t.Errorf("got %d mails at ana's, want 5", p.MessagesTotal)
	}
}
