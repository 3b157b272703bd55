package gmail_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"baton/desk"
	"baton/gmail"
	"baton/gmail/gmailsim"
)

// A mail that is imported comes to the desk as one that arrived: once, in the
// thread, with the date that it carries.
func TestImportArrives(t *testing.T) {
	h := newIntake(t)
	h.open()
	one := desk.Copy{RFC: "1@x.test", Raw: []byte("From: Carla <c@x.test>\r\nTo: ana@acme.test\r\nSubject: Q\r\nMessage-ID: <1@x.test>\r\nDate: Mon, 2 Mar 2026 10:00:00 +0000\r\n\r\none\r\n")}
	two := desk.Copy{RFC: "2@x.test", Raw: []byte("From: Ana <ana@acme.test>\r\nTo: c@x.test\r\nSubject: Re: Q\r\nMessage-ID: <2@x.test>\r\nReferences: <1@x.test>\r\nDate: Mon, 2 Mar 2026 11:00:00 +0000\r\n\r\ntwo\r\n")}
	if _, err := h.importer.Find(h.context(), support, one.RFC); !errors.Is(err, desk.ErrNotFound) {
		t.Fatalf("before: %v", err)
	}
	first, err := h.importer.Import(h.context(), support, "", one)
	if err != nil {
		t.Fatal(err)
	}
	second, err := h.importer.Import(h.context(), support, first.Thread, two)
	if err != nil || second.Thread != first.Thread {
		t.Fatalf("%+v, want it in the thread of %+v: %v", second, first, err)
	}
	if u := h.accounts.Usage()[support][gmail.MessagesImport]; u.Calls != 2 || u.Units != 50 {
		t.Errorf("two imports used %+v", u)
	}
	again, err := h.importer.Import(h.context(), support, "", one)
	if err != nil || again != first {
		t.Errorf("again: %+v, want %+v: %v", again, first, err)
	}
	if at, err := h.importer.Find(h.context(), support, one.RFC); err != nil || at != first {
		t.Errorf("found %+v: %v", at, err)
	}
	h.sweep()
	if len(h.desk.received) != 2 || h.desk.twice != 0 {
		t.Fatalf("the desk got %d, %d of them twice", len(h.desk.received), h.desk.twice)
	}
	for _, got := range h.desk.received {
		a, err := h.importer.Arrived(h.context(), support, got.ID, desk.Needs{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(got, a.Message); diff != "" {
			t.Errorf("Baton's own reading differs from the room's (-room +importer):\n%s", diff)
		}
	}
	all, err := h.importer.Thread(h.context(), support, first.Thread)
	if err != nil || len(all) != 2 || all[0].Message.RFC != one.RFC || !all[0].Message.At.Equal(time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)) {
		t.Errorf("thread %+v: %v", all, err)
	}
	mails, err := h.sim.Thread(string(support), string(first.Thread))
	if err != nil || !slices.Contains(mails[0].Labels, "INBOX") || !slices.Contains(mails[0].Labels, "UNREAD") {
		t.Errorf("%+v: %v", mails, err)
	}
}

// Gmail takes a mail and says otherwise: it is found, and is there once.
func TestImportAppliedThenError(t *testing.T) {
	for name, f := range map[string]gmailsim.Fault{
		"500":  {Status: 500, AppliedThenError: true},
		"503":  {Status: 503, AppliedThenError: true},
		"drop": {Drop: true, AppliedThenError: true},
	} {
		h := newIntake(t)
		h.sim.SetFault(func(c gmailsim.Call) *gmailsim.Fault {
			if c.Method == "gmail.users.messages.import" {
				return &f
			}
			return nil
		})
		mail := desk.Copy{RFC: "1@x.test", Raw: []byte("From: c@x.test\r\nSubject: Q\r\nMessage-ID: <1@x.test>\r\n\r\none\r\n")}
		at, err := h.importer.Import(h.context(), support, "", mail)
		if err != nil || at.ID == "" {
			t.Errorf("%s: %v", name, err)
		}
		if n := h.calls("messages.import"); n != 1 {
			t.Errorf("%s: %d imports", name, n)
		}
	}
}

// What keeps a mail out of the shared mailbox, in words that say what to do.
func TestImportRefused(t *testing.T) {
	mail := desk.Copy{RFC: "1@x.test", Raw: []byte("From: c@x.test\r\nSubject: Q\r\nMessage-ID: <1@x.test>\r\n\r\none\r\n")}
	for name, tc := range map[string]struct {
		fault gmailsim.Fault
		want  error
		say   string
	}{
		"no access":   {gmailsim.Fault{Status: 403, Reason: "insufficientPermissions"}, desk.ErrMail, "has no access to support@acme.test"},
		"policy":      {gmailsim.Fault{Status: 403, Reason: "domainPolicy"}, desk.ErrMail, "has no access to support@acme.test"},
		"lost access": {gmailsim.Fault{Status: 401, Reason: "authError"}, desk.ErrMail, "has no access to support@acme.test"},
		"too fast":    {gmailsim.Fault{Status: 429, Reason: "rateLimitExceeded"}, desk.ErrMail, "very busy"},
		"away":        {gmailsim.Fault{Status: 503}, desk.ErrMail, "just now"},
		"not a mail":  {gmailsim.Fault{Status: 400, Reason: "invalidArgument"}, desk.ErrInvalid, ""},
		"too large":   {gmailsim.Fault{Status: 413, Reason: "uploadTooLarge"}, desk.ErrTooLarge, ""},
	} {
		h := newIntake(t)
		h.sim.SetFault(func(c gmailsim.Call) *gmailsim.Fault {
			if c.Method == "gmail.users.messages.import" {
				return &tc.fault
			}
			return nil
		})
		_, err := h.importer.Import(h.context(), support, "", mail)
		if !errors.Is(err, tc.want) || !strings.Contains(say(err), tc.say) {
			t.Errorf("%s: %v", name, err)
		}
	}
	o := newOffice(t, "consent")
	imp, err := gmail.NewImporter(gmail.ImporterOptions{Accounts: o.accounts})
	check(t, err)
	check(t, o.grants.DropGrant(t.Context(), support))
	o.accounts.Forget(support)
	_, err = imp.Find(t.Context(), support, "1@x.test")
	if !errors.Is(err, desk.ErrMail) || !strings.Contains(say(err), "has no access") {
		t.Errorf("not connected: %v", err)
	}
	o.quiet(err)
}
