package bulk

import (
	"context"
	"io"
	"runtime"
	"slices"

	"gatehouse/shared/directory"
	"gatehouse/shared/password"
)

const (
	// inFlight is how many lines are being stored at once, and how many looked up. DynamoDB takes some 15 ms to store a user,
	// so these are a thousand users a second: more than the 660 that a new on-demand table takes (4,000 write units a
	// second; a user with two names needs six). SQLite has one writer, which a few keep busy.
	inFlight = 16
	// underWay is how many lines are in all stages together. They are settled in their order, and so many keep the store busy
	// while one of them takes long. Lines of more than slotSize count as several, so that all have a megabyte or two.
	underWay = 4 * inFlight
	slotSize = maxLine / underWay
)

// running is what the stages of an import share.
type running struct {
	*Importer
	store   directory.UserStore // the importer's, or a rehearsal on it
	hasher  *password.Hasher    // makes the hashes
	hashing chan struct{}       // is held while hashing: more at once than there are cores would only take more memory
	slots   chan struct{}       // are held for a line from its reading until it is settled

	// Lines in their order. Each of these has room for all that have a slot.
	toPrepare, prepared, toPlace, begun chan *task
}

func (i *Importer) begin() (*running, error) {
	r := &running{
		Importer: i, store: i.Store, hasher: i.Hasher,
		hashing: make(chan struct{}, runtime.GOMAXPROCS(0)), slots: make(chan struct{}, underWay),
		toPrepare: make(chan *task, underWay), prepared: make(chan *task, underWay),
		toPlace: make(chan *task, underWay), begun: make(chan *task, underWay),
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
	*trace
	slots    int
	before   *directory.User // the user that is there already, if lines may replace users
	warnings []string        // of the line, if it is stored
	did      outcome
	err      error         // what is wrong with the line, or a fault
	ready    chan struct{} // closed when the line is prepared
}

// trace is what the lines after a line need to know of it, for longer than the line itself is kept.
type trace struct {
	touched []name        // what the line claims, and what the users are called that it may be about
	done    chan struct{} // closed when the line is stored, or will not be
}

func (t *trace) shares(other *trace) bool {
	return slices.ContainsFunc(t.touched, func(n name) bool { return slices.Contains(other.touched, n) })
}

func newTask(each line) *task {
	return &task{
		line: each, trace: &trace{done: make(chan struct{})}, ready: make(chan struct{}),
		slots: min(1+len(each.text)/slotSize, underWay),
	}
}

// work does the parallel stages.
func (r *running) work(ctx context.Context) {
	for range inFlight {
		go func() {
			for t := range r.toPrepare {
				r.prepare(ctx, t)
				close(t.ready)
			}
		}()
		go func() {
			for t := range r.toPlace {
				r.place(ctx, t)
				close(t.done)
			}
		}()
	}
}

// split reads the lines. It ends with the source or with ctx, but not while a read hangs:
// that cannot be called off, so nobody waits for it.
func (r *running) split(ctx context.Context, source io.Reader) {
	defer close(r.prepared)
	defer close(r.toPrepare)
	for each := range r.Form.lines(source) {
		t := newTask(each)
		for range t.slots {
			select {
			case r.slots <- struct{}{}:
			case <-ctx.Done():
				return
			}
		}
		r.toPrepare <- t
		r.prepared <- t
	}
}

// start begins to store the lines in their order. What was looked up for a line holds unless a line before it has changed
// it since: one of those that were under way then, and that touches a name of this one. In that case all of them are
// waited for, and it is looked up anew.
func (r *running) start(ctx context.Context) {
	defer close(r.begun)
	defer close(r.toPlace)
	var recent []*trace
	for t := r.next(ctx); t != nil; t = r.next(ctx) {
		if slices.ContainsFunc(recent, t.shares) {
			for _, other := range recent {
				<-other.done
			}
			r.lookUp(ctx, t)
		}
		if recent = append(recent, t.trace); len(recent) > underWay {
			recent = slices.Delete(recent, 0, 1)
		}
		r.toPlace <- t
		r.begun <- t
	}
}

// next gives the next line once it is prepared; nil at the end, and when ctx has ended.
func (r *running) next(ctx context.Context) *task {
	select {
	case t, more := <-r.prepared:
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
