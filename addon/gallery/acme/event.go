package acme

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"baton/addon/wire"
	"baton/desk"
)

// Params are what the buttons of a card drawn from c carry, with more keys and
// values in turn.
func Params(c desk.Conversation, more ...string) map[string]string {
	out := map[string]string{"c": string(c.ID), "v": strconv.FormatInt(c.Version, 10)}
	for i := 0; i+1 < len(more); i += 2 {
		out[more[i]] = more[i+1]
	}
	return out
}

// Inputs are a form's fields as Gmail posts them: a text, a list of texts, or a
// time for a picker.
func Inputs(form map[string]any) map[string]any {
	out := map[string]any{}
	for name, v := range form {
		switch v := v.(type) {
		case string:
			out[name] = map[string]any{"stringInputs": map[string]any{"value": []string{v}}}
		case []string:
			out[name] = map[string]any{"stringInputs": map[string]any{"value": v}}
		case time.Time:
			out[name] = map[string]any{"dateTimeInput": map[string]any{"hasDate": true, "hasTime": true, "msSinceEpoch": strconv.FormatInt(v.UnixMilli(), 10)}}
		}
	}
	return out
}

// InShared is the gmail part of an event in the shared mailbox, with ids as the
// web client writes them. An id that Gmail would not give is an error.
func InShared(c desk.Conversation) (map[string]any, error) {
	message, err := decimal("msg-f:", string(c.Thread))
	if err != nil {
		return nil, err
	}
	thread, err := decimal("thread-f:", string(c.Thread))
	return map[string]any{"messageId": message, "threadId": thread, "accessToken": "message-token"}, err
}

func decimal(prefix, hex string) (string, error) {
	n, err := strconv.ParseUint(hex, 16, 64)
	if err != nil {
		return "", fmt.Errorf("an id of Gmail: %w", err)
	}
	return prefix + strconv.FormatUint(n, 10), nil
}

// KindOf is the kind of entry point behind a path.
func KindOf(path string) wire.Kind {
	switch {
	case path == "/addon/suggest":
		return wire.Suggest
	case strings.HasPrefix(path, "/addon/do/"):
		return wire.Action
	}
	return wire.Trigger
}
