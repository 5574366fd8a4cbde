// Package storetest is the contract of every store. A store's test calls [Run] and passes the whole suite; no row can be
// left out:
//
//	storetest.Run(t, func(t *testing.T) storetest.Store { return open(t) })
//
// The rows prove the promises in the comments of the ports (packages login and directory), so the rest of the product does
// not depend on the store it runs on.
//
// Rows may share one database, so no row assumes that it is empty: each has a realm and random application and sign-in ids
// of its own. No row reads the clock: all start at one fixed moment.
//
// Package attempts decides the results of attempts. Random sequences are played to the store and to that package, which must
// agree at every step (model.go). parallel.go states the results of parallel attempts.
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

// row is one promise, readable without the code.
type row struct {
	promise string
	keep    func(s *stage)
}

// Run checks a store against the contract. Open returns a store for one test and closes it at its end; the store may be new or
// shared.
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
		{"ending sessions", revokingRows},
		{"authenticating applications", authenticatingRows},
		{"limiter", limiterRows},
		{"ended contexts", contextRows},
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

// start is the moment at which every row begins. It lies far ahead, so a database that removes expired items by its own clock
// leaves the rows alone.
var start = time.Date(2100, time.January, 2, 3, 4, 5, 678_000_000, time.UTC)

// usual is the default policy.
var usual = attempts.Policy{Limit: 10, Lockout: 30 * time.Minute, Cap: 100}

// random returns an id that is new in a shared database.
func random() int64 {
	var raw [8]byte
	rand.Read(raw[:])
	return int64(binary.BigEndian.Uint64(raw[:])>>12) + 1
}

// stage is the store of one row, with a realm of its own.
type stage struct {
	*testing.T
	store Store
	realm string
}

// user returns an active user of the stage's realm, not stored yet.
func (s *stage) user(id int64) directory.User {
	return directory.User{
		Realm: s.realm, ID: id, Username: fmt.Sprintf("user-%d", id), Email: fmt.Sprintf("user-%d@example.com", id),
		Name: fmt.Sprintf("User %d", id), PasswordHash: "$2b$04$first", Active: true, Confirmed: true, CreatedAt: start,
	}
}

// add stores a user with changes and returns it as stored.
func (s *stage) add(id int64, changes ...func(*directory.User)) directory.User {
	s.Helper()
	user := s.user(id)
	for _, change := range changes {
		change(&user)
	}
	s.must("AddUser", s.store.AddUser(s.Context(), user))
	return user
}

// replace stores a user with changes and returns it as stored.
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

// newSecret returns the digest of a secret that is new in a shared database.
func newSecret() string { return directory.Digest(fmt.Sprint(random())) }

// application stores an application of the realm with limits of its own and returns it.
func (s *stage) application() directory.Application {
	s.Helper()
	app := directory.Application{
		ID: random(), Realm: s.realm, SecretDigest: newSecret(), AttemptLimit: 3, LockoutMinutes: 5, CreatedAt: start,
	}
	s.must("AddApplication", s.store.AddApplication(s.Context(), app))
	return app
}

// must ends the row if the call failed.
func (s *stage) must(call string, err error) {
	s.Helper()
	if err != nil {
		s.Fatalf("%s failed: %v", call, err)
	}
}

// wants ends the row unless the call returned this sentinel.
func (s *stage) wants(call string, err, sentinel error) {
	s.Helper()
	if !errors.Is(err, sentinel) {
		s.Fatalf("%s returned the error %v, want %v", call, err, sentinel)
	}
}

// wantsTaken ends the row unless the call returned a TakenError for this name.
func (s *stage) wantsTaken(call string, err error, kind, value string) {
	s.Helper()
	var taken *directory.TakenError
	if !errors.As(err, &taken) || taken.Kind != kind || taken.Value != value {
		s.Fatalf("%s returned the error %v, want that the %s %q is taken", call, err, kind, value)
	}
}

// one ends the row unless one of n calls in parallel succeeds and all others return the sentinel. It returns which one did.
func (s *stage) one(call string, n int, sentinel error, do func(i int) error) (won int) {
	s.Helper()
	won = -1
	for i, err := range together(n, do) {
		if err == nil && won < 0 {
			won = i
			continue
		}
		s.wants(call, err, sentinel)
	}
	if won < 0 {
		s.Fatalf("none of %d calls of %s succeeded", n, call)
	}
	return won
}

// together runs n calls in parallel and returns their errors.
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
