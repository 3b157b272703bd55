package identity

import (
	"context"
	"crypto"
	"crypto/rsa"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
)

// How often the published keys are read.
const (
	fetchTimeout = 5 * time.Second
	freshFor     = time.Hour       // after that a set is read again when next needed
	staleFor     = 24 * time.Hour  // how long a set may serve while its host does not answer
	unknownGap   = 5 * time.Minute // at least so long between two reads because of an unknown key id
	retryGap     = time.Minute     // after a failed read of a set that still serves
	coldRetryGap = 5 * time.Second // after a failed read with no set at all
	staleWait    = time.Second     // how long a caller waits for fresh keys when a stale one would do
)

// keySet holds the issuer's public keys. Reads are single flight and belong to the key set, not to
// the caller who caused them: a caller who leaves does not spoil the read for the others.
type keySet struct {
	url    string
	client *http.Client
	now    func() time.Time
	ctx    context.Context // ends at close
	cancel context.CancelFunc
	flying sync.WaitGroup

	mu      sync.Mutex
	keys    map[string]*rsa.PublicKey
	fetched time.Time // last success
	tried   time.Time // last start of a read
	failed  error     // of the last read
	flight  chan struct{}
	closed  bool
}

func newKeySet(url string, client *http.Client, now func() time.Time) *keySet {
	c := http.Client{Transport: &http.Transport{}}
	if client != nil {
		c = *client
	}
	c.Timeout = fetchTimeout
	// A redirect could lead to somebody else's keys.
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	ctx, cancel := context.WithCancel(context.Background())
	return &keySet{url: url, client: &c, now: now, ctx: ctx, cancel: cancel}
}

func (k *keySet) close() {
	k.mu.Lock()
	k.closed = true
	k.mu.Unlock()
	k.cancel()
	k.flying.Wait()
	k.client.CloseIdleConnections()
}

// find gives the key with that id: a refusal with Signature when no such key is published, with
// Unavailable when that cannot be known now.
func (k *keySet) find(ctx context.Context, kid string) (*rsa.PublicKey, error) {
	k.mu.Lock()
	now := k.now()
	key, flight, wait := k.plan(kid, now)
	failed := k.failed
	if k.closed && failed == nil {
		failed = context.Canceled
	}
	k.mu.Unlock()
	if flight == nil {
		return answer(key, failed)
	}
	if key != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, wait)
		defer cancel()
	}
	select {
	case <-flight:
		k.mu.Lock()
		defer k.mu.Unlock()
		if fresh := k.live(kid, k.now()); fresh != nil || k.failed == nil {
			key = fresh
		}
		return answer(key, k.failed)
	case <-ctx.Done():
		if key != nil {
			return key, nil
		}
		return nil, &refusal{reason: Unavailable, cause: ctx.Err()}
	}
}

// plan decides under the lock: the key to use if any, and the read to wait for if any.
func (k *keySet) plan(kid string, now time.Time) (*rsa.PublicKey, chan struct{}, time.Duration) {
	key := k.live(kid, now)
	cold := now.Sub(k.fetched) >= staleFor // nothing usable
	age, idle := now.Sub(k.fetched), now.Sub(k.tried)
	var due bool
	switch {
	case k.tried.IsZero():
		due = true
	case cold:
		due = idle >= coldRetryGap
	case key == nil:
		due = idle >= unknownGap
	case age >= freshFor:
		due = idle >= retryGap
	}
	switch {
	case k.flight == nil && due && !k.closed:
		k.start(now)
	case key != nil && !due:
		return key, nil, 0
	}
	return key, k.flight, staleWait
}

func (k *keySet) live(kid string, now time.Time) *rsa.PublicKey {
	if now.Sub(k.fetched) >= staleFor {
		return nil
	}
	return k.keys[kid]
}

func (k *keySet) start(now time.Time) {
	done := make(chan struct{})
	k.flight, k.tried = done, now
	k.flying.Add(1)
	go func() {
		defer k.flying.Done()
		ctx, cancel := context.WithTimeout(k.ctx, fetchTimeout)
		defer cancel()
		keys, err := fetchKeys(ctx, k.client, k.url)
		k.mu.Lock()
		defer k.mu.Unlock()
		if k.failed = err; err == nil {
			k.keys, k.fetched = keys, now
		}
		k.flight = nil
		close(done)
	}()
}

// answer turns a lookup into the verdict on a key id.
func answer(key *rsa.PublicKey, failed error) (*rsa.PublicKey, error) {
	switch {
	case key != nil:
		return key, nil
	case failed != nil:
		return nil, &refusal{reason: Unavailable, cause: failed}
	}
	return nil, refuse(Signature)
}

// signature is the key set of one verification. The library reports a failure as text only, so the
// reason is kept here.
type signature struct {
	keys    *keySet
	kid     string
	ok      bool
	err     error
	payload []byte
}

// VerifySignature implements oidc.KeySet.
func (s *signature) VerifySignature(ctx context.Context, jwt string) ([]byte, error) {
	key, err := s.keys.find(ctx, s.kid)
	if err != nil {
		s.err = err
		return nil, err
	}
	one := oidc.StaticKeySet{PublicKeys: []crypto.PublicKey{key}}
	if s.payload, err = one.VerifySignature(ctx, jwt); err != nil {
		s.err = refuse(Signature)
		return nil, s.err
	}
	s.ok = true
	return s.payload, nil
}
