package gmail_test

import (
	"errors"

	"baton/gmail/gmailsim"
)

// refusals are the ways to lose access, each with the text that tells of it.
var refusals = []struct {
	name   string
	modes  []string
	lose   func(*office) error
	back   func(*office) error // nil = only a new consent helps
	reason string
	text   string
}{
	{"consent withdrawn", []string{"consent"},
		func(o *office) error { return o.sim.EndConsents(string(support)) }, nil,
		"invalid_grant", "owner's consent for this mailbox was withdrawn"},
	{"suspended", []string{"keyless", "keyfile"},
		func(o *office) error { return o.sim.SetCondition(string(support), gmailsim.Suspended) },
		func(o *office) error { return o.sim.SetCondition(string(support), gmailsim.Well) },
		"invalid_grant", "it may be suspended"},
	{"suspended, by consent", []string{"consent"},
		func(o *office) error { return o.sim.SetCondition(string(support), gmailsim.Suspended) },
		func(o *office) error { return o.sim.SetCondition(string(support), gmailsim.Well) },
		"invalid_grant", "withdrawn or has run out"},
	{"account deleted", []string{"keyless", "keyfile"},
		func(o *office) error { return o.sim.SetCondition(string(support), gmailsim.Removed) },
		func(o *office) error { return o.sim.SetCondition(string(support), gmailsim.Well) },
		"invalid_grant", "knows no account by this mailbox's address"},
	{"Gmail switched off", modes,
		func(o *office) error { return o.sim.SetCondition(string(support), gmailsim.GmailOff) },
		func(o *office) error { return o.sim.SetCondition(string(support), gmailsim.Well) },
		"mailServiceNotEnabled", "Gmail is switched off for this account"},
	{"delegation withdrawn", []string{"keyless", "keyfile"},
		func(o *office) error { return errors.Join(o.sim.Grant(account), o.sim.EndTokens(string(support))) },
		func(o *office) error { return o.sim.Grant(account, gmailsim.Modify) },
		"unauthorized_client", "Domain-wide delegation does not cover"},
	{"scope taken out of the delegation", []string{"keyless", "keyfile"},
		func(o *office) error {
			return errors.Join(o.sim.Grant(account, gmailsim.ReadOnly), o.sim.EndTokens(string(support)))
		},
		func(o *office) error { return o.sim.Grant(account, gmailsim.Modify) },
		"unauthorized_client", "with the scope gmail.modify"},
	{"may not sign", []string{"keyless"},
		func(o *office) error { return errors.Join(o.sim.SetSigners(account), o.sim.EndTokens(string(support))) },
		func(o *office) error { return o.sim.SetSigners(account, runner) },
		"signJwtDenied", "roles/iam.serviceAccountTokenCreator"},
	{"IAM switched off", []string{"keyless"},
		func(o *office) error {
			return faulty(o, gmailsim.MethodSignJwt, gmailsim.Fault{Status: 403, Reason: "SERVICE_DISABLED", Message: "IAM Service Account Credentials API has not been used in project 1 before or it is disabled."})
		}, healthy,
		"iamNotConfigured", "Enable iamcredentials.googleapis.com"},
	{"service account gone", []string{"keyless"},
		func(o *office) error {
			return faulty(o, gmailsim.MethodSignJwt, gmailsim.Fault{Status: 404, Message: "Unknown service account"})
		}, healthy,
		"signJwtFailed", "exists and is enabled"},
	{"Baton's identity refused", []string{"keyless"},
		func(o *office) error {
			return faulty(o, gmailsim.MethodSignJwt, gmailsim.Fault{Status: 401, Message: "Request had invalid authentication credentials."})
		}, healthy,
		"callerRefused", "the identity that Baton runs as"},
	{"key deleted", []string{"keyfile"},
		func(o *office) error {
			return faulty(o, gmailsim.MethodToken, gmailsim.Fault{Status: 400, Reason: "invalid_grant", Message: "Invalid JWT Signature."})
		}, healthy,
		"invalid_grant", "does not accept the service account's key"},
	{"clock wrong", []string{"keyless", "keyfile"},
		func(o *office) error {
			return faulty(o, gmailsim.MethodToken, gmailsim.Fault{Status: 400, Reason: "invalid_grant", Message: "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim."})
		}, healthy,
		"invalid_grant", "Set its clock right"},
	{"no such person", []string{"keyless", "keyfile"},
		func(o *office) error {
			return faulty(o, gmailsim.MethodToken, gmailsim.Fault{Status: 400, Reason: "invalid_request", Message: "Invalid impersonation &quot;sub&quot; field: support@acme.test"})
		}, healthy,
		"invalid_request", "knows no account"},
	{"client's secret changed", []string{"consent"},
		func(o *office) error {
			return faulty(o, gmailsim.MethodToken, gmailsim.Fault{Status: 401, Reason: "invalid_client", Message: "Unauthorized"})
		}, healthy,
		"invalid_client", "its secret is another"},
	{"client deleted", modes,
		func(o *office) error {
			return faulty(o, gmailsim.MethodToken, gmailsim.Fault{Status: 401, Reason: "deleted_client", Message: "The OAuth client was deleted."})
		}, healthy,
		"deleted_client", "was deleted"},
	{"another client's consent", []string{"consent"},
		func(o *office) error {
			return faulty(o, gmailsim.MethodToken, gmailsim.Fault{Status: 401, Reason: "unauthorized_client", Message: "Unauthorized"})
		}, healthy,
		"unauthorized_client", "another OAuth client"},
	{"administrator's rule", modes,
		func(o *office) error {
			return faulty(o, gmailsim.MethodToken, gmailsim.Fault{Status: 400, Reason: "admin_policy_enforced", Message: "x"})
		}, healthy,
		"admin_policy_enforced", "administrators do not allow"},
	{"a refusal not known yet", modes,
		func(o *office) error {
			return faulty(o, gmailsim.MethodToken, gmailsim.Fault{Status: 403, Reason: "brand_new", Message: "x"})
		}, healthy,
		"brand_new", "refused to issue a token"},
}

// faulty has one way to a token fail for the mailbox's next token on.
func faulty(o *office, method string, f gmailsim.Fault) error {
	o.sim.SetAccessFault(func(c gmailsim.Call) *gmailsim.Fault {
		if c.Method == method && (c.Mailbox == string(support) || c.Mailbox == "") {
			return &f
		}
		return nil
	})
	return o.sim.EndTokens(string(support))
}

func healthy(o *office) error {
	o.sim.SetAccessFault(nil)
	return nil
}
