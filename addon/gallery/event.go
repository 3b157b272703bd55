package gallery

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"baton/addon/wire"
	"baton/desk"
	"baton/desk/identity"
)

const (
	scopeEmail = "https://www.googleapis.com/auth/userinfo.email"
	scopeRead  = "https://www.googleapis.com/auth/gmail.addons.current.message.readonly"
)

// event is what Google is let to post.
type event struct {
	as     desk.Email
	params map[string]string
	form   map[string]any // text, list of texts, or a time for a picker
	gmail  map[string]any
	secret bool // the person has not let Google tell who they are
	reads  bool // the person has let the add-on read the message that is open
}

// params are what the buttons of a card drawn from c carry, with more keys and
// values in turn.
func params(c desk.Conversation, more ...string) map[string]string {
	out := map[string]string{"c": string(c.ID), "v": strconv.FormatInt(c.Version, 10)}
	for i := 0; i+1 < len(more); i += 2 {
		out[more[i]] = more[i+1]
	}
	return out
}

// shown is the answer to opening a conversation in the shared mailbox.
func (s *stage) shown(as desk.Email, c desk.Conversation) Answer {
	return s.raw("/addon/message", event{as: as, gmail: inShared(c)})
}

// pressed is the answer to a button of a card drawn from c, in the mailbox where
// c is open.
func (s *stage) pressed(verb string, as desk.Email, c desk.Conversation, more ...string) Answer {
	return s.raw("/addon/do/"+verb, event{as: as, params: params(c, more...), gmail: inShared(c)})
}

// sent is the answer to a form about c.
func (s *stage) sent(verb string, as desk.Email, c desk.Conversation, form map[string]any, more ...string) Answer {
	return s.raw("/addon/do/"+verb, event{as: as, params: params(c, append(more, "form", "1")...), form: form, gmail: inShared(c)})
}

// atHome is the home card.
func (s *stage) atHome(as desk.Email) Answer { return s.raw("/addon/home", event{as: as}) }

// raw posts an event to one of the add-on's addresses.
func (s *stage) raw(path string, ev event) Answer {
	body, err := json.Marshal(s.body(ev))
	s.ok(err)
	token, err := s.sign(publicURL+path, account)
	s.ok(err)
	rq, err := http.NewRequestWithContext(s.ctx, http.MethodPost, publicURL+path, bytes.NewReader(body))
	s.ok(err)
	rq.Header.Set("Content-Type", "application/json")
	rq.Header.Set("Authorization", "Bearer "+token)
	rs, err := direct(s.handler).Do(rq)
	s.ok(err)
	answer, err := io.ReadAll(rs.Body)
	s.ok(err)
	if rs.StatusCode != http.StatusOK {
		s.ok(fmt.Errorf("%s as %s is answered with status %d", path, ev.as, rs.StatusCode))
	}
	return Answer{As: ev.as, Path: path, Kind: kindOf(path), JSON: steady(answer)}
}

// onPhone has the events come from a phone, whatever the view.
func (s *stage) onPhone() *stage {
	if s.view.Platform != "IOS" {
		s.view.Platform = "ANDROID"
	}
	return s
}

// body is the event as Gmail writes it.
func (s *stage) body(ev event) map[string]any {
	common := map[string]any{"hostApp": "GMAIL", "platform": "WEB"}
	if s.view.Platform != "" {
		common["platform"] = s.view.Platform
	}
	if s.view.Locale != "" {
		common["userLocale"] = s.view.Locale
	}
	if s.view.Zone != "" {
		common["timeZone"] = map[string]any{"id": s.view.Zone}
	}
	if ev.params != nil {
		common["parameters"] = ev.params
	}
	if len(ev.form) > 0 {
		common["formInputs"] = inputs(ev.form)
	}
	auth := map[string]any{"userOAuthToken": "user-token", "authorizedScopes": []string{"openid"}}
	if !ev.secret {
		token, err := s.sign(clientID, string(ev.as))
		s.ok(err)
		scopes := []string{scopeEmail}
		if ev.reads {
			scopes = append(scopes, scopeRead)
		}
		auth["userIdToken"], auth["authorizedScopes"] = token, scopes
	}
	out := map[string]any{"commonEventObject": common, "authorizationEventObject": auth}
	if ev.gmail != nil {
		out["gmail"] = ev.gmail
	}
	return out
}

func inputs(form map[string]any) map[string]any {
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

func (s *stage) sign(audience, email string) (string, error) {
	return s.issuer.Sign(identity.Claims{Audience: audience, Email: email, EmailVerified: true, Subject: "1", IssuedAt: s.now, Expiry: s.now.Add(time.Hour)})
}

// kindOf is the kind of entry point behind a path.
func kindOf(path string) wire.Kind {
	switch {
	case path == "/addon/suggest":
		return wire.Suggest
	case strings.HasPrefix(path, "/addon/do/"):
		return wire.Action
	}
	return wire.Trigger
}

// inShared is the gmail part of an event in the shared mailbox, with ids as the
// web client writes them.
func inShared(c desk.Conversation) map[string]any {
	return map[string]any{"messageId": decimal("msg-f:", string(c.Thread)), "threadId": decimal("thread-f:", string(c.Thread)), "accessToken": "message-token"}
}

// decimal writes an id of the Gmail API as events do.
func decimal(prefix, hex string) string {
	n, err := strconv.ParseUint(hex, 16, 64)
	if err != nil {
		panic(failure{err})
	}
	return prefix + strconv.FormatUint(n, 10)
}

// What the add-on makes at random: the name of a change of many, and the
// reference that a person gives to their admin.
var (
	groups     = regexp.MustCompile(`("key":"g","value":")[A-Z2-7]{26}"`)
	references = regexp.MustCompile(`(this reference: )[A-Z2-7]{10}`)
)

// steady makes an answer the same each time.
func steady(answer []byte) []byte {
	answer = groups.ReplaceAll(answer, []byte(`${1}GROUP"`))
	return references.ReplaceAll(answer, []byte(`${1}REFERENCE`))
}
