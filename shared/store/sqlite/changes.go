package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"gatehouse/shared/directory"
)

// raiseText raises a user's epoch above the old one and the clock. So no epoch repeats, not even after a restore.
const raiseText = `
INSERT INTO attempts (realm, key, scope, epoch) VALUES (:realm, :key, '', :now + 1)
ON CONFLICT DO UPDATE SET epoch = max(epoch, :now) + 1`

// ReplaceUser stores after in place of before, and raises the epoch if the change revokes logins.
func (s *Store) ReplaceUser(ctx context.Context, before, after directory.User) error {
	err := s.transact(ctx, func(tx *sql.Tx) error {
		stored, err := unchanged(ctx, tx, before)
		if err != nil {
			return err
		}
		after.Realm, after.ID, after.CreatedAt, after.Version = stored.Realm, stored.ID, stored.CreatedAt, stored.Version+1
		if err := taken(ctx, tx, after, false); err != nil {
			return err
		}
		values, err := userValues(after)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `
UPDATE users SET username = :username, email = :email, name = :name, password_hash = :hash, active = :active,
confirmed = :confirmed, version = :version, created = :created, profile = :profile
WHERE realm = :realm AND id = :id`, values...)
		if err != nil {
			return err
		}
		if directory.Revokes(stored, after) {
			return s.raise(ctx, tx, stored)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("replacing a user: %w", err)
	}
	return nil
}

// RemoveUser removes the user with its identifiers, counts and sessions. The epoch rises and stays.
func (s *Store) RemoveUser(ctx context.Context, user directory.User) error {
	err := s.transact(ctx, func(tx *sql.Tx) error {
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
	if err != nil {
		return fmt.Errorf("removing a user: %w", err)
	}
	return nil
}

// unchanged returns the stored user if it still has the caller's version.
func unchanged(ctx context.Context, tx *sql.Tx, user directory.User) (directory.User, error) {
	stored, err := scanUser(tx.QueryRowContext(ctx,
		"SELECT "+userColumns+" FROM users u WHERE realm = ? AND id = ?", user.Realm, user.ID).Scan)
	if err == nil && stored.Version != user.Version {
		err = directory.ErrChanged
	}
	return stored, err
}

func (s *Store) raise(ctx context.Context, tx *sql.Tx, user directory.User) error {
	_, err := tx.ExecContext(ctx, raiseText, append(userArgs(user.Realm, user.ID), sql.Named("now", millis(s.clock())))...)
	return err
}
