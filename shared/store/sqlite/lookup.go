package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
)

// Resolve returns an account for each identifier: the user's, or a decoy.
func (s *Store) Resolve(ctx context.Context, realm string, identifiers []directory.Identifier) ([]directory.Account, error) {
	text, err := resolveText(identifiers)
	if err != nil {
		return nil, fmt.Errorf("resolving identifiers: %w", err)
	}
	ids, err := s.resolve(ctx, text, realm, identifiers)
	if err != nil {
		return nil, fmt.Errorf("resolving identifiers: %w", err)
	}
	accounts := make([]directory.Account, len(identifiers))
	for i, identifier := range identifiers {
		accounts[i] = directory.Decoy(realm, identifier)
		if ids[i].Valid {
			accounts[i] = directory.AccountOf(realm, ids[i].Int64)
		}
	}
	return accounts, nil
}

// resolveText returns one SELECT with one column for each identifier, so known and unknown identifiers cost the same.
func resolveText(identifiers []directory.Identifier) (string, error) {
	var columns []string
	for i, identifier := range identifiers {
		column, err := columnOf(identifier.Kind)
		if err != nil {
			return "", err
		}
		columns = append(columns, fmt.Sprintf("(SELECT id FROM users WHERE realm = ?1 AND %s = ?%d)", column, i+2))
	}
	return "SELECT " + strings.Join(columns, ", "), nil
}

// resolve returns the ids of the known ones.
func (s *Store) resolve(
	ctx context.Context, text, realm string, identifiers []directory.Identifier,
) ([]sql.NullInt64, error) {
	statement, err := s.lookup(ctx, text)
	if err != nil {
		return nil, err
	}
	values, ids, targets := []any{realm}, make([]sql.NullInt64, len(identifiers)), make([]any, len(identifiers))
	for i, identifier := range identifiers {
		values, targets[i] = append(values, identifier.Value), &ids[i]
	}
	return ids, statement.QueryRowContext(ctx, values...).Scan(targets...)
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
	row := s.load.QueryRowContext(ctx, append(accountArgs(account), sql.Named("id", id))...)
	user, err := scanUser(row.Scan, fields(&record)...)
	if err != nil {
		return directory.User{}, attempts.Record{}, fmt.Errorf("loading an account: %w", err)
	}
	return user, record, nil
}
