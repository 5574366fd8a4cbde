package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
)

// Backup writes a snapshot of the store to a new file, also while other processes write. Only the owner can read the copy,
// which is on the disk when Backup returns. An existing file is an error that wraps fs.ErrExist; a damaged store is an error
// too. An error leaves no file behind.
func (s *Store) Backup(ctx context.Context, file string) error {
	if err := s.check(ctx); err != nil {
		return wrap("backing up", err)
	}
	created, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return wrap("backing up", err)
	}
	_, err = s.write.ExecContext(ctx, "VACUUM INTO ?", file) // SQLite fills an empty file, and does not sync it
	if err == nil {
		err = created.Sync()
	}
	if err = errors.Join(err, created.Close()); err != nil {
		err = errors.Join(err, os.Remove(file))
	}
	return wrap("backing up", err)
}

// Bulk makes many changes with one wait for the disk, after the last. A power cut before that can undo some of them. The store
// must come from [Administer].
func (s *Store) Bulk(ctx context.Context, changes func() error) error {
	if _, err := s.write.ExecContext(ctx, "PRAGMA synchronous = NORMAL"); err != nil {
		return wrap("beginning many changes", err)
	}
	failed := changes()
	// A commit in this mode syncs the log and everything written before. This one rewrites the version of the file.
	sync := fmt.Sprintf("PRAGMA synchronous = FULL; PRAGMA user_version = %d", len(migrations))
	_, err := s.write.ExecContext(context.WithoutCancel(ctx), sync)
	return errors.Join(failed, wrap("writing to the disk", err))
}
