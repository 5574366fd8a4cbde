package sqlite

import (
	"context"
	"fmt"

	"gatehouse/shared/directory"
)

// Rehash replaces a hash if it is still the stored one: one statement with one condition.
func (s *Store) Rehash(ctx context.Context, realm string, id int64, old, replacement string) error {
	done, err := changed(s.write.ExecContext(ctx, `
UPDATE users SET password_hash = ?, version = version + 1 WHERE realm = ? AND id = ? AND password_hash = ?`,
		replacement, realm, id, old))
	if err != nil {
		return fmt.Errorf("replacing a hash: %w", err)
	}
	if !done {
		return directory.ErrChanged
	}
	return nil
}
