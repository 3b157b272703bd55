// Package wire is the JSON between Gmail and Baton: the events that Google posts, and the answers it
// accepts. Google publishes Go types for neither.
//
// Reading is tolerant ([Decode]): Google's pages contradict each other on several types, and clients
// of different ages send different fields. Writing is strict ([Encode]): Gmail discards an answer with
// one wrong or misplaced field and shows the person a bare error, so there is one encoder, and the
// types leave little to misplace.
//
// Source: developers.google.com/workspace/add-ons, pages concepts/event-objects,
// guides/alternate-runtimes and reference/rpc/apps.extensions.markup.
package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// MaxEvent is the largest event read, in bytes. A form with a long reply stays far below.
const MaxEvent = 512 << 10

// Errors of Decode.
var (
	ErrTooLarge  = errors.New("wire: event too large")
	ErrMalformed = errors.New("wire: not an event")
)

// Event is what Google posts when somebody opens a card or clicks in one. Any part may be missing.
// Nothing in it is proof of anything but the tokens in Auth, once verified.
type Event struct {
	Common Common
	Auth   Auth
	Gmail  Gmail
}

// UnmarshalJSON takes a part that is no object as missing.
func (e *Event) UnmarshalJSON(b []byte) error {
	var parts struct {
		Common maybe[Common] `json:"commonEventObject"`
		Auth   maybe[Auth]   `json:"authorizationEventObject"`
		Gmail  maybe[Gmail]  `json:"gmail"`
	}
	if err := json.Unmarshal(b, &parts); err != nil {
		return err
	}
	*e = Event{parts.Common.v, parts.Auth.v, parts.Gmail.v}
	return nil
}

// Common is the part that all hosts send. Use the accessors of Event for the form and the parameters.
type Common struct {
	HostApp    Text           `json:"hostApp"`  // "GMAIL"
	Platform   Text           `json:"platform"` // "WEB", "IOS" or "ANDROID"
	UserLocale Text           `json:"userLocale"`
	TimeZone   Zone           `json:"timeZone"`
	FormInputs members[input] `json:"formInputs"`
	Parameters members[Text]  `json:"parameters"`
}

// Auth holds the tokens. They are never stored and never logged.
type Auth struct {
	UserOAuthToken   Text  `json:"userOAuthToken"` // the spelling userOauthToken is read as well
	UserIDToken      Text  `json:"userIdToken"`
	SystemIDToken    Text  `json:"systemIdToken"`
	AuthorizedScopes Texts `json:"authorizedScopes"` // what the person really granted
}

// Gmail is the open message. Its fields are empty on the home card.
type Gmail struct {
	MessageID     Text  `json:"messageId"` // see Event.MessageHex
	ThreadID      Text  `json:"threadId"`  // see Event.ThreadHex
	AccessToken   Text  `json:"accessToken"`
	ToRecipients  Texts `json:"toRecipients"` // with a compose trigger only, as the next two
	CcRecipients  Texts `json:"ccRecipients"`
	BccRecipients Texts `json:"bccRecipients"`
}

// Decode reads an event. It gives ErrTooLarge beyond MaxEvent bytes and ErrMalformed for anything that
// is not one JSON object; members of an unexpected type count as absent.
func Decode(r io.Reader) (*Event, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxEvent+1))
	if err != nil {
		return nil, fmt.Errorf("wire: read event: %w", err)
	}
	if len(b) > MaxEvent {
		return nil, ErrTooLarge
	}
	if b = bytes.TrimLeft(b, " \t\r\n"); len(b) == 0 || b[0] != '{' {
		return nil, ErrMalformed // null, a list, a number: JSON and no event
	}
	var e Event
	if err := json.Unmarshal(b, &e); err != nil {
		return nil, ErrMalformed // the parser's own words may quote the event
	}
	return &e, nil
}
