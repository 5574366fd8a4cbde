package bulk

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"gatehouse/shared/directory"
)

// How an import waits for a store that is throttled: a line that is refused first waits for about as long as the store's
// client has tried by itself, then twice as long each time, and never so long that it would not notice soon that there is
// room again. Each wait is cut by chance, or all lines would come back at once. DynamoDB's auto scaling acts within some
// minutes, so whoever waited ten is waiting for a person.
const (
	firstWait = 250 * time.Millisecond
	lastWait  = 15 * time.Second
	patience  = 10 * time.Minute
)

// patiently carries out one step with the store, which does all of it or nothing, as often as it is throttled. What has
// been begun is not called off, so that the counts are right when the import is stopped; a wait is. An error that is not
// the line's own comes as a fault.
func (r *running) patiently(ctx context.Context, line int, step func(context.Context) error) error {
	var waited time.Duration
	for wait := firstWait; ; wait = min(2*wait, lastWait) {
		err := step(context.WithoutCancel(ctx))
		switch {
		case err == nil || isBadLine(err):
			return err
		case !errors.Is(err, directory.ErrThrottled):
			return fault{fmt.Errorf("storing line %d: %w", line, err)}
		case waited >= patience:
			return fault{fmt.Errorf("storing line %d, after %v of waiting for the store: %w", line, waited.Round(time.Second), err)}
		}
		some := wait/2 + rand.N(wait/2) //nolint:gosec // nobody gains from guessing it
		select {
		case <-time.After(some):
			waited += some
		case <-ctx.Done():
			return fault{context.Cause(ctx)}
		}
	}
}

// isBadLine says whether what went wrong in the store is the line's fault, so that the next one may do better.
func isBadLine(err error) bool {
	return errors.Is(err, directory.ErrInvalid) || errors.As(err, new(*directory.TakenError)) ||
		errors.As(err, new(conflictError))
}
