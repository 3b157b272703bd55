package cardtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write golden files instead of comparing with them")

// Golden compares an answer with testdata/name.json, both as canonical JSON: names sorted, indented,
// numbers as written, no HTML escaping. With -update it writes the file instead.
func Golden(t testing.TB, name string, answer []byte) {
	t.Helper()
	if err := golden(filepath.Join("testdata", name+".json"), answer, *update); err != nil {
		t.Error(err)
	}
}

func golden(path string, answer []byte, write bool) error {
	got, err := canonical(answer)
	if err != nil {
		return err
	}
	if write {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		return os.WriteFile(path, got, 0o644)
	}
	want, err := os.ReadFile(path)
	if err != nil {
		return errors.New("no golden file " + path + "; run the test with -update and review what it writes")
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		return errors.New(path + " (-want +got):\n" + diff)
	}
	return nil
}

func canonical(answer []byte) ([]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(answer))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(v)
	return b.Bytes(), err
}
