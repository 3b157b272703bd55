package gallery

import (
	"time"

	"baton/desk"
)

// The company at whose desk the cards are drawn.
const (
	support desk.Mailbox = "support@acme.test"
	sales   desk.Mailbox = "sales@acme.test"
	ana     desk.Email   = "ana@acme.test"
	ben     desk.Email   = "ben@acme.test"
	mia     desk.Email   = "mia@acme.test"  // manager
	olga    desk.Email   = "olga@acme.test" // on the roster, works in no mailbox
	uwe     desk.Email   = "uwe@acme.test"  // in the organisation, on no roster
	eve     desk.Email   = "eve@evil.test"

	carla = "Carla Customer <carla@shop.example>"

	publicURL = "https://baton.acme.test"
	account   = "service-7@gcp-sa-gsuiteaddons.test"
	clientID  = "7-baton.apps.test"
)

func company() *desk.Policy {
	return &desk.Policy{
		Version: "p1", Desk: "Acme support", Zone: time.UTC,
		Mailboxes: []desk.MailboxPolicy{
			{Address: support, Name: "Support", Members: []desk.Email{ana, ben, mia}, FirstReply: 4 * time.Hour, FollowUp: 30 * 24 * time.Hour},
			{Address: sales, Members: []desk.Email{ben}},
		},
		Members: []desk.Member{
			{Email: ana, Name: "Ana Silva", Label: "Ana", Role: desk.Agent},
			{Email: ben, Name: "Ben Okafor", Label: "Ben", Role: desk.Agent},
			{Email: mia, Name: "Mia Lindqvist", Label: "Mia", Role: desk.Manager},
			{Email: olga, Name: "Olga Novak", Label: "Olga", Role: desk.Agent},
		},
	}
}

// rules route by subject; a state sets what they say before mail comes.
type rules map[string]desk.Routing

func (r rules) Route(f desk.Facts) desk.Routing {
	if got, ok := r[f.Subject]; ok {
		return got
	}
	return desk.Routing{Reason: "no rule matched"}
}

func (rules) Needs(desk.Mailbox) desk.Needs { return desk.Needs{} }
