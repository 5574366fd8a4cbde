package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"strconv"

	"gatehouse/shared/directory"
)

const applicationColumns = "id, realm, secret_digest, attempt_limit, lockout_minutes, created"

const applicationText = "SELECT " + applicationColumns + " FROM applications WHERE id = ?"

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
	if err != nil {
		return fmt.Errorf("adding an application: %w", err)
	}
	return nil
}

// Application returns the application with this id.
func (s *Store) Application(ctx context.Context, id int64) (directory.Application, error) {
	app, err := scanApplication(s.application.QueryRowContext(ctx, id).Scan)
	if err != nil {
		return directory.Application{}, fmt.Errorf("reading an application: %w", err)
	}
	return app, nil
}

// ReplaceApplication stores after in place of before if before is stored. The id cannot change.
func (s *Store) ReplaceApplication(ctx context.Context, before, after directory.Application) error {
	after.ID = before.ID
	err := s.transact(ctx, func(tx *sql.Tx) error {
		done, err := changed(tx.ExecContext(ctx, `
UPDATE applications SET (`+applicationColumns+`) = (?, ?, ?, ?, ?, ?)
WHERE id = ? AND realm = ? AND secret_digest = ? AND attempt_limit = ? AND lockout_minutes = ? AND created IS ?`,
			append(applicationValues(after), applicationValues(before)...)...))
		if err != nil || done {
			return err
		}
		var exists bool
		err = tx.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM applications WHERE id = ?)", before.ID).Scan(&exists)
		switch {
		case err != nil:
			return err
		case exists:
			return directory.ErrChanged
		}
		return directory.ErrNotFound
	})
	if err != nil {
		return fmt.Errorf("replacing an application: %w", err)
	}
	return nil
}

// RemoveApplication removes the application with this id.
func (s *Store) RemoveApplication(ctx context.Context, id int64) error {
	removed, err := changed(s.write.ExecContext(ctx, "DELETE FROM applications WHERE id = ?", id))
	if err == nil && !removed {
		err = directory.ErrNotFound
	}
	if err != nil {
		return fmt.Errorf("removing an application: %w", err)
	}
	return nil
}

// Applications lists all applications by their ids.
func (s *Store) Applications(ctx context.Context) iter.Seq2[directory.Application, error] {
	text := "SELECT " + applicationColumns + " FROM applications WHERE id > ? ORDER BY id LIMIT ?"
	return list(func(after int64) ([]directory.Application, error) {
		return page(ctx, s.read, "listing applications", func(rows *sql.Rows) (directory.Application, error) {
			return scanApplication(rows.Scan)
		}, text, after, pageSize)
	}, func(app directory.Application) int64 { return app.ID })
}
