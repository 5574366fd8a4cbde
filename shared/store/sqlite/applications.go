package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"iter"
	"slices"
	"strconv"

	"gatehouse/shared/directory"
)

const (
	applicationColumns = "id, realm, secret_digest, attempt_limit, lockout_minutes, created"
	applicationText    = "SELECT " + applicationColumns + " FROM applications WHERE id = ?"
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
		"INSERT INTO applications ("+applicationColumns+") VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
		applicationValues(app)...))
	if err == nil && !stored {
		err = &directory.TakenError{Kind: "id", Value: strconv.FormatInt(app.ID, 10)}
	}
	return wrap("adding an application", err)
}

// Application returns the application with this id.
func (s *Store) Application(ctx context.Context, id int64) (directory.Application, error) {
	app, err := scanApplication(s.statements[applicationText].QueryRowContext(ctx, id).Scan)
	return app, wrap("reading an application", err)
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
		_, err = tx.ExecContext(ctx, "REPLACE INTO applications ("+applicationColumns+") VALUES (?, ?, ?, ?, ?, ?)",
			applicationValues(after)...)
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
