package gmailsim_test

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"

	gmailapi "google.golang.org/api/gmail/v1"

	"baton/gmail/gmailsim"
)

// rawOf gives a message as it is kept.
func rawOf(t *testing.T, u *gmailapi.UsersService, id string) string {
	t.Helper()
	m := must(u.Messages.Get("me", id).Format("raw").Do())(t)
	return string(must(base64.URLEncoding.DecodeString(m.Raw))(t))
}

func TestSendRefuses(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	u := w.users(support)
	_, err := u.Messages.Send("me", &gmailapi.Message{}).Do()
	wantError(t, err, 400, "invalidArgument", "raw")
	_, err = u.Messages.Send("me", &gmailapi.Message{Raw: "***"}).Do()
	wantError(t, err, 400, "invalidArgument", "Base64")
	_, err = u.Messages.Send("me", &gmailapi.Message{Raw: b64("Subject: x\r\n\r\nx")}).Do()
	wantError(t, err, 400, "invalidArgument", "Recipient address required")
	if n := len(w.Effects()); n != 0 {
		t.Errorf("got %d effects, want none", n)
	}
}

func TestSendReachesMailboxesHere(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	u := w.users(support)
	out := "From: Somebody Else <else@x.test>\r\nTo: Carl <carl@customer.test>\r\nCc: support@acme.test\r\nBcc: Ana <ANA@acme.test>\r\nSubject: Hi\r\n\r\nHello.\r\n"
	sent := must(u.Messages.Send("me", &gmailapi.Message{Raw: b64(out)}).Do())(t)
	kept := rawOf(t, u, sent.Id)
	for _, want := range []string{"From: Acme Support <support@acme.test>", "Bcc: Ana", "Message-ID: <", "Date: "} {
		if !strings.Contains(kept, want) {
			t.Errorf("the sender's copy lacks %q:\n%s", want, kept)
		}
	}
	if strings.Contains(kept, "else@x.test") {
		t.Error("a foreign From is kept")
	}
	if m := must(u.Messages.List("me").Do())(t); len(m.Messages) != 1 {
		t.Errorf("got %d messages at the sender's, want its Sent copy to be the one it received", len(m.Messages))
	}
	if got := strings.Join(sent.LabelIds, " "); got != "UNREAD SENT INBOX" {
		t.Errorf("got labels %s", got)
	}
	at := w.users(ana)
	list := must(at.Messages.List("me").Do())(t)
	if len(list.Messages) != 1 {
		t.Fatalf("got %d messages at ana's, want 1", len(list.Messages))
	}
	got := rawOf(t, at, list.Messages[0].Id)
	if strings.Contains(got, "Bcc") || !strings.HasPrefix(got, "Delivered-To: ana@acme.test\r\nReceived: ") {
		t.Errorf("ana's copy:\n%s", got)
	}
	e := w.Effects()
	if len(e) != 1 || e[0].Kind != gmailsim.EffectSend || len(e[0].To) != 3 || e[0].Identity != "user:"+support {
		t.Errorf("got effects %+v", e)
	}
}

func TestSendFromAlias(t *testing.T) {
	w := newWorld(t, gmailsim.Options{RewriteMessageID: true})
	u := w.users(support)
	out := "From: Help <help@acme.test>\r\nTo: ana@acme.test\r\nMessage-ID:\r\n <mine@acme.test>\r\nSubject: Hi\r\n\r\nHello.\r\n"
	sent := must(u.Messages.Send("help@acme.test", &gmailapi.Message{Raw: b64(out)}).Do())(t)
	kept := rawOf(t, u, sent.Id)
	if !strings.Contains(kept, "From: Help <help@acme.test>") || !strings.Contains(kept, "X-Google-Original-Message-ID: <mine@acme.test>") || strings.Count(kept, "mine@acme.test") != 1 {
		t.Errorf("got:\n%s", kept)
	}
	if d := w.deliver("HELP@acme.test", mail("z@x", "To the alias", "x")); d.Mailbox != support {
		t.Errorf("got mailbox %s, want %s", d.Mailbox, support)
	}
}

// TestSendFromPendingAlias: Gmail puts the mailbox in the place of an address that nobody confirmed.
func TestSendFromPendingAlias(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	if err := w.AddMailbox(gmailsim.Mailbox{Address: support, Name: "Acme Support", Aliases: []gmailsim.Alias{{Address: "help@acme.test", Pending: true}}}); err != nil {
		t.Fatal(err)
	}
	u := w.users(support)
	if a := must(u.Settings.SendAs.Get("me", "help@acme.test").Do())(t); a.VerificationStatus != "pending" {
		t.Errorf("status %q", a.VerificationStatus)
	}
	sent := must(u.Messages.Send("me", &gmailapi.Message{Raw: b64("From: Help <help@acme.test>\r\nTo: ana@acme.test\r\nSubject: Hi\r\n\r\nHello.\r\n")}).Do())(t)
	if kept := rawOf(t, u, sent.Id); !strings.Contains(kept, "From: Acme Support <support@acme.test>") || strings.Contains(kept, "help@") {
		t.Errorf("got:\n%s", kept)
	}
	if d := w.deliver("help@acme.test", mail("z@x", "To the alias", "x")); d.Mailbox != support {
		t.Errorf("got mailbox %s, want %s", d.Mailbox, support)
	}
}

