package wire

import chatapi "google.golang.org/api/chat/v1"

// The JSON of answers, field by field as Google documents it.

type renderJSON struct {
	Action *actionJSON    `json:"action,omitempty"`
	Host   map[string]any `json:"hostAppAction,omitempty"`
}

type actionJSON struct {
	Navigations  []map[string]any                  `json:"navigations,omitempty"`
	Notification map[string]string                 `json:"notification,omitempty"`
	Link         *chatapi.GoogleAppsCardV1OpenLink `json:"link,omitempty"`
}

type submitJSON struct {
	Render  *renderJSON `json:"renderActions"`
	Changed bool        `json:"stateChanged,omitempty"`
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
