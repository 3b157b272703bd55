package gmail_test

import (
	"context"
	"strings"
	"testing"

	"baton/desk"
	"baton/gmail"
	"baton/gmail/gmailsim"
)

func TestSend(t *testing.T) {
	p := newPost(t, nil)
	in := p.promise(nil)
	p.try("one")
	is := p.once(in)
	if is.State != desk.IntentDone || is.Mail != nil {
		t.Fatalf("intent %+v, want done and its text forgotten", is)
	}
	if got := gmail.Total(p.accounts.Usage()[support]); got != 110 {
		t.Errorf("%d units, want 110", got)
	}
	sent := p.sent(in)[0]
	if sent.Thread != threadOf(p, in) {
		t.Errorf("sent in thread %s, want the customer's", sent.Thread)
	}
	if d := p.drafts(); len(d) != 0 {
		t.Errorf("drafts left: %v", d)
	}
	m, err := p.person().Users.Messages.Get("me", sent.Message).Do()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(m.Snippet, "£5 – ✓") {
		t.Errorf("text %q", m.Snippet)
	}
}

func threadOf(p *post, in desk.Intent) string {
	c, err := p.store.Conversation(context.Background(), in.Conversation)
	if err != nil {
		p.Fatal(err)
	}
	return string(c.Thread)
}

func drafted(p *post) (n int) {
	for _, e := range p.sim.Effects() {
		if e.Kind == gmailsim.EffectDraft {
			n++
		}
	}
	return n
}
