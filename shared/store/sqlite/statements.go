package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"time"

	"gatehouse/shared/directory"
)

// statements are those that every login runs. They are compiled once for each connection.
type statements struct {
	load, application, counted                 *sql.Stmt // on connections that read
	clear, refuse, before, accept, begin, tick *sql.Stmt // on the one that writes

	lookups sync.Map // text -> *sql.Stmt: a lookup for each combination of kinds of identifiers that was asked for
}

func (s *statements) prepare(ctx context.Context, write, read *sql.DB) error {
	for _, each := range []struct {
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
		if *each.statement, err = each.db.PrepareContext(ctx, each.text); err != nil {
			return fmt.Errorf("preparing the statements: %w", err)
		}
	}
	return nil
}

// lookup gives the prepared statement for a text. There are as many texts as combinations of kinds that the products ask
// for: a handful, whatever clients send.
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

// millis is how a time is stored: integer milliseconds since 1970, or NULL for the zero time.
func millis(at time.Time) any {
	if at.IsZero() {
		return nil
	}
	return at.UnixMilli()
}

// moment scans a time that was stored by millis.
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

// orNull is how an identifier is stored: NULL if there is none, so that no lookup finds it and none collides.
func orNull(identifier string) any {
	if identifier == "" {
		return nil
	}
	return identifier
}

// of names an account in a statement.
func of(account directory.Account) []any {
	return []any{sql.Named("realm", account.Realm), sql.Named("key", account.Key), sql.Named("scope", account.Scope)}
}

// ofUser names the accounts of a user, in all scopes.
func ofUser(realm string, id int64) []any {
	return []any{sql.Named("realm", realm), sql.Named("key", directory.AccountOf(realm, id).Key)}
}
