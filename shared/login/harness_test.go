package login_test

import (
	"bytes"
	"context"
	"log/slog"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/login"
	"gatehouse/shared/password"
	"gatehouse/shared/session"
	"gatehouse/shared/store/sqlite"
)

const (
	realm = "main"
	cost  = 6 // so that hashes of cost 4 and 5 can be cheaper
)

var (
	start  = time.Date(2026, time.January, 2, 3, 4, 5, 678_000_000, time.UTC)
	policy = attempts.Policy{Limit: 3, Lockout: 30 * time.Minute, Cap: 100}
)

// spy is a store that notes each call and may be made to fail or to do something first.
type spy struct {
	login.Store
	mutex  sync.Mutex
	calls  []string
	before func(call string) error // runs before each call, which fails with its error
}

func (s *spy) note(call string) error {
	s.mutex.Lock()
	s.calls = append(s.calls, call)
	before := s.before
	s.mutex.Unlock()
	if before == nil {
		return nil
	}
	return before(call)
}

func (s *spy) taken() []string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	calls := s.calls
	s.calls = nil
	return calls
}

func (s *spy) Application(ctx context.Context, id int64) (directory.Application, error) {
	if err := s.note("Application"); err != nil {
		return directory.Application{}, err
	}
	return s.Store.Application(ctx, id)
}

func (s *spy) Resolve(ctx context.Context, realm string, names []directory.Identifier) ([]directory.Account, error) {
	if err := s.note("Resolve"); err != nil {
		return nil, err
	}
	return s.Store.Resolve(ctx, realm, names)
}

func (s *spy) Load(ctx context.Context, account directory.Account) (directory.User, attempts.Record, error) {
	if err := s.note("Load"); err != nil {
		return directory.User{}, attempts.Record{}, err
	}
	return s.Store.Load(ctx, account)
}

func (s *spy) Clear(ctx context.Context, account directory.Account, policy attempts.Policy, now time.Time) error {
	if err := s.note("Clear"); err != nil {
		return err
	}
	return s.Store.Clear(ctx, account, policy, now)
}

func (s *spy) Refuse(ctx context.Context, account directory.Account, policy attempts.Policy, now time.Time) (bool, error) {
	if err := s.note("Refuse"); err != nil {
		return false, err
	}
	return s.Store.Refuse(ctx, account, policy, now)
}

func (s *spy) Accept(ctx context.Context, account directory.Account, policy attempts.Policy, now time.Time, epoch int64) (
	attempts.Record, error,
) {
	if err := s.note("Accept"); err != nil {
		return attempts.Record{}, err
	}
	return s.Store.Accept(ctx, account, policy, now, epoch)
}

func (s *spy) Rehash(ctx context.Context, realm string, id int64, old, replacement string) error {
	if err := s.note("Rehash"); err != nil {
		return err
	}
	return s.Store.Rehash(ctx, realm, id, old, replacement)
}

func (s *spy) Begin(ctx context.Context, sessions ...session.Session) error {
	if err := s.note("Begin"); err != nil {
		return err
	}
	return s.Store.Begin(ctx, sessions...)
}

func (s *spy) Count(ctx context.Context, key string, now time.Time) (int, error) {
	if err := s.note("Count"); err != nil {
		return 0, err
	}
	return s.Store.Count(ctx, key, now)
}

func (s *spy) Counted(ctx context.Context, key string, now time.Time) (int, error) {
	if err := s.note("Counted"); err != nil {
		return 0, err
	}
	return s.Store.Counted(ctx, key, now)
}

// house is a service on an embedded store, with everything countable and a clock that stands still.
type house struct {
	*login.Service
	t      *testing.T
	file   string
	store  *sqlite.Store
	spy    *spy
	hasher *password.Hasher
	work   atomic.Int64 // bcrypt units hashed
	log    bytes.Buffer
	now    time.Time
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, now: start, file: filepath.Join(t.TempDir(), "gatehouse.db")}
	var err error
	h.store, err = sqlite.Open(t.Context(), h.file)
	h.check(err)
	t.Cleanup(func() { _ = h.store.Close() })
	h.hasher, err = password.New(cost, password.OnWork(func(units int64) { h.work.Add(units) }))
	h.check(err)
	h.spy = &spy{Store: h.store}
	h.Service = login.New(h.spy, h.hasher, newLog(h))
	h.Clock = func() time.Time { return h.now }
	return h
}

func newLog(h *house) *slog.Logger { return slog.New(slog.NewJSONHandler(&h.log, nil)) }

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

func (h *house) lock(username string) {
	h.t.Helper()
	for range policy.Limit {
		h.attempt(username, "wrong")
	}
}
