package firestore

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"testing"

	"baton/store/entry"
)

// TestEveryCollectionIsCopied: each collection that key.go names is the source
// of a kind of entries, or follows from one. One that is new is to be added to
// one of both.
func TestEveryCollectionIsCopied(t *testing.T) {
	copied := map[string]bool{
		shares: true, // follow from conversations
	}
	for _, kind := range entry.Kinds() {
		if sources[kind].collection == "" {
			t.Errorf("%s has no source", kind)
		}
		copied[sources[kind].collection] = true
	}
	for kind := range sources {
		if !slices.Contains(entry.Kinds(), kind) {
			t.Errorf("kind %s is not in entry.Kinds, so it is not copied", kind)
		}
	}
	file, err := parser.ParseFile(token.NewFileSet(), "key.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	named := 0
	ast.Inspect(file, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if !ok || len(v.Values) != 1 {
			return true
		}
		lit, ok := v.Values[0].(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			return true
		}
		name, err := strconv.Unquote(lit.Value)
		if err != nil {
			t.Fatal(err)
		}
		if named++; !copied[name] {
			t.Errorf("collection %s is not copied: give it a kind of entries, or say here from what it follows", name)
		}
		return true
	})
	if named < 16 {
		t.Errorf("found %d collections in key.go, want all of them", named)
	}
}
