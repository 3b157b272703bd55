package seal_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"baton/desk"
	"baton/gmail/seal"
)

const (
	support = desk.Mailbox("support@acme.test")
	sales   = desk.Mailbox("sales@acme.test")
	secret  = "1//refresh-canary"
)

func open(t *testing.T, address string, o seal.Options) *seal.Key {
	t.Helper()
	k, err := seal.Open(t.Context(), address, o)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func keyFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "key.json")
	if err := seal.Create(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// contract is what every kind of key does.
func contract(t *testing.T, k *seal.Key) {
	t.Helper()
	ctx := t.Context()
	sealed, err := k.Seal(ctx, []byte(secret), support)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, []byte("canary")) {
		t.Error("the secret is in what was sealed")
	}
	if again, err := k.Seal(ctx, []byte(secret), support); err != nil || bytes.Equal(again, sealed) {
		t.Errorf("sealed twice it is the same, or %v", err)
	}
	if plain, err := k.Open(ctx, sealed, "Support@Acme.test"); err != nil || string(plain) != secret {
		t.Errorf("opened to %q, %v", plain, err)
	}
	other, err := k.SealFor(ctx, []byte(secret), "flow")
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := k.OpenFor(ctx, other, "flow"); err != nil || string(plain) != secret {
		t.Errorf("opened for its purpose to %q, %v", plain, err)
	}
	flipped := bytes.Clone(sealed)
	flipped[len(flipped)-1] ^= 1
	newer := bytes.Clone(sealed)
	newer[0]++
	for name, try := range map[string]func() ([]byte, error){
		"another mailbox":                      func() ([]byte, error) { return k.Open(ctx, sealed, sales) },
		"a purpose":                            func() ([]byte, error) { return k.OpenFor(ctx, sealed, string(support)) },
		"another purpose":                      func() ([]byte, error) { return k.OpenFor(ctx, other, "flower") },
		"a purpose, as a mailbox":              func() ([]byte, error) { return k.Open(ctx, other, "flow") },
		"a purpose, as a mailbox of that name": func() ([]byte, error) { return k.Open(ctx, other, "purpose:flow") },
		"one bit flipped":                      func() ([]byte, error) { return k.Open(ctx, flipped, support) },
		"another version":                      func() ([]byte, error) { return k.Open(ctx, newer, support) },
		"cut short":                            func() ([]byte, error) { return k.Open(ctx, sealed[:5], support) },
		"one byte":                             func() ([]byte, error) { return k.Open(ctx, sealed[:1], support) },
		"nothing":                              func() ([]byte, error) { return k.Open(ctx, nil, support) },
		"the plain text":                       func() ([]byte, error) { return k.Open(ctx, []byte(secret), support) },
	} {
		plain, err := try()
		if !errors.Is(err, seal.ErrSealed) || plain != nil {
			t.Errorf("%s: opened to %q, %v; want ErrSealed", name, plain, err)
		}
		if strings.Contains(fmt.Sprint(err), "canary") || strings.Contains(fmt.Sprint(err), "@") {
			t.Errorf("%s: the error says too much: %v", name, err)
		}
	}
	if _, err := k.Seal(ctx, make([]byte, 16<<10+1), support); err == nil {
		t.Error("more than 16 KiB was sealed")
	}
}

func TestFileKeyHoldsTheContract(t *testing.T) {
	contract(t, open(t, "file:"+keyFile(t), seal.Options{}))
}

func TestKeyFilesThatAreRefused(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(p, mode); err != nil { // whatever the umask
			t.Fatal(err)
		}
		return "file:" + p
	}
	good := keyFile(t)
	text, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	for name, address := range map[string]string{
		"there is no key file":                  "file:" + filepath.Join(dir, "none"),
		"can be read by others; run chmod 600":  write("group", string(text), 0o640),
		"read by others":                        write("all", string(text), 0o604),
		"is no key file":                        write("empty", "", 0o600),
		"is no key file;":                       write("cut", string(text[:len(text)/2]), 0o600),
		"begins with file: or gcp-kms://":       "vault:x",
		"address begins with":                   "",
		"without a version":                     "gcp-kms://projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1",
		"gcp-kms://projects/P/locations/L/keyR": "gcp-kms://k",
	} {
		_, err := seal.Open(t.Context(), address, seal.Options{})
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v, want %q", address, err, name)
		}
		if err != nil && strings.Contains(err.Error(), string(text[40:60])) {
			t.Errorf("%s: the error quotes the file", address)
		}
	}
}

func TestCreateReplacesNothing(t *testing.T) {
	path := keyFile(t)
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v; want 0600", info.Mode(), err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := seal.Create(path); err == nil || !strings.Contains(err.Error(), "left as it is") {
		t.Errorf("creating it again: %v", err)
	}
	after, err := os.ReadFile(path)
	if err != nil || !bytes.Equal(before, after) {
		t.Errorf("the key file changed, %v", err)
	}
	if err := seal.Create(filepath.Join(path, "x")); err == nil {
		t.Error("a key file was made where no folder is")
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("%d files are left, %v; want the key alone", len(left), err)
	}
}

func TestRotation(t *testing.T) {
	ctx := t.Context()
	path := keyFile(t)
	old, peer := open(t, "file:"+path, seal.Options{}), open(t, "file:"+path, seal.Options{})
	oldName := old.Name()
	first, err := old.Seal(ctx, []byte(secret), support)
	if err != nil {
		t.Fatal(err)
	}
	if err := seal.Rotate(path); err != nil {
		t.Fatal(err)
	}
	fresh := open(t, "file:"+path, seal.Options{})
	if fresh.Name() == oldName || old.Name() != fresh.Name() {
		t.Errorf("named %s, then %s, elsewhere %s", oldName, old.Name(), fresh.Name())
	}
	if plain, err := fresh.Open(ctx, first, support); err != nil || string(plain) != secret {
		t.Errorf("what the old key sealed: %q, %v", plain, err)
	}
	second, err := fresh.Seal(ctx, []byte(secret), support)
	if err != nil {
		t.Fatal(err)
	}
	// A process that had the file open before finds the new key.
	if plain, err := peer.Open(ctx, second, support); err != nil || string(plain) != secret {
		t.Errorf("what the new key sealed, in another process: %q, %v", plain, err)
	}
	if peer.Name() != fresh.Name() {
		t.Errorf("the other process seals with %s, want %s", peer.Name(), fresh.Name())
	}
	if err := seal.Retire(path); err != nil {
		t.Fatal(err)
	}
	last := open(t, "file:"+path, seal.Options{})
	if _, err := last.Open(ctx, first, support); !errors.Is(err, seal.ErrSealed) {
		t.Errorf("what the retired key sealed: %v, want ErrSealed", err)
	}
	if _, err := last.Open(ctx, second, support); err != nil || last.Name() != fresh.Name() {
		t.Errorf("what the new key sealed: %v", err)
	}
	// A file that others can read by now does not stop who has the keys.
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := last.Open(ctx, second, support); err != nil || last.Name() != fresh.Name() {
		t.Errorf("after the file was spoilt: %v", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v after rotation", info.Mode(), err)
	}
	if err := seal.Rotate(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a file that is not there was rotated")
	}
}

func TestKeyPrintsItsNameOnly(t *testing.T) {
	path := keyFile(t)
	k := open(t, "file:"+path, seal.Options{})
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		if got, want := fmt.Sprintf(verb, k), "seal.Key("+k.Name()+")"; got != want {
			t.Errorf("%s prints %s, want %s", verb, got, want)
		}
	}
	if strings.Contains(k.Name(), path) {
		t.Errorf("the name tells the path: %s", k.Name())
	}
}
