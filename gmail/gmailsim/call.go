package gmailsim

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// maxBody bounds a request: Google takes mail of 150 MB by upload.
const maxBody = 157286400

// call is one API call on its way.
type call struct {
	s     *Server
	w     http.ResponseWriter
	r     *http.Request
	route *route
	query url.Values
	tok   *token
	open  *token // the message token, when an add-on calls
	box   *mailbox
}

// ServeHTTP implements http.Handler.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.closed.Load() {
		writeError(w, &apiError{http.StatusServiceUnavailable, "backendError", "gmailsim is closed", "UNAVAILABLE"})
		return
	}
	s.mux.ServeHTTP(w, r)
}

// serve takes a call through token, count, fault, quota, scope and handler.
func (s *Server) serve(route *route, w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	c := &call{s: s, w: w, r: r, route: route}
	if r.URL.RawQuery != "" {
		c.query = r.URL.Query()
	}
	if err := c.authenticate(); err != nil {
		writeError(w, err)
		return
	}
	f, err := s.count(c)
	if err != nil {
		writeError(w, err)
		return
	}
	if f != nil && !f.wait(r.Context(), s) {
		return
	}
	if f != nil && !f.AppliedThenError {
		if f.answer(w) {
			return
		}
	}
	answer, err := c.run()
	if f != nil && f.AppliedThenError && f.answer(w) {
		return
	}
	if err != nil {
		writeError(w, err)
		return
	}
	if answer == nil {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	data, err := json.Marshal(answer)
	if err != nil {
		writeError(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	_, _ = w.Write(data) // the client may be gone
}

func (c *call) run() (any, error) {
	if err := c.authorize(); err != nil {
		return nil, err
	}
	return c.route.handle(c)
}

// authenticate finds who calls and whose mailbox is meant.
func (c *call) authenticate() error {
	bearer, ok := strings.CutPrefix(c.r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return &apiError{http.StatusUnauthorized, "required", "Login Required.", "UNAUTHENTICATED"}
	}
	tok, err := c.s.checkToken(bearer)
	if err != nil || tok.Message != 0 {
		return unauthorized("Invalid Credentials")
	}
	c.tok = tok
	user := c.r.PathValue("userId")
	c.box = c.s.box(tok.Mailbox)
	if c.box == nil {
		return precondition("Mail service not enabled")
	}
	switch c.s.auth.condition(c.box.addr) {
	case Suspended, Removed:
		return unauthorized("Invalid Credentials")
	case GmailOff:
		return precondition("Mail service not enabled")
	}
	if user != "me" && !strings.EqualFold(user, tok.Mailbox) && c.s.box(user) != c.box {
		return forbidden("forbidden", "Delegation denied for "+tok.Mailbox)
	}
	if h := c.r.Header.Get("X-Goog-Gmail-Access-Token"); h != "" {
		open, err := c.s.checkToken(h)
		if err != nil || open.Message == 0 {
			return unauthorized("Invalid Credentials")
		}
		c.open = open
	}
	return nil
}

// authorize checks the token's scopes, and for an add-on's token that the open message is meant.
func (c *call) authorize() error {
	if c.tok.hasAny(c.route.scopes, ordinary) {
		return nil
	}
	if !c.tok.hasAny(c.route.scopes, addon) {
		return lacksScope()
	}
	if c.open == nil || c.open.Mailbox != c.tok.Mailbox {
		return forbidden("forbidden", "Missing access token for the open message")
	}
	if !c.opens() {
		return forbidden("forbidden", "Access token is for another message")
	}
	return nil
}

// opens tells whether the call reads the message that the message token is for, or its thread. The
// scope to read messages opens the thread's other messages as well; the other two the open one alone
// (developers.google.com/workspace/add-ons/concepts/workspace-scopes).
func (c *call) opens() bool {
	switch c.route.id {
	case "messages.get":
		n, ok := parseMessageID(c.r.PathValue("id"))
		return ok && (n == c.open.Message || c.besideOpen(n))
	case "messages.attachments.get":
		n, ok := parseMessageID(c.r.PathValue("messageId"))
		return ok && (n == c.open.Message || c.besideOpen(n))
	case "threads.get":
		c.box.mu.RLock()
		defer c.box.mu.RUnlock()
		m := c.box.msgs[c.open.Message]
		n, ok := parseID(c.r.PathValue("id"))
		return ok && m != nil && m.Thread == n
	}
	return false
}

// besideOpen tells whether a message is in the thread of the open one, and may be read.
func (c *call) besideOpen(id uint64) bool {
	if !c.tok.hasAny([]scope{AddonRead}, addon) {
		return false
	}
	c.box.mu.RLock()
	defer c.box.mu.RUnlock()
	m, other := c.box.msgs[c.open.Message], c.box.msgs[id]
	return m != nil && other != nil && m.Thread == other.Thread
}

// metadataOnly tells whether the token may not see bodies.
func (c *call) metadataOnly() bool {
	return !c.tok.hasAny([]scope{Full, Modify, ReadOnly, AddonRead, AddonAction}, either)
}

// body reads a JSON request strictly; an empty one leaves v alone.
func (c *call) body(v any) error {
	d := json.NewDecoder(c.r.Body)
	d.DisallowUnknownFields()
	err := d.Decode(v)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil {
		return badRequest("Invalid JSON payload received. " + err.Error())
	}
	return nil
}
