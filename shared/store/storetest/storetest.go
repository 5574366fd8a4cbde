// Package storetest is the contract of every store: one suite that each of them passes whole, with no way to leave a
// row out. What it asks for is what the ports' own comments promise (package login and package directory), so that the rest
// of the product need not know which store it runs on.
//
// The suite never assumes that a store is empty, as several of its rows may share one database: each row works in a
// [stage] with a realm of its own and with random application and sign-in ids. No row reads the clock: all of them start at
// one fixed moment and move on from there.
//
// What attempts come to is decided by package attempts. Random sequences of attempts are played to the store and to
// that package, and must agree at every step (model.go). What parallel attempts come to is stated in parallel.go.
package storetest

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/login"
)

// Store is every port that a store implements.
type Store interface {
	login.Store
	directory.Store
}

// row is one promise, in words that can be read without the code.
type row struct {
	promise string
	keep    func(s *stage)
}

// Run holds a store to the contract. Open gives a store for one test, which it also closes; it may be new, or shared.
func Run(t *testing.T, open func(t *testing.T) Store) {
	for _, part := range []struct {
		name string
		rows []row
	}{
		{"adding users", addingRows},
		{"finding users", findingRows},
		{"replacing users", replacingRows},
		{"removing users", removingRows},
		{"listing users", listingRows},
		{"epochs", epochRows()},
		{"applications", applicationRows},
		{"resolving", resolvingRows},
		{"loading", loadingRows},
		{"rehashing", rehashingRows},
		{"attempts", attemptRows},
		{"attempts overtaken", overtakenRows},
		{"attempts in scopes", scopeRows},
		{"attempts like the model", modelRows()},
		{"attempts in parallel", parallelRows},
		{"counts and unlocking", unlockingRows},
		{"sessions", sessionRows},
		{"limiter", limiterRows},
		{"ended contexts", contextRows()},
	} {
		t.Run(part.name, func(t *testing.T) {
			for _, row := range part.rows {
				t.Run(row.promise, func(t *testing.T) {
					t.Parallel()
					row.keep(&stage{T: t, store: open(t), realm: fmt.Sprintf("realm-%d", random())})
				})
			}
		})
	}
}

// start is where every row's clock begins. It lies far ahead, so that a database that removes what has expired by its own
// clock leaves the rows alone.
var start = time.Date(2100, time.January, 2, 3, 4, 5, 678_000_000, time.UTC)

// usual is the default policy.
var usual = attempts.Policy{Limit: 10, Lockout: 30 * time.Minute, Cap: 100}

// random gives an id that nothing else in a shared database has.
func random() int64 {
	var raw [8]byte
	rand.Read(raw[:])
	return int64(binary.BigEndian.Uint64(raw[:])>>12) + 1
}

// stage is where one row plays: a store, and a realm that is the row's own.
type stage struct {
	*testing.T
	store Store
	realm string
}

// user is an active user of the stage's realm that was not stored yet.
func (s *stage) user(id int64) directory.User {
	return directory.User{
		Realm: s.realm, ID: id, Username: fmt.Sprintf("user-%d", id), Email: fmt.Sprintf("user-%d@example.com", id),
		Name: fmt.Sprintf("User %d", id), PasswordHash: "$2b$04$first", Active: true, Confirmed: true, CreatedAt: start,
	}
}

// add stores a user with the changes made to it, and gives it as stored.
func (s *stage) add(id int64, changes ...func(*directory.User)) directory.User {
	s.Helper()
	user := s.user(id)
	for _, change := range changes {
		change(&user)
	}
	s.must("AddUser", s.store.AddUser(s.Context(), user))
	return user
}

// replace stores a user with the changes made to it, and gives it as stored.
func (s *stage) replace(before directory.User, changes ...func(*directory.User)) directory.User {
	s.Helper()
	after := before
	for _, change := range changes {
		change(&after)
	}
	s.must("ReplaceUser", s.store.ReplaceUser(s.Context(), before, after))
	after.Version = before.Version + 1
	return after
}

// application stores an application of the realm with limits of its own, and gives it.
func (s *stage) application() directory.Application {
	s.Helper()
	app := directory.Application{
		ID: random(), Realm: s.realm, SecretDigest: directory.Digest("secret"), AttemptLimit: 3, LockoutMinutes: 5, CreatedAt: start,
	}
	s.must("AddApplication", s.store.AddApplication(s.Context(), app))
	return app
}

// must ends the row if a call failed that has to succeed.
func (s *stage) must(call string, err error) {
	s.Helper()
	if err != nil {
		s.Fatalf("%s failed: %v", call, err)
	}
}

// wants ends the row unless a call gave exactly this sentinel.
func (s *stage) wants(call string, err, sentinel error) {
	s.Helper()
	if !errors.Is(err, sentinel) {
		s.Fatalf("%s gave the error %v, want %v", call, err, sentinel)
	}
}

// wantsTaken ends the row unless a call says that this name is another's.
func (s *stage) wantsTaken(call string, err error, kind, value string) {
	s.Helper()
	var taken *directory.TakenError
	if !errors.As(err, &taken) || taken.Kind != kind || taken.Value != value {
		s.Fatalf("%s gave the error %v, want that the %s %q is taken", call, err, kind, value)
	}
}

// together runs n calls at the same time and gives their errors.
func together(n int, call func(i int) error) []error {
	var wait sync.WaitGroup
	errs, begin := make([]error, n), make(chan struct{})
	for i := range n {
		wait.Go(func() {
			<-begin
			errs[i] = call(i)
		})
	}
	close(begin)
	wait.Wait()
	return errs
}
