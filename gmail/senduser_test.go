package gmail_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	gmailapi "google.golang.org/api/gmail/v1"

	"baton/desk"
	"baton/gmail/gmailsim"
)

// halfway promises a mail and stops after its draft was set in the intent.
func halfway(p *post, edit func(*desk.Intent)) (desk.Intent, string) {
	p.Helper()
	in := p.promise(edit)
	p.step.set(nth(2, faults["killed before"]), nil)
	p.try("one")
	p.step.set(nil, nil)
	p.clock.pass(2 * time.Minute)
	draft := p.intent(in.ID).Draft
	if draft == "" {
		p.Fatal("no draft")
	}
	return in, draft
}

// What a person does to the draft before it is sent again.
func TestSendAndAPersonsHand(t *testing.T) {
	edited := func(p *post, in desk.Intent, draft string, keep bool) {
		raw := "From: support@acme.test\r\nTo: carla@customer.test\r\nSubject: " + in.Mail.Subject + "\r\n\r\nSomething else\r\n"
		if keep {
			raw = "X-Baton-Intent: " + string(in.ID) + "\r\nX-Baton-Seal: 00\r\n" + raw
		}
		_, err := p.person().Users.Drafts.Update("me", draft, &gmailapi.Draft{Message: &gmailapi.Message{
			Raw: base64.URLEncoding.EncodeToString([]byte(raw)), ThreadId: threadOf(p, in),
		}}).Do()
		if err != nil {
			t.Fatal(err)
		}
	}
	send := func(p *post, draft string) {
		if _, err := p.person().Users.Drafts.Send("me", &gmailapi.Draft{Id: draft}).Do(); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		do     func(p *post, in desk.Intent, draft string)
		state  desk.IntentState
		sent   int
		drafts int
		says   string
	}{
		"sends it": {func(p *post, _ desk.Intent, d string) { send(p, d) }, desk.IntentDone, 1, 0, ""},
		"deletes it": {func(p *post, _ desk.Intent, d string) {
			if err := p.person().Users.Drafts.Delete("me", d).Do(); err != nil {
				t.Fatal(err)
			}
		}, desk.IntentParked, 0, 0, "taken away"},
		"edits it":       {func(p *post, in desk.Intent, d string) { edited(p, in, d, false) }, desk.IntentParked, 0, 1, "changed the draft"},
		"edits its text": {func(p *post, in desk.Intent, d string) { edited(p, in, d, true) }, desk.IntentParked, 0, 1, "changed the draft"},
		"edits and sends it": {func(p *post, in desk.Intent, d string) { edited(p, in, d, false); send(p, d) },
			desk.IntentParked, 1, 0, "no sent mail was found"},
		"deletes the thread": {func(p *post, in desk.Intent, d string) {
			if err := p.person().Users.Threads.Delete("me", threadOf(p, in)).Do(); err != nil {
				t.Fatal(err)
			}
		}, desk.IntentParked, 0, 0, "taken away"},
		"sends it, and trashes the thread": {func(p *post, in desk.Intent, d string) {
			send(p, d)
			if _, err := p.person().Users.Threads.Trash("me", threadOf(p, in)).Do(); err != nil {
				t.Fatal(err)
			}
		}, desk.IntentDone, 1, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPost(t, func(o *gmailsim.Options) { o.RewriteMessageID = true; o.SearchLag = 10 * time.Second })
			in, draft := halfway(p, nil)
			c.do(p, in, draft)
			start := p.clock.now()
			is := p.settle(in.ID)
			if is.State != c.state || len(p.sent(in)) != c.sent || !strings.Contains(is.Reason, c.says) {
				t.Errorf("%d mails, %s %q; want %d, %s %q", len(p.sent(in)), is.State, is.Reason, c.sent, c.state, c.says)
			}
			if got := len(p.drafts()); got != c.drafts {
				t.Errorf("%d drafts, want %d: a person's words stay", got, c.drafts)
			}
			if is.State == desk.IntentParked && c.drafts == 0 && p.clock.now().Sub(start) < time.Minute {
				t.Errorf("parked after %v, want two looks a minute apart", p.clock.now().Sub(start))
			}
		})
	}
}

// The sent mail is found though its thread is gone, by search, and though Gmail
// gave it another Message-ID.
func TestSentMailIsFoundOutsideItsThread(t *testing.T) {
	for _, rewrite := range []bool{false, true} {
		p := newPost(t, func(o *gmailsim.Options) { o.RewriteMessageID = rewrite; o.SearchLag = 10 * time.Second })
		in := p.promise(nil)
		p.step.set(nth(2, faults["drop after"]), nil)
		p.try("one")
		p.step.set(func(_ int, m string) fault {
			if strings.HasPrefix(m, "GET threads/") {
				return fault{status: 404}
			}
			return fault{}
		}, nil)
		if is := p.settle(in.ID); is.State != desk.IntentDone {
			t.Errorf("rewrite %v: %+v", rewrite, is)
		}
		p.once(in)
	}
}

