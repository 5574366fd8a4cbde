package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"gatehouse/shared/session"
)

const beginText = `
INSERT INTO sessions (kind, digest, signin, product, realm, user_id, scope, epoch, application, created, expires)
VALUES (:kind, :digest, :signin, :product, :realm, :user, :scope, :epoch, :application, :created, :expires)
ON CONFLICT (signin) DO NOTHING`

// Begin stores the sessions, all or none.
func (s *Store) Begin(ctx context.Context, sessions ...session.Session) error {
	err := s.transact(ctx, func(tx *sql.Tx) error {
		for _, begun := range sessions {
			stored, err := changed(tx.StmtContext(ctx, s.begin).ExecContext(ctx, sessionValues(begun)...))
			if err != nil {
				return err
			}
			if !stored {
				return session.ErrTaken
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("beginning sessions: %w", err)
	}
	return nil
}

func sessionValues(s session.Session) []any {
	var digest, signIn any = s.Digest, nil
	if s.Kind == session.SignIn {
		digest, signIn = nil, s.ID
	}
	return []any{
		sql.Named("kind", string(s.Kind)), sql.Named("digest", digest), sql.Named("signin", signIn),
		sql.Named("product", s.Product), sql.Named("realm", s.Realm), sql.Named("user", s.UserID),
		sql.Named("scope", s.Scope), sql.Named("epoch", s.Epoch), sql.Named("application", s.Application),
		sql.Named("created", millis(s.Created)), sql.Named("expires", millis(s.Expires)),
	}
}
