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
	session.Store
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
	// SetPassword stores the hash of a new password if user.Version is the stored one, raises the epoch as
	// directory.UserStore.ReplaceUser does, and moves the kept session to the new epoch, all in one operation. With the zero
	// Ref no session is kept. It returns directory.ErrChanged, directory.ErrNotFound, or session.ErrNone if the kept session is
	// gone, and changes nothing then.
	SetPassword(ctx context.Context, user directory.User, hash string, keep session.Ref) error
}

// ApplicationStore looks up the Social ID applications that users log in through.
type ApplicationStore interface {
	// Authenticate reads, in one request, what decides about an application that calls: the application, the sum that Count
	// has reached under the key in the minute of now, and the sign-in that it asks for. What does not exist, or is not asked for,
	// is zero and no error.
	Authenticate(ctx context.Context, by Credentials, failures string, now time.Time) (Authentication, error)
}

// Credentials name an application by its id, or by the digest of its secret if the id is 0.
type Credentials struct {
	ID           int64
	SecretDigest string
	SignIn       int64 // the sign-in that the application asks for; 0: none
}

// Authentication is what is stored about an application that calls.
type Authentication struct {
	Application directory.Application // by its secret's digest: only the id, the realm and the digest
	Failures    int
	SignIn      session.Session
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

// Limiter counts requests by clock minute.
type Limiter interface {
	// Count adds one to the sum under the key in the minute of now, and returns the sum.
	Count(ctx context.Context, key string, now time.Time) (int, error)
}

// Passwords hashes for a login (password.Hasher).
type Passwords interface {
	// Verify compares a password with a stored hash, with the same amount of work on every call. An error means that the
	// stored hash cannot be read; the work was done, and nothing matches.
	Verify(stored, password string) (matches bool, err error)
	// Upgrade returns a replacement for a stored hash that the password has just matched, if that hash is outdated.
	Upgrade(stored, password string) (replacement string, outdated bool, err error)
	// Hash returns the stored form of a new password.
	Hash(password string) (string, error)
}
