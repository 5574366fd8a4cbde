package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"iter"
	"strconv"

	"gatehouse/shared/directory"
	"gatehouse/shared/session"
)

const (
	// userColumns read a user. In a left join without a user, they read the zero User.
	userColumns = `coalesce(u.realm, ''), coalesce(u.id, 0), coalesce(u.username, ''), coalesce(u.email, ''),
coalesce(u.name, ''), coalesce(u.password_hash, ''), coalesce(u.active, 0), coalesce(u.confirmed, 0),
coalesce(u.version, 0), u.created, coalesce(u.profile, '{}')`

	// An identifier that a user does not have is NULL, so no lookup finds it and none collides.
	putText = `
INSERT INTO users (realm, id, username, email, name, password_hash, active, confirmed, version, created, profile)
VALUES (:realm, :id, nullif(:username, ''), nullif(:email, ''), :name, :hash, :active, :confirmed, :version, :created, :profile)
ON CONFLICT (realm, id) DO UPDATE SET username = excluded.username, email = excluded.email, name = :name,
password_hash = :hash, active = :active, confirmed = :confirmed, version = :version, profile = :profile`

	takenText = `SELECT
EXISTS (SELECT 1 FROM users WHERE realm = :realm AND id = :id),
EXISTS (SELECT 1 FROM users WHERE realm = :realm AND username = :username AND id <> :id),
EXISTS (SELECT 1 FROM users WHERE realm = :realm AND email = :email AND id <> :id)`

	// raiseText raises a user's epoch above the old one and the clock. So no epoch repeats, not even after a restore.
	raiseText = `
INSERT INTO attempts (realm, key, scope, epoch) VALUES (:realm, :key, '', :now + 1)
ON CONFLICT DO UPDATE SET epoch = max(epoch, :now) + 1`
)

// scanUser scans these columns, after those of before.
func scanUser(scan func(...any) error, before ...any) (directory.User, error) {
	var user directory.User
	var profile []byte
	err := scan(append(before, &user.Realm, &user.ID, &user.Username, &user.Email, &user.Name, &user.PasswordHash,
		&user.Active, &user.Confirmed, &user.Version, moment{&user.CreatedAt}, &profile)...)
	if errors.Is(err, sql.ErrNoRows) {
		err = directory.ErrNotFound
	}
	if err == nil {
		err = json.Unmarshal(profile, &user.Profile)
	}
	if err != nil {
		return directory.User{}, err
	}
	return user, nil
}

// put writes a user, or returns a *directory.TakenError if its id is to be new and is not, or an identifier is another
// user's. The transaction holds the write lock, so what was read still holds.
func put(ctx context.Context, tx *sql.Tx, user directory.User, isNew bool) error {
	profile, err := json.Marshal(user.Profile)
	if err != nil {
		return err
	}
	names := []any{
		sql.Named("realm", user.Realm), sql.Named("id", user.ID), sql.Named("username", user.Username), sql.Named("email", user.Email),
	}
	var id, username, email bool
	err = tx.QueryRowContext(ctx, takenText, names...).Scan(&id, &username, &email)
	switch {
	case err != nil:
		return err
	case isNew && id:
		return &directory.TakenError{Kind: "id", Value: strconv.FormatInt(user.ID, 10)}
	case username:
		return &directory.TakenError{Kind: string(directory.ByUsername), Value: user.Username}
	case email:
		return &directory.TakenError{Kind: string(directory.ByEmail), Value: user.Email}
	}
	_, err = tx.ExecContext(ctx, putText, append(names, sql.Named("name", user.Name), sql.Named("hash", user.PasswordHash),
		sql.Named("active", user.Active), sql.Named("confirmed", user.Confirmed), sql.Named("version", user.Version),
		sql.Named("created", millis(user.CreatedAt)), sql.Named("profile", string(profile)))...)
	return err
}

// AddUser stores a new user with its identifiers.
func (s *Store) AddUser(ctx context.Context, user directory.User) error {
	return s.transact(ctx, "adding a user", func(tx *sql.Tx) error { return put(ctx, tx, user, true) })
}

// rower is a connection that reads, or a transaction.
type rower interface {
	QueryRowContext(ctx context.Context, text string, values ...any) *sql.Row
}

// userBy reads the user of a realm whose column has this value.
func userBy(ctx context.Context, db rower, realm, column string, value any) (directory.User, error) {
	row := db.QueryRowContext(ctx, "SELECT "+userColumns+" FROM users u WHERE realm = ? AND "+column+" = ?", realm, value)
	user, err := scanUser(row.Scan)
	return user, wrap("reading a user", err)
}

