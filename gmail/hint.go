package gmail

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"baton/desk"
)

// Hint is what a notification says: a mailbox moved, to a history id.
type Hint struct {
	Mailbox desk.Mailbox
	History uint64
}

// envelope is Pub/Sub's wrapped push. It comes in camel and in snake spelling.
type envelope struct {
	Message *struct {
		Data string `json:"data"`
	} `json:"message"`
	Subscription string `json:"subscription"`
}

// historyID reads a JSON number or string into all 64 bits. It never goes
// through a float, which is exact only up to 2^53.
type historyID uint64

// UnmarshalJSON implements json.Unmarshaler.
func (h *historyID) UnmarshalJSON(b []byte) error {
	s := string(b)
	if strings.HasPrefix(s, `"`) {
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
	}
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return errors.New("history id is not a whole number of 64 bits")
	}
	*h = historyID(n)
	return nil
}

// ReadHint reads the data of a notification: {"emailAddress","historyId"}.
func ReadHint(data []byte) (Hint, error) {
	var n struct {
		Email  string    `json:"emailAddress"`
		EmailS string    `json:"email_address"`
		ID     historyID `json:"historyId"`
		IDS    historyID `json:"history_id"`
	}
	if err := json.Unmarshal(data, &n); err != nil {
		return Hint{}, fmt.Errorf("gmail: the notification cannot be read: %w", err)
	}
	if n.Email == "" {
		n.Email = n.EmailS
	}
	if n.ID == 0 {
		n.ID = n.IDS
	}
	address := desk.ParseEmail(n.Email)
	if address == "" || n.ID == 0 {
		return Hint{}, errors.New("gmail: the notification names no mailbox or no history id")
	}
	return Hint{Mailbox: desk.Mailbox(address), History: uint64(n.ID)}, nil
}

// readEnvelope reads a push's body: the data of the notification, and the
// subscription it came by, as far as it can be read.
func readEnvelope(body []byte) (data []byte, subscription string, err error) {
	var e envelope
	if err := json.Unmarshal(body, &e); err != nil {
		return nil, "", fmt.Errorf("gmail: the push cannot be read: %w", err)
	}
	if e.Message == nil {
		return nil, e.Subscription, errors.New("gmail: the push carries no message")
	}
	data, err = decodeBase64(e.Message.Data)
	return data, e.Subscription, err
}

// decodeBase64 reads both alphabets, with padding or without.
func decodeBase64(s string) ([]byte, error) {
	s = strings.NewReplacer("-", "+", "_", "/").Replace(strings.TrimRight(strings.TrimSpace(s), "="))
	b, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil {
		return nil, errors.New("gmail: the push's data are not base64")
	}
	return b, nil
}
