package firestore

import (
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strings"
	"unicode/utf8"

	gcfirestore "cloud.google.com/go/firestore"
)

// The collections.
const (
	conversations = "conversations"
	events        = "events"
	notes         = "notes"
	ledger        = "ledger"
	intents       = "intents"
	mentions      = "mentions"
	shares        = "shares"
	mailboxes     = "mailboxes"
	grants        = "grants"
	leases        = "leases"
	policies      = "policies"
	settings      = "settings"
	presences     = "presences"
	turns         = "turns"
	groups        = "groups"
	identities    = "identities"
)

// maxKey bounds ids and keys, in bytes; Firestore allows and indexes 1,500.
const maxKey = 1000

// docID makes a document's id of any string, so that no two make the same:
// Firestore allows neither slashes nor ".", ".." and "__x__".
func docID(s string) string {
	id := url.PathEscape(s)
	switch {
	case len(id) > maxKey:
		return "%h" + hash(s)
	case strings.Trim(id, ".") == "" || strings.HasPrefix(id, "__"):
		return "%" + id
	}
	return id
}

// key makes a field by which documents are found of any string.
func key[S ~string](s S) string {
	if len(s) > maxKey || !utf8.ValidString(string(s)) {
		return "%h" + hash(string(s))
	}
	return string(s)
}

// hash gives 24 characters (144 bits) that follow from the parts alone; parts
// are separated, so that no two lists of parts look alike.
func hash(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		part := sha256.Sum256([]byte(p))
		h.Write(part[:])
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:18])
}

func (s *Store) doc(collection, id string) *gcfirestore.DocumentRef {
	return s.client.Collection(collection).Doc(id)
}
