package gmail_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"baton/gmail"
)

// sources parses all code of the service, tests and the stand-in Gmail left out.
func sources(t *testing.T) map[string]*ast.File {
	t.Helper()
	files, set := map[string]*ast.File{}, token.NewFileSet()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == "gmailsim" || d.Name() == "testdata"):
			return filepath.SkipDir
		case !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		f, err := parser.ParseFile(set, path, nil, 0)
		files[filepath.ToSlash(strings.TrimPrefix(path, ".."+string(filepath.Separator)))] = f
		return err
	})
	check(t, err)
	if len(files) < 50 {
		t.Fatalf("only %d files found", len(files))
	}
	return files
}

// One place signs in somebody's name, one by a consent; whatever else can make
// a token for a subject of its choice is not in the house.
func TestOnePlaceOpensMailboxesInEachMode(t *testing.T) {
	found := map[string][]string{}
	note := func(what, where string) {
		if !slices.Contains(found[what], where) {
			found[what] = append(found[what], where)
		}
	}
	count := map[string]int{}
	for path, f := range sources(t) {
		for _, i := range f.Imports {
			name, err := strconv.Unquote(i.Path.Value)
			check(t, err)
			switch name {
			case "google.golang.org/api/impersonate", "cloud.google.com/go/auth/credentials/impersonate", "golang.org/x/oauth2/jwt", "golang.org/x/oauth2/jws":
				note("impersonating packages", path)
			case "google.golang.org/api/iamcredentials/v1", "golang.org/x/oauth2/google", "golang.org/x/oauth2/clientcredentials":
				note(name, path)
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.BasicLit:
				if x.Value == `"sub"` && strings.HasPrefix(path, "gmail/") {
					note("claim sub", path)
					count["sub"]++
				}
			case *ast.SelectorExpr:
				if x.Sel.Name == "Subject" && strings.HasPrefix(path, "gmail/") {
					if id, ok := x.X.(*ast.Ident); ok && (id.Name == "conf" || id.Name == "cfg") {
						note("conf.Subject", path)
					}
				}
				if x.Sel.Name == "TokenSource" {
					if call, ok := x.X.(*ast.CallExpr); ok {
						if s, ok := call.Fun.(*ast.SelectorExpr); ok && s.Sel.Name == "config" {
							note("by refresh token", path)
							count["refresh"]++
						}
					}
				}
			case *ast.KeyValueExpr:
				if id, ok := x.Key.(*ast.Ident); ok && id.Name == "RefreshToken" {
					note("refresh token in", path)
					count["refresh in"]++
				}
			}
			return true
		})
	}
	want := map[string][]string{
		"claim sub":        {"gmail/delegation.go"},
		"by refresh token": {"gmail/consent.go"}, "refresh token in": {"gmail/consent.go"},
		"google.golang.org/api/iamcredentials/v1": {"gmail/keyless.go"},
		"golang.org/x/oauth2/google":              {"gmail/keyfile.go"},
		"golang.org/x/oauth2/clientcredentials":   {"gmail/delegation.go"},
	}
	if d := cmp.Diff(want, found); d != "" {
		t.Errorf("places (-want +got):\n%s", d)
	}
	if d := cmp.Diff(map[string]int{"sub": 1, "refresh": 1, "refresh in": 1}, count); d != "" {
		t.Errorf("how often (-want +got):\n%s", d)
	}
}

// The code asks for the scopes that docs/access.md tells administrators to
// grant, and knows no other scope of Gmail.
func TestScopeIsTheDocumentedOne(t *testing.T) {
	text, err := os.ReadFile("../docs/access.md")
	check(t, err)
	scope := regexp.MustCompile(`https://(www\.googleapis\.com/auth/(gmail\.)?[a-z.]+|mail\.google\.com/)`)
	documented := slices.Compact(slices.Sorted(slices.Values(scope.FindAllString(string(text), -1))))
	if d := cmp.Diff([]string{gmail.Scope}, documented); d != "" {
		t.Errorf("documented (-code +docs):\n%s", d)
	}
	for path, f := range sources(t) {
		if !strings.HasPrefix(path, "gmail/") {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			switch x := n.(type) {
			case *ast.BasicLit:
				if s := scope.FindString(x.Value); s != "" && s != gmail.Scope {
					t.Errorf("%s names the scope %s", path, s)
				}
			case *ast.SelectorExpr:
				if strings.HasPrefix(x.Sel.Name, "Gmail") && strings.HasSuffix(x.Sel.Name, "Scope") && (x.Sel.Name != "GmailModifyScope" || path != "gmail/delegation.go") {
					t.Errorf("%s uses %s", path, x.Sel.Name)
				}
			}
			return true
		})
	}
}

// Each text that a person may see is told of in docs/access.md.
func TestEachRemedyIsDocumented(t *testing.T) {
	doc, err := os.ReadFile("../docs/access.md")
	check(t, err)
	f, err := parser.ParseFile(token.NewFileSet(), "remedy.go", nil, 0)
	check(t, err)
	n := 0
	ast.Inspect(f, func(node ast.Node) bool {
		kv, ok := node.(*ast.KeyValueExpr)
		if !ok {
			return true
		}
		say, err := strconv.Unquote(kv.Value.(*ast.CompositeLit).Elts[0].(*ast.BasicLit).Value)
		check(t, err)
		n++
		if !strings.Contains(strings.Join(strings.Fields(string(doc)), " "), say) {
			t.Errorf("docs/access.md does not tell of %q", say)
		}
		return true
	})
	if n < 30 {
		t.Errorf("only %d texts found", n)
	}
}
