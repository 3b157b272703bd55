package main

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
)

// named finds the names of tests in a text, with their package before them.
var named = regexp.MustCompile(`\b([a-z]+)\.((?:Test|Fuzz)\w+)`)

// testsOf gives every test function of the module by the name of its folder.
func testsOf(t *testing.T, root string) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil {
				all[filepath.Base(filepath.Dir(path))+"."+f.Name.Name] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Every test that the docs name is there.
func TestDocsNameTestsThatExist(t *testing.T) {
	root := filepath.Join("..", "..")
	there := testsOf(t, root)
	for _, page := range []string{"pains.md", "reliability.md"} {
		text, err := os.ReadFile(filepath.Join(root, "docs", page))
		if err != nil {
			t.Fatal(err)
		}
		found := named.FindAllString(string(text), -1)
		if len(found) < 20 {
			t.Errorf("docs/%s names %d tests, want at least 20: is it read right?", page, len(found))
		}
		for _, name := range found {
			if !there[name] {
				t.Errorf("docs/%s names %s, and there is no such test", page, name)
			}
		}
	}
}

// Every pain has one row, and each row names a test or says in words why there
// is none.
func TestEveryPainHasItsRow(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "pains.md"))
	if err != nil {
		t.Fatal(err)
	}
	var got []int
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		n, err := strconv.Atoi(strings.TrimSpace(cells[0]))
		if err != nil {
			continue // not a row of a table of pains
		}
		got = append(got, n)
		if len(cells) != 4 {
			t.Errorf("pain %d has %d cells, want number, pain, shown by, and what is missing", n, len(cells))
			continue
		}
		tests, missing := named.MatchString(cells[2]), len(strings.Fields(cells[3]))
		if !tests && missing < 5 {
			t.Errorf("pain %d names no test and does not say why", n)
		}
	}
	var want []int
	for n := 1; n <= 50; n++ {
		if n <= 21 || n >= 45 {
			want = append(want, n)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("rows of the pains %v, want %v", got, want)
	}
}
