// Package bulk brings users into a directory from files, and out again: it is `gatehouse users import` and `users
// export` without the command line.
//
// A file has a [Form]: Gatehouse's own JSON lines, a dump of Django's, a table of CSV. Whatever it is, it is read as lines.
// Each becomes one user, or fails by itself: the others are imported, and what failed is told with its number and can be
// kept as [Rejects], in the form of the file, to be mended and imported.
//
// A line goes through four stages, and so few lines are under way together that memory does not grow with the file. They
// are split one after the other. They are prepared in parallel: read, checked, hashed and, where they may replace users,
// looked up. They are stored in parallel too, but begun in their order, and one that touches a name which a line before
// it touches waits for that one. So what comes out is what storing them one by one would: of two lines that claim one
// name the first has it, and a name that a line gives up is free for the next. Last, they are settled in their order:
// counted, told, rejected.
//
// An import can be stopped at any point, by a signal or by a kill, and run again: a user is stored whole or not at all. A
// store that is throttled is waited for, with a patience that ends.
package bulk

import (
	"context"
	"errors"
	"io"
	"time"

	"gatehouse/shared/directory"
	"gatehouse/shared/password"
)

// Conflict is what becomes of a line whose user is there already.
type Conflict string

// What can become of it.
const (
	Fail    Conflict = "fail"    // it fails: its names are taken
	Skip    Conflict = "skip"    // it is passed over
	Replace Conflict = "replace" // the user becomes what the line says, unless it is so already
)

// Importer is one import. Every field but Rejects and CheckNew must be set.
type Importer struct {
	Store      directory.UserStore
	Hasher     *password.Hasher // of the cost at which logins will verify
	Realm      string
	Form       Form
	OnConflict Conflict
	NewIDs     bool     // the ids of the file do not count
	DryRun     bool     // says what would happen, also in the directory, and stores nothing
	Rejects    *Rejects // keeps the lines that failed; nil: nothing does

	CheckNew func(user directory.User, plain string) error // returns why a password in plain text is refused; nil: none is

	Now     func() time.Time               // when a user was created, if its line does not say so
	Called  func(directory.User) string    // how a message names a user
	BadLine func(number int, reason error) // is told of each line that failed, in their order
	Warning func(number int, text string)  // is called for each line that is stored but hides a user, in their order
	Settled func(Tally)                    // is told after each line how far the import is
}

// Import stores the users of a source, which may be compressed with gzip. The error is never that of a bad line: it is a
// fault of the source, the store or the rejects, or the cause of ctx if that has ended. What was begun is finished all the
// same. Every line up to Tally.Line is settled; of those after it, what was stored is counted.
func (i *Importer) Import(ctx context.Context, source io.Reader) (Tally, error) {
	count := Tally{DryRun: i.DryRun, Formats: map[string]int{}, Slower: map[string]Slower{}}
	r, err := i.begin()
	if err != nil {
		return count, err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	r.work(ctx)
	go r.split(ctx, &unzipped{source: source})
	go r.start(ctx)
	for t := range r.begun {
		<-t.done
		switch {
		case err == nil:
			if err = r.settle(t, &count); err != nil {
				stop(err)
			}
		case t.err == nil:
			count.add(t)
		}
		for range t.slots {
			<-r.slots
		}
	}
	if err == nil {
		err = context.Cause(ctx)
	}
	return count, err
}

// settle counts a line and tells of it. The error is what ends the import.
func (r *running) settle(t *task, count *Tally) error {
	if ends, ok := errors.AsType[fault](t.err); ok {
		return ends
	}
	count.Line = t.number
	if t.err == nil {
		count.add(t)
		if t.did != skipped {
			for _, warning := range t.warnings {
				r.Warning(t.number, warning)
			}
		}
	} else {
		count.Failed++
		r.BadLine(t.number, t.err)
		if err := r.Rejects.add(t.text); err != nil {
			return err
		}
	}
	r.Settled(*count)
	return nil
}
