package gmailsim_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	gmailapi "google.golang.org/api/gmail/v1"

	"baton/gmail/gmailsim"
)

func TestHistoryRefuses(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	u := w.users(support)
	d := w.deliver(support, mail("a@x", "A", "a"))
	now := must(u.GetProfile("me").Do())(t).HistoryId
	_, err := u.History.List("me").Do()
	wantError(t, err, 400, "invalidArgument", "startHistoryId")
	_, err = u.History.List("me").StartHistoryId(now + 1).Do()
	wantError(t, err, 404, "notFound", "")
	_, err = u.History.List("me").StartHistoryId(1).Do()
	wantError(t, err, 404, "notFound", "")
	_, err = u.History.List("me").StartHistoryId(now).HistoryTypes("messageEaten").Do()
	wantError(t, err, 400, "invalidArgument", "messageEaten")
	_, err = u.History.List("me").StartHistoryId(now).PageToken("zzz").Do()
	wantError(t, err, 400, "invalidArgument", "pageToken")
	if err := w.ExpireHistory(support); err != nil {
		t.Fatal(err)
	}
	_, err = u.History.List("me").StartHistoryId(now).Do()
	wantError(t, err, 404, "notFound", "")
	fresh := must(u.GetProfile("me").Do())(t).HistoryId
	must(u.Messages.Trash("me", d.ID).Do())(t)
	if h := must(u.History.List("me").StartHistoryId(fresh).Do())(t); len(h.History) != 1 {
		t.Errorf("got %d records after a fresh start, want 1", len(h.History))
	}
}

func TestHistoryTellsEverything(t *testing.T) {
	w := newWorld(t, gmailsim.Options{FirstHistoryID: 1 << 60})
	u := w.users(support)
	start := must(u.GetProfile("me").Do())(t).HistoryId
	if start != 1<<60 {
		t.Errorf("got first id %d, want 2^60 through JSON unharmed", start)
	}
	a := w.deliver(support, mail("a@x", "A", "a"))
	b := w.deliver(support, mail("b@x", "B", "b"))
	must(u.Messages.Modify("me", a.ID, &gmailapi.ModifyMessageRequest{AddLabelIds: []string{"STARRED"}, RemoveLabelIds: []string{"UNREAD"}}).Do())(t)
	must(u.Messages.Modify("me", a.ID, &gmailapi.ModifyMessageRequest{AddLabelIds: []string{"STARRED"}}).Do())(t) // changes nothing
	noError(t, u.Messages.Delete("me", b.ID).Do())

	type line struct {
		What, ID string
		Labels   []string
	}
	var got []line
	var last uint64
	token := ""
	for pages := 0; ; pages++ {
		h := must(u.History.List("me").StartHistoryId(start).MaxResults(1).PageToken(token).Do())(t)
		for _, r := range h.History {
			if r.Id <= last {
				t.Errorf("ids do not ascend: %d after %d", r.Id, last)
			}
			last = r.Id
			for _, x := range r.MessagesAdded {
				got = append(got, line{"+", x.Message.Id, x.Message.LabelIds})
			}
			for _, x := range r.MessagesDeleted {
				got = append(got, line{"-", x.Message.Id, nil})
			}
			for _, x := range r.LabelsAdded {
				got = append(got, line{"+l", x.Message.Id, x.LabelIds})
			}
			for _, x := range r.LabelsRemoved {
				got = append(got, line{"-l", x.Message.Id, x.LabelIds})
			}
		}
		if token = h.NextPageToken; token == "" {
			if h.HistoryId != last || pages != 3 {
				t.Errorf("got id %d after %d pages, want %d after 3", h.HistoryId, pages, last)
			}
			break
		}
	}
	want := []line{
		{"+", a.ID, []string{"UNREAD", "INBOX"}}, {"+", b.ID, []string{"UNREAD", "INBOX"}},
		{"+l", a.ID, []string{"STARRED"}}, {"-l", a.ID, []string{"UNREAD"}}, {"-", b.ID, nil},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("history (-want +got):\n%s", d)
	}
	count := func(c *gmailapi.UsersHistoryListCall) int { return len(must(c.Do())(t).History) }
	all := func() *gmailapi.UsersHistoryListCall { return u.History.List("me").StartHistoryId(start) }
	if n := count(all().HistoryTypes("labelRemoved")); n != 1 {
		t.Errorf("got %d records of removed labels, want 1", n)
	}
	if n := count(all().LabelId("STARRED")); n != 1 {
		t.Errorf("got %d records with STARRED, want 1", n)
	}
	if n := count(u.History.List("me").StartHistoryId(last)); n != 0 {
		t.Errorf("got %d records after the last, want none", n)
	}
}

func TestUnseenKnowsWhoDidIt(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	d := w.deliver(support, mail("a@x", "A", "a"))
	at := w.HistoryID(support)
	if w.Unseen(support, at, "user:"+support) {
		t.Error("nothing came after the newest id")
	}
	must(w.users(support).Messages.Trash("me", d.ID).Do())(t)
	if w.Unseen(support, at, "user:"+support) {
		t.Error("an own change counts as unseen")
	}
	if !w.Unseen(support, at, "robot@acme.test") {
		t.Error("somebody else's change does not count")
	}
	w.deliver(support, mail("b@x", "B", "b"))
	if !w.Unseen(support, at, "user:"+support) {
		t.Error("a delivery does not count")
	}
}
