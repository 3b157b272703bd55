package seal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// file is a keyset in a file. It looks at the file again when it seals, is asked
// for its name, or cannot open something: somebody may have put a new key in.
// A file that is gone or spoilt by then leaves the keys as they were.
type file struct {
	path string

	mu     sync.Mutex
	text   []byte
	handle *keyset.Handle
	aead   tink.AEAD
}

func openFile(path string) (*file, error) {
	f := &file{path: path}
	_, err := f.read()
	return f, err
}

// read reads the file and tells whether it is another than before.
func (f *file) read() (changed bool, err error) {
	text, handle, err := load(f.path)
	if err != nil {
		return false, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if bytes.Equal(text, f.text) {
		return false, nil
	}
	a, err := aead.New(handle)
	if err != nil {
		return false, fmt.Errorf("seal: the key file %s holds no keys to encrypt with; baton mailbox key makes one", f.path)
	}
	f.text, f.handle, f.aead = text, handle, a
	return true, nil
}

// latest is current, after a look at the file.
func (f *file) latest() (*keyset.Handle, tink.AEAD) {
	_, _ = f.read() // what was read before is still good
	return f.current()
}

func (f *file) current() (*keyset.Handle, tink.AEAD) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.handle, f.aead
}

func (f *file) name() string {
	h, _ := f.latest()
	return fmt.Sprintf("file:%08x", h.KeysetInfo().PrimaryKeyId)
}

// EncryptWithContext implements tink.AEADWithContext.
func (f *file) EncryptWithContext(_ context.Context, plain, bound []byte) ([]byte, error) {
	_, a := f.latest()
	out, err := a.Encrypt(plain, bound)
	if err != nil {
		return nil, errors.New("seal: encrypting failed")
	}
	return out, nil
}

// DecryptWithContext implements tink.AEADWithContext.
func (f *file) DecryptWithContext(_ context.Context, sealed, bound []byte) ([]byte, error) {
	_, a := f.current()
	if plain, err := a.Decrypt(sealed, bound); err == nil {
		return plain, nil
	}
	if changed, err := f.read(); err != nil || !changed {
		return nil, ErrSealed
	}
	_, a = f.current()
	plain, err := a.Decrypt(sealed, bound)
	if err != nil {
		return nil, ErrSealed
	}
	return plain, nil
}

// load reads a key file, and refuses one that others can read.
func load(path string) ([]byte, *keyset.Handle, error) {
	in, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("seal: there is no key file at %s; baton mailbox key makes one", path)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("seal: opening the key file: %w", err)
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return nil, nil, fmt.Errorf("seal: looking at the key file: %w", err)
	}
	if !info.Mode().IsRegular() || info.Mode().Perm()&0o077 != 0 {
		return nil, nil, fmt.Errorf("seal: the key file %s can be read by others; run chmod 600 on it", path)
	}
	var text bytes.Buffer
	if _, err := text.ReadFrom(in); err != nil {
		return nil, nil, fmt.Errorf("seal: reading the key file: %w", err)
	}
	// Tink's own error is left out: it may quote the file.
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(text.Bytes())))
	if err != nil {
		return nil, nil, fmt.Errorf("seal: the file %s is no key file; baton mailbox key makes one", path)
	}
	return text.Bytes(), handle, nil
}

// Create makes a key file with one new key, readable by its owner only. A file
// that is there already is left alone and is an error.
func Create(path string) error {
	m := keyset.NewManager()
	id, err := m.Add(aead.AES256GCMKeyTemplate())
	if err != nil {
		return errors.New("seal: making a key failed")
	}
	if err := m.SetPrimary(id); err != nil {
		return errors.New("seal: making a key failed")
	}
	temp, err := write(path, m)
	if err != nil {
		return err
	}
	defer os.Remove(temp)
	// A link, unlike a rename, replaces nothing.
	if err := os.Link(temp, path); errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("seal: there is a file at %s already; it was left as it is", path)
	} else if err != nil {
		return fmt.Errorf("seal: making the key file: %w", err)
	}
	return nil
}

// Rotate puts a new key into a key file: it seals from now on, and the others
// still open. Processes that have the file open find the new key by themselves.
func Rotate(path string) error {
	return change(path, func(m *keyset.Manager, _ *keyset.Handle) error {
		id, err := m.Add(aead.AES256GCMKeyTemplate())
		if err != nil {
			return err
		}
		return m.SetPrimary(id)
	})
}

// Retire takes all keys but the newest out of a key file: what the others
// sealed opens no more.
func Retire(path string) error {
	return change(path, func(m *keyset.Manager, h *keyset.Handle) error {
		info := h.KeysetInfo()
		for _, k := range info.KeyInfo {
			if k.KeyId == info.PrimaryKeyId {
				continue
			}
			if err := m.Delete(k.KeyId); err != nil {
				return err
			}
		}
		return nil
	})
}

func change(path string, do func(*keyset.Manager, *keyset.Handle) error) error {
	_, h, err := load(path)
	if err != nil {
		return err
	}
	m := keyset.NewManagerFromHandle(h)
	if err := do(m, h); err != nil {
		return fmt.Errorf("seal: the keys in %s could not be changed; the file was left as it is", path)
	}
	temp, err := write(path, m)
	if err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return errors.Join(fmt.Errorf("seal: replacing the key file: %w", err), os.Remove(temp))
	}
	return nil
}

// write writes the keys to a new file beside path, which nobody else can read,
// and gives its name.
func write(path string, m *keyset.Manager) (temp string, err error) {
	h, err := m.Handle()
	if err != nil {
		return "", errors.New("seal: making a keyset failed")
	}
	out, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return "", fmt.Errorf("seal: making the key file: %w", err)
	}
	err = insecurecleartextkeyset.Write(h, keyset.NewJSONWriter(out))
	if err == nil {
		err = out.Sync()
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return "", errors.Join(fmt.Errorf("seal: writing the key file: %w", err), os.Remove(out.Name()))
	}
	return out.Name(), nil
}
