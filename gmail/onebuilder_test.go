package gmail_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// mimeWriters are what MIME can be written with.
var mimeWriters = []string{"github.com/emersion/go-message", "github.com/emersion/go-message/mail", "github.com/emersion/go-message/textproto",
	"mime/multipart", "mime/quotedprintable", "net/smtp", "net/textproto"}

// The files that may do what leads to a mail: write MIME, make the Mail that is
// written from, hand bytes to Gmail. Each is behind a builder or a step of
// TestNothingOfTheHouseInAnyMail: a new one gets its own there first.
var (
	writeMIME = []string{"gmail/compose.go"}
	makeMail  = []string{"desk/noticemail.go", "desk/replymail.go"}
	handOver  = []string{"gmail/draft.go"}
)

// TestOneBuilder looks through all of the program for ways to a mail that the
// property above does not go. Not in it: the stand-in for Gmail, test support, and what plays the
// customers.
func TestOneBuilder(t *testing.T) {
	found := map[string][]string{}
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		name, _ := filepath.Rel("..", path)
		name = filepath.ToSlash(name)
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains([]string{"gmail/gmailsim", "store/storetest", "addon/preview", "cmd/baton/company", ".git"}, name):
			return filepath.SkipDir
		case !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		tree, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		for _, im := range tree.Imports {
			if slices.Contains(mimeWriters, strings.Trim(im.Path.Value, `"`)) {
				found["MIME"] = append(found["MIME"], name)
			}
		}
		ast.Inspect(tree, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok || len(lit.Elts) == 0 {
				return true
			}
			of := ""
			switch typ := lit.Type.(type) {
			case *ast.Ident:
				of = tree.Name.Name + "." + typ.Name
			case *ast.SelectorExpr:
				if pkg, ok := typ.X.(*ast.Ident); ok {
					of = pkg.Name + "." + typ.Sel.Name
				}
			}
			raw := slices.ContainsFunc(lit.Elts, func(e ast.Expr) bool {
				kv, ok := e.(*ast.KeyValueExpr)
				if !ok {
					return false
				}
				key, ok := kv.Key.(*ast.Ident)
				return ok && key.Name == "Raw"
			})
			switch {
			case of == "desk.Mail":
				found["Mail"] = append(found["Mail"], name)
			case raw && of == "gmailapi.Message":
				found["Gmail"] = append(found["Gmail"], name)
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for what, want := range map[string][]string{"MIME": writeMIME, "Mail": makeMail, "Gmail": handOver} {
		slices.Sort(found[what])
		if got := slices.Compact(found[what]); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v. Let the property of TestNothingOfTheHouseInAnyMail go the new way, then name it here.", what, got, want)
		}
	}
}
