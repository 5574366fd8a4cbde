package directory

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"

	"gatehouse/shared/attempts"
)

// Store is the port of an administration. The port of a login is login.Store.
type Store interface {
	UserStore
	AttemptStore
	ApplicationStore
}

// UserStore keeps users. Each change is atomic.
type UserStore interface {
	// AddUser stores a new user with its identifiers. A *TakenError names an id or identifier of another user of the realm.
	AddUser(ctx context.Context, user User) error
	// User returns the user with this id, or ErrNotFound.
	User(ctx context.Context, realm string, id int64) (User, error)
	// FindUser returns the user that the identifier names, or ErrNotFound.
	FindUser(ctx context.Context, realm string, by Identifier) (User, error)
	// ReplaceUser stores after in place of before if before.Version is the stored one. Otherwise it returns ErrChanged, or
	// ErrNotFound if the user is gone. Realm, id and CreatedAt cannot change; Version is set to the next one. If the change
	// revokes logins ([Revokes]), the user's epoch rises in the same operation, above the clock in milliseconds since 1970.
	// Then no login under way commits, neither in the realm nor through any application, whether it has limits of its own,
	// had them or gets them.
	ReplaceUser(ctx context.Context, before, after User) error
	// Revoke raises the epoch of a user, or returns ErrNotFound: all its sessions end, and no login under way commits.
	Revoke(ctx context.Context, realm string, id int64) error
	// RemoveUser removes the user, its identifiers and its counts of attempts if user.Version is the stored one. Otherwise it
	// returns ErrChanged, or ErrNotFound. The epoch rises and is kept, so a later user of the same id inherits no session.
	RemoveUser(ctx context.Context, user User) error
	// Users lists the users of a realm in any order, without holding all of them in memory.
	Users(ctx context.Context, realm string) iter.Seq2[User, error]
}

// Count is an account's record of attempts within one scope: "" for the realm's own, "app#<id>" for an application's.
type Count struct {
	Scope string
	attempts.Record
	// Ahead reports whether the record's epoch is above the user's, as after a restore of only one table. No login is
	// accepted then until [AttemptStore.Unlock] makes them equal.
	Ahead bool
}

// UserCount is a [Count] and its user.
type UserCount struct {
	UserID int64
	Count
}

// AttemptStore keeps the counted attempts.
type AttemptStore interface {
	// Counts returns the records of a user: the realm's first, then one for each application with a count of its own.
	Counts(ctx context.Context, realm string, id int64) ([]Count, error)
	// Failures lists the records of a realm's users that hold failures, in every scope and in any order, without epochs.
	Failures(ctx context.Context, realm string) iter.Seq2[UserCount, error]
	// Unlock forgets all counted failures of a user, in every scope. If the record's epoch is ahead of the user's, it raises
	// both to a new one.
	Unlock(ctx context.Context, realm string, id int64) error
}

// ApplicationStore keeps the Social ID applications.
type ApplicationStore interface {
	// AddApplication stores a new application. It returns a *TakenError if the id is taken, or its secret is
	// another's.
	AddApplication(ctx context.Context, application Application) error
	// Application returns the application with this id, or ErrNotFound.
	Application(ctx context.Context, id int64) (Application, error)
	// ReplaceApplication stores after in place of before if before is stored. Otherwise it returns ErrChanged or ErrNotFound, or
	// a *TakenError if the secret is another's.
	ReplaceApplication(ctx context.Context, before, after Application) error
	// RemoveApplication removes the application with this id, or returns ErrNotFound.
	RemoveApplication(ctx context.Context, id int64) error
	// Applications lists all applications in any order.
	Applications(ctx context.Context) iter.Seq2[Application, error]
}

// maxNewID bounds new ids: clients generated from `type: integer` hold no more than 31 bits.
const maxNewID = 1<<31 - 1

// idTries bounds how often a new id may already be taken. With a hundred million users one in twenty is, so twenty in a row
// have another cause.
const idTries = 20

// WithNewID mints random ids until add accepts one, and returns it. A counter would be one hot key for the whole system and
// would reveal the number of users.
func WithNewID(random io.Reader, add func(id int64) error) (int64, error) {
	var taken *TakenError
	for range idTries {
		var raw [4]byte
		if _, err := io.ReadFull(random, raw[:]); err != nil {
			return 0, fmt.Errorf("minting an id: %w", err)
		}
		id := int64(binary.BigEndian.Uint32(raw[:]) & maxNewID)
		if id == 0 {
			continue
		}
		err := add(id)
		if errors.As(err, &taken) && taken.Kind == "id" {
			continue
		}
		return id, err
	}
	return 0, fmt.Errorf("minting an id: %d in a row are taken", idTries)
}

// Enroll adds a user, with a new id if it has none, and returns it as stored.
func Enroll(ctx context.Context, store UserStore, user User) (User, error) {
	if err := user.Validate(); err != nil {
		return User{}, err
	}
	if user.ID != 0 {
		return user, store.AddUser(ctx, user)
	}
	_, err := WithNewID(rand.Reader, func(id int64) error {
		user.ID = id
		return store.AddUser(ctx, user)
	})
	return user, err
}
