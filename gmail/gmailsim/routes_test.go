package gmailsim_test

import (
	"context"
	"encoding/base64"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	gmailapi "google.golang.org/api/gmail/v1"

	"baton/gmail/gmailsim"
)

const withAttachment = "From: Carl <carl@customer.test>\r\nTo: support@acme.test\r\nSubject: =?UTF-8?Q?Caf=C3=A9?=\r\nMessage-ID: <att@x>\r\nMIME-Version: 1.0\r\n" +
	"Content-Type: multipart/mixed; boundary=\"outer\"\r\n\r\npreamble\r\n--outer\r\nContent-Type: multipart/alternative; boundary=inner\r\n\r\n" +
	"--inner\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nCaf=E9 receipt\r\n" +
	"--inner\r\nContent-Type: text/html\r\n\r\n<p>Receipt</p>\r\n--inner--\r\n" +
	"--outer\r\nContent-Type: application/pdf; name=\"receipt.pdf\"\r\nContent-Disposition: attachment; filename=\"receipt.pdf\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" +
	"JVBERi0xLjQK\r\n--outer--\r\n"

// TestEveryRoute calls every method with success and holds each answer, and the table itself, to
// Google's document.
func TestEveryRoute(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	exercise(t, w)
	for _, r := range gmailsim.RouteTable() {
		m := w.checker.doc.byID[r.Name]
		if m == nil {
			t.Errorf("%s is no method of Google's", r.Name)
			continue
		}
		if m.HTTPMethod != r.Method || "/"+m.Path != r.Path {
			t.Errorf("%s: got %s %s, want %s /%s", r.Name, r.Method, r.Path, m.HTTPMethod, m.Path)
		}
		slices.Sort(r.Scopes)
		slices.Sort(m.Scopes)
		if d := cmp.Diff(m.Scopes, r.Scopes); d != "" {
			t.Errorf("%s: scopes (-want +got):\n%s", r.Name, d)
		}
		if (m.Upload != nil) != r.Upload {
			t.Errorf("%s: upload: got %v, want %v", r.Name, r.Upload, m.Upload != nil)
		}
		if !w.checker.seen[r.Name] {
			t.Errorf("%s was never called with success", r.Name)
		}
	}
}