// User returns the user with this id.
func (s *Store) User(ctx context.Context, realm string, id int64) (directory.User, error) {
	return userBy(ctx, s.read, realm, "id", id)
}

// FindUser returns the user that the identifier names.
func (s *Store) FindUser(ctx context.Context, realm string, by directory.Identifier) (directory.User, error) {
	return userBy(ctx, s.read, realm, columns[by.Kind], by.Value)
}

// ReplaceUser stores after in place of before, and raises the epoch if the change revokes logins.
func (s *Store) ReplaceUser(ctx context.Context, before, after directory.User) error {
	return s.transact(ctx, "replacing a user", func(tx *sql.Tx) error {
		stored, err := unchanged(ctx, tx, before)
		if err != nil {
			return err
		}
		after.Realm, after.ID, after.CreatedAt, after.Version = stored.Realm, stored.ID, stored.CreatedAt, stored.Version+1
		if err := put(ctx, tx, after, false); err != nil || !directory.Revokes(stored, after) {
			return err
		}
		return s.raise(ctx, tx, stored)
	})
}

// SetPassword replaces the hash, raises the epoch and moves the kept session to it.
func (s *Store) SetPassword(ctx context.Context, user directory.User, hash string, keep session.Ref) error {
	return s.transact(ctx, "setting a password", func(tx *sql.Tx) error {
		if _, err := unchanged(ctx, tx, user); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, "UPDATE users SET password_hash = ?, version = version + 1 WHERE realm = ? AND id = ?",
			hash, user.Realm, user.ID)
		if err != nil {
			return err
		}
		if err := s.raise(ctx, tx, user); err != nil || keep == (session.Ref{}) {
			return err
		}
		return existing(tx.ExecContext(ctx, `UPDATE sessions
SET epoch = (SELECT epoch FROM attempts WHERE realm = sessions.realm AND key = CAST(user_id AS TEXT) AND scope = '')`+
			sessionCondition, refArgs(keep)...))
	})
}

// Revoke raises the epoch of a user.
func (s *Store) Revoke(ctx context.Context, realm string, id int64) error {
	return s.transact(ctx, "revoking sessions", func(tx *sql.Tx) error {
		user, err := userBy(ctx, tx, realm, "id", id)
		if err != nil {
			return err
		}
		return s.raise(ctx, tx, user)
	})
}

// RemoveUser removes the user with its identifiers, counts and sessions. The epoch rises and stays.
func (s *Store) RemoveUser(ctx context.Context, user directory.User) error {
	return s.transact(ctx, "removing a user", func(tx *sql.Tx) error {
		if _, err := unchanged(ctx, tx, user); err != nil {
			return err
		}
		if err := s.raise(ctx, tx, user); err != nil {
			return err
		}
		for _, text := range []string{
			"UPDATE attempts SET fails = 0, run = 0, last = NULL, seen = NULL WHERE realm = ?1 AND key = CAST(?2 AS TEXT)",
			"DELETE FROM sessions WHERE realm = ?1 AND user_id = ?2",
			"DELETE FROM users WHERE realm = ?1 AND id = ?2",
		} {
			if _, err := tx.ExecContext(ctx, text, user.Realm, user.ID); err != nil {
				return err
			}
		}
		return nil
	})
}

// unchanged returns the stored user if it still has the caller's version.
func unchanged(ctx context.Context, tx *sql.Tx, user directory.User) (directory.User, error) {
	stored, err := userBy(ctx, tx, user.Realm, "id", user.ID)
	if err == nil && stored.Version != user.Version {
		err = directory.ErrChanged
	}
	return stored, err
}

func (s *Store) raise(ctx context.Context, tx *sql.Tx, user directory.User) error {
	values := append(accountArgs(directory.AccountOf(user.Realm, user.ID)), sql.Named("now", millis(s.clock())))
	_, err := tx.ExecContext(ctx, raiseText, values...)
	return err
}

// Users lists the users of a realm by their ids.
func (s *Store) Users(ctx context.Context, realm string) iter.Seq2[directory.User, error] {
	scan := func(scan func(...any) error) (directory.User, error) { return scanUser(scan) }
	return list(ctx, s, "listing users", scan, "SELECT "+userColumns+" FROM users u WHERE realm = ? ORDER BY id", realm)
}
