package sqlite

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"time"

	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"
)

//go:embed migrations/0001_directory_attempts_sessions.sql
var first string

// migrations run in this order and never change once released. The file's user_version counts those that ran.
var migrations = []string{first}

// applicationID marks a file as ours (PRAGMA application_id): "Gate" in ASCII.
const applicationID = 0x47617465

// Reasons not to open a file.
var (
	errForeign = errors.New("the file is not a Gatehouse database")
	errNewer   = errors.New("the file was written by a newer version of Gatehouse; this one cannot read it")
)

// identify returns errForeign unless the file is ours or empty. It runs before anything is written to the file.
func identify(ctx context.Context, db *sql.DB) error {
	var id, tables int64
	// One statement, so one snapshot: another process may be creating the tables at this moment.
	err := db.QueryRowContext(ctx,
		"SELECT (SELECT application_id FROM pragma_application_id), (SELECT count(*) FROM sqlite_schema)").Scan(&id, &tables)
	if hasCode(err, codes.SQLITE_NOTADB) || err == nil && id != applicationID && (id != 0 || tables != 0) {
		return errForeign
	}
	return wrap("reading the database file", err)
}

// walTries bounds the tries of the switch to WAL, 10 ms apart: as long as a writer waits for its lock.
const walTries = 200

// useWAL puts the file into WAL mode for good. While another process does the same, SQLite returns busy at once, so useWAL
// waits itself.
func useWAL(ctx context.Context, db *sql.DB) error {
	var mode string
	var err error
	for range walTries {
		err = db.QueryRowContext(ctx, "PRAGMA journal_mode = WAL").Scan(&mode)
		if !hasCode(err, codes.SQLITE_BUSY) {
			break
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
	if err == nil && mode != "wal" {
		err = fmt.Errorf("the file system does not support it (the mode is %q)", mode)
	}
	return wrap("switching to WAL mode", err)
}

// migrate runs the missing migrations in one transaction. It reads the version under the write lock, so if two processes open
// an old file in parallel, one migrates and the other finds it done.
func (s *Store) migrate(ctx context.Context, migrations []string) error {
	return s.transact(ctx, "migrating the file", func(tx *sql.Tx) error {
		var version int
		if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil || version == len(migrations) {
			return err
		}
		if version > len(migrations) {
			return fmt.Errorf("%w (schema %d, known up to %d)", errNewer, version, len(migrations))
		}
		stamp := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d", applicationID, len(migrations))
		for _, text := range append(slices.Clone(migrations[version:]), stamp) {
			if _, err := tx.ExecContext(ctx, text); err != nil {
				return err
			}
		}
		return nil
	})
}

// hasCode reports whether an error has this SQLite code, or an extended form of it.
func hasCode(err error, code int) bool {
	var failure *driver.Error
	return errors.As(err, &failure) && failure.Code()&0xff == code
}
