package transfer

import (
	"context"
	"io"
	"runtime"
	"slices"

	"gatehouse/shared/directory"
	"gatehouse/shared/password"
)

const (
	// inFlight is how many lines are with the store at once. DynamoDB takes some 15 ms to store a user, so these are a
	// thousand users a second: more than the 660 that a new on-demand table takes (4,000 write units a second; a user with
	// two names needs six). SQLite has one writer, which a few keep busy.
	inFlight = 16
	// underWay is how many lines are in all stages together. They are settled in their order, and so many are enough for the
	// store to be kept busy while one of them takes long. A line has at most a megabyte, and usually some hundred bytes.
	underWay = 4 * inFlight
)

// running is what the stages of an import share.
type running struct {
	*Importer
	store   directory.UserStore // the importer's, or a rehearsal on it
	hasher  *password.Hasher    // makes the hashes
	hashing chan struct{}       // is held while hashing: more at once than there are cores would only take more memory
	storing chan struct{}       // is held for one step with the store
	slots   chan struct{}       // is held for a line from its reading until it is settled
	queue   chan *task          // lines in their order, being prepared
	begun   chan *task          // lines in their order, being stored
}

func (i *Importer) begin() (*running, error) {
	r := &running{
		Importer: i, store: i.Store, hasher: i.Hasher,
		hashing: make(chan struct{}, runtime.GOMAXPROCS(0)), storing: make(chan struct{}, inFlight),
		slots: make(chan struct{}, underWay),
		queue: make(chan *task, underWay), begun: make(chan *task, underWay), // with room for all that have a slot
	}
	if !i.DryRun {
		return r, nil
	}
	r.store = newRehearsal(i.Store)
	var err error
	r.hasher, err = password.New(password.MinCost) // nobody will log in with these hashes
	return r, err
}

// task is a line under way.
type task struct {
	line
	entry
	before  *directory.User // the user that is there already, if lines may replace users
	touched []name          // what the line claims, and what the users are called that it may be about
	did     outcome
	err     error         // what is wrong with the line, or a fault
	ready   chan struct{} // closed when the line is prepared
	done    chan struct{} // closed when it is stored, or will not be
}

func (t *task) shares(other *task) bool {
	return slices.ContainsFunc(t.touched, func(n name) bool { return slices.Contains(other.touched, n) })
}

// split reads the lines and has each prepared at once. It ends with the source or with ctx, but not while a read hangs:
// that cannot be called off, so nobody waits for it.
func (r *running) split(ctx context.Context, source io.Reader) {
	defer close(r.queue)
	for each := range r.Form.lines(source) {
		select {
		case r.slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		t := &task{line: each, ready: make(chan struct{}), done: make(chan struct{})}
		r.queue <- t
		go func() {
			defer close(t.ready)
			r.prepare(ctx, t)
		}()
	}
}

// start begins to store the lines in their order. What was looked up for a line holds unless a line before it has changed
// it since: one of those that were under way then, and that touches a name of this one. In that case all of them are
// waited for, and it is looked up anew.
func (r *running) start(ctx context.Context) {
	defer close(r.begun)
	var recent []*task
	for t := r.next(ctx); t != nil; t = r.next(ctx) {
		if slices.ContainsFunc(recent, t.shares) {
			for _, other := range recent {
				<-other.done
			}
			r.lookUp(ctx, t)
		}
		if recent = append(recent, t); len(recent) > underWay {
			recent = slices.Delete(recent, 0, 1)
		}
		r.begun <- t
		go func() {
			defer close(t.done)
			r.place(ctx, t)
		}()
	}
}

// next gives the next line once it is prepared; nil at the end, and when ctx has ended.
func (r *running) next(ctx context.Context) *task {
	select {
	case t, more := <-r.queue:
		if !more {
			return nil
		}
		select {
		case <-t.ready:
		case <-ctx.Done():
		}
		if ctx.Err() == nil {
			return t
		}
	case <-ctx.Done():
	}
	return nil
}
