package wire

import (
	"encoding/json"
	"strings"

	"baton/addon/card"
)

// Answer is what an entry point gives back: [Render], [Submit], [Suggestions], or, in place of any of
// them, one of the authorization requests.
type Answer interface {
	// body gives the JSON of an answer to an entry point of that kind, nil when it cannot answer it.
	body(k Kind) (any, error)
}

// Render is the answer to a trigger: what the side panel shows now.
type Render struct {
	Navigations []Navigation // in order
	Notify      string       // a short line at the bottom, plain text
	Open        *card.OpenLink
	Host        Host // something for Gmail itself to do
}

// Submit is the answer to a click or a change.
type Submit struct {
	Render
	// Changed tells Gmail that cards of other messages, and the home card, are outdated.
	Changed bool
}

// Suggestions is the answer to an input that asks while somebody types. Gmail shows them as they come.
type Suggestions []string

// Navigation is one move in the stack of cards. Its constructors are all there are.
type Navigation struct {
	field string
	value any
}

// Push puts a card on top, with an arrow to go back.
func Push(c card.Card) Navigation { return Navigation{"pushCard", json.RawMessage(c.JSON())} }

// Update replaces the card on top.
func Update(c card.Card) Navigation { return Navigation{"updateCard", json.RawMessage(c.JSON())} }

// Pop takes the top card away. The lowest card always stays.
func Pop() Navigation { return Navigation{"pop", true} }

// PopToRoot takes all but the lowest card away.
func PopToRoot() Navigation { return Navigation{"popToRoot", true} }

// PopTo takes cards away down to the one of that name.
func PopTo(name string) Navigation { return Navigation{"popToCard", name} }

// Show is the answer that puts one card on top.
func Show(c card.Card) Render { return Render{Navigations: []Navigation{Push(c)}} }

// Host is something that Gmail itself is asked to do.
type Host interface {
	// markup gives Google's name and form, no value when there is nothing to do.
	markup() (name string, value any)
}

// OpenDraft opens a draft that exists, in its thread.
type OpenDraft struct {
	DraftID  string // as drafts.create gave it, "r123..."
	ThreadID string // hex
}

// UpdateDraft changes the draft that is open. It may only answer cards of the compose window. Empty
// parts are left alone.
type UpdateDraft struct {
	Subject     string
	To, Cc, Bcc []string
	Insert      string // goes in at the cursor
	HTML        bool   // Insert is HTML, which the caller has made safe; otherwise plain text
}

// CloseCompose closes the add-on's part of the compose window.
type CloseCompose struct{}

func (h OpenDraft) markup() (string, any) {
	if h.DraftID == "" {
		return "", nil
	}
	return "openCreatedDraftActionMarkup", openDraftJSON(h)
}

func (h UpdateDraft) markup() (string, any) {
	out := updateDraftJSON{
		To: recipients("toRecipients", h.To), Cc: recipients("ccRecipients", h.Cc), Bcc: recipients("bccRecipients", h.Bcc),
	}
	if h.Subject != "" {
		out.Subject = map[string]string{"subject": card.Plain(h.Subject, 1000)}
	}
	if h.Insert != "" {
		kind := "TEXT"
		if h.HTML {
			kind = "MUTABLE_HTML"
		}
		out.Body = &updateBodyJSON{Contents: []insertJSON{{h.Insert, kind}}, Type: "IN_PLACE_INSERT"}
	}
	if out.empty() {
		return "", nil
	}
	return "updateDraftActionMarkup", out
}

func (CloseCompose) markup() (string, any) {
	return "addonComposeUiActionMarkup", map[string]string{"type": "DISMISS"}
}

func recipients(field string, addresses []string) map[string][]emailJSON {
	var list []emailJSON
	for _, a := range addresses {
		if a = strings.TrimSpace(a); a != "" {
			list = append(list, emailJSON{a})
		}
	}
	if list == nil {
		return nil
	}
	return map[string][]emailJSON{field: list}
}

// AskSignIn shows Google's own card with a button to sign in with us. Google allows it to add-ons that
// are not public; others need AskSignInWith. It may answer every kind of call.
type AskSignIn struct {
	URL     string // https
	Product string
}

// AskSignInWith shows cards of our own instead, with a button that opens the sign-in page.
type AskSignInWith struct{ Render }

// AskScopes asks for Google scopes that were not granted; none named asks for all of the manifest.
// After consent Gmail repeats the call by itself, so handlers must stand being called twice.
type AskScopes struct{ Scopes []string }
