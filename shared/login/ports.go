package login

import (
	"context"
	"errors"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/session"
)

// What [AttemptStore.Accept] answers, wrapped, when its condition fails. Nothing was changed then.
var (
	ErrLocked = errors.New("account is locked")
	ErrEpoch  = errors.New("account was deactivated or given a new password meanwhile")
)

// Store is every port that the flow needs. Each method is one whole operation, which a store can carry out in one request.
// An error that is not named here is a fault: the login ends with it. `now` has the precision of a millisecond.
type Store interface {
	UserStore
	ApplicationStore
	AttemptStore
	SessionStore
	Limiter
}

// UserStore looks up who may log in. Its reads see every write that was answered before.
type UserStore interface {
	// Resolve gives an account for each identifier, in their order: the user's, or a decoy (directory.Decoy) for an
	// identifier that names nobody.
	Resolve(ctx context.Context, realm string, identifiers []directory.Identifier) ([]directory.Account, error)
	// Load gives an account's user and its record of attempts. An account without a user, as every decoy, has the zero
	// User; one that was never tried has the zero Record. Neither is an error. The record's epoch is the user's.
	Load(ctx context.Context, account directory.Account) (directory.User, attempts.Record, error)
	// Rehash puts a new hash in place of an old one of the same password, on condition that the old one is still stored:
	// else directory.ErrChanged, and a change that came meanwhile stands. The user's version rises, so that nobody who
	// edits the user writes the old hash back; the epoch does not, for nothing is revoked.
	Rehash(ctx context.Context, realm string, id int64, old, replacement string) error
}

// ApplicationStore looks up the Social ID applications that users log in through.
type ApplicationStore interface {
	// Application returns the application with this id, or directory.ErrNotFound.
	Application(ctx context.Context, id int64) (directory.Application, error)
}

// AttemptStore keeps the records of attempts. Each method is one write with one condition, and does exactly what the policy's
// method of package attempts does to the record that is stored at that moment.
type AttemptStore interface {
	// Clear is attempts.Policy.Clear.
	Clear(ctx context.Context, account directory.Account, policy attempts.Policy, now time.Time) error
	// Refuse is attempts.Policy.Fail: it counts a failure, or says that the account is locked. A write that is tried
	// again after a fault may count twice, never less than once.
	Refuse(ctx context.Context, account directory.Account, policy attempts.Policy, now time.Time) (locked bool, err error)
	// Accept is attempts.Policy.Succeed: it resets the record and gives what it held before; or ErrLocked, or ErrEpoch.
	Accept(ctx context.Context, account directory.Account, policy attempts.Policy, now time.Time, epoch int64) (
		before attempts.Record, err error)
}

// SessionStore keeps what logins hand out.
type SessionStore interface {
	// Begin stores the sessions, all or none. session.ErrTaken: a sign-in's id is another's.
	Begin(ctx context.Context, sessions ...session.Session) error
}

// Limiter counts requests in clock minutes.
type Limiter interface {
	// Count adds one to what was counted under the key in the minute that holds now, and gives the sum.
	Count(ctx context.Context, key string, now time.Time) (int, error)
	// Counted gives the sum without adding to it.
	Counted(ctx context.Context, key string, now time.Time) (int, error)
}

// Passwords is what a login needs of hashing (password.Hasher).
type Passwords interface {
	// Verify compares a password with a stored hash, with the same amount of work on every call. An error says that the
	// stored hash cannot be read; the work was done, and nothing matches.
	Verify(stored, password string) (matches bool, err error)
	// Upgrade gives a hash to put in place of a stored one that the password has just matched, if that one is outdated.
	Upgrade(stored, password string) (replacement string, outdated bool, err error)
}