// TestSendToOneWhoHasIt: whoever has the mail already gets no second copy.
func TestSendToOneWhoHasIt(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	out := b64("From: support@acme.test\r\nTo: ana@acme.test\r\nMessage-ID: <twice@acme.test>\r\nSubject: Hi\r\n\r\nHello.\r\n")
	at := w.users(ana)
	have := must(at.Messages.Import("me", &gmailapi.Message{Raw: out}).Do())(t)
	must(w.users(support).Messages.Send("me", &gmailapi.Message{Raw: out}).Do())(t)
	list := must(at.Messages.List("me").LabelIds("INBOX", "UNREAD").Do())(t)
	if len(list.Messages) != 1 || list.Messages[0].Id != have.Id {
		t.Errorf("got %+v in the inbox, want only %s", list.Messages, have.Id)
	}
	if p := must(at.GetProfile("me").Do())(t); p.MessagesTotal != 1 {
		t.Errorf("got %d messages, want 1", p.MessagesTotal)
	}
}

func TestImportKeepsOneCopy(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	u := w.users(support)
	m := &gmailapi.Message{Raw: b64(mail("one@x", "Imported", "x")), LabelIds: []string{"INBOX"}}
	first := must(u.Messages.Import("me", m).Do())(t)
	m.LabelIds = []string{"STARRED"}
	again := must(u.Messages.Import("me", m).Do())(t)
	if again.Id != first.Id || strings.Join(again.LabelIds, " ") != "INBOX STARRED" {
		t.Errorf("got %s with %v, want %s with the labels of both", again.Id, again.LabelIds, first.Id)
	}
	if got := must(u.Messages.Insert("me", m).Do())(t); got.Id == first.Id {
		t.Error("insert takes the copy that is there")
	}
	full := must(u.Messages.Get("me", first.Id).Do())(t)
	received := must(u.Messages.Import("me", &gmailapi.Message{Raw: b64(mail("two@x", "Second", "x"))}).InternalDateSource("receivedTime").Do())(t)
	if got := must(u.Messages.Get("me", received.Id).Do())(t); got.InternalDate <= full.InternalDate {
		t.Errorf("got %d, want the time of receipt after the Date header's %d", got.InternalDate, full.InternalDate)
	}
	m.LabelIds = []string{"Label_99"}
	_, err := u.Messages.Import("me", m).Do()
	wantError(t, err, 400, "invalidArgument", "Invalid label: Label_99")
}

func TestDrafts(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	u := w.users(support)
	first := w.deliver(support, mail("a@x", "Broken mug", "x"))
	start := must(u.GetProfile("me").Do())(t).HistoryId
	reply := func(text string) *gmailapi.Draft {
		raw := "To: ana@acme.test\r\nSubject: Re: Broken mug\r\nReferences: <a@x>\r\nX-Own: 1\r\n\r\n" + text
		return &gmailapi.Draft{Message: &gmailapi.Message{Raw: b64(raw), ThreadId: first.ThreadID}}
	}
	d := must(u.Drafts.Create("me", reply("one")).Do())(t)
	v2 := must(u.Drafts.Update("me", d.Id, reply("two")).Do())(t)
	if v2.Id != d.Id || v2.Message.Id == d.Message.Id || v2.Message.ThreadId != first.ThreadID {
		t.Errorf("got %+v, want the same draft with another message in the thread", v2)
	}
	_, err := u.Messages.Get("me", d.Message.Id).Do()
	wantError(t, err, 404, "notFound", "")
	_, err = u.Messages.Modify("me", v2.Message.Id, &gmailapi.ModifyMessageRequest{AddLabelIds: []string{"STARRED"}}).Do()
	wantError(t, err, 400, "invalidArgument", "draft")
	sent := must(u.Drafts.Send("me", &gmailapi.Draft{Id: d.Id}).Do())(t)
	if sent.Id == v2.Message.Id || sent.ThreadId != first.ThreadID || strings.Join(sent.LabelIds, " ") != "SENT" {
		t.Errorf("got %+v, want a new message in the thread with SENT", sent)
	}
	if got := rawOf(t, u, sent.Id); !strings.Contains(got, "X-Own: 1") || !strings.HasSuffix(got, "\r\n\r\ntwo") {
		t.Errorf("got:\n%s", got)
	}
	for _, err := range []error{errOf(u.Drafts.Send("me", &gmailapi.Draft{Id: d.Id}).Do()), u.Drafts.Delete("me", d.Id).Do(), errOf(u.Drafts.Update("me", d.Id, reply("x")).Do())} {
		wantError(t, err, 404, "notFound", "")
	}
	var kinds bytes.Buffer
	last := start
	for _, r := range must(u.History.List("me").StartHistoryId(start).Do())(t).History {
		if r.Id <= last {
			t.Errorf("got history id %d after %d", r.Id, last)
		}
		last = r.Id
		kinds.WriteString(strings.Repeat("+", len(r.MessagesAdded)) + strings.Repeat("-", len(r.MessagesDeleted)))
	}
	if kinds.String() != "+-+-+" {
		t.Errorf("got history %s, want draft added, replaced, replaced by what was sent", &kinds)
	}
	if n := len(must(w.users(ana).Messages.List("me").Do())(t).Messages); n != 1 {
		t.Errorf("got %d mails at ana's, want 1", n)
	}
}

func errOf[T any](_ T, err error) error { return err }
