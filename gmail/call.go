package gmail

import (
	"context"
	"errors"
	"net/http"
	"time"

	"google.golang.org/api/googleapi"
)

type laneKey struct{}

// Interactive marks calls made with the context as ones that a person waits
// for: they go before background work and give up sooner.
func Interactive(ctx context.Context) context.Context {
	return context.WithValue(ctx, laneKey{}, interactive)
}

func laneOf(ctx context.Context) int {
	if lane, ok := ctx.Value(laneKey{}).(int); ok {
		return lane
	}
	return background
}

type planKey struct{}

// patiently marks calls that move whole mails: they get the time of a plan of
// their own.
func patiently(ctx context.Context, r Retry) context.Context {
	return context.WithValue(ctx, planKey{}, r)
}

func planOf(ctx context.Context, usual Retry) Retry {
	if r, ok := ctx.Value(planKey{}).(Retry); ok {
		return r
	}
	return usual
}

// repeat says whether a call may be made again when nobody knows whether
// Gmail carried it out.
type repeat bool

const (
	repeatable repeat = true
	onceOnly   repeat = false
)

// call makes one call to Gmail: waits for its turn, counts it, and tries again
// where that can help. Errors are *AccessError, *CallError or the context's.
func call[T any](ctx context.Context, c *Client, m Method, again repeat, do func(context.Context) (T, error)) (T, error) {
	lane := laneOf(ctx)
	plan := planOf(ctx, c.retry[lane])
	outer := ctx
	ctx, cancel := context.WithTimeout(ctx, plan.Total)
	defer cancel()
	var zero T
	refreshed := false
	for try := 1; ; try++ {
		v, err := attempt(ctx, c, m, lane, plan.Each, do)
		if err == nil {
			return v, nil
		}
		if cerr := outer.Err(); cerr != nil {
			return zero, cerr
		}
		if access := lasting(err); access != nil {
			return zero, access
		}
		how, ran := cureFor(err)
		asked := askedFor(err, c.now())
		switch {
		case how == refresh && refreshed:
			return zero, accessError("authError", err)
		case how == refresh:
			refreshed = true // the refused token is forgotten already
			continue
		case how == nothing, ran && again == onceOnly, how == hardly && try >= 3, try >= plan.Tries:
			return zero, callError(m, try, err)
		}
		pause := plan.pause(try, asked)
		if how == slower {
			c.gate.slow(pause)
		}
		if end, ok := ctx.Deadline(); ok && time.Now().Add(pause).After(end) {
			return zero, callError(m, try, err)
		}
		if sleep(ctx, pause) != nil {
			return zero, errors.Join(outer.Err(), callError(m, try, err))
		}
	}
}

func attempt[T any](ctx context.Context, c *Client, m Method, lane int, each time.Duration, do func(context.Context) (T, error)) (T, error) {
	var zero T
	if err := c.gate.enter(ctx, Units(m), lane); err != nil {
		return zero, err
	}
	defer c.gate.leave()
	ctx, cancel := context.WithTimeout(ctx, each)
	defer cancel()
	c.meter.sent(m)
	v, err := do(ctx)
	if err != nil {
		c.meter.failed(m)
		return zero, err
	}
	return v, nil
}

func callError(m Method, tries int, err error) *CallError {
	e := &CallError{Method: m, Tries: tries, Err: err, Reason: "connection failed"}
	if te := (*tokenError)(nil); errors.As(err, &te) {
		e.Reason = te.Error()
	} else if ge := (*googleapi.Error)(nil); errors.As(err, &ge) {
		e.Code, e.Reason = ge.Code, reasonOf(ge)
		if e.Reason == "" {
			e.Reason = http.StatusText(ge.Code)
		}
	} else if errors.Is(err, context.DeadlineExceeded) {
		e.Reason = "too slow"
	}
	return e
}
