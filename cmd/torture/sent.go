package main

import (
	"strings"

	"baton/gmail/gmailsim"
)

// sends holds the mails that left Gmail against the replies that were accepted,
// each once, in its thread, to the customer, and gives how many left from each
// mailbox.
func (r *run) sends(out *result) (sent map[string]int, err error) {
	sent = map[string]int{}
	asked := map[string]*thread{}
	for _, t := range r.plan.threads {
		if t.act(reply) != nil {
			asked[t.token()] = t
		}
	}
	left := map[*thread]int{}
	for _, e := range r.google.sim.Effects() {
		if e.Kind == gmailsim.EffectSend {
			sent[e.Mailbox]++
			if err := r.sentOne(out, e, asked, left); err != nil {
				return nil, err
			}
		}
	}
	for token, t := range asked {
		if left[t] == 0 {
			out.Lost++
			out.fault("%s conversation %d: the reply with %q was accepted and never sent", t.box.address, t.n, token)
		}
	}
	r.sent = total(sent)
	return sent, nil
}

// sentOne looks at one mail that left.
func (r *run) sentOne(out *result, e gmailsim.Effect, asked map[string]*thread, left map[*thread]int) error {
	mails, err := r.google.sim.Thread(e.Mailbox, e.Thread)
	if err != nil {
		return err
	}
	var t *thread
	for _, m := range mails {
		if m.ID == e.Message {
			t = asked[tokenIn(m.Text)]
		}
	}
	if t == nil {
		out.Doubled++
		out.fault("%s sent message %s in thread %s, which nobody asked for", e.Mailbox, e.Message, e.Thread)
		return nil
	}
	if left[t]++; left[t] > 1 {
		out.Doubled++
		out.fault("%s conversation %d: its reply was sent %d times; message %s is one", e.Mailbox, t.n, left[t], e.Message)
	}
	if at := r.mails.at(t); e.Mailbox != t.box.address || e.Thread != at.thread || len(e.To) != 1 || e.To[0] != t.customer() {
		out.fault("conversation %d: its reply went to %q from %s in thread %s; want %s from %s in %s", t.n, e.To, e.Mailbox, e.Thread, t.customer(), t.box.address, at.thread)
	}
	return nil
}

// tokenIn finds what a reply's text says.
func tokenIn(text string) string {
	for _, word := range strings.Fields(text) {
		if strings.HasPrefix(word, "token-") {
			return word
		}
	}
	return ""
}
