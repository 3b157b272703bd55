package main

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"baton/store"
)

// settings are all that a serving Baton is told. Every one is a flag and an
// environment variable: --public-url and BATON_PUBLIC_URL. The flag wins.
//
// Durations and numbers are texts here, so that validate can report every
// fault at once instead of the parser its first.
type settings struct {
	Listen      string `default:"127.0.0.1:8080" help:"Address to serve on, host:port."`
	PublicURL   string `name:"public-url" help:"Address under which Google reaches this server, as in the add-on's deployment: https://baton.example.com. Token audiences follow from it."`
	Store       string `default:"sqlite:baton.db" help:"Where records are kept: sqlite:FILE or firestore:PROJECT/DATABASE."`
	Policy      string `help:"Policy file: mailboxes, members, rules. See docs/policy.md."`
	MetricsAddr string `name:"metrics-listen" help:"Serve /metrics on this address instead of the main one."`

	Topic    string `help:"Pub/Sub topic that Gmail publishes to: projects/PROJECT/topics/TOPIC."`
	GmailURL string `name:"gmail-url" default:"https://gmail.googleapis.com/" help:"Gmail API."`

	accessSettings

	PushAccount      string `name:"push-account" help:"Service account that signs the pushes of Pub/Sub."`
	PushAudience     string `name:"push-audience" help:"Audience of push tokens; the push endpoint's address when left out."`
	PushSubscription string `name:"push-subscription" help:"Only accept pushes of this subscription: projects/PROJECT/subscriptions/NAME."`

	Pull string `help:"Pull notifications from this subscription instead of having them pushed, on a host that Google cannot reach: projects/PROJECT/subscriptions/NAME."`

	AddonAccount string   `name:"addon-account" help:"Service account of the add-on, as 'gcloud workspace-add-ons get-authorization' prints it."`
	ClientID     string   `name:"client-id" help:"OAuth client id of the add-on, as 'gcloud workspace-add-ons get-authorization' prints it."`
	Issuers      []string `name:"issuer" default:"https://accounts.google.com,accounts.google.com" help:"Issuers of ID tokens."`
	KeysURL      string   `name:"keys-url" default:"https://www.googleapis.com/oauth2/v3/certs" help:"Keys that ID tokens are signed with."`

	Units       string `default:"6000" help:"Gmail quota units per mailbox and minute; 0 = no limit of ours."`
	Sweep       string `default:"5m" help:"How often mailboxes are read without a push, so that a lost push does no harm."`
	Lease       string `default:"30s" help:"How long a mailbox or a promise stays with a process that does not answer, before another takes it over."`
	FirstImport string `name:"first-import" default:"0" help:"Mail up to this age is recorded when a mailbox is first read; 0 = only mail that arrives from then on."`
	Instance    string `help:"This process's name among those that share the store. One that comes back under its name goes on at once with what it had begun; two must not run under one name at a time. 'baton' for SQLite, random otherwise."`
	LogLevel    string `name:"log-level" default:"info" help:"debug, info, warn or error."`

	units       int
	sweep       time.Duration
	lease       time.Duration
	firstImport time.Duration
	level       slog.Level
}

// Secret is a setting that is never printed. Files with secrets are named by
// it too: a path can tell more than it should.
type Secret string

func (s Secret) String() string {
	if s == "" {
		return "(not set)"
	}
	return "(set)"
}

// MarshalText keeps the secret out of logs and JSON.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

var (
	topicForm        = regexp.MustCompile(`^projects/[^/]+/topics/[^/]+$`)
	instanceForm     = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
	subscriptionForm = regexp.MustCompile(`^projects/[^/]+/subscriptions/[^/]+$`)
)

