package login_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"testing"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/login"
	"gatehouse/shared/session"
)

const (
	realm = "main"
	right = "right password"
)

var (
	start  = time.Date(2026, time.January, 2, 3, 4, 5, 678_000_000, time.UTC)
	policy = attempts.Policy{Limit: 3, Lockout: 30 * time.Minute, Cap: 100}
	jane   = directory.User{
		Realm: realm, ID: 7, Username: "jane", PasswordHash: "hash of " + right, Active: true, Confirmed: true,
	}
	janes = directory.AccountOf(realm, 7)
)

// double is a store made of functions, and of a session store where a test needs one.
type double struct {
	session.Store

	application func(id int64) (directory.Application, error)
	resolve     func(identifiers []directory.Identifier) ([]directory.Account, error)
	load        func(directory.Account) (directory.User, attempts.Record, error)
	rehash      func(old, replacement string) error
	setPassword func(user directory.User, hash string, keep session.Ref) error
	clear       func(directory.Account, attempts.Policy, time.Time) error
	refuse      func(directory.Account, attempts.Policy, time.Time) (bool, error)
	accept      func(account directory.Account, policy attempts.Policy, now time.Time, epoch int64) (attempts.Record, error)
	begin       func([]session.Session) error
	count       func(key string, now time.Time) (int, error)
	counted     func(key string, now time.Time) (int, error)
}

func (d *double) Authenticate(
	_ context.Context, by login.Credentials, failures string, now time.Time,
) (found login.Authentication, err error) {
	if found.Application, err = d.application(by.ID); errors.Is(err, directory.ErrNotFound) {
		err = nil
	}
	if err == nil {
		found.Failures, err = d.counted(failures, now)
	}
	return found, err
}

func (d *double) Resolve(_ context.Context, _ string, by []directory.Identifier) ([]directory.Account, error) {
	return d.resolve(by)
}

func (d *double) Load(_ context.Context, a directory.Account) (directory.User, attempts.Record, error) {
	return d.load(a)
}

func (d *double) Rehash(_ context.Context, _ string, _ int64, old, replacement string) error {
	return d.rehash(old, replacement)
}

func (d *double) SetPassword(_ context.Context, user directory.User, hash string, keep session.Ref) error {
	return d.setPassword(user, hash, keep)
}

func (d *double) Clear(_ context.Context, a directory.Account, p attempts.Policy, now time.Time) error {
	return d.clear(a, p, now)
}

func (d *double) Refuse(_ context.Context, a directory.Account, p attempts.Policy, now time.Time) (bool, error) {
	return d.refuse(a, p, now)
}

func (d *double) Accept(
	_ context.Context, a directory.Account, p attempts.Policy, now time.Time, epoch int64,
) (attempts.Record, error) {
	return d.accept(a, p, now, epoch)
}

func (d *double) Begin(_ context.Context, sessions ...session.Session) error {
	return d.begin(sessions)
}

func (d *double) Count(_ context.Context, key string, now time.Time) (int, error) {
	return d.count(key, now)
}

// holding returns a store that holds one user, whose epoch is 5, and one application. Nothing was ever tried.
func holding(user directory.User) *double {
	return &double{
		application: func(id int64) (directory.Application, error) {
			if id != 138 {
				return directory.Application{}, directory.ErrNotFound
			}
			return directory.Application{ID: 138, Realm: realm, SecretDigest: directory.Digest("secret")}, nil
		},
		resolve: func(identifiers []directory.Identifier) ([]directory.Account, error) {
			accounts := make([]directory.Account, len(identifiers))
			for i, by := range identifiers {
				accounts[i] = directory.Decoy(realm, by)
				if by.Value != "" && (by == directory.Username(user.Username) || by == directory.EmailAddress(user.Email)) {
					accounts[i] = directory.AccountOf(realm, user.ID)
				}
			}
			return accounts, nil
		},
		load: func(account directory.Account) (directory.User, attempts.Record, error) {
			if !account.Known {
				return directory.User{}, attempts.Record{}, nil
			}
			return user, attempts.Record{Epoch: 5}, nil
		},
		rehash: func(string, string) error { return nil },
		clear:  func(directory.Account, attempts.Policy, time.Time) error { return nil },
		refuse: func(directory.Account, attempts.Policy, time.Time) (bool, error) { return false, nil },
		accept: func(directory.Account, attempts.Policy, time.Time, int64) (attempts.Record, error) {
			return attempts.Record{}, nil
		},
		begin:   func([]session.Session) error { return nil },
		count:   func(string, time.Time) (int, error) { return 1, nil },
		counted: func(string, time.Time) (int, error) { return 0, nil },
	}
}

// passwords is a hasher made of functions.
type passwords struct {
	verify  func(stored, password string) (bool, error)
	upgrade func(stored, password string) (string, bool, error)
}

func (p passwords) Verify(stored, password string) (bool, error) { return p.verify(stored, password) }

func (p passwords) Upgrade(stored, password string) (string, bool, error) {
	return p.upgrade(stored, password)
}

func (p passwords) Hash(password string) (string, error) { return "hash of " + password, nil }

// plain is a hasher whose hashes can be read.
func plain() passwords {
	return passwords{
		verify:  func(stored, password string) (bool, error) { return stored == "hash of "+password, nil },
		upgrade: func(string, string) (string, bool, error) { return "", false, nil },
	}
}

// house is a service on doubles. It notes the names of the store's calls, and verifications among them.
type house struct {
	*login.Service
	steps []string
	log   bytes.Buffer
}

// newHouse returns a house in which a hook may stand in for a call; nil for none.
func newHouse(store login.Store, hasher passwords, hook login.Hook) *house {
	h := &house{}
	if hook == nil {
		hook = func(ctx context.Context, _ string, call func(context.Context) error) error { return call(ctx) }
	}
	watched := login.Around(store, func(ctx context.Context, method string, call func(context.Context) error) error {
		h.steps = append(h.steps, method)
		return hook(ctx, method, call)
	})
	verify := hasher.verify
	hasher.verify = func(stored, password string) (bool, error) {
		h.steps = append(h.steps, "Verify")
		return verify(stored, password)
	}
	h.Service = &login.Service{
		Store: watched, Passwords: hasher, Minter: session.Minter{Random: rand.Reader},
		Clock: func() time.Time { return start }, Log: slog.New(slog.NewTextHandler(&h.log, nil)),
	}
	return h
}

// login admits a request and logs in by user name, changed as the test wants.
func (h *house) login(t *testing.T, username, password string, changes ...func(*login.Request)) (login.Result, error) {
	t.Helper()
	visit, err := h.Admit(t.Context(), caller("192.0.2.1"))
	if err != nil {
		return login.Result{}, err
	}
	request := login.Request{
		Realm: realm, Identifiers: []directory.Identifier{directory.Username(username)}, Password: password, Policy: policy,
		Issue: []login.Grant{{Kind: session.Browser, Lifetime: time.Hour}},
	}
	for _, change := range changes {
		change(&request)
	}
	return visit.Login(t.Context(), request)
}

func caller(source string) login.Caller {
	return login.Caller{Product: "test", Source: source, RequestID: "r-1"}
}
