package main

import (
	"context"
	"errors"
	"io"
	"iter"
	"runtime"
	"strings"

	"gatehouse/shared/directory"
	"gatehouse/shared/password"
)

// preparer makes users of lines. Hashing takes nearly all the time of an import, so it is done on all cores at once.
type preparer struct {
	realm  string
	hasher *password.Hasher
	form   form
	newIDs bool // the ids of the file do not count
}

// prepared is a line whose user is being made.
type prepared struct {
	line
	result chan result
}

type result struct {
	entry entry
	err   error
}

// entry is what one line asks for.
type entry struct {
	user   directory.User
	plain  string // the password that the hash was made of, if the line has one
	given  string // or the hash as the line has it
	format string // of the password, for the counts
	silent bool   // the line says nothing of a password
}

// await gives what the line asks for, or what is wrong with it.
func (p prepared) await(ctx context.Context) (entry, error) {
	select {
	case r := <-p.result:
		return r.entry, r.err
	case <-ctx.Done():
		return entry{}, context.Cause(ctx)
	}
}

// sourceError is a failure to read the lines, rather than a bad line.
type sourceError struct{ error }

func (e sourceError) Unwrap() error { return e.error }

// prepareAll gives the lines in their order, some of them ahead in the making. It ends with the source or with ctx, also
// while a read hangs, which cannot be called off.
func (p preparer) prepareAll(ctx context.Context, source io.Reader) iter.Seq[prepared] {
	workers := runtime.GOMAXPROCS(0)
	jobs, inOrder := make(chan prepared), make(chan prepared, 2*workers)
	go func() {
		defer close(inOrder)
		defer close(jobs)
		for each := range p.form.lines(source) {
			job := prepared{each, make(chan result, 1)}
			for _, queue := range []chan<- prepared{inOrder, jobs} {
				select {
				case queue <- job:
				case <-ctx.Done():
					return
				}
			}
		}
	}()
	for range workers {
		go func() {
			for job := range jobs {
				entry, err := p.prepare(job.line)
				job.result <- result{entry, err}
			}
		}()
	}
	return func(yield func(prepared) bool) {
		for {
			select {
			case job, ok := <-inOrder:
				if !ok || !yield(job) {
					return
				}
			case <-ctx.Done():
				return
			}
		}
	}
}

// prepare makes the user of one line.
func (p preparer) prepare(line line) (entry, error) {
	if line.err != nil {
		return entry{}, line.err
	}
	record, err := p.form.record(line.text)
	if err != nil {
		return entry{}, err
	}
	if p.newIDs {
		record.ID = 0
	}
	e := entry{
		user: record.User(p.realm, now()), plain: record.Password, format: formatOf(record),
		silent: record.Password == "" && record.PasswordHash == "",
	}
	if year := e.user.CreatedAt.Year(); year < 0 || year > 9999 {
		return entry{}, errors.New("created_at: beyond the years that RFC 3339 can write in UTC")
	}
	if err := e.user.Validate(); err != nil {
		return e, err // before anything is hashed
	}
	if e.plain == "" {
		e.user.PasswordHash, err = p.hasher.Import(record.PasswordHash)
		e.given = record.PasswordHash
		return e, err
	}
	e.user.PasswordHash, err = p.hasher.Hash(e.plain)
	return e, err
}

// formatOf is the format of a line's password in a word. Django's formats begin with their names.
func formatOf(record directory.Record) string {
	name, _, named := strings.Cut(record.PasswordHash, "$")
	switch {
	case record.Password != "":
		return "plain text"
	case record.PasswordHash == "" || strings.HasPrefix(record.PasswordHash, "!"):
		return "none"
	case !named:
		return "crafter"
	case name == "":
		return "bcrypt"
	}
	return name
}