// A customer who writes our header into a mail does not pass for the sent one.
func TestForgedHeaderIsNotTheSentMail(t *testing.T) {
	p := newPost(t, nil)
	in, draft := halfway(p, nil)
	_, err := p.sim.Deliver(t.Context(), string(support), letter("Question 1", "X-Baton-Intent: "+string(in.ID),
		"In-Reply-To: <"+string(in.Mail.InReplyTo)+">", "References: <"+string(in.Mail.InReplyTo)+">"))
	if err != nil {
		t.Fatal(err)
	}
	if err := p.person().Users.Drafts.Delete("me", draft).Do(); err != nil {
		t.Fatal(err)
	}
	if is := p.settle(in.ID); is.State != desk.IntentParked {
		t.Errorf("%+v, want parked", is)
	}
	p.once(in)
}

// At the limit mails wait without counting failures, and go out when it allows.
func TestSendingLimit(t *testing.T) {
	p := newPost(t, nil)
	left := 10
	p.sim.SetFault(func(c gmailsim.Call) *gmailsim.Fault {
		if c.Method != "gmail.users.drafts.send" {
			return nil
		}
		if left == 0 {
			return &gmailsim.Fault{Status: http.StatusTooManyRequests, Reason: "rateLimitExceeded", Message: "Daily user sending limit exceeded."}
		}
		left--
		return nil
	})
	var all []desk.Intent
	for range 12 {
		all = append(all, p.promise(nil))
	}
	p.try("one")
	late := p.promise(func(in *desk.Intent) { in.Mail.Automatic = true })
	for range 80 {
		p.try("one")
		p.clock.pass(10 * time.Minute)
	}
	open := 0
	for _, in := range all {
		if is := p.intent(in.ID); is.State.Open() {
			open++
			if is.Attempts != 0 || !strings.Contains(is.Reason, "limit") {
				t.Errorf("%+v, want it to wait without failures", is)
			}
		} else {
			p.once(in)
		}
	}
	if open != 2 {
		t.Errorf("%d mails wait, want 2", open)
	}
	if is := p.intent(late.ID); is.State != desk.IntentCancelled {
		t.Errorf("automatic mail after hours: %+v, want it cancelled", is)
	}
	left = 100
	for _, in := range all {
		if is := p.settle(in.ID); is.State != desk.IntentDone {
			t.Errorf("%+v, want done", is)
		}
		p.once(in)
	}
	p.once(late)
	if d := p.drafts(); len(d) != 0 {
		t.Errorf("drafts %v are left", d)
	}
}

func TestAutomaticMailTooLate(t *testing.T) {
	p := newPost(t, nil)
	drafted, _ := halfway(p, func(in *desk.Intent) { in.Mail.Automatic = true })
	fresh := p.promise(func(in *desk.Intent) { in.Mail.Automatic = true })
	p.clock.pass(5 * time.Hour)
	for _, in := range []desk.Intent{fresh, drafted} {
		if is := p.settle(in.ID); is.State != desk.IntentCancelled {
			t.Errorf("%+v, want cancelled", is)
		}
		p.once(in)
	}
	if d := p.drafts(); len(d) != 0 {
		t.Errorf("drafts %v are left", d)
	}
}

// Gmail's objections to the mail itself park it at once, in words for people.
func TestSendRefused(t *testing.T) {
	p := newPost(t, nil)
	for name, edit := range map[string]func(*desk.Intent){
		"address":    func(in *desk.Intent) { in.Mail.To[0].Email = "carla at customer" },
		"two in one": func(in *desk.Intent) { in.Mail.To[0].Email = "carla@customer.test, eve@evil.test" },
		"nobody":     func(in *desk.Intent) { in.Mail.To = nil },
		"too long":   func(in *desk.Intent) { in.Mail.Text = strings.Repeat("x", desk.MaxMailText+1) },
	} {
		in := p.promise(edit)
		before := p.clock.now()
		is := p.settle(in.ID)
		if is.State != desk.IntentParked || p.clock.now().After(before) || strings.Contains(is.Reason, "@") || !strings.HasSuffix(is.Reason, ".") {
			t.Errorf("%s: %+v, want parked at once with a plain reason", name, is)
		}
		p.once(in)
	}
}
