// Package sqlite is the embedded store: every port of the product on one file. It is what `gatehouse serve` and the
// command use where there is no AWS.
//
// The file is in WAL mode. One connection writes, and several read without waiting for it, each from a snapshot that has
// every write that was answered before. All writers, of this process and of others, queue for the file's one write lock;
// what must hold together (a user and its identifiers, a success and the record before it) is one immediate
// transaction, and what is one statement is its own. So nothing here reads, decides and writes in separate steps.
//
// What was answered survives a kill of the process. A power cut can take the last logins with it, but never damages the
// file: a login costs no wait for the disk (synchronous=NORMAL). What a command answered survives a power cut too
// (synchronous=FULL, see [Administer]).
//
// No outcome of a login depends on rows that have expired. [Store.Sweep] deletes them.
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

// readers is how many reads run at once. Each takes microseconds, so more would only wait for a processor.
const readers = 8

// options hold for every connection. A writer waits at most 2 s for the lock of another process: less than the 2.5 s that
// all store calls of a login may take, so that a stuck process elsewhere is a clear error and not a deadline. The last three
// switch off what SQLite tolerates for the sake of old programs: strings in double quotes, writes to its own tables,
// error texts that belong to another call.
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
	statements
}

// Open opens the file to serve logins from it, and creates it if it does not exist: readable by its owner only, as is its
// folder. A file of an older version is brought up to date. A file that is damaged, of a newer version, of another program or
// of another owner is an error. Close must be called.
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
// read the whole file, so it finds damage only where the command reads.
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
		err = store.prepare(ctx)
	}
	if is(err, codes.SQLITE_CORRUPT) {
		err = errDamaged
	}
	if err != nil {
		return nil, fmt.Errorf("opening %s: %w", path, errors.Join(err, store.Close()))
	}
	return store, nil
}

// prepare makes the file what this version works on, and the statements ready.
func (s *Store) prepare(ctx context.Context) error {
	if err := identify(ctx, s.write); err != nil {
		return err
	}
	if err := useWAL(ctx, s.write); err != nil {
		return err
	}
	if err := migrate(ctx, s.write, migrations); err != nil {
		return err
	}
	return s.statements.prepare(ctx, s.write, s.read)
}

// Close ends all connections. Calls that are under way are waited for.
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

// errDamaged is what a file is not served with: a login could find a user or a count of failures missing.
var errDamaged = errors.New("the database is damaged; restore a backup (see gatehouse backup)")

// check reads the whole file, but does not compare the indexes with their tables: that takes several times as long.
func (s *Store) check(ctx context.Context) error {
	var found string
	err := s.read.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&found)
	switch {
	case is(err, codes.SQLITE_CORRUPT):
		return errDamaged
	case err != nil:
		return fmt.Errorf("checking the database: %w", err)
	case found != "ok":
		return fmt.Errorf("%w: %s", errDamaged, found)
	}
	return nil
}

// creating is held while a file is created. SQLite's locks on a file are lost when the process closes any other handle of
// it, so the one that creates it must be closed before any connection is opened.
var creating sync.Mutex

// create makes the file and its folder, unless they exist, and gives the absolute path. SQLite would leave the file
// readable for everybody; the files that it puts beside it get the same permissions.
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

// inTurn commits one attempt after the other, in the order in which they come. Whoever was accepted need not queue again
// behind all guesses that wait, to store the session: the answers go out in the order of the decisions, almost always.
func (s *Store) inTurn(ctx context.Context, commit func() error) error {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
		return commit()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// transact runs an immediate transaction, which has the write lock from its beginning. An error rolls it back.
func (s *Store) transact(ctx context.Context, work func(tx *sql.Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing once it is committed
	if err := work(tx); err != nil {
		return err
	}
	return tx.Commit()
}
