package gmailsim_test

import (
	"slices"
	"testing"

	gmailapi "google.golang.org/api/gmail/v1"

	"baton/gmail/gmailsim"
)

func TestArrivingMailJoinsThreads(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	first := w.deliver(support, mail("a@x", "Broken mug", "x"))
	if first.ID != first.ThreadID || len(first.ID) != 16 {
		t.Errorf("got id %s, thread %s, want the same 16 digits", first.ID, first.ThreadID)
	}
	for _, c := range []struct {
		name, subject, header string
		joins                 bool
	}{
		{"reply", "Re: Broken mug", "In-Reply-To: <a@x>\r\n", true},
		{"German reply", "AW: Re: broken  MUG", "References: <zz@x>\r\n <a@x>\r\n", true},
		{"counted reply", "Re[2]: Broken mug", "References: <a@x>\r\n", true},
		{"forward", "Fwd: Broken mug", "References: <a@x>\r\n", true},
		{"other subject", "Another thing", "In-Reply-To: <a@x>\r\n", false},
		{"no reference", "Re: Broken mug", "", false},
		{"unknown reference", "Re: Broken mug", "References: <q@x>\r\n", false},
	} {
		d := w.deliver(support, mail(c.name+"@y", c.subject, "x", c.header))
		if (d.ThreadID == first.ThreadID) != c.joins {
			t.Errorf("%s: joins %v, want %v", c.name, !c.joins, c.joins)
		}
	}
	other := w.deliver(ana, mail("re@y", "Re: Broken mug", "x", "In-Reply-To: <a@x>\r\n"))
	if other.ThreadID == first.ThreadID {
		t.Error("a thread reaches into another mailbox")
	}
}

// TestWrittenMailNeedsThreeThings: threadId, a reference and the subject.
func TestWrittenMailNeedsThreeThings(t *testing.T) {
	w := newWorld(t, gmailsim.Options{})
	u := w.users(support)
	first := w.deliver(support, mail("a@x", "Broken mug", "x"))
	raw := func(subject, header string) string {
		return b64("From: support@acme.test\r\nTo: carl@customer.test\r\nSubject: " + subject + "\r\n" + header + "\r\nx\r\n")
	}
	const ref = "References: <a@x>\r\n"
	for _, c := range []struct {
		name, thread, raw string
		joins             bool
	}{
		{"all three", first.ThreadID, raw("Re: Broken mug", ref), true},
		{"no threadId", "", raw("Re: Broken mug", ref), false},
		{"no reference", first.ThreadID, raw("Re: Broken mug", ""), false},
		{"other subject", first.ThreadID, raw("Hello", ref), false},
	} {
		sent := must(u.Messages.Send("me", &gmailapi.Message{Raw: c.raw, ThreadId: c.thread}).Do())(t)
		if (sent.ThreadId == first.ThreadID) != c.joins {
			t.Errorf("send, %s: joins %v, want %v", c.name, !c.joins, c.joins)
		}
		dr := must(u.Drafts.Create("me", &gmailapi.Draft{Message: &gmailapi.Message{Raw: c.raw, ThreadId: c.thread}}).Do())(t)
		if (dr.Message.ThreadId == first.ThreadID) != c.joins {
			t.Errorf("draft, %s: joins %v, want %v", c.name, !c.joins, c.joins)
		}
	}
	_, err := u.Messages.Send("me", &gmailapi.Message{Raw: raw("x", ""), ThreadId: "00000000000000aa"}).Do()
	wantError(t, err, 404, "notFound", "")
	_, err = u.Messages.Send("me", &gmailapi.Message{Raw: raw("x", ""), ThreadId: "thread-f:12"}).Do()
	wantError(t, err, 400, "invalidArgument", "thread_id")
}

func TestNormalSubject(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "Re:": "", "RE: FW: hi": "hi", "Re: Re: Re: a: b": "a: b", "report: x": "report: x", "SV:  a\t b": "a b", "Re：你好": "你好",
	} {
		if got := gmailsim.NormalSubject(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestAddressesIn(t *testing.T) {
	for in, want := range map[string][]string{
		"":                         nil,
		"a@x":                      {"a@x"},
		`"Last, First" <A@X>, b@y`: {"a@x", "b@y"},
		"team: a@x, b@y;":          {"a@x", "b@y"},
		"a@x (home, really)":       {"a@x"},
		"undisclosed-recipients:;": nil,
		"<a@x":                     {"a@x"},
	} {
		if got := gmailsim.AddressesIn(in); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
