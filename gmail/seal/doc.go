// Package seal encrypts what opens mailboxes, so that a copy of the store opens
// none: refresh tokens at rest, and consents on their way through a browser.
//
// A Key is opened by its address. "file:PATH" is a Tink keyset in a file that
// nobody else can read (file.go makes one and changes its keys);
// "gcp-kms://projects/P/locations/L/keyRings/R/cryptoKeys/K" is a key in Google
// Cloud KMS, which never leaves it (kms.go). kms.go speaks to Cloud KMS by
// Google's generated client, as the rest of Baton does to Google's services.
//
// What is sealed for one mailbox opens for that mailbox only: its address is
// part of what the key vouches for, though not of the sealed bytes.
package seal
