package firestore

import (
	"errors"
	"fmt"

	"baton/desk"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

var errClosed = fmt.Errorf("%w: the store is closed", desk.ErrUnavailable)

// advice says what an operator can do about a failure, by Firestore's code.
var advice = map[codes.Code]string{
	codes.Unavailable:        "Firestore cannot be reached: check the network; calls resume by themselves",
	codes.DeadlineExceeded:   "Firestore did not answer in time; calls resume by themselves",
	codes.ResourceExhausted:  "Firestore's quota is used up: check quotas and billing of the project",
	codes.Internal:           "Firestore had a failure of its own; calls resume by themselves",
	codes.Unknown:            "Firestore had a failure of its own; calls resume by themselves",
	codes.Aborted:            "too many writers at one document; calls resume by themselves",
	codes.Unauthenticated:    "Firestore does not accept the credentials: check the service account",
	codes.PermissionDenied:   "the service account lacks the role roles/datastore.user, or the API is not enabled",
	codes.NotFound:           "the database does not exist: create it in Native mode",
	codes.FailedPrecondition: "an index is missing: deploy store/firestore/indexes.json and wait until it is built",
}

// reached tells whether an error came from Firestore or its client's transport,
// so that a commit may have been applied.
func reached(err error) bool { _, ok := status.FromError(err); return ok }

// passing tells whether the same commit may succeed when it is tried again.
func passing(err error) bool {
	if !reached(err) {
		return false
	}
	switch status.Code(err) {
	case codes.Unavailable, codes.DeadlineExceeded, codes.ResourceExhausted, codes.Internal, codes.Unknown, codes.Aborted:
		return true
	}
	return false
}

// translate wraps what callers can tell apart; other errors stay as they are.
func translate(err error) error {
	if err == nil || errors.Is(err, desk.ErrUnavailable) {
		return err
	}
	st, ok := status.FromError(err)
	if !ok {
		return err
	}
	switch st.Code() {
	case codes.AlreadyExists:
		return fmt.Errorf("%w: %w", desk.ErrExists, err)
	case codes.Canceled:
		// By Close: a caller's own context gives its own error.
		return errClosed
	}
	if say, ok := advice[st.Code()]; ok {
		return fmt.Errorf("%w: %s: %w", desk.ErrUnavailable, say, err)
	}
	return err
}

func missing(what, id string) error { return fmt.Errorf("%s %q: %w", what, id, desk.ErrNotFound) }

// guard runs a caller's function and turns its panic into an error.
func guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("change panicked: %v", p)
		}
	}()
	return f()
}