// exercise calls every method once at least.
func exercise(t *testing.T, w *world) {
	u := w.users(support)
	must(u.GetProfile("me").Do())(t)
	start := must(u.Watch("me", &gmailapi.WatchRequest{TopicName: "projects/p/topics/t"}).Do())(t).HistoryId
	d := w.deliver(support, withAttachment)
	second := w.deliver(support, mail("b@x", "Other", "Text"))
	third := w.deliver(support, mail("c@x", "Third", "Text"))
	for _, f := range []string{"full", "metadata", "minimal", "raw"} {
		must(u.Messages.Get("me", d.ID).Format(f).Do())(t)
	}
	for _, f := range []string{"full", "metadata", "minimal"} {
		must(u.Threads.Get("me", d.ThreadID).Format(f).Do())(t)
	}
	full := must(u.Messages.Get("me", d.ID).Do())(t)
	att := must(u.Messages.Attachments.Get("me", d.ID, full.Payload.Parts[1].Body.AttachmentId).Do())(t)
	if got := must(base64.URLEncoding.DecodeString(att.Data))(t); string(got) != "%PDF-1.4\n" {
		t.Errorf("got attachment %q", got)
	}
	l := must(u.Labels.Create("me", &gmailapi.Label{Name: "Baton/Open", Color: &gmailapi.LabelColor{TextColor: "#000000", BackgroundColor: "#ffffff"}}).Do())(t)
	must(u.Labels.List("me").Do())(t)
	must(u.Labels.Get("me", l.Id).Do())(t)
	must(u.Labels.Get("me", "INBOX").Do())(t)
	must(u.Labels.Patch("me", l.Id, &gmailapi.Label{LabelListVisibility: "labelHide"}).Do())(t)
	must(u.Labels.Update("me", l.Id, &gmailapi.Label{Id: l.Id, Name: "Baton/Closed", MessageListVisibility: "hide"}).Do())(t)
	add := []string{l.Id, "STARRED"}
	must(u.Messages.Modify("me", d.ID, &gmailapi.ModifyMessageRequest{AddLabelIds: add}).Do())(t)
	noError(t, u.Messages.BatchModify("me", &gmailapi.BatchModifyMessagesRequest{Ids: []string{d.ID, second.ID}, AddLabelIds: add, RemoveLabelIds: []string{"UNREAD"}}).Do())
	must(u.Threads.Modify("me", d.ThreadID, &gmailapi.ModifyThreadRequest{RemoveLabelIds: []string{"STARRED"}}).Do())(t)
	must(u.Messages.Trash("me", d.ID).Do())(t)
	must(u.Messages.Untrash("me", d.ID).Do())(t)
	must(u.Threads.Trash("me", d.ThreadID).Do())(t)
	must(u.Threads.Untrash("me", d.ThreadID).Do())(t)
	must(u.Messages.List("me").Q("receipt").MaxResults(1).Do())(t)
	must(u.Threads.List("me").MaxResults(1).Do())(t)
	out := "To: carl@customer.test\r\nSubject: Hello\r\n\r\nHi\r\n"
	must(u.Messages.Send("me", &gmailapi.Message{Raw: b64(out)}).Do())(t)
	must(u.Messages.Send("me", &gmailapi.Message{}).Media(strings.NewReader(out)).Do())(t)
	must(u.Messages.Import("me", &gmailapi.Message{LabelIds: []string{"INBOX"}}).Media(strings.NewReader(mail("i@x", "Imported", "x"))).Do())(t)
	must(u.Messages.Insert("me", &gmailapi.Message{Raw: b64(mail("j@x", "Inserted", "x"))}).Do())(t)
	dr := must(u.Drafts.Create("me", &gmailapi.Draft{Message: &gmailapi.Message{Raw: b64(out)}}).Do())(t)
	must(u.Drafts.Get("me", dr.Id).Do())(t)
	must(u.Drafts.List("me").Do())(t)
	must(u.Drafts.Update("me", dr.Id, &gmailapi.Draft{Message: &gmailapi.Message{Raw: b64(out)}}).Do())(t)
	must(u.Drafts.Send("me", &gmailapi.Draft{Id: dr.Id}).Do())(t)
	dr = must(u.Drafts.Create("me", &gmailapi.Draft{}).Media(strings.NewReader(out)).Do())(t)
	noError(t, u.Drafts.Delete("me", dr.Id).Do())
	must(u.Settings.SendAs.List("me").Do())(t)
	must(u.Settings.SendAs.Get("me", "help@acme.test").Do())(t)
	noError(t, u.Messages.Delete("me", d.ID).Do())
	noError(t, u.Messages.BatchDelete("me", &gmailapi.BatchDeleteMessagesRequest{Ids: []string{second.ID}}).Do())
	noError(t, u.Threads.Delete("me", third.ThreadID).Do())
	noError(t, u.Labels.Delete("me", l.Id).Do())
	h := must(u.History.List("me").StartHistoryId(start).MaxResults(500).Do())(t)
	if len(h.History) < 20 {
		t.Errorf("got %d history records, want all that happened", len(h.History))
	}
	noError(t, u.Stop("me").Do())
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestCheckerBites breaks answers and wants each noticed.
func TestCheckerBites(t *testing.T) {
	doc := must(loadDiscovery())(t)
	get := doc.byID["gmail.users.messages.get"]
	for name, body := range map[string]string{
		"unknown field":     `{"id":"1","color":"red"}`,
		"deep unknown":      `{"payload":{"parts":[{"body":{"bytes":3}}]}}`,
		"number for string": `{"historyId":12}`,
		"no uint64":         `{"historyId":"-12"}`,
		"standard base64":   `{"raw":"+/=="}`,
		"string for number": `{"sizeEstimate":"12"}`,
		"object for array":  `{"labelIds":{}}`,
		"not JSON":          `hello`,
	} {
		if got := doc.checkAnswer(get, 200, []byte(body)); len(got) == 0 {
			t.Errorf("%s: %s passes", name, body)
		}
	}
	if got := doc.checkAnswer(doc.byID["gmail.users.labels.get"], 200, []byte(`{"type":"mine"}`)); len(got) == 0 {
		t.Error("an unknown enum value passes")
	}
	if got := doc.checkAnswer(doc.byID["gmail.users.stop"], 200, []byte(`{}`)); len(got) == 0 {
		t.Error("an answer where none belongs passes")
	}
	if got := doc.checkAnswer(get, 404, []byte(`{"error":{"code":404,"message":"x"}}`)); len(got) == 0 {
		t.Error("an incomplete error passes")
	}
}

func TestPaletteIsGoogles(t *testing.T) {
	doc := must(loadDiscovery())(t)
	colour := regexp.MustCompile(`#[0-9a-f]{6}`)
	for _, field := range []string{"textColor", "backgroundColor"} {
		desc := doc.Schemas["LabelColor"].Properties[field].Desc
		want := colour.FindAllString(desc[strings.Index(desc, "#000000"):], -1)
		slices.Sort(want)
		if d := cmp.Diff(slices.Compact(want), colour.FindAllString(gmailsim.PaletteText(), -1)); d != "" {
			t.Errorf("%s (-want +got):\n%s", field, d)
		}
	}
}

// TestUnknownPaths wants Google's error shape even where there is nothing.
func TestUnknownPaths(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	_, err := w.users(support).Settings.GetVacation("me").Context(context.Background()).Do()
	wantError(t, err, 404, "notFound", "")
}
