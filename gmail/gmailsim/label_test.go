package gmailsim_test

import (
	"fmt"
	"strings"
	"testing"

	gmailapi "google.golang.org/api/gmail/v1"

	"baton/gmail/gmailsim"
)

func TestLabelsRefuse(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	u := w.users(support)
	d := w.deliver(support, mail("a@x", "A", "a"))
	have := must(u.Labels.Create("me", &gmailapi.Label{Name: "Baton/Open"}).Do())(t)
	for _, name := range []string{"", "inbox", "Sent", "STARRED", "category_social", "Drafts", "a//b", strings.Repeat("x", 226)} {
		_, err := u.Labels.Create("me", &gmailapi.Label{Name: name}).Do()
		wantError(t, err, 400, "invalidArgument", "Invalid label name")
	}
	_, err := u.Labels.Create("me", &gmailapi.Label{Name: "BATON/open"}).Do()
	wantError(t, err, 409, "aborted", "Label name exists or conflicts")
	for _, c := range []*gmailapi.LabelColor{{TextColor: "#000000"}, {TextColor: "#000000", BackgroundColor: "#123456"}, {TextColor: "black", BackgroundColor: "#ffffff"}} {
		_, err = u.Labels.Create("me", &gmailapi.Label{Name: "Coloured", Color: c}).Do()
		wantError(t, err, 400, "invalidArgument", "color")
	}
	_, err = u.Labels.Create("me", &gmailapi.Label{Name: "x", LabelListVisibility: "sometimes"}).Do()
	wantError(t, err, 400, "invalidArgument", "labelListVisibility")
	for _, id := range []string{"Label_77", "SENT", "DRAFT", "baton/open"} {
		_, err = u.Messages.Modify("me", d.ID, &gmailapi.ModifyMessageRequest{AddLabelIds: []string{id}}).Do()
		wantError(t, err, 400, "invalidArgument", "Invalid label: "+id)
		_, err = u.Threads.Modify("me", d.ThreadID, &gmailapi.ModifyThreadRequest{RemoveLabelIds: []string{id}}).Do()
		wantError(t, err, 400, "invalidArgument", "Invalid label: "+id)
	}
	_, err = u.Messages.Modify("me", d.ID, &gmailapi.ModifyMessageRequest{AddLabelIds: make([]string, 101)}).Do()
	wantError(t, err, 400, "invalidArgument", "100")
	_, err = u.Labels.Get("me", "Label_77").Do()
	wantError(t, err, 404, "notFound", "")
	wantError(t, u.Labels.Delete("me", "INBOX").Do(), 400, "invalidArgument", "system")
	_, err = u.Labels.Patch("me", have.Id, &gmailapi.Label{Name: "spam"}).Do()
	wantError(t, err, 400, "invalidArgument", "Invalid label name")
	_, err = u.Messages.Modify("me", "00000000000000aa", &gmailapi.ModifyMessageRequest{}).Do()
	wantError(t, err, 404, "notFound", "")
	_, err = u.Messages.Get("me", "nonsense").Do()
	wantError(t, err, 400, "invalidArgument", "id")
}

func TestLabelsLive(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	u := w.users(support)
	d := w.deliver(support, mail("a@x", "A", "a"))
	w.deliver(support, mail("b@x", "Re: A", "b", "References: <a@x>\r\n"))
	l := must(u.Labels.Create("me", &gmailapi.Label{Name: "Baton/Open", Color: &gmailapi.LabelColor{TextColor: "#FFFFFF", BackgroundColor: "#000000"}}).Do())(t)
	must(u.Threads.Modify("me", d.ThreadID, &gmailapi.ModifyThreadRequest{AddLabelIds: []string{l.Id}}).Do())(t)
	must(u.Messages.Modify("me", d.ID, &gmailapi.ModifyMessageRequest{RemoveLabelIds: []string{"UNREAD"}}).Do())(t)
	got := must(u.Labels.Get("me", l.Id).Do())(t)
	if s := fmt.Sprint(got.MessagesTotal, got.MessagesUnread, got.ThreadsTotal, got.ThreadsUnread, got.Color.TextColor, got.Type); s != "2 1 1 1#ffffffuser" {
		t.Errorf("got %s", s)
	}
	w.deliver(support, mail("c@x", "Re: A", "b", "References: <a@x>\r\n"))
	if got := must(u.Labels.Get("me", l.Id).Do())(t); got.MessagesTotal != 2 {
		t.Errorf("got %d messages, want mail that comes later not to inherit", got.MessagesTotal)
	}
	renamed := must(u.Labels.Patch("me", l.Id, &gmailapi.Label{Name: "BATON/OPEN"}).Do())(t)
	if renamed.Id != l.Id || renamed.Name != "BATON/OPEN" || renamed.Color == nil {
		t.Errorf("got %+v, want the same label renamed", renamed)
	}
	noError(t, u.Labels.Delete("me", l.Id).Do())
	m := must(u.Messages.Get("me", d.ID).Format("minimal").Do())(t)
	if strings.Join(m.LabelIds, " ") != "INBOX" {
		t.Errorf("got labels %v, want the deleted one gone", m.LabelIds)
	}
	next := must(u.Labels.Create("me", &gmailapi.Label{Name: "Next"}).Do())(t)
	must(u.Labels.Patch("me", next.Id, &gmailapi.Label{Name: "Next one"}).Do())(t)
	third := must(u.Labels.Create("me", &gmailapi.Label{Name: "Third"}).Do())(t)
	if next.Id == l.Id || third.Id == next.Id {
		t.Error("a label id is used again")
	}
}
