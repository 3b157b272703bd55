package firestore

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"testing"
)

// indexFile is indexes.json, in the form that the Firebase tools deploy.
type indexFile struct {
	Indexes []struct {
		CollectionGroup string `json:"collectionGroup"`
		QueryScope      string `json:"queryScope"`
		Fields          []struct {
			FieldPath string `json:"fieldPath"`
			Order     string `json:"order"`
		} `json:"fields"`
	} `json:"indexes"`
	Overrides []struct {
		CollectionGroup string `json:"collectionGroup"`
		FieldPath       string `json:"fieldPath"`
		TTL             bool   `json:"ttl"`
		Indexes         []any  `json:"indexes"`
	} `json:"fieldOverrides"`
}

func readIndexes(t testing.TB) indexFile {
	t.Helper()
	data, err := os.ReadFile("indexes.json")
	if err != nil {
		t.Fatal(err)
	}
	var file indexFile
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	return file
}

// needs gives the fields of the composite index that a shape needs: those that
// are compared, then those of the order, then a range that is not in the order
// already. nil: the single-field indexes serve it, which Firestore keeps by
// itself and, for comparisons alone, merges.
func (sh shape) needs() (equal, order []string) {
	order = slices.Clone(sh.Order)
	if sh.Range != "" && !slices.Contains(order, sh.Range) && !slices.Contains(order, down+sh.Range) {
		order = append(order, sh.Range)
	}
	if len(order) == 0 || len(sh.Equal) == 0 && len(order) == 1 && sh.AnyOf == "" {
		return nil, nil
	}
	return sh.Equal, order
}

// serves tells what a query of some shape lacks in production.
func (file indexFile) serves(sh shape) error {
	if sh.AnyOf != "" && len(sh.Equal)+len(sh.Order)+len(sh.Range) > 0 {
		return fmt.Errorf("query %+v: this test does not know which index it needs", sh)
	}
	equal, order := sh.needs()
	if order == nil {
		return file.keeps(sh)
	}
	if file.find(sh.Collection, equal, order) >= 0 {
		return nil
	}
	return fmt.Errorf("query %+v needs a composite index that indexes.json lacks: %v in any order, then %v", sh, equal, order)
}

// keeps tells whether a single-field index that a query needs is switched off.
// Composite indexes do not depend on those.
func (file indexFile) keeps(sh shape) error {
	var single []string
	for _, f := range slices.Concat(sh.Equal, sh.Order, []string{sh.AnyOf, sh.Range}) {
		if f != "" {
			f, _ = cutDown(f)
		}
		single = append(single, f)
	}
	for _, o := range file.Overrides {
		if o.CollectionGroup == sh.Collection && len(o.Indexes) == 0 && slices.Contains(single, o.FieldPath) {
			return fmt.Errorf("query %+v: indexes.json switches the index of %s off", sh, o.FieldPath)
		}
	}
	return nil
}

// find gives the place of an index in the file, or -1.
func (file indexFile) find(collection string, equal, order []string) int {
	for i, index := range file.Indexes {
		if index.CollectionGroup != collection || index.QueryScope != "COLLECTION" || len(index.Fields) != len(equal)+len(order) {
			continue
		}
		var names []string
		for _, f := range index.Fields {
			name := f.FieldPath
			if f.Order == "DESCENDING" {
				name = down + name
			}
			names = append(names, name)
		}
		first := names[:len(equal)]
		if !slices.ContainsFunc(equal, func(f string) bool { return !slices.Contains(first, f) }) && slices.Equal(names[len(equal):], order) {
			return i
		}
	}
	return -1
}

// TestIndexes asks every question that the store has, and takes each index out
// of the file in turn.
func TestIndexes(t *testing.T) {
	s := openTest(t)
	var shapes []shape
	s.saw = func(sh shape) { shapes = append(shapes, sh) }
	if err := s.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	file := readIndexes(t)
	for _, sh := range shapes {
		if err := file.serves(sh); err != nil {
			t.Error(err)
		}
	}
	for i, index := range file.Indexes {
		less := file
		less.Indexes = slices.Concat(file.Indexes[:i:i], file.Indexes[i+1:])
		if !slices.ContainsFunc(shapes, func(sh shape) bool { return less.serves(sh) != nil }) {
			t.Errorf("no query needs index %d, of %s", i, index.CollectionGroup)
		}
	}
	off := file
	off.Overrides = slices.Clone(file.Overrides)
	off.Overrides[0].FieldPath, off.Overrides[0].CollectionGroup = "handles", ledger
	if !slices.ContainsFunc(shapes, func(sh shape) bool { return off.serves(sh) != nil }) {
		t.Error("an index that a query needs may be switched off unnoticed")
	}
}
