package addon

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"strings"

	"baton/addon/card/cardtest"
	company "baton/addon/gallery/acme"
	"baton/desk"
	"baton/desk/identity"
)

// event is what a test lets Google post.
type event struct {
	as     desk.Email
	params map[string]string
	form   map[string]any // text, list of texts, or a time for a picker
	gmail  map[string]any
	zone   string
	edit   func(e map[string]any) // the last touch, for events that are wrong
}

func (h *house) sign(c identity.Claims) string {
	h.Helper()
	signer, err := keys()
	if err != nil {
		h.Fatal(err)
	}
	c.Subject, c.EmailVerified, c.IssuedAt = "1", true, h.now
	token, err := signer.Sign(c)
	if err != nil {
		h.Fatal(err)
	}
	return token
}

// body is the event's JSON, as Gmail on the web writes it.
func (h *house) body(ev event) map[string]any {
	h.Helper()
	common := map[string]any{"hostApp": "GMAIL", "platform": "WEB"}
	if ev.params != nil {
		common["parameters"] = ev.params
	}
	if len(ev.form) > 0 {
		common["formInputs"] = company.Inputs(ev.form)
	}
	if ev.zone != "" {
		common["timeZone"] = map[string]any{"id": ev.zone}
	}
	out := map[string]any{
		"commonEventObject": common,
		"authorizationEventObject": map[string]any{
			"userOAuthToken": "user-token", "authorizedScopes": []string{scopeEmail},
			"userIdToken": h.sign(identity.Claims{Audience: clientID, Email: string(ev.as)}),
		},
	}
	if ev.gmail != nil {
		out["gmail"] = ev.gmail
	}
	if ev.edit != nil {
		ev.edit(out)
	}
	return out
}

// post sends an event to one of the routes and gives what came back.
func (h *house) post(path string, ev event) (status int, answer []byte) {
	h.Helper()
	b, err := json.Marshal(h.body(ev))
	if err != nil {
		h.Fatal(err)
	}
	return h.postRaw(path, b, h.sign(identity.Claims{Audience: publicURL + path, Email: account}))
}

func (h *house) postRaw(path string, body []byte, bearer string) (status int, answer []byte) {
	h.Helper()
	rq, err := http.NewRequestWithContext(h.Context(), http.MethodPost, h.server.URL+path, bytes.NewReader(body))
	if err != nil {
		h.Fatal(err)
	}
	rq.Header.Set("Content-Type", "application/json")
	rq.Header.Set("Authorization", "Bearer "+bearer)
	rs, err := http.DefaultClient.Do(rq)
	if err != nil {
		h.Fatal(err)
	}
	defer rs.Body.Close()
	if answer, err = io.ReadAll(rs.Body); err != nil {
		h.Fatal(err)
	}
	return rs.StatusCode, answer
}

// raw posts an event, wants it answered, and holds the answer against what
// Gmail accepts.
func (h *house) raw(path string, ev event) []byte {
	h.Helper()
	status, answer := h.post(path, ev)
	if status != http.StatusOK {
		h.Fatalf("%s as %s: status %d\n%s", path, ev.as, status, h.log)
	}
	cardtest.Check(h, answer, company.KindOf(path))
	return answer
}

func (h *house) show(path string, ev event) cardtest.Card {
	h.Helper()
	return cardtest.Parse(h, h.raw(path, ev))
}

// do calls an action about a conversation directly, as a card drawn from c
// would.
func (h *house) do(verb string, as desk.Email, c desk.Conversation, form map[string]any, more ...string) cardtest.Card {
	h.Helper()
	return h.show("/addon/do/"+verb, event{as: as, params: params(c, more...), form: form})
}

func params(c desk.Conversation, more ...string) map[string]string { return company.Params(c, more...) }

// click presses what has that text on a card.
func (h *house) click(as desk.Email, on cardtest.Card, text string, form map[string]any) cardtest.Card {
	h.Helper()
	b := on.Button(text)
	if b == nil {
		h.Fatalf("no button %q; the card says:\n  %s", text, strings.Join(on.Texts(), "\n  "))
	}
	path, ok := strings.CutPrefix(b.URL, publicURL)
	if !ok {
		h.Fatalf("button %q leads to %s", text, b.URL)
	}
	return h.show(path, event{as: as, params: maps.Clone(b.Parameters), form: form})
}

// inShared is the gmail part of an event in the shared mailbox.
func inShared(c desk.Conversation) map[string]any {
	out, err := company.InShared(c)
	if err != nil {
		panic(err)
	}
	return out
}

// open shows the card of a conversation that somebody opens in the shared
// mailbox.
func (h *house) open(as desk.Email, c desk.Conversation) cardtest.Card {
	h.Helper()
	return h.show("/addon/message", event{as: as, gmail: inShared(c)})
}

func (h *house) home(as desk.Email) cardtest.Card {
	h.Helper()
	return h.show("/addon/home", event{as: as})
}
