package sqlite

import (
	"context"
	"database/sql"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
)

// columns hold the identifiers of each kind.
var columns = map[directory.Kind]string{directory.ByUsername: "username", directory.ByEmail: "email"}

// resolveTexts return one row, with NULL for an unknown identifier, so known and unknown ones cost the same.
var resolveTexts = map[directory.Kind]string{
	directory.ByUsername: "SELECT (SELECT id FROM users WHERE realm = ? AND username = ?)",
	directory.ByEmail:    "SELECT (SELECT id FROM users WHERE realm = ? AND email = ?)",
}

// Resolve returns an account for each identifier: the user's, or a decoy.
func (s *Store) Resolve(ctx context.Context, realm string, identifiers []directory.Identifier) ([]directory.Account, error) {
	accounts := make([]directory.Account, len(identifiers))
	for i, by := range identifiers {
		var id sql.NullInt64
		if err := s.statements[resolveTexts[by.Kind]].QueryRowContext(ctx, realm, by.Value).Scan(&id); err != nil {
			return nil, wrap("resolving identifiers", err)
		}
		accounts[i] = directory.Decoy(realm, by)
		if id.Valid {
			accounts[i] = directory.AccountOf(realm, id.Int64)
		}
	}
	return accounts, nil
}

// loadText joins the user and the record to a constant row, so known and unknown accounts cost the same.
const loadText = `
SELECT coalesce(a.fails, 0), coalesce(a.run, 0), a.last, a.seen, ` + epochText + `, ` + userColumns + `
FROM (SELECT 1)
LEFT JOIN attempts a ON a.realm = :realm AND a.key = :key AND a.scope = :scope
LEFT JOIN users u ON u.realm = :realm AND u.id = :id`

// Load returns an account's user and its record of attempts, from one snapshot.
func (s *Store) Load(ctx context.Context, account directory.Account) (directory.User, attempts.Record, error) {
	var id any // no user has the id NULL
	if known, ok := account.UserID(); ok {
		id = known
	}
	var record attempts.Record
	row := s.statements[loadText].QueryRowContext(ctx, append(accountArgs(account), sql.Named("id", id))...)
	user, err := scanUser(row.Scan, fields(&record)...)
	if err != nil {
		return directory.User{}, attempts.Record{}, wrap("loading an account", err)
	}
	return user, record, nil
}

// Rehash replaces a hash if it is still the stored one: one statement with one condition.
func (s *Store) Rehash(ctx context.Context, realm string, id int64, old, replacement string) error {
	done, err := changed(s.write.ExecContext(ctx,
		"UPDATE users SET password_hash = ?, version = version + 1 WHERE realm = ? AND id = ? AND password_hash = ?",
		replacement, realm, id, old))
	if err == nil && !done {
		return directory.ErrChanged
	}
	return wrap("replacing a hash", err)
}
