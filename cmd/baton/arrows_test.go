package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// listed is a package as `go list` tells it.
type listed struct {
	ImportPath string
	Dir        string
	Standard   bool
	GoFiles    []string
	Imports    []string
}

// packages lists the module's packages and all that they need.
func packages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps", "-json=ImportPath,Dir,Standard,GoFiles,Imports", "./...")
	cmd.Dir = "../.."
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, &stderr)
	}
	var all []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// within tells whether a package is a folder of the module, or below it.
func within(path, folder string) bool {
	return path == "baton/"+folder || strings.HasPrefix(path, "baton/"+folder+"/")
}

func own(path string) bool { return path == "baton" || strings.HasPrefix(path, "baton/") }

// arrow says what the packages of a folder may import of the module itself.
type arrow struct {
	folder string   // the longest that fits a package counts
	may    []string // folders
}

// arrows run one way. Whoever is missing here may import nothing of Baton.
var arrows = []arrow{
	{"cmd", []string{"cmd", "addon", "gmail", "store", "desk", "infra"}},
	{"addon", []string{"addon", "desk"}},
	{"gmail", []string{"gmail", "desk"}},
	{"gmail/gmailsim", nil},
	{"store", []string{"store", "desk"}},
	{"infra/chrome", []string{"infra/need"}},
	{"infra/emulator", nil},
	{"infra/need", nil},
	{"desk/identity", []string{"desk/identity"}},
	{"desk/policy", []string{"desk"}},
	{"desk/rule", []string{"desk"}},
	{"desk/outbox", []string{"desk"}},
	{"desk/glance", []string{"desk"}},
}

func arrowOf(path string) (best arrow, ok bool) {
	for _, a := range arrows {
		if within(path, a.folder) && len(a.folder) >= len(best.folder) {
			best, ok = a, true
		}
	}
	return best, ok
}

// stray gives the module's packages that a package must not import.
func (a arrow) stray(imports []string) []string {
	var out []string
	for _, i := range imports {
		if own(i) && !slices.ContainsFunc(a.may, func(f string) bool { return within(i, f) }) {
			out = append(out, i)
		}
	}
	return out
}

// TestArrows holds every import of the module against the table.
func TestArrows(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range packages(t) {
		if p.Standard || !own(p.ImportPath) {
			continue
		}
		a, ok := arrowOf(p.ImportPath)
		if !ok && p.ImportPath != "baton/desk" {
			t.Errorf("%s is in no folder of the house", p.ImportPath)
			continue
		}
		seen[a.folder] = true
		if bad := a.stray(p.Imports); len(bad) > 0 {
			t.Errorf("%s imports %v; it may import only %v", p.ImportPath, bad, a.may)
		}
	}
	for _, a := range arrows {
		if !seen[a.folder] {
			t.Errorf("no package is in %s; is the table out of date?", a.folder)
		}
	}
}

// TestArrowsBite shows that the table refuses what it is there to refuse.
func TestArrowsBite(t *testing.T) {
	for _, c := range []struct {
		from, to string
		refused  bool
	}{
		{"baton/addon", "baton/gmail", true},
		{"baton/addon/card", "baton/store", true},
		{"baton/gmail", "baton/store/sqlite", true},
		{"baton/gmail", "baton/addon/wire", true},
		{"baton/store/sqlite", "baton/gmail", true},
		{"baton/store/sqlite", "baton/cmd/baton", true},
		{"baton/gmail/gmailsim", "baton/desk", true},
		{"baton/gmail/gmailsim", "baton/gmail", true},
		{"baton/desk/outbox", "baton/store", true},
		{"baton/desk/identity", "baton/desk", true},
		{"baton/desk", "baton/desk/rule", true},
		{"baton/desk/rule", "baton/gmailx", true},
		{"baton/cmd/baton", "baton/gmail/gmailsim", false},
		{"baton/addon", "baton/desk/identity", false},
		{"baton/gmail", "encoding/json", false},
	} {
		a, _ := arrowOf(c.from)
		if got := len(a.stray([]string{c.to})) > 0; got != c.refused {
			t.Errorf("%s importing %s: refused = %t, want %t", c.from, c.to, got, c.refused)
		}
	}
}

// TestDeskAlone holds the core to the standard library.
func TestDeskAlone(t *testing.T) {
	all := packages(t)
	standard := map[string]bool{}
	for _, p := range all {
		standard[p.ImportPath] = p.Standard
	}
	i := slices.IndexFunc(all, func(p listed) bool { return p.ImportPath == "baton/desk" })
	if i < 0 {
		t.Fatal("no package baton/desk")
	}
	for _, imported := range all[i].Imports {
		if !standard[imported] {
			t.Errorf("baton/desk imports %s, which is not in the standard library", imported)
		}
	}
}

// TestNoTesting keeps test support out of the program.
func TestNoTesting(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := strings.Fields(string(out))
	if !slices.Contains(deps, "baton/desk") {
		t.Fatalf("go list gives no dependencies: %q", out)
	}
	for _, d := range deps {
		if d == "testing" || strings.HasPrefix(d, "testing/") || own(d) && strings.HasSuffix(d, "test") {
			t.Errorf("the program contains %s", d)
		}
	}
}

// environment are the functions by which a program looks at its environment.
var environment = []string{"Getenv", "LookupEnv", "Environ", "ExpandEnv"}

// TestEnvironment lets nobody but commands, and what only tests use, read the
// environment.
func TestEnvironment(t *testing.T) {
	found := false
	for _, p := range packages(t) {
		if p.Standard || !own(p.ImportPath) || slices.Contains(p.Imports, "testing") {
			continue
		}
		for _, name := range p.GoFiles {
			uses := readsEnvironment(t, filepath.Join(p.Dir, name))
			found = found || uses != ""
			if uses != "" && !within(p.ImportPath, "cmd") {
				t.Errorf("%s/%s uses os.%s; packages receive values", p.ImportPath, name, uses)
			}
		}
	}
	if !found {
		t.Error("nobody reads the environment, not even the command: this test sees nothing")
	}
}

// readsEnvironment gives the function by which a file looks at the environment.
func readsEnvironment(t *testing.T, path string) (uses string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, i := range file.Imports {
		if p, _ := strconv.Unquote(i.Path.Value); p == "os" || p == "syscall" {
			names[p] = true
			if i.Name != nil {
				names[i.Name.Name] = true
			}
		}
	}
	ast.Inspect(file, func(n ast.Node) bool {
		s, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		if x, ok := s.X.(*ast.Ident); ok && names[x.Name] && slices.Contains(environment, s.Sel.Name) {
			uses = s.Sel.Name
		}
		return true
	})
	return uses
}
