package gmail

import (
	"errors"
	"fmt"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// PullError says why notifications cannot be pulled. It names the subscription
// and nothing else, so it may be logged and shown to admins.
type PullError struct {
	Code   codes.Code // Google's answer; Unknown = there was none
	Say    string     // what happened, one plain sentence
	Remedy string     // what to do, one plain sentence
	Err    error      // what the library said; may name more
}

func (e *PullError) Error() string { return fmt.Sprintf("%s %s (%s)", e.Say, e.Remedy, e.Code) }

// Unwrap gives what the library said.
func (e *PullError) Unwrap() error { return e.Err }

// problemOf puts into words why pulling ended.
func (p *Pull) problemOf(err error) *PullError {
	if err == nil {
		err = errors.New("the stream ended")
	}
	e := &PullError{Code: status.Code(err), Err: err}
	switch name := p.o.Subscription; e.Code {
	case codes.NotFound:
		e.Say = fmt.Sprintf("The subscription %s does not exist.", name)
		e.Remedy = "Create it on the topic that Gmail publishes to, or correct --pull."
	case codes.PermissionDenied:
		e.Say = fmt.Sprintf("Baton's service account may not pull from %s.", name)
		e.Remedy = "Grant it the role roles/pubsub.subscriber on that subscription."
	case codes.Unauthenticated:
		e.Say = "Google does not accept the credentials that Baton pulls with."
		e.Remedy = "Check that the service account and its key are still in force, and that this machine's clock is right."
	case codes.FailedPrecondition, codes.InvalidArgument:
		e.Say = fmt.Sprintf("%s cannot be pulled from.", name)
		e.Remedy = "Check that it is a pull subscription, without a push endpoint or another way of delivery."
	case codes.Unavailable, codes.DeadlineExceeded:
		e.Say = "Pub/Sub cannot be reached."
		e.Remedy = "Check that this machine may open connections to pubsub.googleapis.com, port 443."
	case codes.ResourceExhausted:
		e.Say = "The project has used up what it may pull."
		e.Remedy = "Look at the project's Pub/Sub quotas in the Google Cloud console."
	case codes.Unknown:
		e.Say = "Pulling from Pub/Sub could not begin, or ended."
		e.Remedy = "Check that this machine has Google credentials: a service account's key, or the machine's own account on Google Cloud."
	default:
		e.Say = "Pulling from Pub/Sub ended."
		e.Remedy = "It is tried again; if it stays, look at the project's Pub/Sub status."
	}
	return e
}
