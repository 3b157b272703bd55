package gmailsim_test

import (
	"testing"

	gmailapi "google.golang.org/api/gmail/v1"

	"baton/gmail/gmailsim"
)

func TestMailInAndOut(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	u := w.users(support)
	start := must(u.GetProfile("me").Do())(t).HistoryId
	d := w.deliver(support, mail("a1@x", "Broken mug", "It arrived broken."))
	h := must(u.History.List(support).StartHistoryId(start).Do())(t)
	if len(h.History) != 1 || h.History[0].MessagesAdded[0].Message.Id != d.ID {
		t.Fatalf("got history %+v, want one message added", h.History)
	}
	m := must(u.Messages.Get("me", d.ID).Do())(t)
	if m.Snippet != "It arrived broken." || m.ThreadId != m.Id || len(m.Payload.Headers) != 7 {
		t.Errorf("got %+v", m)
	}
	l := must(u.Labels.Create("me", &gmailapi.Label{Name: "Baton/Open"}).Do())(t)
	must(u.Messages.Modify("me", d.ID, &gmailapi.ModifyMessageRequest{AddLabelIds: []string{l.Id}, RemoveLabelIds: []string{"UNREAD"}}).Do())(t)
	reply := "From: " + support + "\r\nTo: " + ana + "\r\nSubject: Re: Broken mug\r\nIn-Reply-To: <a1@x>\r\n\r\nSorry.\r\n"
	sent := must(u.Messages.Send("me", &gmailapi.Message{Raw: b64(reply), ThreadId: d.ThreadID}).Do())(t)
	if sent.ThreadId != d.ThreadID {
		t.Errorf("got thread %s, want %s", sent.ThreadId, d.ThreadID)
	}
	if got := must(w.users(ana).Messages.List("me").Q("rfc822msgid:nothing").Do())(t); len(got.Messages) != 0 {
		t.Errorf("got %d messages, want none", len(got.Messages))
	}
	if got := must(w.users(ana).Messages.List("me").Q("is:unread from:support").Do())(t); len(got.Messages) != 1 {
		t.Errorf("got %d messages at ana's, want 1", len(got.Messages))
	}
}
