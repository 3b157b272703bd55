package gmail

// connectAgain is the remedy where only a new consent helps.
const connectAgain = "Run baton mailbox connect ADDRESS, and have the mailbox's own account agree."

// remedies are the reasons that stay until a person acts, with what happened
// and what to do. Reasons are Google's own where it has one
// (developers.google.com/workspace/gmail/api/guides/handle-errors; RFC 6749,
// 5.2, for those with underscores); what follows a slash tells apart what Google
// gives one word for. docs/access.md lists them for administrators.
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

	// The token endpoint's answers, in either mode.
	"invalid_grant": {"The grant for this mailbox was withdrawn or has run out.",
		"Grant access again, and check that the mailbox exists and is not suspended."},
	"invalid_grant/clock": {"Google does not accept the time on the machine that Baton runs on.",
		"Set its clock right."},
	"access_denied": {"Google refused to issue a token for this mailbox.",
		"Check that the account belongs to the domain, and that nothing in the Admin console restricts it or Baton."},
	"unauthorized_client": {"Domain-wide delegation does not cover this app or its scope.",
		"Enter the service account's client id with the scope gmail.modify in the Admin console; it can take some minutes to work."},
	"invalid_client": {"Google does not know the service account or client that Baton uses.",
		"Check the key or client secret that Baton was given."},
	"invalid_scope": {"Google does not give the scope gmail.modify to this app.",
		"Allow the scope https://www.googleapis.com/auth/gmail.modify where the app is registered."},
	"admin_policy_enforced": {"The domain's administrators do not allow this app to use Gmail.",
		"Allow it in the Admin console under Security, API controls."},
	"deleted_client": {"The OAuth client or service account that Baton uses was deleted.",
		"Give Baton another one in the Google Cloud console."},
	"disabled_client": {"The OAuth client or service account that Baton uses is disabled.",
		"Enable it in the Google Cloud console."},

	// Domain-wide delegation.
	"invalid_grant/delegation": {"Google gives no token for this mailbox; it may be suspended.",
		"Check in the Admin console that the account exists and is active; Baton goes on by itself when it is."},
	"invalid_grant/mailbox": {"Google knows no account by this mailbox's address.",
		"Check the address in the policy; it must be a user of the domain, not a group or an alias."},
	"invalid_request/mailbox": {"Google knows no account by this mailbox's address.",
		"Check the address in the policy; it must be a user of the domain, not a group or an alias."},
	"invalid_grant/signature": {"Google does not accept the service account's key.",
		"The key was deleted or disabled: give Baton one that is in force, or use delegation without a key."},
	"signJwtDenied": {"Baton may not sign for the service account that has the delegation.",
		"Give the identity that Baton runs as the role roles/iam.serviceAccountTokenCreator on that service account, also if both are the same."},
	"signJwtFailed": {"Google Cloud did not sign for the service account that has the delegation.",
		"Check that the service account exists and is enabled."},
	"iamNotConfigured": {"The IAM Service Account Credentials API is switched off in the Google Cloud project.",
		"Enable iamcredentials.googleapis.com in the project that Baton runs in."},
	"callerRefused": {"Google Cloud does not accept the identity that Baton runs as.",
		"Check the service account that Baton runs as, or run gcloud auth application-default login again."},

	// Consent, while it is asked for.
	"consentDenied": {"The owner did not agree.", connectAgain},
	"consentFailed": {"Google did not ask the owner to the end.", connectAgain},
	"scopeNotGranted": {"The owner agreed, but not to reading and changing mail.",
		"Run baton mailbox connect ADDRESS again, and leave the box for Gmail ticked."},
	"otherAccount": {"Another account agreed than the mailbox's own.",
		"Run baton mailbox connect ADDRESS again, and choose the mailbox's own account at Google, under its main address."},
	"noRefreshToken":     {"Google gave no lasting consent.", connectAgain},
	"otherFlow":          {"This answer does not belong to the consent that was asked for here.", connectAgain},
	"flowExpired":        {"The consent was not given within 10 minutes.", connectAgain},
	"invalid_grant/code": {"Google did not take the answer that the owner's browser came back with.", connectAgain},
	"redirect_uri_mismatch": {"The address to come back to is not one of Baton's OAuth client.",
		"Enter it in the Google Cloud console among the client's authorised redirect URIs, letter by letter."},
	"org_internal": {"The account does not belong to the organisation that the OAuth app is internal to.",
		"Agree as an account of that organisation, or make the app external in the Google Cloud console."},

	// Consent, later.
	"notConnected":  {"This mailbox is not connected.", connectAgain},
	"noOAuthClient": {"This mailbox needs its owner's consent, but Baton has no OAuth client or no key to encrypt with.", "Give Baton both; docs/access.md tells how."},
	"otherKey": {"The stored consent for this mailbox does not open with Baton's key.",
		"Give Baton the key that it was sealed with, or run baton mailbox connect ADDRESS."},
	"keyRefused": {"Cloud KMS does not let Baton use the key that consents are sealed with.",
		"Give the identity that Baton runs as the role roles/cloudkms.cryptoKeyEncrypterDecrypter on the key, and check that the key is enabled."},
	"invalid_grant/consent": {"The owner's consent for this mailbox was withdrawn or has run out.",
		"Run baton mailbox connect ADDRESS; a new password ends a consent, and so do 7 days while the OAuth app is in testing."},
	"invalid_grant/session": {"The domain's rules want the mailbox's owner to sign in again.",
		"Trust Baton's app in the Admin console under Google Cloud session control, then run baton mailbox connect ADDRESS."},
	"unauthorized_client/consent": {"The stored consent was given to another OAuth client.", connectAgain},
	"invalid_client/consent": {"Google does not know Baton's OAuth client, or its secret is another.",
		"Check the client id and secret that Baton was given."},
}
