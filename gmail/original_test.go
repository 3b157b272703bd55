package gmail_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"baton/desk"
	"baton/gmail"
	"baton/gmail/gmailsim"
)

// intake is a house to whose support mailbox Ana hands in mail of her own.
type intake struct {
	*house
	openings *gmail.Openings
	importer *gmail.Importer
}

func newIntake(t *testing.T) *intake {
	t.Helper()
	h := &intake{house: newHouse(t, nil)}
	h.addMailbox(ana)
	h.openings = gmail.NewOpenings(gmail.Options{Endpoint: h.url, Interactive: quickly()})
	t.Cleanup(h.openings.Close)
	var err error
	h.importer, err = gmail.NewImporter(gmail.ImporterOptions{Accounts: h.accounts, Own: h.opts.Own, Pause: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// anas delivers a mail to Ana.
func (h *intake) anas(raw string) gmailsim.Delivered {
	h.t.Helper()
	d, err := h.sim.Deliver(context.Background(), string(ana), []byte(strings.ReplaceAll(raw, "\n", "\r\n")))
	if err != nil {
		h.t.Fatal(err)
	}
	return d
}

// opens begins to read the thread of a message that Ana has open.
func (h *intake) opens(d gmailsim.Delivered, scopes ...string) *gmail.Original {
	h.t.Helper()
	m := gmail.Opened{Message: d.ID, UserToken: h.sim.UserToken(string(ana), scopes...), MessageToken: h.sim.MessageToken(string(ana), d.ID)}
	o, err := h.openings.Original(m, "")
	if err != nil {
		h.t.Fatal(err)
	}
	h.t.Cleanup(o.Close)
	return o
}

// copied reads the one mail of a thread as it would be handed in.
func (h *intake) copied(raw string, earlier ...desk.RFCID) (desk.Part, desk.Copy) {
	h.t.Helper()
	o := h.opens(h.anas(raw))
	parts, err := o.Parts(h.context())
	if err != nil || len(parts) != 1 {
		h.t.Fatalf("%d parts: %v", len(parts), err)
	}
	c, err := o.Copy(h.context(), parts[0], earlier)
	if err != nil {
		h.t.Fatal(err)
	}
	return parts[0], c
}

func say(err error) string {
	var p *desk.Problem
	if errors.As(err, &p) {
		return p.Say
	}
	return ""
}

// The tokens of the event: none, another message's, ended, and scopes that do
// not reach the thread.
func TestOriginalRefused(t *testing.T) {
	h := newIntake(t)
	first := h.anas("From: c@x.test\nTo: ana@acme.test\nSubject: Q\nMessage-ID: <1@x.test>\n\none\n")
	second := h.anas("From: c@x.test\nTo: ana@acme.test\nSubject: Re: Q\nMessage-ID: <2@x.test>\nReferences: <1@x.test>\n\ntwo\n")
	other := h.anas("From: c@x.test\nSubject: Other\nMessage-ID: <3@x.test>\n\nthree\n")
	user, message := h.sim.UserToken(string(ana)), h.sim.MessageToken(string(ana), first.ID)
	ended := h.sim.UserToken(string(ana))
	if err := h.sim.Revoke(ended); err != nil {
		t.Fatal(err)
	}
	for name, m := range map[string]gmail.Opened{
		"no user token":        {Message: first.ID, MessageToken: message},
		"no message token":     {Message: first.ID, UserToken: user},
		"another message":      {Message: other.ID, UserToken: user, MessageToken: message},
		"ended":                {Message: first.ID, UserToken: ended, MessageToken: message},
		"a mailbox's own":      {Message: first.ID, UserToken: h.sim.UserToken(string(support)), MessageToken: message},
		"labels alone allowed": {Message: first.ID, UserToken: h.sim.UserToken(string(ana), gmailsim.Labels), MessageToken: message},
	} {
		o, err := h.openings.Original(m, "")
		if err != nil {
			t.Fatal(err)
		}
		_, err = o.Parts(h.context())
		if !errors.Is(err, desk.ErrMail) || !strings.Contains(say(err), "only while you have it open") {
			t.Errorf("%s: %v", name, err)
		}
		if strings.Contains(fmt.Sprint(err), "ya29") {
			t.Errorf("%s: the error tells a token", name)
		}
		o.Close()
	}
	o := h.opens(first, gmailsim.AddonAction)
	parts, err := o.Parts(h.context())
	if err != nil || len(parts) != 2 || parts[1].ID != desk.MessageID(second.ID) || parts[1].RFC != "2@x.test" {
		t.Fatalf("%+v: %v", parts, err)
	}
	if _, err := o.Copy(h.context(), parts[1], nil); !errors.Is(err, desk.ErrMail) {
		t.Errorf("another message of the thread with the scope for the open one: %v", err)
	}
	if _, err := h.opens(first).Copy(h.context(), parts[1], nil); err != nil {
		t.Errorf("with the scope to read: %v", err)
	}
	o.Close()
	if u := h.openings.Usage()[gmail.ThreadsGet]; u.Calls == 0 || u.Units != 40*u.Calls {
		t.Errorf("what was used is not counted: %+v", u)
	}
}

// What is taken off, what is added, and that all else stays as it was.
func TestCopyOfAMail(t *testing.T) {
	h := newIntake(t)
	_, c := h.copied("From: Ana <ana@acme.test>\nTo: c@x.test\nBCC: boss@acme.test,\n\tspy@acme.test\nSubject: Q\nMessage-ID: <1@x.test>\nResent-Bcc: z@x.test\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nBcc: stays in the text\n--b\nContent-Disposition: attachment; filename=a.pdf\n\n%PDF\n--b--\n")
	got := string(c.Raw)
	for _, gone := range []string{"boss@", "spy@", "z@x.test"} {
		if strings.Contains(got, gone) {
			t.Errorf("%s is still there:\n%s", gone, got)
		}
	}
	for _, want := range []string{"Bcc: stays in the text", "filename=a.pdf", "%PDF", "\r\nSubject: Q\r\nMessage-ID: <1@x.test>\r\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing:\n%s", want, got)
		}
	}
	if c.RFC != "1@x.test" {
		t.Errorf("Message-ID %q", c.RFC)
	}
	_, c = h.copied("From: a@x.test\nSubject: Q2\nMessage-ID: <2@x.test>\nReferences: <old@x.test>\n <older@x.test>\n\nx\n", "1@y.test", "2@y.test")
	if want := "References: <old@x.test>\r\n <older@x.test>\r\n <2@y.test>\r\n"; !strings.Contains(string(c.Raw), want) {
		t.Errorf("want %q in\n%s", want, c.Raw)
	}
	_, c = h.copied("From: a@x.test\nSubject: Q3\nMessage-ID: <3@x.test>\nIn-Reply-To: <1@y.test>\n\nx\n", "1@y.test", "2@y.test")
	if strings.Contains(string(c.Raw), "2@y.test") {
		t.Errorf("it answers one of them already:\n%s", c.Raw)
	}
	_, c = h.copied("From: a@x.test\nSubject: Q4\nMessage-ID: <4@x.test>", "1@y.test")
	if !strings.HasSuffix(string(c.Raw), "References: <1@y.test>\r\n\r\n") {
		t.Errorf("a mail of headers alone: %q", c.Raw)
	}
}

// A mail without a Message-ID gets the same one from everybody's copy.
func TestCopyWithoutMessageID(t *testing.T) {
	h := newIntake(t)
	p, a := h.copied("Received: by one\nFrom: a@x.test\nSubject: No id\nDate: Mon, 2 Mar 2026 10:00:00 +0000\n\nx\n")
	_, b := h.copied("Received: by two\nFrom:  a@x.test\nSubject: No\n id\nMessage-ID: \nDate: Mon, 2 Mar 2026 10:00:00 +0000\n\nx\n")
	_, other := h.copied("From: a@x.test\nSubject: No id\nDate: Mon, 2 Mar 2026 10:00:00 +0000\n\ny\n")
	if p.RFC != "" || a.RFC == "" || a.RFC != b.RFC || a.RFC == other.RFC {
		t.Errorf("ids %q, %q, %q; the part's %q", a.RFC, b.RFC, other.RFC, p.RFC)
	}
	if n := strings.Count(strings.ToLower(string(b.Raw)), "message-id:"); n != 1 {
		t.Errorf("%d Message-ID headers", n)
	}
}

func TestCopyTooLarge(t *testing.T) {
	h := newIntake(t)
	o := h.opens(h.anas("From: a@x.test\nSubject: Big\nMessage-ID: <big@x.test>\n\n" + strings.Repeat(strings.Repeat("x", 75)+"\n", desk.MaxIntakeSize/76)))
	parts, err := o.Parts(h.context())
	if err != nil || parts[0].Size <= desk.MaxIntakeSize {
		t.Fatalf("%+v: %v", parts, err)
	}
	if _, err := o.Copy(h.context(), parts[0], nil); !errors.Is(err, desk.ErrTooLarge) {
		t.Errorf("got %v", err)
	}
}