// validate checks every setting and reports all faults together. It fills in
// what follows from others.
func (s *settings) validate() error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	need := func(flag, value, what string) {
		if value == "" {
			fault("--%s (%s) is missing: %s", flag, variable(flag), what)
		}
	}
	need("public-url", s.PublicURL, "the https address under which Google reaches this server")
	need("policy", s.Policy, "the policy file; docs/policy.md has an example")
	if !s.delegates() && !s.consents() {
		need("service-key", "", "the key file of the service account with domain-wide delegation; or give --delegate to do without a key, or --consent-client-id for owners' consent")
	}
	s.accessSettings.check(fault)
	if s.Instance != "" && !instanceForm.MatchString(s.Instance) {
		fault("--instance %q is not a name of at most 64 letters, digits, dots and dashes", s.Instance)
	}
	need("topic", s.Topic, "projects/PROJECT/topics/TOPIC")
	if s.Pull == "" {
		need("push-account", s.PushAccount, "the service account that signs pushes; or --pull, to pull notifications")
	}
	need("addon-account", s.AddonAccount, "the add-on's service account")
	need("client-id", s.ClientID, "the add-on's OAuth client id")

	if s.PublicURL != "" {
		u, err := url.Parse(s.PublicURL)
		loopback := err == nil && isLoopback(u.Hostname())
		switch {
		case err != nil || u.Host == "":
			fault("--public-url %q is not an address such as https://baton.example.com", s.PublicURL)
		case u.Scheme != "https" && !(u.Scheme == "http" && loopback):
			fault("--public-url %q must begin with https://; Google calls nothing else", s.PublicURL)
		case u.RawQuery != "" || u.Fragment != "":
			fault("--public-url %q must not have a query or fragment", s.PublicURL)
		}
		s.PublicURL = strings.TrimRight(s.PublicURL, "/")
	}
	if _, _, err := net.SplitHostPort(s.Listen); err != nil {
		fault("--listen %q is not host:port", s.Listen)
	}
	if s.MetricsAddr != "" {
		if _, _, err := net.SplitHostPort(s.MetricsAddr); err != nil {
			fault("--metrics-listen %q is not host:port", s.MetricsAddr)
		}
	}
	if s.Topic != "" && !topicForm.MatchString(s.Topic) {
		fault("--topic %q is not projects/PROJECT/topics/TOPIC", s.Topic)
	}
	s.checkPull(fault)
	if s.PushSubscription != "" && !subscriptionForm.MatchString(s.PushSubscription) {
		fault("--push-subscription %q is not projects/PROJECT/subscriptions/NAME", s.PushSubscription)
	}
	if err := store.Check(s.Store); err != nil {
		fault("--store %q: %w", s.Store, err)
	}
	for _, a := range [][2]string{{"push-account", s.PushAccount}, {"addon-account", s.AddonAccount}} {
		if a[1] != "" && !strings.Contains(a[1], "@") {
			fault("--%s %q is not an e-mail address", a[0], a[1])
		}
	}
	for _, a := range [][2]string{{"gmail-url", s.GmailURL}, {"keys-url", s.KeysURL}} {
		u, err := url.Parse(a[1])
		if err != nil || u.Host == "" || u.Scheme != "https" && !(u.Scheme == "http" && isLoopback(u.Hostname())) {
			fault("--%s %q is not an https address; http is for this machine only", a[0], a[1])
		}
	}
	var err error
	if s.units, err = strconv.Atoi(s.Units); err != nil || s.units < 0 {
		fault("--units %q is not a number of quota units", s.Units)
	}
	s.sweep = duration(s.Sweep, "sweep", time.Second, fault)
	s.lease = duration(s.Lease, "lease", time.Second, fault)
	s.firstImport = duration(s.FirstImport, "first-import", 0, fault)
	if err := s.level.UnmarshalText([]byte(s.LogLevel)); err != nil {
		fault("--log-level %q is none of debug, info, warn, error", s.LogLevel)
	}
	if len(faults) > 0 {
		return usage(errors.Join(faults...))
	}
	if s.Pull == "" && s.PushAudience == "" {
		s.PushAudience = s.PublicURL + "/push"
	}
	return nil
}

// checkPull: notifications are pushed or pulled, never both.
func (s *settings) checkPull(fault func(string, ...any)) {
	if s.Pull == "" {
		return
	}
	if !subscriptionForm.MatchString(s.Pull) {
		fault("--pull %q is not projects/PROJECT/subscriptions/NAME", s.Pull)
	}
	for _, a := range [][2]string{{"push-account", s.PushAccount}, {"push-audience", s.PushAudience}, {"push-subscription", s.PushSubscription}} {
		if a[1] != "" {
			fault("--%s %q and --pull exclude each other: notifications are pushed or pulled", a[0], a[1])
		}
	}
}

func duration(text, flag string, least time.Duration, fault func(string, ...any)) time.Duration {
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		fault("--%s %q is not a length of time such as 90s, 5m or 720h", flag, text)
	} else if d < least {
		fault("--%s %s is too short; the least is %s", flag, text, least)
	}
	return d
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// variable is the environment variable of a flag.
func variable(flag string) string {
	return "BATON_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// settingsFrom lets every flag be set by its environment variable. Cloud Run's
// PORT gives the port to listen on when --listen is not set.
func settingsFrom(lookup func(string) (string, bool)) kong.Resolver {
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		if flag.Name == "help" {
			return nil, nil
		}
		if v, ok := lookup(variable(flag.Name)); ok {
			return v, nil
		}
		if flag.Name == "listen" {
			if port, ok := lookup("PORT"); ok {
				return ":" + port, nil
			}
		}
		return nil, nil
	})
}
