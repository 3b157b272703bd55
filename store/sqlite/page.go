package sqlite

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"

	"baton/desk"
)

// mark is where a page ended: the sort key of its last row. Every list's key is
// up to three numbers and up to two strings, all compared from first to last.
type mark struct {
	List    string    `json:"l"`
	Numbers [3]int64  `json:"n"`
	Texts   [2]string `json:"t"`
}

// lowest and highest are before every key of a list that goes up or down.
const (
	lowest  = math.MinInt64
	highest = math.MaxInt64
)

func (m mark) next() desk.Next {
	data, err := json.Marshal(m)
	if err != nil {
		panic(err) // numbers and strings always encode
	}
	return desk.Next(base64.RawURLEncoding.EncodeToString(data))
}

// start gives where a page of a list begins: first, or after the mark in page.
func start(page desk.Page, first mark) (mark, error) {
	if page.Limit < 1 || page.Limit > 100 {
		return mark{}, fmt.Errorf("page of %d, want 1 to 100: %w", page.Limit, desk.ErrInvalid)
	}
	if page.After == "" {
		return first, nil
	}
	var m mark
	data, err := base64.RawURLEncoding.DecodeString(string(page.After))
	if err == nil {
		err = json.Unmarshal(data, &m)
	}
	if err != nil || m.List != first.List {
		return mark{}, fmt.Errorf("page mark is none of list %s: %w", first.List, desk.ErrInvalid)
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
