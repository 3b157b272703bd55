package addon

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// scopes are what the add-on asks of people, the least that its triggers need.
// Reading a mailbox is granted elsewhere, by its owner or the domain.
var scopes = []string{
	"https://www.googleapis.com/auth/gmail.addons.execute",
	scopeEmail,
	"https://www.googleapis.com/auth/gmail.addons.current.message.metadata", // Message-IDs; who gets a mail that is being written
	"https://www.googleapis.com/auth/gmail.addons.current.action.compose",   // the compose window
	"https://www.googleapis.com/auth/script.locale",                         // the reader's time zone
}

// Manifest writes the deployment that tells Google where this add-on is, for
// gcloud workspace-add-ons deployments create --deployment-file. publicURL is
// https, without a slash at its end; logo the address of a picture.
//
// Source: developers.google.com/workspace/add-ons, reference
// rest/v1/projects.deployments and guides/alternate-runtimes.
func Manifest(publicURL, name, logo string) ([]byte, error) {
	for what, u := range map[string]string{"public address": publicURL, "logo": logo} {
		if p, err := url.Parse(u); err != nil || p.Scheme != "https" || p.Host == "" || strings.HasSuffix(u, "/") {
			return nil, fmt.Errorf("addon: the %s must be an https address without a slash at its end", what)
		}
	}
	if strings.TrimSpace(name) == "" {
		return nil, errors.New("addon: the add-on needs a name")
	}
	type m = map[string]any
	b, err := json.MarshalIndent(m{
		"oauthScopes": scopes,
		"addOns": m{
			"common": m{
				"name": name, "logoUrl": logo, "useLocaleFromApp": true,
				"homepageTrigger": m{"runFunction": publicURL + "/addon/home"},
				// The second is where drafts are opened from a copy in one's own mailbox.
				"openLinkUrlPrefixes": []string{publicURL + "/", "https://mail.google.com/mail/"},
			},
			"gmail": m{
				"contextualTriggers": []m{{"unconditional": m{}, "onTriggerFunction": publicURL + "/addon/message"}},
				"composeTrigger": m{
					"actions":     []m{{"runFunction": publicURL + "/addon/compose", "label": "Saved texts"}},
					"draftAccess": "METADATA",
				},
			},
			"httpOptions": m{"authorizationHeader": "SYSTEM_ID_TOKEN", "granularOauthPermissionSupport": "OPT_IN"},
		},
	}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("addon: writing the manifest: %w", err)
	}
	return append(b, '\n'), nil
}
