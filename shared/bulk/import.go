// Package bulk imports users from files and exports them to files: `gatehouse users import` and `users export` without the
// command line.
//
// A file has a [Form]. Each line becomes one user or fails by itself. [Rejects] keeps the bad lines in the form of the file, to
// be mended and imported.
//
// An import reads lines into batches. While one batch is stored, the lines of the next are parsed, hashed and looked up in
// parallel. Users are stored in parallel too, but a line that repeats a name waits for the lines before it, so the result is
// the same as one by one. Memory does not grow with the file.
//
// An import can be killed at any point and run again: a user is stored whole or not at all. If the store is throttled, the
// import retries for [patience].
package bulk

import (
	"cmp"
	"context"
	"io"
	"maps"
	"runtime"
	"sync"
	"time"

	"gatehouse/shared/directory"
	"gatehouse/shared/password"
)

// Conflict selects what happens to a line whose user exists.
type Conflict string

// The choices.
const (
	Fail    Conflict = "fail"    // the line fails: its names are taken
	Skip    Conflict = "skip"    // the line is ignored
	Replace Conflict = "replace" // the user becomes what the line describes
)

// Importer is one import. Every field but Rejects and CheckNew must be set.
type Importer struct {
	Store      directory.Store
	Hasher     *password.Hasher // with the cost that logins use
	Realm      string
	Form       Form
	OnConflict Conflict
	NewIDs     bool     // ignore the ids of the file
	DryRun     bool     // count and report as usual, but store nothing
	Rejects    *Rejects // nil keeps no bad lines

	CheckNew func(user directory.User, plain string) error // returns why a plain-text password is refused; nil accepts all

	Now     func() time.Time               // the creation time of users whose line has none
	Called  func(directory.User) string    // names a user in messages
	BadLine func(number int, reason error) // called for each line that failed, in order
	Warning func(number int, text string)  // called for each stored line that hides another user, in order
	Settled func(Tally)                    // called after each line

	batch int // limits the lines of a batch for tests; 0 is batchLines
}

const (
	// inFlight is the number of parallel store requests. DynamoDB stores a user in 15 ms, so 16 make a thousand users a second.
	// A new on-demand table takes 660.
	inFlight = 16
	// A batch ends at the first of these. Two batches are in memory at once.
	batchLines = 256
	batchBytes = maxLine
	batchTime  = 500 * time.Millisecond // keeps progress visible while passwords are hashed
)

// running is an import under way.
type running struct {
	*Importer
	store   directory.Store  // the importer's, or a rehearsal of it
	hasher  *password.Hasher // hashes plain passwords
	hashing chan struct{}    // limits parallel hashing to the cores: more would only take more memory
	stop    context.CancelCauseFunc
	touched names // by the batch that was stored last
}

// Import stores the users of a source, which may be compressed with gzip. Bad lines are not errors. An error is a failure of
// the source, the store or the rejects, or the cause of ctx if it has ended. Every line up to Tally.Line is settled.
// Requests under way are finished, and what they stored is counted.
func (i *Importer) Import(ctx context.Context, source io.Reader) (Tally, error) {
	tally := Tally{DryRun: i.DryRun, Formats: map[string]int{}, Slower: map[string]Slower{}}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	r := &running{
		Importer: i, store: i.Store, hasher: i.Hasher, hashing: make(chan struct{}, runtime.GOMAXPROCS(0)), stop: stop,
	}
	if i.DryRun {
		var err error
		if r.hasher, err = password.New(password.MinCost); err != nil { // nobody will log in with these hashes
			return tally, err
		}
		r.store = newRehearsal(i.Store)
	}
	lines, batches := make(chan line), make(chan []*task)
	go r.read(ctx, source, lines)
	go r.prepare(ctx, lines, batches)
	var err error
	for batch := range batches {
		if err == nil {
			if err = r.storeBatch(ctx, batch, &tally); err != nil {
				stop(err)
			}
		}
	}
	if err == nil {
		err = context.Cause(ctx)
	}
	return tally, err
}

// read sends the lines. A read cannot be canceled, so nothing waits for this function.
func (r *running) read(ctx context.Context, source io.Reader, lines chan<- line) {
	defer close(lines)
	for l := range r.Form.lines(&plainText{source: source}) {
		select {
		case lines <- l:
		case <-ctx.Done():
			return
		}
	}
}

// prepare sends batches of lines that are parsed, hashed and looked up.
func (r *running) prepare(ctx context.Context, lines <-chan line, batches chan<- []*task) {
	defer close(batches)
	for more := true; more; {
		var batch []*task
		batch, more = r.nextBatch(ctx, lines)
		select {
		case batches <- batch:
		case <-ctx.Done():
			return
		}
	}
}

// nextBatch reads and prepares one batch, and reports whether more lines can follow.
func (r *running) nextBatch(ctx context.Context, lines <-chan line) (batch []*task, more bool) {
	p := newPool()
	defer p.Wait()
	var end <-chan time.Time
	for size := 0; len(batch) < cmp.Or(r.batch, batchLines) && size < batchBytes; {
		select {
		case l, open := <-lines:
			if !open {
				return batch, false
			}
			if end == nil {
				end = time.After(batchTime)
			}
			t := &task{line: l}
			batch, size = append(batch, t), size+len(l.text)
			p.do(func() { r.prepareLine(ctx, t) })
		case <-end:
			return batch, true
		case <-ctx.Done():
			return batch, false
		}
	}
	return batch, true
}

// storeBatch stores a batch in runs of lines that touch no name twice, and settles them in order. A line that was looked up
// before one of its names was touched is looked up again.
func (r *running) storeBatch(ctx context.Context, batch []*task, tally *Tally) error {
	changed := r.touched
	r.touched = names{}
	for len(batch) > 0 {
		p := newPool()
		for _, t := range batch {
			if changed.any(t.touches) && ctx.Err() == nil {
				p.do(func() { r.lookUp(ctx, t) })
			}
		}
		p.Wait()
		var run []*task
		run, changed = leadingRun(batch)
		for _, t := range run {
			if ctx.Err() == nil {
				t.begun = true
				p.do(func() { r.storeLine(ctx, t) })
			}
		}
		p.Wait()
		if err := r.settle(ctx, run, tally); err != nil {
			return err
		}
		maps.Copy(r.touched, changed)
		batch = batch[len(run):]
	}
	return nil
}

// settle counts and reports the lines of a run in order. After an error it only counts what was stored.
func (r *running) settle(ctx context.Context, run []*task, tally *Tally) (err error) {
	for _, t := range run {
		switch {
		case err == nil && !t.begun:
			err = context.Cause(ctx)
		case err == nil:
			err = r.settleLine(t, tally)
		case t.begun && t.err == nil:
			tally.add(t)
		}
	}
	return err
}

// pool runs functions in parallel, as many at once as there may be store requests.
type pool struct {
	sync.WaitGroup
	places chan struct{}
}

func newPool() *pool { return &pool{places: make(chan struct{}, inFlight)} }

func (p *pool) do(f func()) {
	p.places <- struct{}{}
	p.Go(func() {
		defer func() { <-p.places }()
		f()
	})
}
