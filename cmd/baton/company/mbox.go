package company

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// letter is one message of an mbox file, before its dates are moved.
type letter struct {
	thread string
	at     time.Time // arrival, from the "From " line
	header []field
	body   string // lines end in \n
}

// separator is the line that starts a message: sender and arrival in UTC, as
// RFC 4155 has it.
var separator = regexp.MustCompile(`(?m)^From \S+ (\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4})$`)

// quotedFrom is a body line that would otherwise read as a separator.
var quotedFrom = regexp.MustCompile(`(?m)^>(>*From )`)

// readMbox takes a thread's file apart. It gives an error that names the
// thread when a message has no arrival or a header cannot be read.
func readMbox(thread, text string) ([]letter, error) {
	cuts := separator.FindAllStringSubmatchIndex(text, -1)
	if len(cuts) == 0 || cuts[0][0] != 0 {
		return nil, fmt.Errorf("thread %s: the file does not begin with a \"From \" line", thread)
	}
	var letters []letter
	for i, cut := range cuts {
		end := len(text)
		if i+1 < len(cuts) {
			end = cuts[i+1][0]
		}
		at, err := time.Parse(time.ANSIC, text[cut[2]:cut[3]])
		if err != nil {
			return nil, fmt.Errorf("thread %s, message %d: arrival in the \"From \" line: %w", thread, i+1, err)
		}
		head, body, found := strings.Cut(text[cut[1]+1:end], "\n\n")
		if !found {
			return nil, fmt.Errorf("thread %s, message %d: no empty line after the header", thread, i+1)
		}
		header, err := readHeader(head)
		if err != nil {
			return nil, fmt.Errorf("thread %s, message %d: %w", thread, i+1, err)
		}
		body = quotedFrom.ReplaceAllString(strings.TrimSuffix(body, "\n"), "$1")
		letters = append(letters, letter{thread: thread, at: at, header: header, body: body})
	}
	return letters, nil
}
