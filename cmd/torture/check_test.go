package main

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"baton/gmail/gmailsim"
)

// bench is a run without children: whoever tests the judge plays Baton.
type bench struct {
	*testing.T
	*run
	labels map[string]string // ids by mailbox and name
}

func newBench(t *testing.T, mails int) *bench {
	t.Helper()
	b := &bench{T: t, run: &run{}, labels: map[string]string{}}
	b.progress = io.Discard
	b.plan = newPlan(5, mails)
	sim, err := gmailsim.New(gmailsim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { sim.Close(t.Context()) })
	for _, m := range boxes {
		if err := sim.AddMailbox(gmailsim.Mailbox{Address: m.address}); err != nil {
			t.Fatal(err)
		}
	}
	b.google = &google{sim: sim}
	b.mails = newMailman(sim, b.plan)
	for _, th := range b.plan.threads {
		for k := range len(th.mails) + len(th.late) {
			if err := b.mails.bring(t.Context(), th, k); err != nil {
				t.Fatal(err)
			}
		}
	}
	return b
}

// call makes one call to Gmail's API and gives the answer's id.
func (b *bench) call(box, method, path, body string) (id string) {
	b.Helper()
	req := httptest.NewRequest(method, "/gmail/v1/users/me/"+path, strings.NewReader(body))
	req.Header.Set("Authorization", "Bearer "+b.google.sim.MailboxToken(box))
	req.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	b.google.sim.ServeHTTP(w, req)
	if w.Code != http.StatusOK {
		b.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	_, rest, _ := strings.Cut(w.Body.String(), `"id":"`)
	id, _, _ = strings.Cut(rest, `"`)
	return id
}

// wear puts labels on all messages of a conversation, and takes others off.
func (b *bench) wear(t *thread, on, off []string) {
	b.Helper()
	ids := func(names []string) string {
		var out []string
		for _, n := range names {
			if b.labels[t.box.address+n] == "" {
				b.labels[t.box.address+n] = b.call(t.box.address, "POST", "labels", fmt.Sprintf(`{"name":%q}`, n))
			}
			out = append(out, fmt.Sprintf("%q", b.labels[t.box.address+n]))
		}
		return strings.Join(out, ",")
	}
	b.call(t.box.address, "POST", "threads/"+b.mails.at(t).thread+"/modify", fmt.Sprintf(`{"addLabelIds":[%s],"removeLabelIds":[%s]}`, ids(on), ids(off)))
}

// send answers a conversation as Baton would.
func (b *bench) send(t *thread, text string) {
	b.Helper()
	raw := fmt.Sprintf("From: %s\r\nTo: %s\r\nSubject: Re: %s\r\nIn-Reply-To: <%s>\r\nReferences: <%s>\r\n\r\n%s\r\n",
		t.box.address, t.customer(), fmt.Sprintf(t.topic.subject, 100_000+t.n), t.rfc(0), t.rfc(0), text)
	b.call(t.box.address, "POST", "messages/send", fmt.Sprintf(`{"threadId":%q,"raw":%q}`, b.mails.at(t).thread, encode(raw)))
}

// judged is what the judge says now.
func (b *bench) judged() *result {
	b.Helper()
	r := &result{}
	if err := b.check(r); err != nil {
		b.Fatal(err)
	}
	return r
}

func (b *bench) want(when string, lost, doubled, mislabelled int) {
	b.Helper()
	if r := b.judged(); r.Lost != lost || r.Doubled != doubled || r.Mislabelled != mislabelled || r.good() != (lost+doubled+mislabelled == 0) {
		b.Errorf("%s: %d lost, %d doubled, %d mislabelled; want %d, %d, %d\n%.1000s", when, r.Lost, r.Doubled, r.Mislabelled, lost, doubled, mislabelled, strings.Join(r.faults, "\n"))
	}
}

// TestJudge does by hand what Baton should have done, and then everything that
// it should not.
func TestJudge(t *testing.T) {
	b := newBench(t, 60)
	var replies []*thread
	for _, th := range b.plan.threads {
		if th.act(reply) != nil {
			replies = append(replies, th)
		}
	}
	if len(replies) == 0 {
		t.Fatal("the plan has no reply")
	}
	b.want("nothing done", 60+len(replies), 0, 0)
	for _, th := range replies {
		b.send(th, "Hello,\r\n\r\n"+th.token())
	}
	b.want("replies sent", 60+len(replies), 0, 0) // their own copies wear nothing yet
	for _, th := range b.plan.threads {
		b.wear(th, th.expected(), nil)
	}
	b.want("all done", 0, 0, 0)

	th := b.plan.threads[0]
	n := len(th.mails) + len(th.late)
	if th.act(reply) != nil {
		n++
	}
	b.wear(th, []string{"Baton/Tag/stray"}, nil)
	b.want("a stray label", 0, 0, n)
	b.wear(th, nil, []string{"Baton/Tag/stray"})
	b.wear(th, nil, th.expected())
	b.want("labels taken off", n, 0, 0)
	b.wear(th, th.expected(), nil)

	again := replies[0]
	b.send(again, "Hello,\r\n\r\n"+again.token())
	b.wear(again, again.expected(), nil)
	b.want("a reply sent twice", 0, 1, 0)
	b.send(again, "Anything else?")
	b.wear(again, again.expected(), nil)
	b.want("a mail that nobody asked for", 0, 2, 0)
}

// TestResult tells the first faults and how many more there are.
func TestResult(t *testing.T) {
	r := &result{}
	if !r.good() {
		t.Error("a run without faults is not good")
	}
	for i := range 25 {
		r.fault("fault %d", i)
	}
	var b strings.Builder
	r.tell(&b)
	if lines := strings.Split(strings.TrimSpace(b.String()), "\n"); len(lines) != shown+1 || lines[0] != "WRONG: fault 0" || lines[shown] != "... and 5 more" {
		t.Errorf("told %q", lines)
	}
	if r.good() {
		t.Error("a run with faults is good")
	}
}

func encode(raw string) string { return base64.URLEncoding.EncodeToString([]byte(raw)) }
