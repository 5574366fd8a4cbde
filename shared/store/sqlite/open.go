// Package sqlite keeps Gatehouse's directory, attempts and sessions in one file, for `gatehouse serve` and the command.
//
// [Open] opens the file for logins, [Administer] for one command.
//
// The file is in WAL mode. One connection writes. Several others read without waiting for it, each from a snapshot with every
// write that was answered before. All writers, of this process and of others, queue for the file's one write lock. Changes
// that belong together (a user and its identifiers, a success and the record before it) are one immediate transaction; any
// other change is one statement. So no operation reads, decides and writes in separate steps.
//
// Every answered write survives a kill of the process. A login does not wait for the disk (synchronous=NORMAL), so a power
// cut can undo the last logins but never damages the file. The changes of a command survive a power cut too
// (synchronous=FULL, see [Administer]).
//
// Expired rows decide no login. [Store.Sweep] deletes them.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"
)

// readers is the number of parallel reads. A read takes microseconds, so more would only wait for a processor.
const readers = 8

// options are set on every connection. A writer waits at most 2 s for the lock of another process, less than the 2.5 s of all
// store calls of a login, so a stuck process causes a clear error instead of a deadline. The last three switch off what
// SQLite tolerates for old programs: strings in double quotes, writes to its own tables, error texts of another call.
var options = url.Values{
	"_busy_timeout": {"2000"},
	"_foreign_keys": {"1"},
	"_txlock":       {"immediate"},
	"_dqs":          {"0"},
	"_defensive":    {"1"},
	"_error_rc":     {"1"},
}

// Store keeps the directory, the attempts, the sessions and the counters in one file. It is safe for concurrent use, by any
// number of processes on one machine.
type Store struct {
	write *sql.DB // has one connection
	read  *sql.DB // cannot write
	turn  chan struct{}
	clock func() time.Time // puts epochs above those of a restored file

	statements map[string]*sql.Stmt // by text
}

// Open opens the file for logins. If it does not exist, Open creates the file and its folder, readable by their owner only. A
// file of an older version is migrated. A file that is damaged, of a newer version, of another program or of another owner
// is an error. Callers must call Close.
func Open(ctx context.Context, path string) (*Store, error) {
	store, err := open(ctx, path, "NORMAL")
	if err != nil {
		return nil, err
	}
	if err := store.check(ctx); err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, errors.Join(err, store.Close()))
	}
	return store, nil
}

// Administer opens the file as [Open] does, for one command: every change is on the disk before it is answered. It does not
// check the whole file, so it finds damage only where the command reads.
func Administer(ctx context.Context, path string) (*Store, error) { return open(ctx, path, "FULL") }

func open(ctx context.Context, path, synchronous string) (*Store, error) {
	path, err := create(path)
	if err != nil {
		return nil, fmt.Errorf("opening the database file: %w", err)
	}
	store := &Store{turn: make(chan struct{}, 1), clock: time.Now} //nolint:forbidigo // this is where the clock is injected
	if store.write, err = connect(path, 1, synchronous, false); err == nil {
		store.read, err = connect(path, readers, synchronous, true)
	}
	if err == nil {
		err = store.setUp(ctx)
	}
	if hasCode(err, codes.SQLITE_CORRUPT) {
		err = errDamaged
	}
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, errors.Join(err, store.Close()))
	}
	return store, nil
}

// setUp migrates the file and compiles the statements.
func (s *Store) setUp(ctx context.Context) error {
	for _, step := range []func(context.Context, *sql.DB) error{identify, useWAL} {
		if err := step(ctx, s.write); err != nil {
			return err
		}
	}
	if err := s.migrate(ctx, migrations); err != nil {
		return err
	}
	return s.prepare(ctx)
}

// Close waits for the calls under way and closes all connections.
func (s *Store) Close() error {
	var errs []error
	for _, db := range []*sql.DB{s.read, s.write} { // the writer goes last: it leaves the file without its log
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

func connect(path string, connections int, synchronous string, readOnly bool) (*sql.DB, error) {
	query := maps.Clone(options)
	query.Set("_synchronous", synchronous)
	if readOnly {
		query.Set("_query_only", "1")
	}
	connector, err := driver.NewConnector((&url.URL{Scheme: "file", Path: path, RawQuery: query.Encode()}).String())
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

// errDamaged refuses a damaged file, in which a user or a count of failures could be missing.
var errDamaged = errors.New("the database is damaged; restore a backup (see gatehouse backup)")

// check reads the whole file. It does not compare indexes with tables, which would take several times as long.
func (s *Store) check(ctx context.Context) error {
	var found string
	err := s.read.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&found)
	switch {
	case hasCode(err, codes.SQLITE_CORRUPT):
		return errDamaged
	case err == nil && found != "ok":
		return fmt.Errorf("%w: %s", errDamaged, found)
	}
	return wrap("checking the database", err)
}

// creating is held while a file is created. A process loses SQLite's locks on a file when it closes any other handle of it,
// so the creating handle must be closed before any connection is opened.
var creating sync.Mutex

// create makes the file and its folder, unless they exist, and returns the absolute path. SQLite would make the file readable
// for everybody. It gives the files beside it the same permissions.
func create(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", err
	}
	creating.Lock()
	defer creating.Unlock()
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		return path, protect(path, os.Geteuid())
	}
	if err != nil {
		return "", err
	}
	return path, file.Close()
}

// inTurn commits attempts in the order in which they arrive. So an accepted login does not queue again behind all waiting
// guesses to store its session, and responses almost always leave in the order of the decisions.
func (s *Store) inTurn(ctx context.Context, commit func() error) error {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
		return commit()
	case <-ctx.Done():
		return ctx.Err()
	}
}
