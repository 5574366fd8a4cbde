package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// errOwner refuses the file of another owner, who could read and change the password hashes.
var errOwner = errors.New("the file belongs to another user; run gatehouse as that user, or change the owner")

// protect makes an existing database file and the files that SQLite puts beside it readable by their owner only, who must be
// this process's user.
func protect(path string, us int) error {
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(name)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return err
		case !info.Mode().IsRegular():
			return fmt.Errorf("%s is not a file", name)
		case !ownedBy(info, us):
			return fmt.Errorf("%s: %w", name, errOwner)
		}
		if info.Mode().Perm()&0o077 != 0 {
			if err := os.Chmod(name, 0o600); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}
