package main

import (
	"encoding/base64"
	"fmt"
	"mime"
	"slices"
	"strings"

	"golang.org/x/oauth2"
	gmailapi "google.golang.org/api/gmail/v1"
	"google.golang.org/api/option"
)

// gmailer works in the shared mailbox with Google's own client and nothing of
// Baton's: what Gmail on any machine can do.
type gmailer struct {
	s      *stage
	api    *gmailapi.Service
	labels map[string]string // ids by name
}

// gmailer points Google's client at the stand-in, with the token that the page's
// state tells.
func (s *stage) gmailer() *gmailer {
	s.Helper()
	var state struct {
		Gmail struct {
			URL    string
			Tokens map[string]string
		}
	}
	s.do("GET", "/preview/api/state", nil, &state)
	token := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: state.Gmail.Tokens[support]})
	api, err := gmailapi.NewService(s.Context(), option.WithEndpoint(state.Gmail.URL), option.WithTokenSource(token))
	if err != nil {
		s.Fatal(err)
	}
	return &gmailer{s: s, api: api, labels: map[string]string{}}
}

// label gives a label's id; a label that there is not yet is made, unless Baton
// makes it at the same moment.
func (g *gmailer) label(name string) string {
	g.s.Helper()
	if id := g.known(name); id != "" {
		return id
	}
	l, err := g.api.Users.Labels.Create("me", &gmailapi.Label{Name: name}).Do()
	if err == nil {
		g.labels[name] = l.Id
	} else if g.known(name) == "" {
		g.s.Fatalf("make the label %s: %v", name, err)
	}
	return g.labels[name]
}

// known gives the id of a label that there is, or "".
func (g *gmailer) known(name string) string {
	g.s.Helper()
	if id := g.labels[name]; id != "" {
		return id
	}
	all, err := g.api.Users.Labels.List("me").Do()
	if err != nil {
		g.s.Fatal(err)
	}
	for _, l := range all.Labels {
		g.labels[l.Name] = l.Id
	}
	return g.labels[name]
}

// does carries out one of Cléo's or Mia's jobs.
func (g *gmailer) does(j job) {
	g.s.Helper()
	m := j.ms[0]
	if !strings.Contains(j.verb, "label") && j.verb != "read and star" {
		g.writes(j)
		return
	}
	var change gmailapi.ModifyThreadRequest
	switch v := verbNamed(j.verb); {
	case j.verb == "read and star":
		change.AddLabelIds, change.RemoveLabelIds = []string{"STARRED"}, []string{"UNREAD"}
	case strings.HasPrefix(j.verb, "unlabel"):
		change.RemoveLabelIds = []string{g.label(v.label(m, j.arg))}
	default:
		change.AddLabelIds = []string{g.label(v.label(m, j.arg))}
	}
	if _, err := g.api.Users.Threads.Modify("me", m.thread, &change).Do(); err != nil {
		g.s.Fatalf("%s: %v", j, err)
	}
}

func verbNamed(name string) verb {
	for _, v := range dayVerbs() {
		if v.name == name {
			return v
		}
	}
	return verb{}
}

// writes sends a mail in the thread, or leaves a draft there.
func (g *gmailer) writes(j job) {
	g.s.Helper()
	m := j.ms[0]
	mail := func(text string) *gmailapi.Message { return &gmailapi.Message{ThreadId: m.thread, Raw: g.raw(m, text)} }
	if j.verb == "send in Gmail" {
		if _, err := g.api.Users.Messages.Send("me", mail(j.arg)).Do(); err != nil {
			g.s.Fatalf("%s: %v", j, err)
		}
		return
	}
	draft, err := g.api.Users.Drafts.Create("me", &gmailapi.Draft{Message: mail("a beginning")}).Do()
	if err != nil {
		g.s.Fatalf("%s: %v", j, err)
	}
	if _, err := g.api.Users.Drafts.Update("me", draft.Id, &gmailapi.Draft{Message: mail(j.arg)}).Do(); err != nil {
		g.s.Fatalf("%s: %v", j, err)
	}
	switch j.verb {
	case "send a draft in Gmail":
		_, err = g.api.Users.Drafts.Send("me", &gmailapi.Draft{Id: draft.Id}).Do()
	case "throw a draft away":
		err = g.api.Users.Drafts.Delete("me", draft.Id).Do()
	case "leave a draft":
	default:
		g.s.Fatalf("nobody knows how to do this in Gmail: %s", j)
	}
	if err != nil {
		g.s.Fatalf("%s: %v", j, err)
	}
}

// raw is an answer as Gmail's own form makes it when a delegate writes it.
func (g *gmailer) raw(m *matter, text string) string {
	g.s.Helper()
	last := g.s.lastOf(m)
	return base64.URLEncoding.EncodeToString(fmt.Appendf(nil,
		"From: Support <%s>\r\nSender: Mia Lindqvist <mia@acme.test>\r\nTo: %s\r\nSubject: %s\r\nIn-Reply-To: %s\r\nReferences: %s\r\n\r\n%s\r\n",
		support, carla, encodedWord("Re: "+m.subject), last, last, text))
}

// lastOf is the Message-ID of a matter's newest mail that is no draft.
func (s *stage) lastOf(m *matter) string {
	s.Helper()
	last := ""
	for _, mail := range s.mails(support, m.thread) {
		if !slices.Contains(mail.Labels, "DRAFT") {
			last = "<" + strings.Trim(mail.MessageID, "<>") + ">"
		}
	}
	return last
}

func encodedWord(subject string) string { return mime.QEncoding.Encode("utf-8", subject) }

// writes is what customers do.
func (s *stage) writes(j job) {
	s.Helper()
	m := j.ms[0]
	switch j.verb {
	case "begin":
		_, m.thread = s.deliver(customerMail(carla, encodedWord(m.subject), "A question, please."))
	case "write again":
		last := s.lastOf(m)
		s.deliver(customerMail(carla, encodedWord("Re: "+m.subject), "And one more thing.", "In-Reply-To: "+last, "References: "+last))
	case "answer automatically":
		last := s.lastOf(m)
		s.deliver(customerMail(carla, encodedWord("Re: "+m.subject), "I am away.", "Auto-Submitted: auto-replied", "In-Reply-To: "+last, "References: "+last))
	default:
		s.Fatalf("nobody knows how customers do this: %s", j)
	}
}
