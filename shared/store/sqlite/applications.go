package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"slices"
	"strconv"
	"time"

	"gatehouse/shared/directory"
	"gatehouse/shared/login"
)

const (
	applicationColumns = "id, realm, secret_digest, attempt_limit, lockout_minutes, created"
	applicationText    = "SELECT " + applicationColumns + " FROM applications WHERE id = ?"

	// The application is joined to a constant row, so known and unknown ones cost the same.
	authenticateText = `
SELECT coalesce((SELECT count FROM counters WHERE key = :key AND minute = :minute), 0), coalesce(a.id, 0), coalesce(a.realm, ''),
coalesce(a.secret_digest, ''), coalesce(a.attempt_limit, 0), coalesce(a.lockout_minutes, 0), a.created
FROM (SELECT 1) LEFT JOIN applications a ON (:id <> 0 AND a.id = :id) OR (:id = 0 AND a.secret_digest = :secret)`
)

func scanApplication(scan func(...any) error) (directory.Application, error) {
	var app directory.Application
	err := scan(&app.ID, &app.Realm, &app.SecretDigest, &app.AttemptLimit, &app.LockoutMinutes, moment{&app.CreatedAt})
	if errors.Is(err, sql.ErrNoRows) {
		err = directory.ErrNotFound
	}
	return app, err
}

func applicationValues(app directory.Application) []any {
	return []any{app.ID, app.Realm, app.SecretDigest, app.AttemptLimit, app.LockoutMinutes, millis(app.CreatedAt)}
}

// AddApplication stores a new application.
func (s *Store) AddApplication(ctx context.Context, app directory.Application) error {
	stored, err := changed(s.write.ExecContext(ctx,
		"INSERT INTO applications ("+applicationColumns+") VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
		applicationValues(app)...))
	if err == nil && !stored {
		if _, err = s.Application(ctx, app.ID); err == nil {
			err = &directory.TakenError{Kind: "id", Value: strconv.FormatInt(app.ID, 10)}
		} else if errors.Is(err, directory.ErrNotFound) {
			err = errSecretTaken
		}
	}
	return wrap("adding an application", err)
}

// errSecretTaken shows no secret.
var errSecretTaken = &directory.TakenError{Kind: "secret"}

// Application returns the application with this id.
func (s *Store) Application(ctx context.Context, id int64) (directory.Application, error) {
	app, err := scanApplication(s.read.QueryRowContext(ctx, applicationText, id).Scan)
	return app, wrap("reading an application", err)
}

// Authenticate reads an application, its source's failures, and a sign-in that it asks for.
func (s *Store) Authenticate(
	ctx context.Context, by login.Credentials, failures string, now time.Time,
) (found login.Authentication, err error) {
	row := s.statements[authenticateText].QueryRowContext(ctx, sql.Named("id", by.ID), sql.Named("secret", by.SecretDigest),
		sql.Named("key", failures), sql.Named("minute", minute(now)))
	found.Application, err = scanApplication(func(targets ...any) error {
		return row.Scan(append([]any{&found.Failures}, targets...)...)
	})
	if err == nil && by.SignIn != 0 {
		found.SignIn, err = scanSession(s.statements[signInText].QueryRowContext(ctx, by.SignIn).Scan)
		if errors.Is(err, sql.ErrNoRows) {
			err = nil
		}
	}
	return found, wrap("reading an application", err)
}

// ReplaceApplication stores after in place of before if before is stored. The id cannot change.
func (s *Store) ReplaceApplication(ctx context.Context, before, after directory.Application) error {
	after.ID = before.ID
	return s.transact(ctx, "replacing an application", func(tx *sql.Tx) error {
		stored, err := scanApplication(tx.QueryRowContext(ctx, applicationText, before.ID).Scan)
		if err != nil {
			return err
		}
		if !slices.Equal(applicationValues(stored), applicationValues(before)) {
			return directory.ErrChanged
		}
		done, err := changed(tx.ExecContext(ctx,
			"UPDATE OR IGNORE applications SET ("+applicationColumns+") = (?, ?, ?, ?, ?, ?) WHERE id = ?",
			append(applicationValues(after), before.ID)...))
		if err == nil && !done {
			err = errSecretTaken
		}
		return err
	})
}

// RemoveApplication removes the application with this id.
func (s *Store) RemoveApplication(ctx context.Context, id int64) error {
	removed, err := changed(s.write.ExecContext(ctx, "DELETE FROM applications WHERE id = ?", id))
	if err == nil && !removed {
		err = directory.ErrNotFound
	}
	return wrap("removing an application", err)
}

// Applications lists all applications by their ids.
func (s *Store) Applications(ctx context.Context) iter.Seq2[directory.Application, error] {
	return list(ctx, s, "listing applications", scanApplication, "SELECT "+applicationColumns+" FROM applications ORDER BY id")
}
