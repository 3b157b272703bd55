package seal

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"hash/crc32"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	cloudkms "google.golang.org/api/cloudkms/v1"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/option"
)

// kmsPatience bounds one request to Cloud KMS.
const kmsPatience = 15 * time.Second

var kmsName = regexp.MustCompile(`^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$`)

// kms is a symmetric key in Cloud KMS, which encrypts there. Versions of the
// key are Cloud KMS's own business: old ones open as long as they are enabled.
type kms struct {
	key  string // its resource name
	keys *cloudkms.ProjectsLocationsKeyRingsCryptoKeysService
}

func openKMS(ctx context.Context, address string, o Options) (*kms, error) {
	name := strings.TrimPrefix(address, "gcp-kms://")
	if !kmsName.MatchString(name) {
		return nil, errors.New("seal: a Cloud KMS key's address is gcp-kms://projects/P/locations/L/keyRings/R/cryptoKeys/K, without a version")
	}
	opts := []option.ClientOption{option.WithScopes(cloudkms.CloudkmsScope)}
	if o.Client != nil {
		opts = []option.ClientOption{option.WithHTTPClient(o.Client)}
	}
	if o.KMSURL != "" {
		opts = append(opts, option.WithEndpoint(o.KMSURL))
	}
	svc, err := cloudkms.NewService(ctx, opts...)
	if err != nil {
		return nil, fmt.Errorf("seal: Baton needs an identity to use Cloud KMS: %w", err)
	}
	return &kms{key: name, keys: svc.Projects.Locations.KeyRings.CryptoKeys}, nil
}

// EncryptWithContext implements tink.AEADWithContext.
func (k *kms) EncryptWithContext(ctx context.Context, plain, bound []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, kmsPatience)
	defer cancel()
	r, err := k.keys.Encrypt(k.key, &cloudkms.EncryptRequest{
		Plaintext: b64(plain), PlaintextCrc32c: crc(plain),
		AdditionalAuthenticatedData: b64(bound), AdditionalAuthenticatedDataCrc32c: crc(bound),
		ForceSendFields: sums("Plaintext"),
	}).Context(ctx).Do()
	if err != nil {
		return nil, kmsError("encrypting", err)
	}
	out, err := base64.StdEncoding.DecodeString(r.Ciphertext)
	if err != nil || len(out) == 0 || r.CiphertextCrc32c != crc(out) || !r.VerifiedPlaintextCrc32c || !r.VerifiedAdditionalAuthenticatedDataCrc32c {
		return nil, errors.New("seal: Cloud KMS's answer was damaged on the way")
	}
	return out, nil
}

// DecryptWithContext implements tink.AEADWithContext.
func (k *kms) DecryptWithContext(ctx context.Context, sealed, bound []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, kmsPatience)
	defer cancel()
	r, err := k.keys.Decrypt(k.key, &cloudkms.DecryptRequest{
		Ciphertext: b64(sealed), CiphertextCrc32c: crc(sealed),
		AdditionalAuthenticatedData: b64(bound), AdditionalAuthenticatedDataCrc32c: crc(bound),
		ForceSendFields: sums("Ciphertext"),
	}).Context(ctx).Do()
	if err != nil {
		return nil, kmsError("decrypting", err)
	}
	plain, err := base64.StdEncoding.DecodeString(r.Plaintext)
	if err != nil || r.PlaintextCrc32c != crc(plain) {
		return nil, errors.New("seal: Cloud KMS's answer was damaged on the way")
	}
	return plain, nil
}

// kmsError sorts Cloud KMS's refusals. Its texts are left out, except from what
// is passing, where they name no more than hosts.
func kmsError(what string, err error) error {
	ge := (*googleapi.Error)(nil)
	if !errors.As(err, &ge) {
		return fmt.Errorf("seal: %s: Cloud KMS did not answer: %w", what, err)
	}
	switch {
	case ge.Code == http.StatusBadRequest && !slices.ContainsFunc(ge.Errors, func(i googleapi.ErrorItem) bool { return i.Reason == "failedPrecondition" }):
		return ErrSealed
	case ge.Code == http.StatusTooManyRequests, ge.Code >= 500:
		return fmt.Errorf("seal: %s: Cloud KMS answered %d", what, ge.Code)
	}
	// No such key, no right, the key or its version switched off, no API.
	return fmt.Errorf("%w (it answered %d); give Baton's identity roles/cloudkms.cryptoKeyEncrypterDecrypter on the key, and check that the key is enabled", ErrRefused, ge.Code)
}

func b64(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// sums are the checksums to send even if they happen to be 0.
func sums(field string) []string {
	return []string{field + "Crc32c", "AdditionalAuthenticatedDataCrc32c"}
}

// crc is the checksum that Cloud KMS compares and gives: CRC32C.
func crc(b []byte) int64 {
	return int64(crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)))
}
