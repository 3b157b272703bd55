package main

import (
	"fmt"
	"strings"
)

// box is one shared mailbox.
type box struct {
	address string
	members []string
	biller  string // the one member of team Billing who works in it
	undo    string // how long a reply can be taken back
}

var boxes = []box{
	{"support@acme.test", []string{"ana@acme.test", "cleo@acme.test", "mia@acme.test"}, "ana@acme.test", "2s"},
	{"orders@acme.test", []string{"ana@acme.test", "cleo@acme.test", "mia@acme.test"}, "ana@acme.test", "0s"},
	{"sales@acme.test", []string{"ben@acme.test", "cleo@acme.test", "mia@acme.test"}, "ben@acme.test", "0s"},
	{"press@acme.test", []string{"ben@acme.test", "cleo@acme.test", "mia@acme.test"}, "ben@acme.test", "1s"},
}

// names are what people are called on labels.
var names = map[string]string{
	"ana@acme.test": "Ana", "ben@acme.test": "Ben", "cleo@acme.test": "Cléo", "mia@acme.test": "Mia",
}

var fullNames = map[string]string{
	"ana@acme.test": "Ana Silva", "ben@acme.test": "Ben Okafor", "cleo@acme.test": "Cléo Martin", "mia@acme.test": "Mia Lindqvist",
}

// topic is a kind of subject, and what the rules make of it.
type topic struct {
	subject string
	tag     string
	high    bool
	holder  string // "team" = the mailbox's biller, "" = nobody
	all     bool   // the rule looks at what machines write, too
}

var topics = []topic{
	{subject: "A question about order %d"},
	{subject: "Refund for order %d", tag: "refund", high: true, holder: "team", all: true},
	{subject: "Where is parcel %d", tag: "delivery", holder: "cleo@acme.test"},
	{subject: "Journalist, case %d", tag: "press", high: true, holder: "mia@acme.test"},
	{subject: "Wholesale offer %d", tag: "big customer"},
}

// upset is what the rule for upset customers looks for in a mail's text.
const upset = "unacceptable"

// policyText is the policy that the children serve. It says in Baton's words
// what topics says in ours. Nobody is told anything by mail: notices go after
// minutes, so only long runs would send any, and what is judged is mail to customers.
func policyText() []byte {
	var b strings.Builder
	b.WriteString("desk: Acme\ntimezone: Europe/Vienna\n\nmailboxes:\n")
	for _, m := range boxes {
		fmt.Fprintf(&b, "  - address: %s\n    name: %s\n    members: [%s]\n    undo: %s\n    notices: none\n", m.address, m.address, strings.Join(m.members, ", "), m.undo)
	}
	b.WriteString(`
members:
  - {email: ana@acme.test, name: Ana Silva, role: agent}
  - {email: ben@acme.test, name: Ben Okafor, role: agent}
  - {email: cleo@acme.test, name: Cléo Martin, role: agent}
  - {email: mia@acme.test, name: Mia Lindqvist, role: manager}

teams:
  - name: Billing
    members: [ana@acme.test, ben@acme.test]

rules:
  - name: Upset
    when: body.contains("unacceptable")
    then: {priority: high, tags: [upset]}
  - name: Refunds
    mail: all
    when: subject.startsWith("refund")
    then: {assign: "team:Billing", priority: high, tags: [refund]}
  - name: Parcels
    when: subject.contains("parcel")
    then: {assign: cleo@acme.test, tags: [delivery]}
  - name: Journalists
    when: subject.contains("journalist")
    then: {assign: mia@acme.test, priority: high, tags: [press]}
  - name: Wholesale
    when: subject.matches(r"^wholesale\b")
    then: {tags: [big customer]}
`)
	return []byte(b.String())
}
