package gmail

// remedies are the reasons that stay until a person acts, with what happened
// and what to do. Reasons in Google's spelling are Google's own
// (developers.google.com/workspace/gmail/api/guides/handle-errors, and RFC 6749,
// 5.2, for those with underscores). docs/access.md explains each.
var remedies = map[string][2]string{
	// Gmail's answers.
	"domainPolicy": {"The domain's administrators do not allow this app to use Gmail.",
		"Allow it in the Admin console under Security, API controls."},
	"insufficientPermissions": {"The grant does not cover changing mail.",
		"Grant the scope https://www.googleapis.com/auth/gmail.modify and try again."},
	"accessNotConfigured": {"The Gmail API is switched off in the Google Cloud project.",
		"Enable the Gmail API in the project that Baton runs in."},
	"forbidden": {"Google does not let Baton act for this mailbox.",
		"Check that the address is a mailbox of its own (not a delegate's or a group's) and that it was granted."},
	"mailServiceNotEnabled": {"Gmail is switched off for this account.",
		"Switch Gmail on for the account in the Admin console, or take the mailbox out of the policy."},
	"authError": {"Google refused Baton's token twice.",
		"Check that the grant for this mailbox is still in force."},

	// The token endpoint's answers, whoever asks.
	"invalid_grant": {"The grant for this mailbox was withdrawn or has run out.",
		"Grant access again, and check that the mailbox exists and is not suspended."},
	"unauthorized_client": {"Domain-wide delegation does not cover this app or its scope.",
		"Enter the service account's client id with the scope gmail.modify in the Admin console; it can take some minutes to work."},
	"access_denied": {"Google refused to issue a token for this mailbox.",
		"Check the domain-wide delegation and that the mailbox belongs to the domain."},
	"invalid_client": {"Google does not know the service account or client that Baton uses.",
		"Check the key or client secret that Baton was given."},
}
