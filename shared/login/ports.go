package login

import (
	"context"
	"errors"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/session"
)

// Errors of [AttemptStore.Accept], wrapped, when its condition fails. Nothing was changed then.
var (
	ErrLocked = errors.New("account is locked")
	ErrEpoch  = errors.New("account was deactivated or its password set since it was loaded")
)

// Store is every port of the flow. Each method is one whole operation, so that a store can carry it out in one request. An
// error that is not named here is a fault and ends the login. `now` has the precision of a millisecond.
type Store interface {
	UserStore
	ApplicationStore
	AttemptStore
	SessionStore
	Limiter
}

// UserStore looks up who may log in. Its reads see every write that was answered before.
type UserStore interface {
	// Resolve returns an account for each identifier, in the same order. An unknown identifier gets its decoy
	// (directory.Decoy).
	Resolve(ctx context.Context, realm string, identifiers []directory.Identifier) ([]directory.Account, error)
	// Load returns an account's user and its record of attempts, whose epoch is the user's. A decoy has the zero User, an
	// account that was never tried the zero Record. Neither is an error.
	Load(ctx context.Context, account directory.Account) (directory.User, attempts.Record, error)
	// Rehash replaces a hash by another one of the same password, on condition that the old one is still stored. Otherwise
	// it returns directory.ErrChanged and changes nothing. The user's version rises, so that nobody who edits the user
	// writes the old hash back. The epoch stays, because nothing is revoked.
	Rehash(ctx context.Context, realm string, id int64, old, replacement string) error
}

// ApplicationStore looks up the Social ID applications that users log in through.
type ApplicationStore interface {
	// Application returns the application with this id, or directory.ErrNotFound.
	Application(ctx context.Context, id int64) (directory.Application, error)
}

// AttemptStore keeps the records of attempts. Each method is one write with one condition: it does what the method of
// attempts.Policy does, to the record that is stored at that moment.
type AttemptStore interface {
	// Clear is attempts.Policy.Clear.
	Clear(ctx context.Context, account directory.Account, policy attempts.Policy, now time.Time) error
	// Refuse is attempts.Policy.Fail: it counts a failure, or reports that the account is locked. A write that is retried
	// after a fault may count twice, never less than once.
	Refuse(ctx context.Context, account directory.Account, policy attempts.Policy, now time.Time) (locked bool, err error)
	// Accept is attempts.Policy.Succeed: it resets the record and returns the one before; or ErrLocked, or ErrEpoch.
	Accept(ctx context.Context, account directory.Account, policy attempts.Policy, now time.Time, epoch int64) (
		before attempts.Record, err error)
}

// SessionStore keeps the tokens and sign-ins that logins issue.
type SessionStore interface {
	// Begin stores all of the sessions or none. It returns session.ErrTaken if a sign-in's id is taken.
	Begin(ctx context.Context, sessions ...session.Session) error
}

// Limiter counts requests by clock minute.
type Limiter interface {
	// Count adds one to the sum under the key in the minute of now, and returns the sum.
	Count(ctx context.Context, key string, now time.Time) (int, error)
	// Counted returns the sum without adding to it.
	Counted(ctx context.Context, key string, now time.Time) (int, error)
}

// Passwords hashes for a login (password.Hasher).
type Passwords interface {
	// Verify compares a password with a stored hash, with the same amount of work on every call. An error means that the
	// stored hash cannot be read; the work was done, and nothing matches.
	Verify(stored, password string) (matches bool, err error)
	// Upgrade returns a replacement for a stored hash that the password has just matched, if that hash is outdated.
	Upgrade(stored, password string) (replacement string, outdated bool, err error)
}
