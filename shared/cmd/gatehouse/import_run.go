package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"gatehouse/shared/directory"
)

// importer is one import under way.
type importer struct {
	preparer
	store      directory.UserStore
	onConflict string
	dryRun     bool
	rejects    *rejects
	stderr     io.Writer
}

// importFrom stores the users of a source, in its order: of two lines that claim one name, the first has it. The error is a
// fault of the source, the store or the rejects, or that the command was stopped; never a bad line.
func (i *importer) importFrom(ctx context.Context, source io.Reader) (count tally, fault error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	count = tally{DryRun: i.dryRun, Formats: map[string]int{}}
	for each := range i.prepareAll(ctx, source) {
		e, err := each.await(ctx)
		if ctx.Err() != nil {
			return count, context.Cause(ctx)
		}
		if errors.As(err, new(sourceError)) {
			return count, err
		}
		var did outcome
		if err == nil {
			// A user that has been begun is finished, so that the counts are right when the command is stopped.
			did, err = i.place(context.WithoutCancel(ctx), e)
			if err != nil && !isBadLine(err) {
				return count, fmt.Errorf("storing line %d: %w", each.number, err)
			}
		}
		count.line = each.number
		if err == nil {
			count.add(did, e.format)
			continue
		}
		count.Failed++
		_, _ = fmt.Fprintf(i.stderr, "line %d: %s\n", each.number, oneLine(err))
		if err := i.rejects.add(each.text); err != nil {
			return count, err
		}
	}
	return count, context.Cause(ctx)
}

// isBadLine says whether what went wrong in the store is the line's fault, so that the next one may do better.
func isBadLine(err error) bool {
	return errors.Is(err, directory.ErrInvalid) || errors.As(err, new(*directory.TakenError)) ||
		errors.As(err, new(conflictError))
}
