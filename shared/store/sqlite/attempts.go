package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/login"
)

// decoyLife is the lifetime of a decoy's record after its last attempt, unless its lock is longer. Clients can try any number
// of names, so their records must expire.
const decoyLife = 24 * time.Hour

// The rules of package attempts, each as one statement with one expression, whatever the record holds. A second kind of write
// for wrong passwords would let the right one overtake them. If no row changed, the condition failed. A rule whose number is
// 0 is left out.
const (
	clearText = `
UPDATE attempts SET fails = 0, last = NULL
WHERE realm = :realm AND key = :key AND scope = :scope AND last <= :cut`

	refuseText = `
INSERT INTO attempts (realm, key, scope, fails, run, last, expires) VALUES (:realm, :key, :scope, 1, 1, :now, :expires)
ON CONFLICT DO UPDATE SET fails = fails + 1, run = run + 1, last = :now, expires = :expires
WHERE (:limit = 0 OR fails < :limit) AND (last IS NULL OR last > :cut) AND (:cap = 0 OR run < :cap)`

	// No row is written if the epoch is above the loaded one.
	acceptText = `
INSERT INTO attempts (realm, key, scope, seen, expires)
SELECT :realm, :key, :scope, :now, :expires WHERE ` + epochText + ` <= :epoch
ON CONFLICT DO UPDATE SET fails = 0, run = 0, last = NULL, seen = :now, expires = :expires
WHERE (:limit = 0 OR fails < :limit OR last IS NULL OR last <= :cut) AND (:cap = 0 OR run < :cap)`

	beforeText = `
SELECT coalesce(a.fails, 0), coalesce(a.run, 0), a.last, a.seen, ` + epochText + `
FROM (SELECT 1) LEFT JOIN attempts a ON a.realm = :realm AND a.key = :key AND a.scope = :scope`

	// An account has one epoch for all scopes: the one in its realm's row, or 0.
	epochText = `coalesce((SELECT epoch FROM attempts WHERE realm = :realm AND key = :key AND scope = ''), 0)`
)

// Clear forgets the failures of a window that has ended.
func (s *Store) Clear(ctx context.Context, account directory.Account, policy attempts.Policy, now time.Time) error {
	_, err := s.clear.ExecContext(ctx, append(accountArgs(account), sql.Named("cut", millis(policy.Cut(now))))...)
	if err != nil {
		return fmt.Errorf("clearing an ended window: %w", err)
	}
	return nil
}

// Refuse counts a failure, or reports that the account is locked.
func (s *Store) Refuse(
	ctx context.Context, account directory.Account, policy attempts.Policy, now time.Time,
) (locked bool, err error) {
	var done bool
	err = s.inTurn(ctx, func() (err error) {
		done, err = changed(s.refuse.ExecContext(ctx, attempt(account, policy, now)...))
		return err
	})
	if err != nil {
		return false, fmt.Errorf("counting a failure: %w", err)
	}
	return !done, nil
}

// Accept resets the record and returns the one before. Both statements hold one write lock, so the condition was checked on
// that record.
func (s *Store) Accept(
	ctx context.Context, account directory.Account, policy attempts.Policy, now time.Time, epoch int64,
) (before attempts.Record, err error) {
	accept := func(tx *sql.Tx) error {
		err := tx.StmtContext(ctx, s.before).QueryRowContext(ctx, accountArgs(account)...).Scan(fields(&before)...)
		if err != nil {
			return err
		}
		values := append(attempt(account, policy, now), sql.Named("epoch", epoch))
		done, err := changed(tx.StmtContext(ctx, s.accept).ExecContext(ctx, values...))
		switch {
		case err != nil:
			return err
		case done:
			return nil
		case policy.Locked(before, now):
			return login.ErrLocked
		}
		return login.ErrEpoch
	}
	err = s.inTurn(ctx, func() error { return s.transact(ctx, accept) })
	if err != nil {
		return attempts.Record{}, fmt.Errorf("committing a success: %w", err)
	}
	return before, nil
}

// attempt returns the arguments of one attempt on an account.
func attempt(account directory.Account, policy attempts.Policy, now time.Time) []any {
	var expires any
	if !account.Known {
		expires = millis(now.Add(max(decoyLife, policy.Lockout)))
	}
	return append(accountArgs(account),
		sql.Named("now", millis(now)), sql.Named("cut", millis(policy.Cut(now))),
		sql.Named("limit", policy.Limit), sql.Named("cap", policy.Cap), sql.Named("expires", expires))
}

// changed reports whether a statement changed a row.
func changed(result sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	rows, err := result.RowsAffected()
	return rows > 0, err
}

// fields returns the destinations of fails, run, last, seen and epoch.
func fields(record *attempts.Record) []any {
	return []any{&record.Fails, &record.Run, moment{&record.Last}, moment{&record.Seen}, &record.Epoch}
}

// Counts returns the records of a user, the realm's first: the zero record if the user was never tried.
func (s *Store) Counts(ctx context.Context, realm string, id int64) ([]directory.Count, error) {
	rows, err := s.read.QueryContext(ctx, `
SELECT scope, fails, run, last, seen, `+epochText+` FROM attempts
WHERE realm = :realm AND key = :key ORDER BY length(scope), scope`, userArgs(realm, id)...)
	if err != nil {
		return nil, fmt.Errorf("reading the counts: %w", err)
	}
	defer rows.Close()
	counts := []directory.Count{{}}
	for rows.Next() {
		var count directory.Count
		if err := rows.Scan(append([]any{&count.Scope}, fields(&count.Record)...)...); err != nil {
			return nil, fmt.Errorf("reading the counts: %w", err)
		}
		if count.Scope == "" {
			counts[0] = count
			continue
		}
		counts = append(counts, count)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("reading the counts: %w", err)
	}
	return counts, nil
}

// Failures lists the records of a realm's users that hold failures. Only a decoy's record expires.
func (s *Store) Failures(ctx context.Context, realm string) iter.Seq2[directory.UserCount, error] {
	type numbered struct {
		rowID int64
		directory.UserCount
	}
	scan := func(rows *sql.Rows) (n numbered, err error) {
		err = rows.Scan(append([]any{&n.rowID, &n.UserID, &n.Scope}, fields(&n.Record)...)...)
		return n, err
	}
	all := list(func(after int64) ([]numbered, error) {
		return page(ctx, s.read, "listing the failures", scan, `
SELECT rowid, CAST(key AS INTEGER), scope, fails, run, last, seen, 0 FROM attempts
WHERE realm = ? AND rowid > ? AND run > 0 AND expires IS NULL ORDER BY rowid LIMIT ?`, realm, after, pageSize)
	}, func(n numbered) int64 { return n.rowID })
	return func(yield func(directory.UserCount, error) bool) {
		for n, err := range all {
			if !yield(n.UserCount, err) {
				return
			}
		}
	}
}

// Unlock forgets all counted failures of a user, in every scope. One file holds only one epoch, so none can be ahead.
func (s *Store) Unlock(ctx context.Context, realm string, id int64) error {
	_, err := s.write.ExecContext(ctx, `
UPDATE attempts SET fails = 0, run = 0, last = NULL WHERE realm = :realm AND key = :key`,
		userArgs(realm, id)...)
	if err != nil {
		return fmt.Errorf("unlocking: %w", err)
	}
	return nil
}
