package wire

import chatapi "google.golang.org/api/chat/v1"

// The JSON of answers, field by field as Google documents it.

// renderJSON and submitJSON are written by hand (append.go), because
// encoding/json would copy and check each card once more.
type renderJSON struct {
	Navigations  []Navigation                      // "action.navigations"
	Notification map[string]string                 // "action.notification"
	Link         *chatapi.GoogleAppsCardV1OpenLink // "action.link"
	Host         map[string]any                    // "hostAppAction"
}

type submitJSON struct {
	Render  *renderJSON // "renderActions"
	Changed bool        // "stateChanged"
}

type itemJSON struct {
	Text string `json:"text"`
}

type promptJSON struct {
	URL      string `json:"authorization_url"`
	Resource string `json:"resource"`
}

type openDraftJSON struct {
	DraftID  string `json:"draftId"`
	ThreadID string `json:"draftThreadId,omitempty"`
}

type updateDraftJSON struct {
	Body    *updateBodyJSON        `json:"updateBody,omitempty"`
	Subject map[string]string      `json:"updateSubject,omitempty"`
	To      map[string][]emailJSON `json:"updateToRecipients,omitempty"`
	Cc      map[string][]emailJSON `json:"updateCcRecipients,omitempty"`
	Bcc     map[string][]emailJSON `json:"updateBccRecipients,omitempty"`
}

func (u updateDraftJSON) empty() bool {
	return u.Body == nil && u.Subject == nil && u.To == nil && u.Cc == nil && u.Bcc == nil
}

type updateBodyJSON struct {
	Contents []insertJSON `json:"insertContents"`
	Type     string       `json:"type"`
}

type insertJSON struct {
	Content string `json:"content"`
	Kind    string `json:"contentType"`
}

type emailJSON struct {
	Email string `json:"email"`
}
