package desk

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// Email is a person's or a mailbox's address in lower case, without a name.
type Email string

// Mailbox is the address of a shared mailbox under Baton's care, lower case.
type Mailbox string

// ThreadID is Gmail's id of a thread: hex digits, unique in one mailbox only.
type ThreadID string

// MessageID is Gmail's id of a message: hex digits, unique in one mailbox only.
type MessageID string

// RFCID is the value of an RFC 822 Message-ID header without angle brackets.
// It is the same for every recipient's copy of a mail. Senders may leave it
// out or use it twice.
type RFCID string

// ConversationID names one conversation. It follows from mailbox and thread,
// so that a record is found again without a look-up.
type ConversationID string

// NoteID names one note within its conversation.
type NoteID string

// ShareID names one share within its conversation.
type ShareID string

// IntentID names one intent. It follows from the change that made the promise,
// so that a repeated change cannot promise twice.
type IntentID string

// GroupID names one change of many conversations.
type GroupID string

// ParseEmail brings an address into the form that is compared: trimmed, lower
// case. It does not judge whether mail could reach it.
func ParseEmail(s string) Email { return Email(strings.ToLower(strings.TrimSpace(s))) }

// Domain gives what follows the last @, or "".
func (e Email) Domain() string {
	if i := strings.LastIndexByte(string(e), '@'); i >= 0 {
		return string(e[i+1:])
	}
	return ""
}

var idEncoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// digest gives 26 characters (130 bits) that follow from the parts alone.
// Parts are separated, so that no two lists of parts look alike.
func digest(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return idEncoding.EncodeToString(h.Sum(nil))[:26]
}

// ConversationOf names the conversation of a thread in a mailbox.
func ConversationOf(m Mailbox, t ThreadID) ConversationID {
	return ConversationID(digest("conversation", string(m), string(t)))
}
