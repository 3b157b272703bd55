package wire

import (
	"errors"
	"fmt"
	"io"
	"net/url"

	"baton/addon/card"
)

// Kind is the kind of entry point that answers, and with it the outer form of the answer.
type Kind int

// The kinds of entry points.
const (
	Trigger Kind = iota + 1 // home, message, compose: RenderActions, bare
	Action                  // a click or a change: wrapped in renderActions, beside stateChanged
	Suggest                 // an input that asks while somebody types: in autoComplete
)

// String names the kind.
func (k Kind) String() string {
	switch k {
	case Trigger:
		return "trigger"
	case Action:
		return "action"
	case Suggest:
		return "suggest"
	}
	return fmt.Sprintf("kind %d", int(k))
}

// ErrAnswer reports an answer that its entry point cannot give: a mistake in the program.
var ErrAnswer = errors.New("wire: wrong answer")

const (
	maxNotify      = 200
	maxSuggestions = 20
)

// Encode writes an answer as Gmail expects it from an entry point of that kind: the only place that
// knows which are bare and which are wrapped. Nothing is written when it gives an error.
func Encode(w io.Writer, kind Kind, a Answer) error {
	if a == nil || kind < Trigger || kind > Suggest {
		return fmt.Errorf("%w: %T for a %v", ErrAnswer, a, kind)
	}
	body, err := a.body(kind)
	if err != nil {
		return err
	}
	if body == nil {
		return fmt.Errorf("%w: %T for a %v", ErrAnswer, a, kind)
	}
	b, err := encodeBody(body)
	if err != nil {
		return fmt.Errorf("wire: encode answer: %w", err)
	}
	if _, err := w.Write(append(b, '\n')); err != nil {
		return fmt.Errorf("wire: write answer: %w", err)
	}
	return nil
}

func (r Render) body(k Kind) (any, error) {
	switch k {
	case Trigger:
		return r.json()
	case Action:
		return Submit{Render: r}.body(k)
	}
	return nil, nil
}

func (s Submit) body(k Kind) (any, error) {
	if k != Action {
		return nil, nil
	}
	r, err := s.Render.json()
	if err != nil {
		return nil, err
	}
	return submitJSON{r, s.Changed}, nil
}

func (s Suggestions) body(k Kind) (any, error) {
	if k != Suggest {
		return nil, nil
	}
	items := []itemJSON{}
	for _, text := range s {
		if text = card.Plain(text, 200); text != "" && len(items) < maxSuggestions {
			items = append(items, itemJSON{text})
		}
	}
	return map[string]any{"autoComplete": map[string]any{"items": items}}, nil
}

func (a AskSignIn) body(Kind) (any, error) {
	u, err := url.Parse(a.URL)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || card.Plain(a.Product, 100) == "" {
		return nil, fmt.Errorf("%w: a sign-in needs an absolute address and a product name", ErrAnswer)
	}
	return map[string]any{"basic_authorization_prompt": promptJSON{a.URL, card.Plain(a.Product, 100)}}, nil
}

func (a AskSignInWith) body(Kind) (any, error) {
	r, err := a.Render.json()
	if err != nil {
		return nil, err
	}
	prompt, err := r.encode()
	return map[string]any{"custom_authorization_prompt": prompt}, err
}

func (a AskScopes) body(Kind) (any, error) {
	ask := map[string]any{"all_scopes": true}
	if len(a.Scopes) > 0 {
		ask = map[string]any{"scopes": a.Scopes}
	}
	return map[string]any{"requesting_google_scopes": ask}, nil
}

// json gives the bare RenderActions.
func (r Render) json() (*renderJSON, error) {
	var out renderJSON
	for _, n := range r.Navigations {
		if n.field == "" || n.value == nil || n.value == "" {
			return nil, fmt.Errorf("%w: a navigation leads nowhere", ErrAnswer)
		}
		out.Navigations = append(out.Navigations, n)
	}
	if text := card.Line(r.Notify, maxNotify); text != "" {
		out.Notification = map[string]string{"text": text}
	}
	if r.Open != nil {
		if out.Link = r.Open.Link(); out.Link == nil {
			return nil, fmt.Errorf("%w: a link that cannot be opened", ErrAnswer)
		}
	}
	if r.Host != nil {
		name, value := r.Host.markup()
		if value == nil {
			return nil, fmt.Errorf("%w: %T says nothing", ErrAnswer, r.Host)
		}
		out.Host = map[string]any{"gmailAction": map[string]any{name: value}}
	}
	return &out, nil
}
