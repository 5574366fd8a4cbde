package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"runtime"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"gatehouse/shared/directory"
	"gatehouse/shared/password"
)

// preparer makes users of lines. Hashing takes nearly all the time of an import, so it is done on all cores at once.
type preparer struct {
	realm  string
	hasher *password.Hasher
}

// prepared is a line whose user is being made.
type prepared struct {
	line
	result chan result
}

type result struct {
	user directory.User
	err  error
}

// await gives the line's user, or what is wrong with the line.
func (p prepared) await(ctx context.Context) (directory.User, error) {
	select {
	case r := <-p.result:
		return r.user, r.err
	case <-ctx.Done():
		return directory.User{}, context.Cause(ctx)
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
		for each := range linesOf(source) {
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
				user, err := p.prepare(job.line)
				job.result <- result{user, err}
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

// prepare makes the user of one line. The error says what is wrong without showing a password or a hash.
func (p preparer) prepare(line line) (directory.User, error) {
	if errors.Is(line.err, errLineTooLong) {
		return directory.User{}, line.err
	}
	if line.err != nil {
		return directory.User{}, sourceError{fmt.Errorf("reading line %d: %w", line.number, line.err)}
	}
	if err := checkJSON(line.text); err != nil {
		return directory.User{}, err
	}
	record, err := directory.ParseRecord(line.text)
	if err != nil {
		return directory.User{}, readable(err)
	}
	user := record.User(p.realm, now())
	if strings.HasPrefix(user.PasswordHash, "!") {
		user.PasswordHash = "" // Django's unusable password
	}
	if err := password.Check(user.PasswordHash); err != nil {
		return directory.User{}, err
	}
	if err := user.Validate(); err != nil || record.Password == "" {
		return user, err
	}
	user.PasswordHash, err = p.hasher.Hash(record.Password)
	return user, err
}

// checkJSON refuses what encoding/json would read by silently changing it: of two keys that differ in nothing but letter case
// it drops one, and invalid UTF-8 and half surrogate pairs it replaces, which makes another password of one.
func checkJSON(text []byte) error {
	decoder := jsontext.NewDecoder(bytes.NewReader(text))
	if decoder.PeekKind() != jsontext.KindBeginObject {
		return errors.New("not a JSON object")
	}
	if err := decoder.SkipValue(); err != nil {
		return fmt.Errorf("not valid JSON: %s", strings.TrimPrefix(err.Error(), "jsontext: "))
	}
	if _, err := decoder.ReadToken(); !errors.Is(err, io.EOF) {
		return errors.New("not valid JSON: more follows the object")
	}
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(text, &keys); err != nil {
		return fmt.Errorf("not valid JSON: %w", err)
	}
	for key := range keys {
		if key != strings.ToLower(key) {
			return fmt.Errorf("unknown key %q: the keys are in lower case", key)
		}
	}
	return nil
}

// readable says in the format's words what encoding/json says in Go's.
func readable(err error) error {
	if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		name := kind.Field[strings.LastIndexByte(kind.Field, '.')+1:]
		found, _, _ := strings.Cut(kind.Value, " ") // without the number itself
		return fmt.Errorf("%s: a %s does not belong there", name, found)
	}
	if errors.As(err, new(*time.ParseError)) {
		return errors.New("created_at: not a time as RFC 3339 writes it, like 2026-01-02T15:04:05Z")
	}
	return err
}
