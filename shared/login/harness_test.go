package login_test

import (
	"log/slog"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/login"
	"gatehouse/shared/password"
	"gatehouse/shared/session"
	"gatehouse/shared/store/sqlite"
	"gatehouse/shared/test/endpointtest"
)

const (
	realm = "main"
	cost  = 4
)

var (
	start  = time.Date(2026, time.January, 2, 3, 4, 5, 678_000_000, time.UTC)
	policy = attempts.Policy{Limit: 3, Lockout: 30 * time.Minute, Cap: 100}
)

// house is a service on an embedded store, with everything countable and a clock that stands still.
type house struct {
	*login.Service
	t      *testing.T
	store  *sqlite.Store
	spy    *endpointtest.Spy
	hasher *password.Hasher
	work   atomic.Int64 // bcrypt units hashed
	now    time.Time
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, now: start}
	var err error
	h.store, err = sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "gatehouse.db"))
	h.check(err)
	t.Cleanup(func() { _ = h.store.Close() })
	h.hasher, err = password.New(cost, password.OnWork(func(units int64) { h.work.Add(units) }))
	h.check(err)
	h.spy = endpointtest.NewSpy(h.store)
	h.Service = login.New(h.spy, h.hasher, slog.New(slog.DiscardHandler))
	h.Clock = func() time.Time { return h.now }
	return h
}

func (h *house) check(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

const right = "right password"

// add stores an active, confirmed user whose password is right, changed as the test wants.
func (h *house) add(username string, change func(*directory.User)) directory.User {
	h.t.Helper()
	hash, err := h.hasher.Hash(right)
	h.check(err)
	user := directory.User{
		Realm: realm, Username: username, PasswordHash: hash, Active: true, Confirmed: true, CreatedAt: start,
	}
	if change != nil {
		change(&user)
	}
	user, err = directory.Enroll(h.t.Context(), h.store, user)
	h.check(err)
	return user
}

// attempt logs in by user name and gives the outcome; a fault fails the test.
func (h *house) attempt(username, password string) login.Outcome {
	h.t.Helper()
	result, err := h.login(username, password, nil)
	h.check(err)
	return result.Outcome
}

func (h *house) login(username, password string, change func(*login.Request)) (login.Result, error) {
	h.t.Helper()
	visit, err := h.Admit(h.t.Context(), login.Caller{Product: "test", Source: "192.0.2.1", RequestID: "r-1"})
	if err != nil {
		return login.Result{}, err
	}
	request := login.Request{
		Realm: realm, Identifiers: []directory.Identifier{directory.Username(username)}, Password: password, Policy: policy,
		Issue: []login.Grant{{Kind: session.Browser, Lifetime: time.Hour}},
	}
	if change != nil {
		change(&request)
	}
	return visit.Login(h.t.Context(), request)
}
