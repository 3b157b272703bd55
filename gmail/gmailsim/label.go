package gmailsim

import (
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	gmailapi "google.golang.org/api/gmail/v1"
)

// label is a user label.
type label struct {
	ID       string `json:"i"`
	Seq      int    `json:"q"` // ids count up and are not used again
	Name     string `json:"n"`
	List     string `json:"l,omitempty"` // visibility in the label list
	Messages string `json:"m,omitempty"` // visibility in the message list
	Text     string `json:"t,omitempty"` // colours
	Back     string `json:"b,omitempty"`
}

const (
	maxLabels    = 10_000
	maxLabelName = 225 // characters
)

// systemLabels are the labels that every mailbox has; their ids are their names.
func systemLabels() []string {
	return []string{"CHAT", "SENT", "INBOX", "IMPORTANT", "TRASH", "DRAFT", "SPAM", "CATEGORY_FORUMS", "CATEGORY_UPDATES",
		"CATEGORY_PERSONAL", "CATEGORY_PROMOTIONS", "CATEGORY_SOCIAL", "STARRED", "UNREAD"}
}

// reserved are further names that no user label may have.
var reserved = []string{"drafts", "all mail", "muted", "snoozed", "scheduled", "chats", "bin", "starred", "sent mail", "archive", "outbox", "categories", "read", "voicemail"}

func isSystem(id string) bool { return slices.Contains(systemLabels(), id) }

// knows tells whether a label id exists.
func (b *mailbox) knows(id string) bool { return b.labels[id] != nil || isSystem(id) }

// labelName gives a label's name.
func (b *mailbox) labelName(id string) string {
	if l := b.labels[id]; l != nil {
		return l.Name
	}
	return id
}

// changeable checks label ids that a call wants to put on or take off.
func (b *mailbox) changeable(lists ...[]string) error {
	for _, list := range lists {
		if len(list) > 100 {
			return badRequest("Too many labels: at most 100 may be added and 100 removed")
		}
		for _, id := range list {
			if !b.knows(id) || id == "SENT" || id == "DRAFT" || id == "CHAT" {
				return invalidLabel(id)
			}
		}
	}
	return nil
}

// checkName refuses names that are reserved, too long, empty, or taken by another label.
func (b *mailbox) checkName(name, self string) error {
	n := strings.ToLower(strings.TrimSpace(name))
	if n == "" || utf8.RuneCountInString(name) > maxLabelName || !utf8.ValidString(name) || strings.HasPrefix(n, "/") || strings.HasSuffix(n, "/") || strings.Contains(n, "//") ||
		isSystem(strings.ToUpper(n)) || slices.Contains(reserved, n) || strings.HasPrefix(n, "category_") {
		return badRequest("Invalid label name")
	}
	for _, l := range b.labels {
		if l.ID != self && strings.ToLower(l.Name) == n {
			return &apiError{http.StatusConflict, "aborted", "Label name exists or conflicts", "ABORTED"}
		}
	}
	return nil
}

// fill sets what a request says of a label.
func (l *label) fill(in *gmailapi.Label) error {
	if in.Name != "" {
		l.Name = in.Name
	}
	if v := in.LabelListVisibility; v != "" {
		if !slices.Contains([]string{"labelShow", "labelShowIfUnread", "labelHide"}, v) {
			return badRequest("Invalid labelListVisibility")
		}
		l.List = v
	}
	if v := in.MessageListVisibility; v != "" {
		if v != "show" && v != "hide" {
			return badRequest("Invalid messageListVisibility")
		}
		l.Messages = v
	}
	if c := in.Color; c != nil {
		if c.TextColor == "" || c.BackgroundColor == "" {
			return badRequest("Invalid label color: textColor and backgroundColor go together")
		}
		if !inPalette(c.TextColor) || !inPalette(c.BackgroundColor) {
			return badRequest("Label color " + c.TextColor + " on " + c.BackgroundColor + " is not on the allowed color palette")
		}
		l.Text, l.Back = strings.ToLower(c.TextColor), strings.ToLower(c.BackgroundColor)
	}
	return nil
}

// google gives a label in Google's shape, without counts.
func (l *label) google() *gmailapi.Label {
	out := &gmailapi.Label{Id: l.ID, Name: l.Name, Type: "user", LabelListVisibility: l.List, MessageListVisibility: l.Messages}
	if l.Text != "" {
		out.Color = &gmailapi.LabelColor{TextColor: l.Text, BackgroundColor: l.Back}
	}
	return out
}

func systemLabel(id string) *gmailapi.Label {
	out := &gmailapi.Label{Id: id, Name: id, Type: "system"}
	if strings.HasPrefix(id, "CATEGORY_") || id == "CHAT" {
		out.LabelListVisibility, out.MessageListVisibility = "labelHide", "hide"
	}
	return out
}
