package gallery

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"time"

	"baton/addon/gallery/acme"
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

// shown is the answer to opening a conversation in the shared mailbox.
func (s *stage) shown(as desk.Email, c desk.Conversation) Answer {
	return s.raw("/addon/message", event{as: as, gmail: inShared(c)})
}

// pressed is the answer to a button of a card drawn from c, in the mailbox where
// c is open.
func (s *stage) pressed(verb string, as desk.Email, c desk.Conversation, more ...string) Answer {
	return s.raw("/addon/do/"+verb, event{as: as, params: acme.Params(c, more...), gmail: inShared(c)})
}

// sent is the answer to a form about c.
func (s *stage) sent(verb string, as desk.Email, c desk.Conversation, form map[string]any, more ...string) Answer {
	return s.raw("/addon/do/"+verb, event{as: as, params: acme.Params(c, append(more, "form", "1")...), form: form, gmail: inShared(c)})
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
	return Answer{As: ev.as, Path: path, Kind: acme.KindOf(path), JSON: steady(answer)}
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
		common["formInputs"] = acme.Inputs(ev.form)
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

func (s *stage) sign(audience, email string) (string, error) {
	return s.issuer.Sign(identity.Claims{Audience: audience, Email: email, EmailVerified: true, Subject: "1", IssuedAt: s.now, Expiry: s.now.Add(time.Hour)})
}

// inShared is the gmail part of an event in the shared mailbox.
func inShared(c desk.Conversation) map[string]any {
	out, err := acme.InShared(c)
	if err != nil {
		panic(failure{err})
	}
	return out
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
