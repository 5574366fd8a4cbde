package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"gatehouse/shared/directory"
	"gatehouse/shared/session"
)

const (
	sessionColumns = `s.kind, coalesce(s.digest, ''), coalesce(s.signin, 0), s.product, s.realm, s.user_id, s.epoch, s.application,
s.created, s.used, s.idle, s.ends, s.displaced, s.data`

	beginText = `
INSERT INTO sessions (kind, digest, signin, product, realm, user_id, epoch, application, created, used, idle, ends, displaced,
data, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (signin) DO NOTHING`

	signInText = "SELECT " + sessionColumns + " FROM sessions s WHERE s.signin = ?"

	// The conditions beside the digest keep a token of one product or realm from being found as another's.
	sessionCondition = " WHERE digest = ? AND product = ? AND realm = ? AND user_id = ?"

	findText = "SELECT " + sessionColumns + `,
coalesce((SELECT epoch FROM attempts WHERE realm = s.realm AND key = CAST(s.user_id AS TEXT) AND scope = ''), 0), ` + userColumns + `
FROM (SELECT * FROM sessions` + sessionCondition + `) s LEFT JOIN users u ON u.realm = s.realm AND u.id = s.user_id`

	slideText = "UPDATE sessions SET used = ?, expires = ?" + sessionCondition
)

func refArgs(ref session.Ref) []any { return []any{ref.Digest, ref.Product, ref.Realm, ref.UserID} }

// Begin stores the sessions, all or none.
func (s *Store) Begin(ctx context.Context, sessions ...session.Session) error {
	return s.transact(ctx, "beginning sessions", func(tx *sql.Tx) error {
		for _, begun := range sessions {
			stored, err := changed(tx.StmtContext(ctx, s.statements[beginText]).ExecContext(ctx, sessionValues(begun)...))
			if err == nil && !stored {
				err = session.ErrTaken
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func sessionValues(s session.Session) []any {
	var digest, signIn any = s.Digest, nil
	if s.Kind == session.SignIn {
		digest, signIn = nil, s.ID
	}
	return []any{
		string(s.Kind), digest, signIn, s.Product, s.Realm, s.UserID, s.Epoch, s.Application, millis(s.Created), millis(s.Used),
		s.Idle.Milliseconds(), millis(s.Ends), s.Displaced, s.Data, millis(s.Expires()),
	}
}

// scanSession scans the session's columns, before those of after.
func scanSession(scan func(...any) error, after ...any) (stored session.Session, err error) {
	var idle int64
	err = scan(append([]any{
		&stored.Kind, &stored.Digest, &stored.ID, &stored.Product, &stored.Realm, &stored.UserID, &stored.Epoch, &stored.Application,
		moment{&stored.Created}, moment{&stored.Used}, &idle, moment{&stored.Ends}, &stored.Displaced, &stored.Data,
	}, after...)...)
	stored.Idle = time.Duration(idle) * time.Millisecond
	return stored, err
}

// Find reads each session with its user from one snapshot.
func (s *Store) Find(ctx context.Context, refs ...session.Ref) (found []session.Live, err error) {
	for _, ref := range refs {
		var live session.Live
		row := s.statements[findText].QueryRowContext(ctx, refArgs(ref)...)
		live.User, err = scanUser(func(user ...any) (err error) {
			live.Session, err = scanSession(row.Scan, append([]any{&live.UserEpoch}, user...)...)
			return err
		})
		if errors.Is(err, directory.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, wrap("reading a session", err)
		}
		live.User.PasswordHash = ""
		found = append(found, live)
	}
	return found, nil
}

// Slide sets the time of the last use.
func (s *Store) Slide(ctx context.Context, used session.Session) error {
	values := append([]any{millis(used.Used), millis(used.Expires())}, refArgs(used.Ref())...)
	return wrap("sliding a session", existing(s.statements[slideText].ExecContext(ctx, values...)))
}

// Displace notes how many sessions a session's login ended.
func (s *Store) Displace(ctx context.Context, ref session.Ref, displaced int) error {
	return wrap("noting ended sessions", existing(s.write.ExecContext(ctx,
		"UPDATE sessions SET displaced = ?"+sessionCondition, append([]any{displaced}, refArgs(ref)...)...)))
}

// existing returns session.ErrNone if the statement changed no session.
func existing(result sql.Result, err error) error {
	done, err := changed(result, err)
	if err == nil && !done {
		err = session.ErrNone
	}
	return err
}

// End removes sessions.
func (s *Store) End(ctx context.Context, refs ...session.Ref) (ended int, err error) {
	err = s.transact(ctx, "ending sessions", func(tx *sql.Tx) error {
		for _, ref := range refs {
			done, err := changed(tx.ExecContext(ctx, "DELETE FROM sessions"+sessionCondition, refArgs(ref)...))
			if err != nil {
				return err
			}
			if done {
				ended++
			}
		}
		return nil
	})
	return ended, err
}

// List returns the sessions of a user, in the order of their beginning.
func (s *Store) List(ctx context.Context, realm string, user int64, product string) (all []session.Session, err error) {
	rows := list(ctx, s, "listing sessions", func(scan func(...any) error) (session.Session, error) { return scanSession(scan) },
		"SELECT "+sessionColumns+` FROM sessions s WHERE s.realm = ?1 AND s.user_id = ?2 AND s.digest IS NOT NULL
AND (?3 = '' OR s.product = ?3) ORDER BY s.created, s.digest`, realm, user, product)
	for stored, err := range rows {
		if err != nil {
			return nil, err
		}
		all = append(all, stored)
	}
	return slices.Clip(all), nil
}
