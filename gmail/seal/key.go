package seal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/tink-crypto/tink-go/v2/tink"

	"baton/desk"
)

// Errors of keys. What else comes back is passing: the key could not be asked.
var (
	// ErrSealed: these bytes do not open with this key for this purpose. They
	// were sealed with another key, for another mailbox, or were changed.
	ErrSealed = errors.New("seal: this was sealed with another key or for something else")
	// ErrRefused: Cloud KMS does not let Baton use the key, until somebody
	// changes that.
	ErrRefused = errors.New("seal: Cloud KMS does not let Baton use the key")
)

// maxPlain bounds what is sealed: Cloud KMS takes 64 KiB.
const maxPlain = 16 << 10

// version is the first byte of what is sealed.
const version = 1

// Options say how a key in Cloud KMS is asked. The zero value is Google's own.
type Options struct {
	KMSURL string       // "" = Google's
	Client *http.Client // puts credentials on requests; nil = Application Default Credentials
}

// Key seals and opens. Its methods may run at the same time.
type Key struct {
	aead tink.AEADWithContext
	name func() string
}

// Open opens the key at an address; see the package comment. It reads the file,
// but does not ask Cloud KMS yet.
func Open(ctx context.Context, address string, o Options) (*Key, error) {
	kind, rest, _ := strings.Cut(address, ":")
	switch kind {
	case "file":
		f, err := openFile(rest)
		if err != nil {
			return nil, err
		}
		return &Key{aead: f, name: f.name}, nil
	case "gcp-kms":
		k, err := openKMS(ctx, address, o)
		if err != nil {
			return nil, err
		}
		return &Key{aead: k, name: func() string { return address }}, nil
	}
	return nil, errors.New("seal: a key's address begins with file: or gcp-kms://")
}

// Name identifies the key that seals now, without giving anything away.
func (k *Key) Name() string { return k.name() }

// Format prints the key's name, whatever the verb.
func (k *Key) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "seal.Key("+k.Name()+")") }

// Seal encrypts a mailbox's secret, at most 16 KiB.
func (k *Key) Seal(ctx context.Context, plain []byte, m desk.Mailbox) ([]byte, error) {
	return k.seal(ctx, plain, forMailbox(m))
}

// Open decrypts what Seal gave for the same mailbox; ErrSealed, ErrRefused.
func (k *Key) Open(ctx context.Context, sealed []byte, m desk.Mailbox) ([]byte, error) {
	return k.open(ctx, sealed, forMailbox(m))
}

// SealFor encrypts something else than a mailbox's secret, for a purpose in one
// word. Nothing sealed for one purpose opens for another, or as a mailbox's.
func (k *Key) SealFor(ctx context.Context, plain []byte, purpose string) ([]byte, error) {
	return k.seal(ctx, plain, "purpose:"+purpose)
}

// OpenFor decrypts what SealFor gave for the same purpose; ErrSealed, ErrRefused.
func (k *Key) OpenFor(ctx context.Context, sealed []byte, purpose string) ([]byte, error) {
	return k.open(ctx, sealed, "purpose:"+purpose)
}

func forMailbox(m desk.Mailbox) string { return "mailbox:" + strings.ToLower(string(m)) }

func (k *Key) seal(ctx context.Context, plain []byte, bound string) ([]byte, error) {
	if len(plain) > maxPlain {
		return nil, errors.New("seal: too large to be sealed")
	}
	out, err := k.aead.EncryptWithContext(ctx, plain, []byte(bound))
	if err != nil {
		return nil, err
	}
	return append([]byte{version}, out...), nil
}

func (k *Key) open(ctx context.Context, sealed []byte, bound string) ([]byte, error) {
	if len(sealed) < 2 || sealed[0] != version {
		return nil, ErrSealed
	}
	return k.aead.DecryptWithContext(ctx, sealed[1:], []byte(bound))
}
