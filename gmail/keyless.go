package gmail

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"cloud.google.com/go/auth"
	"cloud.google.com/go/auth/credentials"
	"google.golang.org/api/iamcredentials/v1"
	"google.golang.org/api/option"

	"baton/desk"
)

// KeylessOptions say how mailboxes are opened by domain-wide delegation without
// a key. Account and Enrolled are required.
type KeylessOptions struct {
	Account   string                  // address of the service account that has the delegation
	Enrolled  func(desk.Mailbox) bool // which mailboxes may be opened
	Caller    auth.TokenProvider      // who Baton is in Google Cloud; nil = Application Default Credentials
	IAMURL    string                  // the IAM Credentials API; "" = Google's
	TokenURL  string                  // "" = Google's
	Transport http.RoundTripper       // carries all requests; nil = usual
	Now       func() time.Time        // nil = time.Now
}

// Keyless opens mailboxes by domain-wide delegation. There is no key to lose:
// IAM signs for the service account, as long as the calling identity has
// roles/iam.serviceAccountTokenCreator on it. A token takes two requests.
type Keyless struct{ delegation }

// NewKeyless makes a Keyless. It looks for Application Default Credentials if
// no caller is given, but makes no call.
func NewKeyless(o KeylessOptions) (*Keyless, error) {
	if o.Account == "" || o.Enrolled == nil {
		return nil, errors.New("gmail: keyless delegation needs a service account and to know which mailboxes are enrolled")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Caller == nil {
		found, err := credentials.DetectDefault(&credentials.DetectOptions{
			Scopes: []string{iamcredentials.CloudPlatformScope}, UseSelfSignedJWT: true,
		})
		if err != nil {
			return nil, fmt.Errorf("gmail: Baton has no identity in Google Cloud to sign with; run it there as a service account, or run gcloud auth application-default login: %w", err)
		}
		o.Caller = found
	}
	base := o.Transport
	if base == nil {
		base = http.DefaultTransport
	}
	opts := []option.ClientOption{option.WithHTTPClient(&http.Client{Transport: caller{o.Caller, base}, Timeout: tokenPatience})}
	if o.IAMURL != "" {
		opts = append(opts, option.WithEndpoint(o.IAMURL))
	}
	iam, err := iamcredentials.NewService(context.Background(), opts...)
	if err != nil {
		return nil, fmt.Errorf("gmail: making the IAM client: %w", err)
	}
	name := "projects/-/serviceAccounts/" + o.Account
	return &Keyless{delegation{
		account: o.Account, audience: googleTokenURL, tokenURL: cmp.Or(o.TokenURL, googleTokenURL),
		enrolled: o.Enrolled, client: tokenClient(o.Transport), now: o.Now,
		sign: func(ctx context.Context, claims []byte) (string, error) {
			r, err := iam.Projects.ServiceAccounts.SignJwt(name, &iamcredentials.SignJwtRequest{Payload: string(claims)}).Context(ctx).Do()
			if err != nil {
				return "", newSignError(err)
			}
			return r.SignedJwt, nil
		},
	}}, nil
}

// caller puts the calling identity's token on requests.
type caller struct {
	tokens auth.TokenProvider
	base   http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (c caller) RoundTrip(req *http.Request) (*http.Response, error) {
	tok, err := c.tokens.Token(req.Context())
	if err != nil {
		if req.Body != nil {
			req.Body.Close()
		}
		return nil, &callerError{err}
	}
	out := req.Clone(req.Context())
	out.Header.Set("Authorization", "Bearer "+tok.Value)
	return c.base.RoundTrip(out)
}
