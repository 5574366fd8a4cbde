package bulk

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"gatehouse/shared/directory"
)

// The waits between retries of a throttled request double from the first to the last. They are jittered, or all lines would
// come back at once. DynamoDB's auto scaling acts within minutes, so an import that has waited for ten waits for a person.
const (
	firstWait = 250 * time.Millisecond // about as long as DynamoDB's client has retried by itself
	lastWait  = 15 * time.Second
	patience  = 10 * time.Minute
)

// patiently makes one atomic request and retries it while the store is throttled. Canceling ctx ends a wait but not a
// request, so the counts stay right. An error that is not the line's own is a fault, and stops the import.
func (r *running) patiently(ctx context.Context, line int, request func(context.Context) error) error {
	var waited time.Duration
	for wait := firstWait; ; wait = min(2*wait, lastWait) {
		err := request(context.WithoutCancel(ctx))
		if err == nil || isBadLine(err) {
			return err
		}
		throttled := errors.Is(err, directory.ErrThrottled)
		if !throttled || waited >= patience {
			after := ""
			if throttled {
				after = fmt.Sprintf(", after %v of waiting for the store", waited.Round(time.Second))
			}
			err = fmt.Errorf("storing line %d%s: %w", line, after, err)
			r.stop(err)
			return fault{err}
		}
		jittered := wait/2 + rand.N(wait/2) //nolint:gosec // guessing it gains nothing
		select {
		case <-time.After(jittered):
			waited += jittered
		case <-ctx.Done():
			return fault{context.Cause(ctx)}
		}
	}
}

// isBadLine reports whether the line caused the error, so the next line can do better.
func isBadLine(err error) bool {
	return errors.Is(err, directory.ErrInvalid) || errors.As(err, new(*directory.TakenError)) || errors.As(err, new(conflictError))
}
