package gmailsim

// scope is an OAuth scope, in full.
type scope = string

const auth = "https://www.googleapis.com/auth/"

// The scopes that count here.
const (
	Full          scope = "https://mail.google.com/"
	Modify        scope = auth + "gmail.modify"
	ReadOnly      scope = auth + "gmail.readonly"
	Metadata      scope = auth + "gmail.metadata"
	Compose       scope = auth + "gmail.compose"
	Send          scope = auth + "gmail.send"
	Insert        scope = auth + "gmail.insert"
	Labels        scope = auth + "gmail.labels"
	SettingsBasic scope = auth + "gmail.settings.basic"
	SettingsShare scope = auth + "gmail.settings.sharing"
	AddonRead     scope = auth + "gmail.addons.current.message.readonly"
	AddonMetadata scope = auth + "gmail.addons.current.message.metadata"
	AddonAction   scope = auth + "gmail.addons.current.message.action"
	AddonCompose  scope = auth + "gmail.addons.current.action.compose"
)

func everyScope() []scope {
	return []scope{Full, Modify, ReadOnly, Metadata, Compose, Send, Insert, Labels, SettingsBasic, SettingsShare}
}

func addonScopes() []scope { return []scope{AddonRead, AddonMetadata, AddonAction} }

// scopeSet chooses which kind of scopes a question is about.
type scopeSet uint8

const (
	ordinary scopeSet = iota // open the whole mailbox
	addon                    // open one message, with its token
	either
)

func isAddon(s scope) bool {
	return s == AddonRead || s == AddonMetadata || s == AddonAction || s == AddonCompose
}

// hasAny tells whether the token has one of the scopes, of that kind.
func (t *token) hasAny(want []scope, kind scopeSet) bool {
	for _, s := range t.Scopes {
		if (kind == either || isAddon(s) == (kind == addon)) && contains(want, s) {
			return true
		}
	}
	return false
}
