package wire

import (
	"encoding/json"
	"strconv"
)

// raw is JSON that is complete and right; it is copied and not looked at again.
type raw = json.RawMessage

// encodeBody writes an answer's JSON.
func encodeBody(body any) (raw, error) {
	switch v := body.(type) {
	case raw: // a card, which its own package wrote
		return v, nil
	case *renderJSON:
		return v.encode()
	case submitJSON:
		render, err := v.Render.encode()
		if err != nil {
			return nil, err
		}
		return object(member{"renderActions", render, true}, member{"stateChanged", v.Changed, v.Changed})
	}
	return json.Marshal(body)
}

func (r *renderJSON) encode() (raw, error) {
	navigations := raw("[")
	for i, n := range r.Navigations {
		if i > 0 {
			navigations = append(navigations, ',')
		}
		one, err := object(member{n.field, n.value, true})
		if err != nil {
			return nil, err
		}
		navigations = append(navigations, one...)
	}
	navigations = append(navigations, ']')
	action, err := object(
		member{"navigations", navigations, r.Navigations != nil},
		member{"notification", r.Notification, r.Notification != nil},
		member{"link", r.Link, r.Link != nil},
	)
	if err != nil {
		return nil, err
	}
	return object(member{"action", action, len(action) > len("{}")}, member{"hostAppAction", r.Host, r.Host != nil})
}

// member is one name and value of a JSON object; those that are not there are
// left out.
type member struct {
	name  string
	value any
	there bool
}

func object(members ...member) (raw, error) {
	b := raw("{")
	for _, m := range members {
		if !m.there {
			continue
		}
		value, err := encodeBody(m.value)
		if err != nil {
			return nil, err
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(strconv.AppendQuote(b, m.name), ':')
		b = append(b, value...)
	}
	return append(b, '}'), nil
}
