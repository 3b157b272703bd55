package preview

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"baton/addon/gallery"
)

const (
	callLimit   = 1 << 20 // bytes of a call's request: a form, never a mail
	answerLimit = 1 << 20 // bytes of an add-on's answer; cards are far smaller
)

// callRequest asks for one event to be posted. Form holds text and choices, Inputs dates and times.
type callRequest struct {
	As         string               `json:"as"`
	URL        string               `json:"url"`
	Mailbox    string               `json:"mailbox"`
	Message    string               `json:"message"`
	Platform   string               `json:"platform"` // "WEB" when empty; see gallery.Platforms
	Form       map[string][]string  `json:"form"`
	Inputs     map[string]formInput `json:"inputs"`
	Parameters map[string]string    `json:"parameters"`
}

// callAnswer is the add-on's raw answer: its JSON, or its text as a JSON string.
type callAnswer struct {
	Status int             `json:"status"`
	Answer json.RawMessage `json:"answer"`
}

func (p *Page) call(c echo.Context) error {
	var req callRequest
	if err := readJSON(c, callLimit, &req); err != nil {
		return err
	}
	ctx := c.Request().Context()
	target, err := p.target(req.URL)
	if err != nil {
		return err
	}
	if req.Platform != "" && !slices.Contains(gallery.Platforms(), req.Platform) {
		return refuse(http.StatusBadRequest, "The platform is WEB, ANDROID or IOS.")
	}
	i := slices.IndexFunc(p.opt.People, func(x Person) bool { return strings.EqualFold(x.Email, req.As) })
	if i < 0 {
		return refuse(http.StatusBadRequest, "Nobody with that address is in this preview.")
	}
	e, err := p.event(ctx, p.opt.People[i], target, req)
	if err != nil {
		return err
	}
	answer, err := p.post(ctx, target, e)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, answer)
}

// target resolves an address against the add-on's own and refuses every other host, so that nobody
// can have a signed token sent elsewhere.
func (p *Page) target(raw string) (string, error) {
	ref, err := url.Parse(raw)
	if err != nil || raw == "" {
		return "", refuse(http.StatusBadRequest, "The address to call is missing or malformed.")
	}
	u := p.base.ResolveReference(ref)
	if u.Scheme != p.base.Scheme || !strings.EqualFold(u.Host, p.base.Host) || u.User != nil || u.Opaque != "" {
		return "", refuse(http.StatusBadRequest, "Only this add-on's own address may be called.")
	}
	u.Fragment = ""
	return u.String(), nil
}

// event builds what Google would post for this person with this message open.
func (p *Page) event(ctx context.Context, who Person, target string, req callRequest) (event, error) {
	now := p.opt.Now()
	com, err := common(who, now, req)
	if err != nil {
		return event{}, err
	}
	mailbox, err := p.openable(ctx, who, req.Mailbox)
	if err != nil {
		return event{}, err
	}
	e := event{Common: com}
	if req.Message != "" {
		if e.Gmail, err = p.opened(ctx, mailbox, req.Mailbox, req.Message); err != nil {
			return event{}, err
		}
	}
	e.Auth = authEvent{UserOAuthToken: p.opt.Tokens.User(mailbox), AuthorizedScopes: p.opt.Scopes}
	if e.Auth.AuthorizedScopes == nil {
		e.Auth.AuthorizedScopes = []string{}
	}
	if e.Auth.SystemIDToken, err = p.opt.Signer.IDToken(target, p.opt.ServiceAccount); err != nil {
		return event{}, fmt.Errorf("preview: sign system token: %w", err)
	}
	if e.Auth.UserIDToken, err = p.opt.Signer.IDToken(p.opt.ClientID, who.Email); err != nil {
		return event{}, fmt.Errorf("preview: sign user token: %w", err)
	}
	return e, nil
}

// openable gives the mailbox whose tokens the person's Gmail would hold: their own, or a shared one
// they are a member of. For any other it is still their own: Google never hands out more, and whether
// the guessed message opens something is for the add-on to refuse.
func (p *Page) openable(ctx context.Context, who Person, address string) (string, error) {
	if address == "" || strings.EqualFold(address, who.Email) {
		return who.Email, nil
	}
	boxes, err := p.opt.Mail.Mailboxes(ctx)
	if err != nil {
		return "", fmt.Errorf("preview: list mailboxes: %w", err)
	}
	for _, b := range boxes {
		if !strings.EqualFold(b.Address, address) {
			continue
		}
		member := slices.ContainsFunc(b.Members, func(m string) bool { return strings.EqualFold(m, who.Email) })
		if b.Shared && member {
			return b.Address, nil
		}
		return who.Email, nil
	}
	return "", refuse(http.StatusNotFound, "There is no such mailbox.")
}

// opened is the gmail part. The message of a mailbox that is not the person's is posted with the thread
// that it has there, as Gmail shows the whole thread to whoever looks at it, and with tokens that open
// nothing. A message that is nowhere is posted all the same, as the first of its own thread: the add-on
// must cope with ids that lead nowhere.
func (p *Page) opened(ctx context.Context, mailbox, shown, message string) (*gmailEvent, error) {
	id, err := hexID(message)
	if err != nil {
		return nil, err
	}
	thread, err := p.opt.Mail.ThreadOf(ctx, mailbox, id)
	if errors.Is(err, ErrNotFound) && shown != "" && !strings.EqualFold(shown, mailbox) {
		thread, err = p.opt.Mail.ThreadOf(ctx, shown, id)
	}
	if errors.Is(err, ErrNotFound) {
		thread, err = ThreadID(id), nil
	}
	if err != nil {
		return nil, fmt.Errorf("preview: find thread: %w", err)
	}
	g := &gmailEvent{AccessToken: p.opt.Tokens.Message(mailbox, id)}
	if g.MessageID, err = decimal("msg-f:", string(id)); err != nil {
		return nil, err
	}
	if g.ThreadID, err = decimal("thread-f:", string(thread)); err != nil {
		return nil, err
	}
	return g, nil
}

func (p *Page) post(ctx context.Context, target string, e event) (callAnswer, error) {
	body, err := json.Marshal(e)
	if err != nil {
		return callAnswer{}, fmt.Errorf("preview: encode event: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return callAnswer{}, fmt.Errorf("preview: make request: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+e.Auth.SystemIDToken)
	start := p.opt.Now()
	res, err := p.client.Do(req)
	if err != nil {
		return callAnswer{}, unreachable(ctx, err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, answerLimit+1))
	if err != nil {
		return callAnswer{}, unreachable(ctx, err)
	}
	if len(raw) > answerLimit {
		return callAnswer{}, refuse(http.StatusBadGateway, "The add-on's answer is larger than one mebibyte.")
	}
	p.opt.Log.LogAttrs(ctx, levelCall, "preview call", logCall(target, res.StatusCode, len(raw), p.opt.Now().Sub(start))...)
	if !json.Valid(raw) {
		if raw, err = json.Marshal(string(raw)); err != nil {
			return callAnswer{}, fmt.Errorf("preview: encode answer: %w", err)
		}
	}
	return callAnswer{Status: res.StatusCode, Answer: raw}, nil
}

func unreachable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var slow interface{ Timeout() bool }
	if errors.As(err, &slow) && slow.Timeout() {
		return &refusal{http.StatusGatewayTimeout, fmt.Sprintf("The add-on did not answer within %d seconds.", callTimeout/time.Second), err}
	}
	return &refusal{http.StatusBadGateway, "The add-on cannot be reached; is it running at its public address?", err}
}
