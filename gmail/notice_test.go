package gmail_test

import (
	"bytes"
	"errors"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
	"baton/gmail"
)

// notice is a notify intent as its performer hands it over.
func notice() desk.Intent {
	return desk.Intent{ID: "n0t1ce", Kind: desk.IntentNotify, State: desk.IntentPending, Mailbox: support, CreatedAt: writtenAt, Mail: &desk.Mail{
		From: desk.Address{Name: "Support via Baton", Email: desk.Email(support)}, To: []desk.Address{{Name: "Ben Okafor", Email: "ben@acme.test"}},
		Subject: "Ana Silva gave you a conversation in Support", Text: "Ana Silva gave you a conversation in Support.\n", Automatic: true, Notice: "c0nv",
	}}
}

func TestComposeNotice(t *testing.T) {
	wire, err := gmail.Compose(notice(), writtenAt)
	if err != nil {
		t.Fatal(err)
	}
	m, err := mail.ReadMessage(bytes.NewReader(wire))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for _, name := range []string{"Auto-Submitted", "Precedence", "X-Auto-Response-Suppress", "List-Id", "X-Baton-Notice", "X-Baton-Intent",
		"Message-Id", "In-Reply-To", "References", "To", "Cc"} {
		if v := m.Header[name]; v != nil {
			got[name] = v
		}
	}
	want := map[string][]string{
		"Auto-Submitted": {"auto-generated"}, "Precedence": {"bulk"}, "X-Auto-Response-Suppress": {"All"},
		"List-Id": {"Baton notices <notices.baton.acme.test>"}, "X-Baton-Notice": {"c0nv"}, "X-Baton-Intent": {"n0t1ce"},
		"Message-Id": {"<" + string(gmail.SentID(notice())) + ">"}, "To": {`"Ben Okafor" <ben@acme.test>`},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
	bad := notice()
	bad.Mail.Notice = "c\r\nBcc: eve@evil.test"
	if _, err := gmail.Compose(bad, writtenAt); !errors.As(err, new(*gmail.UnfitError)) {
		t.Errorf("a name that is none: %v", err)
	}
	// To everybody else it is a machine's mail, which none answers.
	h := gmail.Headers{}
	for name, v := range m.Header {
		h[strings.ToLower(name)] = v
	}
	if v, _ := gmail.Classify(h, func(desk.Email) bool { return false }); !v.Automatic() {
		t.Errorf("another desk takes it for %s", v)
	}
}

// The sent copy is read as a notice, which is no mail of the team's; a mail that
// only poses as one is mail like any other.
func TestNoticeIsTakenInAsNotice(t *testing.T) {
	h := newHouse(t, func(o *gmail.RoomOptions) { o.Topic = "projects/acme/topics/gmail" })
	h.open()
	h.deliver("one", "X-Baton-Notice: c0nv", "X-Baton-Intent: n0t1ce", "From: "+string(support))
	h.settled()
	if m := h.desk.received[0]; m.Verdict == desk.Notified || m.Verdict == desk.Own || m.Intent != "" {
		t.Errorf("a mail that poses as a notice is taken in as %s", m.Verdict)
	}
	in := notice()
	in.CreatedAt = time.Now()
	s, err := gmail.NewSender(gmail.SenderOptions{Accounts: h.accounts, Drafts: &firstDraft{in: in}, Unread: func(m desk.Mailbox) { h.room.Read(m) }})
	if err != nil {
		t.Fatal(err)
	}
	before, looks := gmail.Total(h.accounts.Usage()[support]), h.accounts.Usage()[support][gmail.HistoryList].Calls
	out, err := s.Send(h.context(), "", in)
	if err != nil || out.State != desk.IntentDone {
		t.Fatalf("%+v, %v", out, err)
	}
	h.wait(func() bool { return len(h.desk.subjects()) == 2 })
	h.settled()
	looks = h.accounts.Usage()[support][gmail.HistoryList].Calls - looks
	if got := gmail.Total(h.accounts.Usage()[support]) - before; got-2*looks != 130 {
		t.Errorf("%d units with %d looks into the history, want 130 and 2 for each look", got, looks)
	}
	if m := h.desk.received[1]; m.Verdict != desk.Notified || m.Intent != in.ID || m.ID != out.Sent || m.Thread == h.desk.received[0].Thread {
		t.Errorf("taken in as %+v", m)
	}
}

// Every call that sends a notice fails in every way: it leaves once, or it is
// certain that it did not.
func TestSendNoticeNthCallFails(t *testing.T) {
	p := newPost(t, nil)
	for name, f := range faults {
		for n := 1; n <= 2; n++ {
			in := p.promise(func(in *desk.Intent) {
				in.Kind, in.Mail.Notice, in.Mail.Automatic, in.Mail.InReplyTo = desk.IntentNotify, in.Conversation, true, ""
			})
			p.step.set(nth(n, f), nil)
			p.settle(in.ID)
			is := p.once(in)
			bad := n == 1 && (f.status == 400 || f.status == 404) || name == "400 before"
			if got := is.State == desk.IntentParked; got != bad {
				t.Errorf("call %d: %s: %s, %s", n, name, is.State, is.Reason)
			}
		}
	}
}
