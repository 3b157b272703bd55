package preview

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// event is what Google posts to an HTTP add-on from Gmail, on the web or in its phone app. Field names:
// developers.google.com/workspace/add-ons/guides/alternate-runtimes and concepts/event-objects.
type event struct {
	Common commonEvent `json:"commonEventObject"`
	Auth   authEvent   `json:"authorizationEventObject"`
	Gmail  *gmailEvent `json:"gmail,omitempty"`
}

type commonEvent struct {
	HostApp    string               `json:"hostApp"`
	Platform   string               `json:"platform"`
	UserLocale string               `json:"userLocale"`
	TimeZone   timeZone             `json:"timeZone"`
	FormInputs map[string]formInput `json:"formInputs,omitempty"`
	Parameters map[string]string    `json:"parameters,omitempty"`
}

// timeZone.Offset is in milliseconds east of UTC.
type timeZone struct {
	ID     string `json:"id"`
	Offset int64  `json:"offset"`
}

// formInput holds exactly one of its fields.
type formInput struct {
	Strings  *stringInputs  `json:"stringInputs,omitempty"`
	DateTime *dateTimeInput `json:"dateTimeInput,omitempty"`
	Date     *dateInput     `json:"dateInput,omitempty"`
	Time     *timeInput     `json:"timeInput,omitempty"`
}

type stringInputs struct {
	Value []string `json:"value"`
}

type dateTimeInput struct {
	HasDate bool        `json:"hasDate"`
	HasTime bool        `json:"hasTime"`
	Epoch   json.Number `json:"msSinceEpoch"`
}

type dateInput struct {
	Epoch json.Number `json:"msSinceEpoch"`
}

type timeInput struct {
	Hours   int `json:"hours"`
	Minutes int `json:"minutes"`
}

type authEvent struct {
	UserOAuthToken   string   `json:"userOAuthToken"`
	UserIDToken      string   `json:"userIdToken"`
	SystemIDToken    string   `json:"systemIdToken"`
	AuthorizedScopes []string `json:"authorizedScopes"`
}

type gmailEvent struct {
	MessageID   string `json:"messageId"`
	ThreadID    string `json:"threadId"`
	AccessToken string `json:"accessToken"`
}

// common builds the part of the event that says who sits where and what they entered.
func common(who Person, now time.Time, req callRequest) (commonEvent, error) {
	zone, err := who.zone()
	if err != nil {
		return commonEvent{}, fmt.Errorf("preview: time zone: %w", err)
	}
	_, seconds := now.In(zone).Zone()
	e := commonEvent{
		HostApp:    "GMAIL",
		Platform:   cmp.Or(req.Platform, "WEB"),
		UserLocale: who.locale(),
		TimeZone:   timeZone{ID: zone.String(), Offset: int64(seconds) * 1000},
		Parameters: req.Parameters,
	}
	if len(req.Form)+len(req.Inputs) > 0 {
		e.FormInputs = make(map[string]formInput, len(req.Form)+len(req.Inputs))
	}
	for name, values := range req.Form {
		if values == nil {
			values = []string{}
		}
		e.FormInputs[name] = formInput{Strings: &stringInputs{values}}
	}
	for name, in := range req.Inputs {
		e.FormInputs[name] = in
	}
	return e, nil
}

// decimal writes a Gmail API id (hex) the way events carry it: prefix and decimal.
func decimal(prefix, id string) (string, error) {
	n, err := strconv.ParseUint(id, 16, 64)
	if err != nil {
		return "", fmt.Errorf("preview: %w: id %q is no Gmail id", ErrInvalid, id)
	}
	return prefix + strconv.FormatUint(n, 10), nil
}

// hexID accepts a message id from the API (hex) or from an event (msg-f:decimal) and gives hex.
func hexID(id string) (MessageID, error) {
	base := 16
	rest, found := strings.CutPrefix(id, "msg-f:")
	if found {
		base = 10
	}
	n, err := strconv.ParseUint(rest, base, 64)
	if err != nil {
		return "", refuse(400, "The message is not a Gmail message id.")
	}
	return MessageID(strconv.FormatUint(n, 16)), nil
}
