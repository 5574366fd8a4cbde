package sqlite

import (
	"context"
	"database/sql"
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
	values := append(accountArgs(account), sql.Named("cut", millis(policy.Cut(now))))
	_, err := s.statements[clearText].ExecContext(ctx, values...)
	return wrap("clearing an ended window", err)
}

// Refuse counts a failure, or reports that the account is locked.
func (s *Store) Refuse(
	ctx context.Context, account directory.Account, policy attempts.Policy, now time.Time,
) (locked bool, err error) {
	err = s.inTurn(ctx, func() error {
		done, err := changed(s.statements[refuseText].ExecContext(ctx, attempt(account, policy, now)...))
		locked = err == nil && !done
		return err
	})
	return locked, wrap("counting a failure", err)
}

// Accept resets the record and returns the one before. Both statements hold one write lock, so the condition was checked on
// that record.
func (s *Store) Accept(
	ctx context.Context, account directory.Account, policy attempts.Policy, now time.Time, epoch int64,
) (before attempts.Record, err error) {
	accept := func(tx *sql.Tx) error {
		read := tx.StmtContext(ctx, s.statements[beforeText])
		if err := read.QueryRowContext(ctx, accountArgs(account)...).Scan(fields(&before)...); err != nil {
			return err
		}
		values := append(attempt(account, policy, now), sql.Named("epoch", epoch))
		done, err := changed(tx.StmtContext(ctx, s.statements[acceptText]).ExecContext(ctx, values...))
		switch {
		case err != nil || done:
			return err
		case policy.Locked(before, now):
			return login.ErrLocked
		}
		return login.ErrEpoch
	}
	if err = s.inTurn(ctx, func() error { return s.transact(ctx, "committing a success", accept) }); err != nil {
		return attempts.Record{}, err
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

// fields returns the destinations of fails, run, last, seen and epoch.
func fields(record *attempts.Record) []any {
	return []any{&record.Fails, &record.Run, moment{&record.Last}, moment{&record.Seen}, &record.Epoch}
}

// scanCount scans a user's id, a scope and the fields of the scope's record.
func scanCount(scan func(...any) error) (count directory.UserCount, err error) {
	err = scan(append([]any{&count.UserID, &count.Scope}, fields(&count.Record)...)...)
	return count, err
}

// Counts returns the records of a user, the realm's first: the zero record if the user was never tried.
func (s *Store) Counts(ctx context.Context, realm string, id int64) ([]directory.Count, error) {
	counts := []directory.Count{{}}
	for count, err := range list(ctx, s, "reading the counts", scanCount, `
SELECT CAST(key AS INTEGER), scope, fails, run, last, seen, `+epochText+` FROM attempts
WHERE realm = :realm AND key = :key ORDER BY length(scope), scope`, accountArgs(directory.AccountOf(realm, id))...) {
		switch {
		case err != nil:
			return nil, err
		case count.Scope == "":
			counts[0] = count.Count
		default:
			counts = append(counts, count.Count)
		}
	}
	return counts, nil
}

// Failures lists the records of a realm's users that hold failures. Only a decoy's record expires.
func (s *Store) Failures(ctx context.Context, realm string) iter.Seq2[directory.UserCount, error] {
	return list(ctx, s, "listing the failures", scanCount, `
SELECT CAST(key AS INTEGER), scope, fails, run, last, seen, 0 FROM attempts
WHERE realm = ? AND run > 0 AND expires IS NULL`, realm)
}

// Unlock forgets all counted failures of a user, in every scope. One file holds only one epoch, so none can be ahead.
func (s *Store) Unlock(ctx context.Context, realm string, id int64) error {
	_, err := s.write.ExecContext(ctx, "UPDATE attempts SET fails = 0, run = 0, last = NULL WHERE realm = :realm AND key = :key",
		accountArgs(directory.AccountOf(realm, id))...)
	return wrap("unlocking", err)
}
