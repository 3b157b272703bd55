package schema

import chatapi "google.golang.org/api/chat/v1"

// The parts of an answer that Google publishes no Go types for. Transcribed from
// developers.google.com/workspace/add-ons (guides/alternate-runtimes, reference/rpc/apps.extensions.markup)
// and on purpose apart from the encoder's own types, so that one slip does not pass both.

type renderActions struct {
	Action *struct {
		Navigations  []navigation                      `json:"navigations"`
		Notification *notification                     `json:"notification"`
		Link         *chatapi.GoogleAppsCardV1OpenLink `json:"link"`
	} `json:"action"`
	HostAppAction *hostAppAction `json:"hostAppAction"`
}

type navigation struct {
	PushCard   *chatapi.GoogleAppsCardV1Card `json:"pushCard"`
	UpdateCard *chatapi.GoogleAppsCardV1Card `json:"updateCard"`
	Pop        bool                          `json:"pop"`
	PopToRoot  bool                          `json:"popToRoot"`
	PopToCard  string                        `json:"popToCard"`
}

type notification struct {
	Text string `json:"text"`
}

type hostAppAction struct {
	GmailAction *gmailAction `json:"gmailAction"`
}

type gmailAction struct {
	OpenCreatedDraft *openCreatedDraft `json:"openCreatedDraftActionMarkup"`
	UpdateDraft      *updateDraft      `json:"updateDraftActionMarkup"`
	ComposeUI        *composeUI        `json:"addonComposeUiActionMarkup"`
}

type openCreatedDraft struct {
	DraftID        string `json:"draftId"`
	DraftThreadID  string `json:"draftThreadId"`
	DraftStorageID string `json:"draftStorageId"`
}

type updateDraft struct {
	Body    *updateBody    `json:"updateBody"`
	Subject *updateSubject `json:"updateSubject"`
	To      *struct {
		List []recipient `json:"toRecipients"`
	} `json:"updateToRecipients"`
	Cc *struct {
		List []recipient `json:"ccRecipients"`
	} `json:"updateCcRecipients"`
	Bcc *struct {
		List []recipient `json:"bccRecipients"`
	} `json:"updateBccRecipients"`
}

type updateSubject struct {
	Subject string `json:"subject"`
}

type updateBody struct {
	InsertContents []insertContent `json:"insertContents"`
	Type           string          `json:"type"`
}

type insertContent struct {
	Content     string `json:"content"`
	ContentType string `json:"contentType"`
}

type recipient struct {
	Email string `json:"email"`
}

type composeUI struct {
	Type string `json:"type"`
}

type submitFormResponse struct {
	RenderActions *renderActions `json:"renderActions"`
	StateChanged  bool           `json:"stateChanged"`
}

type autoComplete struct {
	AutoComplete *struct {
		Items []chatapi.GoogleAppsCardV1SuggestionItem `json:"items"`
	} `json:"autoComplete"`
}

type authorization struct {
	Basic  *basicPrompt   `json:"basic_authorization_prompt"`
	Custom *renderActions `json:"custom_authorization_prompt"`
	Scopes *scopeRequest  `json:"requesting_google_scopes"`
}

type basicPrompt struct {
	AuthorizationURL string `json:"authorization_url"`
	Resource         string `json:"resource"`
}

type scopeRequest struct {
	Scopes    []string `json:"scopes"`
	AllScopes bool     `json:"all_scopes"`
}
