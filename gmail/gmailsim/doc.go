// Package gmailsim is a Gmail that runs here: the REST interface of Google's Gmail API v1 on
// net/http, with several mailboxes, OAuth, push notifications and faults on command. Google's own
// Go client works against it unchanged (option.WithEndpoint), and so does any other.
//
// A tour. New opens a Server on a directory; AddMailbox makes mailboxes; Deliver, LoadMbox and
// LoadMaildir bring mail from outside. The Server is an http.Handler: route.go lists the methods it
// answers, call.go is the way of one call (token, quota, fault, handler, Google's JSON).
//
// One mailbox is in mailbox.go: messages, threads, labels and history in memory, raw mail in an
// append-only file. A change is a list of ops (op.go), appended to one journal and then applied; a
// restart applies the same ops again, so nothing is kept in two ways. mime.go reads mail with bounds
// on depth and number of parts; search.go and match.go are the search box.
//
// Watches publish through a Publisher (watch.go); PubSub is one that pushes over HTTP as Pub/Sub
// does. Push, SetFault, ExpireHistory and Options.UnitsPerMinute make trouble; Effects, Units, Calls
// and Unseen tell what happened. page.go reads mail for a page without HTTP.
//
// The ways to a token are in access.go: oauth.go is for service accounts, iam.go signs for them,
// consent.go asks owners. SetAccessFault, SetCondition, EndTokens, EndConsents, SetConsent, Grant and
// SetSigners take access away and give it back.
//
// The package knows Google's API types and nothing of the service that it stands in for, so that
// both cannot share a mistake.
package gmailsim
