package main

import (
	"context"
	"errors"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"time"

	"baton/desk"
	"baton/gmail"
	"baton/gmail/seal"
)

// accessSettings say how mailboxes are reached: by domain-wide delegation, with
// a key file or without, by their owners' consent, or by both. Addresses left
// out are Google's.
type accessSettings struct {
	ServiceKey Secret `name:"service-key" group:"Access to mailboxes" help:"File with the key of the service account that has domain-wide delegation for gmail.modify."`
	Delegate   string `group:"Access to mailboxes" help:"Address of that service account, to do without its key: Google Cloud's IAM signs for it."`

	ConsentClientID     string `name:"consent-client-id" group:"Access to mailboxes" help:"OAuth client by which mailboxes' owners agree: of the web kind for --link, of the desktop kind for the command line."`
	ConsentClientSecret Secret `name:"consent-client-secret" group:"Access to mailboxes" help:"That client's secret."`
	TokenKey            Secret `name:"token-key" group:"Access to mailboxes" help:"Key that consents are encrypted with: file:PATH ('baton mailbox key PATH' makes one) or gcp-kms://projects/P/locations/L/keyRings/R/cryptoKeys/K."`

	IAMURL    string `name:"iam-url" group:"Access to mailboxes" help:"IAM Credentials API, for --delegate."`
	TokenURL  string `name:"token-url" group:"Access to mailboxes" help:"Where tokens are given out; a key file names its own."`
	AuthURL   string `name:"auth-url" group:"Access to mailboxes" help:"Where owners agree."`
	RevokeURL string `name:"revoke-url" group:"Access to mailboxes" help:"Where consents are taken back."`
	KMSURL    string `name:"kms-url" group:"Access to mailboxes" help:"Cloud KMS."`
}

// delegates tells whether delegation is set, consents whether consent is.
func (s *accessSettings) delegates() bool { return s.ServiceKey != "" || s.Delegate != "" }
func (s *accessSettings) consents() bool  { return s.ConsentClientID != "" }

// check reports what is wrong with the settings, one fault at a time.
func (s *accessSettings) check(fault func(format string, args ...any)) {
	if s.ServiceKey != "" && s.Delegate != "" {
		fault("--service-key and --delegate are two ways to the same; give one")
	}
	if s.Delegate != "" && !strings.Contains(s.Delegate, "@") {
		fault("--delegate %q is not an e-mail address", s.Delegate)
	}
	together := map[string]string{
		"consent-client-id": s.ConsentClientID, "consent-client-secret": string(s.ConsentClientSecret), "token-key": string(s.TokenKey),
	}
	some := s.ConsentClientID != "" || s.ConsentClientSecret != "" || s.TokenKey != ""
	for _, flag := range []string{"consent-client-id", "consent-client-secret", "token-key"} {
		if some && together[flag] == "" {
			fault("--%s (%s) is missing: owners' consent needs the OAuth client's id and secret and a key to encrypt with", flag, variable(flag))
		}
	}
	if k := string(s.TokenKey); k != "" && !strings.HasPrefix(k, "file:") && !strings.HasPrefix(k, "gcp-kms://") {
		fault("--token-key is neither file:PATH nor gcp-kms://projects/P/locations/L/keyRings/R/cryptoKeys/K")
	}
	for _, a := range [][2]string{{"iam-url", s.IAMURL}, {"token-url", s.TokenURL}, {"auth-url", s.AuthURL}, {"revoke-url", s.RevokeURL}, {"kms-url", s.KMSURL}} {
		if a[1] != "" && !isSafe(a[1]) {
			fault("--%s %q is not an https address; http is for this machine only", a[0], a[1])
		}
	}
}

// isSafe tells whether an address is one to send secrets to: https, or http on
// this machine.
func isSafe(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname()))
}

// serviceKey reads the key file.
func (s *accessSettings) serviceKey() ([]byte, error) {
	if s.ServiceKey == "" {
		return nil, nil
	}
	key, err := os.ReadFile(string(s.ServiceKey))
	if err != nil {
		// The path is part of a secret setting, so it is not repeated here.
		return nil, usage(errors.New("the file named by --service-key cannot be read; check its path and rights"))
	}
	return key, nil
}

// ways are the ways to mailboxes, opened.
type ways struct {
	access     *gmail.Access
	delegation gmail.Tokens // nil = none
	key        *seal.Key    // nil = no consent
}

// open opens the ways that the settings name. It makes no call, but may look
// for Google's credentials on this machine.
func (s *accessSettings) open(ctx context.Context, key []byte, gmailURL string, grants desk.Grants, enrolled func(desk.Mailbox) bool, now func() time.Time, log *slog.Logger) (*ways, error) {
	w := &ways{}
	o := gmail.AccessOptions{Grants: grants, Enrolled: enrolled, Logger: log, Now: now}
	switch {
	case s.Delegate != "":
		d, err := gmail.NewKeyless(gmail.KeylessOptions{Account: s.Delegate, Enrolled: enrolled, IAMURL: s.IAMURL, TokenURL: s.TokenURL, Now: now})
		if err != nil {
			return nil, usage(err)
		}
		w.delegation, o.Delegation = d, d
	case s.ServiceKey != "":
		d, err := gmail.NewKeyFile(key, enrolled, nil)
		if err != nil {
			return nil, usage(err)
		}
		w.delegation, o.Delegation = d, d
	}
	if s.consents() {
		k, err := seal.Open(ctx, string(s.TokenKey), seal.Options{KMSURL: s.KMSURL})
		if err != nil {
			return nil, usage(err)
		}
		w.key, o.Key = k, k
		o.Consent = &gmail.Consent{
			ClientID: s.ConsentClientID, ClientSecret: gmail.Secret(s.ConsentClientSecret),
			AuthURL: s.AuthURL, TokenURL: s.TokenURL, RevokeURL: s.RevokeURL, GmailURL: gmailURL, Now: now,
		}
	}
	var err error
	if w.access, err = gmail.NewAccess(o); err != nil {
		return nil, usage(err)
	}
	return w, nil
}
