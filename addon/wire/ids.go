package wire

import (
	"strconv"
	"strings"
)

// MessageHex is the open message's id as the Gmail API writes it. Google sends "msg-f:" with the same
// number in decimal. ok is false without a message and for "msg-a:" ids, which Gmail gives to what was
// written on this client and which only the API can resolve.
func (e *Event) MessageHex() (id string, ok bool) { return hexID(string(e.Gmail.MessageID), "msg-f:") }

// ThreadHex is the open thread's id as the Gmail API writes it; see MessageHex.
func (e *Event) ThreadHex() (id string, ok bool) { return hexID(string(e.Gmail.ThreadID), "thread-f:") }

func hexID(s, prefix string) (string, bool) {
	if decimal, ok := strings.CutPrefix(s, prefix); ok {
		n, err := strconv.ParseUint(decimal, 10, 64)
		if err != nil || n == 0 {
			return "", false
		}
		return strconv.FormatUint(n, 16), true
	}
	if s == "" || len(s) > 16 || strings.Trim(s, "0123456789abcdef") != "" {
		return "", false
	}
	return s, true
}
