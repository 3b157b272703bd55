package gmailsim_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	gmailapi "google.golang.org/api/gmail/v1"

	"baton/gmail/gmailsim"
)

func TestPageReads(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	u := w.users(support)
	d := w.deliver(support, withAttachment)
	w.deliver(support, mail("r@x", "Re: Café", "Second & last", "In-Reply-To: <att@x>\r\n"))
	newest := w.deliver(support, mail("n@x", "Newest", "x"))
	l := must(u.Labels.Create("me", &gmailapi.Label{Name: "Baton/Open"}).Do())(t)
	must(u.Messages.Modify("me", d.ID, &gmailapi.ModifyMessageRequest{AddLabelIds: []string{l.Id}, RemoveLabelIds: []string{"UNREAD"}}).Do())(t)
	rows, err := w.Threads(support, 0)
	noError(t, err)
	if len(rows) != 2 || rows[0].ID != newest.ThreadID {
		t.Fatalf("got %+v, want the newest of two first", rows)
	}
	rows[1].Date = time.Time{}
	want := gmailsim.ThreadRow{
		ID: d.ThreadID, Subject: "Café", From: "Carl <carl@customer.test>", Snippet: "Second &amp; last",
		Labels: []string{"Baton/Open", "INBOX", "UNREAD"}, Messages: 2, Unread: true,
	}
	if d := cmp.Diff(want, rows[1]); d != "" {
		t.Errorf("row (-want +got):\n%s", d)
	}
	mails, err := w.Thread(support, d.ThreadID)
	noError(t, err)
	mails[0].Date = time.Time{}
	first := gmailsim.Mail{
		ID: d.ID, ThreadID: d.ThreadID, MessageID: "att@x", From: "Carl <carl@customer.test>", To: support, Subject: "Café",
		Labels: []string{"Baton/Open", "INBOX"}, Text: "Café receipt", HTML: "<p>Receipt</p>", Attachments: []string{"receipt.pdf"},
	}
	if d := cmp.Diff(first, mails[0]); d != "" {
		t.Errorf("mail (-want +got):\n%s", d)
	}
	if one, err := w.Threads(support, 1); err != nil || len(one) != 1 {
		t.Errorf("got %d rows, %v, want 1", len(one), err)
	}
	_, err = w.Threads("nobody@acme.test", 0)
	if !errors.Is(err, gmailsim.ErrNoMailbox) {
		t.Errorf("got %v, want ErrNoMailbox", err)
	}
	if _, err := w.Thread(support, "x"); err == nil {
		t.Error("a thread that is not there opens")
	}
}

func TestSubscribe(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	ch, done := w.Subscribe()
	before := w.Changes()
	w.deliver(support, mail("a@x", "A", "a"))
	w.deliver(support, mail("b@x", "B", "b"))
	if got := w.Changes() - before; got != 2 {
		t.Errorf("got %d changes, want 2", got)
	}
	<-ch
	done()
	w.deliver(support, mail("c@x", "C", "c"))
	select {
	case <-ch:
		t.Error("heard a change after leaving")
	default:
	}
}

func TestMailboxesRefuse(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	for name, m := range map[string]gmailsim.Mailbox{
		"no address":   {Address: "support"},
		"alias taken":  {Address: "sales@acme.test", Aliases: []gmailsim.Alias{{Address: ana}}},
		"is an alias":  {Address: "help@acme.test"},
		"alias's twin": {Address: "x@acme.test", Aliases: []gmailsim.Alias{{Address: "HELP@acme.test"}}},
	} {
		if w.AddMailbox(m) == nil {
			t.Errorf("%s passes", name)
		}
	}
	noError(t, w.AddMailbox(gmailsim.Mailbox{Address: support, Name: "New name"}))
	if _, err := w.Deliver(context.Background(), "help@acme.test", nil); !errors.Is(err, gmailsim.ErrNoMailbox) {
		t.Errorf("got %v, want the alias gone", err)
	}
	if got := w.Mailboxes(); len(got) != 2 || got[1].Name != "New name" {
		t.Errorf("got %+v", got)
	}
	if w.ExpireHistory("nobody@acme.test") == nil || w.HistoryID("nobody@acme.test") != 0 || w.Unseen("nobody@acme.test", 0, "") {
		t.Error("nobody has a mailbox")
	}
}
