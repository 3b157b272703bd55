// Package acme is the company at whose desk cards are drawn, for the gallery and
// for the add-on's own tests: its people, its policy, its customers' mail, and
// what Gmail posts when its people open mail and press buttons.
package acme

import (
	"fmt"
	"time"

	"baton/desk"
)

// The company's mailboxes, its people, and somebody who is none of them.
const (
	Support desk.Mailbox = "support@acme.test"
	Sales   desk.Mailbox = "sales@acme.test"
	Ana     desk.Email   = "ana@acme.test"
	Ben     desk.Email   = "ben@acme.test"
	Mia     desk.Email   = "mia@acme.test"  // manager
	Olga    desk.Email   = "olga@acme.test" // on the roster, works in no mailbox
	Uwe     desk.Email   = "uwe@acme.test"  // in the organisation, on no roster
	Eve     desk.Email   = "eve@evil.test"
)

// How the company's add-on is deployed.
const (
	PublicURL = "https://baton.acme.test"
	Account   = "service-7@gcp-sa-gsuiteaddons.test" // in whose name Google calls
	ClientID  = "7-baton.apps.test"
)

// Policy is the company's policy, new with each call.
func Policy() *desk.Policy {
	return &desk.Policy{
		Version: "p1", Desk: "Acme support", Zone: time.UTC,
		Mailboxes: []desk.MailboxPolicy{
			{Address: Support, Name: "Support", Members: []desk.Email{Ana, Ben, Mia}, FirstReply: 4 * time.Hour, FollowUp: 30 * 24 * time.Hour},
			{Address: Sales, Members: []desk.Email{Ben}},
		},
		Members: []desk.Member{
			{Email: Ana, Name: "Ana Silva", Label: "Ana", Role: desk.Agent},
			{Email: Ben, Name: "Ben Okafor", Label: "Ben", Role: desk.Agent},
			{Email: Mia, Name: "Mia Lindqvist", Label: "Mia", Role: desk.Manager},
			{Email: Olga, Name: "Olga Novak", Label: "Olga", Role: desk.Agent},
		},
	}
}

// Rules route by subject: they say what they were told of it before mail came.
type Rules map[string]desk.Routing

// Route implements desk.Router.
func (r Rules) Route(f desk.Facts) desk.Routing {
	if got, ok := r[f.Subject]; ok {
		return got
	}
	return desk.Routing{Reason: "no rule matched"}
}

// Needs implements desk.Router.
func (Rules) Needs(desk.Mailbox) desk.Needs { return desk.Needs{} }

// Mail completes the nth message as it comes in at a time: what m leaves out is
// Carla's, a person's, to support. A message without a thread begins one.
func Mail(n int, at time.Time, m desk.Message) desk.Message {
	m.ID = desk.MessageID(fmt.Sprintf("%x", 0x18c2f3a9b0d1e200+n))
	if m.Mailbox == "" {
		m.Mailbox = Support
	}
	if m.Thread == "" {
		m.Thread = desk.ThreadID(m.ID)
	}
	if m.From.Email == "" {
		m.From = desk.Address{Name: "Carla Customer", Email: "carla@shop.example"}
	}
	if m.RFC == "" {
		m.RFC = desk.RFCID(fmt.Sprintf("m%d@shop.example", n))
	}
	if m.Verdict == "" {
		m.Verdict = desk.Person
	}
	m.At, m.Size, m.Reason = at, 1000, "test"
	return m
}
