package sqlite

import (
	"context"
	"database/sql"

	"gatehouse/shared/session"
)

const beginText = `
INSERT INTO sessions (kind, digest, signin, product, realm, user_id, scope, epoch, application, created, expires)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (signin) DO NOTHING`

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
		string(s.Kind), digest, signIn, s.Product, s.Realm, s.UserID, s.Scope, s.Epoch, s.Application,
		millis(s.Created), millis(s.Expires),
	}
}
