package firestore

import (
	"encoding/base64"
	"encoding/json"
	"fmt"

	"baton/desk"

	"cloud.google.com/go/firestore/apiv1/firestorepb"
)

// mark is where a page ended: the sort key of its last row.
type mark struct {
	List    string   `json:"l"`
	Numbers []int64  `json:"n"`
	Texts   []string `json:"t,omitempty"`
}

func (m mark) next() desk.Next {
	data, err := json.Marshal(m)
	if err != nil {
		panic(err) // numbers and strings always encode
	}
	return desk.Next(base64.RawURLEncoding.EncodeToString(data))
}

// after gives the mark as a query takes it: numbers come before texts in every
// list's order. The first page has none.
func (m mark) after() []any {
	var values []any
	for _, n := range m.Numbers {
		values = append(values, n)
	}
	for _, t := range m.Texts {
		values = append(values, t)
	}
	return values
}

// start gives where a page of a list begins, whose order has some numbers and
// some texts. The mark of a first page is empty.
func start(page desk.Page, list string, numbers, texts int) (mark, error) {
	if page.Limit < 1 || page.Limit > 100 {
		return mark{}, fmt.Errorf("page of %d, want 1 to 100: %w", page.Limit, desk.ErrInvalid)
	}
	if page.After == "" {
		return mark{List: list}, nil
	}
	var m mark
	data, err := base64.RawURLEncoding.DecodeString(string(page.After))
	if err == nil {
		err = json.Unmarshal(data, &m)
	}
	if err != nil || m.List != list || len(m.Numbers) != numbers || len(m.Texts) != texts {
		return mark{}, fmt.Errorf("page mark is none of list %s: %w", list, desk.ErrInvalid)
	}
	return m, nil
}

// cut takes the extra row off that was read to learn whether more follow.
func cut[T any](rows []T, limit int, at func(last T) mark) ([]T, desk.Next) {
	if len(rows) <= limit {
		return rows, ""
	}
	rows = rows[:limit]
	return rows, at(rows[limit-1]).next()
}

// counted reads the figure that an aggregation gave.
func counted(v any) (int, error) {
	n, ok := v.(*firestorepb.Value)
	if !ok {
		return 0, fmt.Errorf("count came back as %T", v)
	}
	return int(n.GetIntegerValue()), nil
}
