package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"time"

	"gatehouse/shared/directory"
)

// statements are the statements of a login, compiled once for each connection.
type statements struct {
	load, application, counted                 *sql.Stmt // on connections that read
	clear, refuse, before, accept, begin, tick *sql.Stmt // on the one that writes

	lookups sync.Map // text -> *sql.Stmt: a lookup for each combination of kinds of identifiers that was asked for
}

func (s *statements) prepare(ctx context.Context, write, read *sql.DB) error {
	for _, entry := range []struct {
		statement **sql.Stmt
		db        *sql.DB
		text      string
	}{
		{&s.load, read, loadText},
		{&s.application, read, applicationText},
		{&s.counted, read, countedText},
		{&s.clear, write, clearText},
		{&s.refuse, write, refuseText},
		{&s.before, write, beforeText},
		{&s.accept, write, acceptText},
		{&s.begin, write, beginText},
		{&s.tick, write, tickText},
	} {
		var err error
		if *entry.statement, err = entry.db.PrepareContext(ctx, entry.text); err != nil {
			return fmt.Errorf("preparing the statements: %w", err)
		}
	}
	return nil
}

// lookup returns the prepared statement of a text. The products use a handful of combinations of kinds, whatever clients send,
// so there are as few texts.
func (s *Store) lookup(ctx context.Context, text string) (*sql.Stmt, error) {
	if prepared, ok := s.lookups.Load(text); ok {
		return prepared.(*sql.Stmt), nil
	}
	prepared, err := s.read.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	if first, loaded := s.lookups.LoadOrStore(text, prepared); loaded {
		return first.(*sql.Stmt), prepared.Close()
	}
	return prepared, nil
}

// millis returns the stored form of a time: integer milliseconds since 1970, or NULL for the zero time.
func millis(at time.Time) any {
	if at.IsZero() {
		return nil
	}
	return at.UnixMilli()
}

// moment scans a time that millis stored.
type moment struct{ at *time.Time }

// Scan implements sql.Scanner.
func (m moment) Scan(value any) error {
	switch value := value.(type) {
	case nil:
		*m.at = time.Time{}
	case int64:
		*m.at = time.UnixMilli(value).UTC()
	default:
		return fmt.Errorf("a time is stored as %T, not as an integer", value)
	}
	return nil
}

// orNull returns the stored form of an identifier: NULL if it is empty, so that no lookup finds it and none collides.
func orNull(identifier string) any {
	if identifier == "" {
		return nil
	}
	return identifier
}

// accountArgs returns the arguments that name an account in a statement.
func accountArgs(account directory.Account) []any {
	return []any{sql.Named("realm", account.Realm), sql.Named("key", account.Key), sql.Named("scope", account.Scope)}
}

// userArgs returns the arguments that name the accounts of a user, in all scopes.
func userArgs(realm string, id int64) []any {
	return []any{sql.Named("realm", realm), sql.Named("key", directory.AccountOf(realm, id).Key)}
}
