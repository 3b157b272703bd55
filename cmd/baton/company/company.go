// Package company is the small firm whose support desk "baton demo" opens:
// Acme makes kitchen and camping gear and sells it in a web shop.
//
// The policy of the desk is policy.yaml. CustomerLines holds what customers may
// write next while the demo runs. The mail lies in mail/, one mbox file per
// thread, and Mail moves its dates so that the newest has just arrived. All of
// it is invented; every address ends in .test or .example, which no mail server
// on the Internet answers for (RFC 2606).
//
// To edit a mail: headers are plain UTF-8 and are encoded on the way out. The
// "From " line holds the arrival in UTC, Date the sender's own clock. Each
// Delivered-To line is a mailbox that received the mail; a mail from an address
// at Acme was also sent from there. Dates are working days, see shift.
package company

import _ "embed"

// Roles of a Person, as the policy names them.
const (
	Agent    = "agent"
	Manager  = "manager"
	Outsider = "" // works at Acme, is on no mailbox's roster
)

// Person is somebody who works at Acme and has a mailbox of their own.
type Person struct{ Email, Name, Role string }

// People gives everybody who can sign in, agents first, the outsider last.
func People() []Person {
	return []Person{
		{"ana@acme.test", "Ana Silva", Agent},
		{"ben@acme.test", "Ben Okafor", Agent},
		{"cleo@acme.test", "Cléo Martin", Agent},
		{"mia@acme.test", "Mia Lindqvist", Manager},
		{"olga@acme.test", "Olga Novak", Outsider},
	}
}

// Mailbox is a shared mailbox of Acme. Mail to an alias arrives in it as well.
type Mailbox struct {
	Address, Name string
	Aliases       []string
}

// SharedMailboxes gives the mailboxes that are under Baton's care.
func SharedMailboxes() []Mailbox {
	return []Mailbox{
		{Address: "support@acme.test", Name: "Support", Aliases: []string{"help@acme.test"}},
		{Address: "sales@acme.test", Name: "Sales"},
	}
}

//go:embed policy.yaml
var policy []byte

// Policy gives the desk's policy file, YAML. The bytes are the caller's own.
func Policy() []byte { return append([]byte(nil), policy...) }
