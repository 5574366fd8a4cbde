package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"time"

	"gatehouse/shared/directory"
)

// prepare compiles the statements of a login, once for each connection.
func (s *Store) prepare(ctx context.Context) error {
	s.statements = map[string]*sql.Stmt{}
	for db, texts := range map[*sql.DB][]string{
		s.read:  {resolveTexts[directory.ByUsername], resolveTexts[directory.ByEmail], loadText, authenticateText, signInText, findText},
		s.write: {clearText, refuseText, beforeText, acceptText, beginText, slideText, tickText},
	} {
		for _, text := range texts {
			statement, err := db.PrepareContext(ctx, text)
			if err != nil {
				return fmt.Errorf("preparing the statements: %w", err)
			}
			s.statements[text] = statement
		}
	}
	return nil
}

// transact runs an immediate transaction, which holds the write lock from its start. An error rolls it back.
func (s *Store) transact(ctx context.Context, doing string, work func(tx *sql.Tx) error) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return wrap(doing, err)
	}
	defer tx.Rollback() // does nothing once it is committed
	if err := work(tx); err != nil {
		return wrap(doing, err)
	}
	return wrap(doing, tx.Commit())
}

// changed reports whether a statement changed a row.
func changed(result sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	rows, err := result.RowsAffected()
	return rows > 0, err
}

// list yields the rows of a query from one snapshot. The caller can write meanwhile.
func list[T any](
	ctx context.Context, s *Store, doing string, scan func(func(...any) error) (T, error), text string, values ...any,
) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		rows, err := s.read.QueryContext(ctx, text, values...)
		if err != nil {
			yield(*new(T), wrap(doing, err))
			return
		}
		defer rows.Close()
		for rows.Next() {
			row, err := scan(rows.Scan)
			if !yield(row, wrap(doing, err)) || err != nil {
				return
			}
		}
		if err := rows.Err(); err != nil {
			yield(*new(T), wrap(doing, err))
		}
	}
}

func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
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

// accountArgs returns the arguments that name an account in a statement.
func accountArgs(account directory.Account) []any {
	return []any{sql.Named("realm", account.Realm), sql.Named("key", account.Key), sql.Named("scope", account.Scope)}
}
