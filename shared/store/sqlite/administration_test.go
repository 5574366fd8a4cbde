package sqlite

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// TestCommandsWaitForTheDisk: a deactivation must not be lost in a power cut.
func TestCommandsWaitForTheDisk(t *testing.T) {
	t.Parallel()
	store, err := Administer(t.Context(), newPath(t))
	must(t, "Administer", err)
	defer store.Close()
	wants(t, store, "PRAGMA synchronous", 2) // FULL
}

func TestOpenProtectsTheFile(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	store := opened(t, path)
	must(t, "AddUser", store.AddUser(t.Context(), person(1, "jane")))
	names := []string{path, path + "-wal", path + "-shm"}
	for _, name := range names {
		must(t, "Chmod", os.Chmod(name, 0o644))
	}
	opened(t, path)
	for _, name := range names {
		wantsPrivate(t, name)
	}
	must(t, "Chmod", os.Chmod(path, 0o640))
	if err := protect(path, os.Geteuid()+1); !errors.Is(err, errOwner) {
		t.Errorf("a file of another owner returned the error %v, want errOwner", err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o640 {
		t.Errorf("a file of another owner has the mode %v, %v, want it unchanged", info.Mode(), err)
	}
}

func wantsPrivate(t *testing.T, name string) {
	t.Helper()
	info, err := os.Stat(name)
	must(t, "Stat", err)
	if info.Mode() != 0o600 {
		t.Errorf("%s has the mode %v, want 0600", filepath.Base(name), info.Mode())
	}
}

// damaged is a store's file, with a page of the users overwritten.
func damaged(t *testing.T) string {
	t.Helper()
	path := newPath(t)
	store, err := Open(t.Context(), path)
	must(t, "Open", err)
	must(t, "AddUser", store.AddUser(t.Context(), person(1, "jane")))
	page := ask[int64](t, store, "SELECT rootpage FROM sqlite_schema WHERE name = 'users'")
	size := ask[int64](t, store, "PRAGMA page_size")
	must(t, "Close", store.Close())
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	must(t, "OpenFile", err)
	_, err = file.WriteAt(make([]byte, size), (page-1)*size)
	must(t, "WriteAt", err)
	must(t, "Close", file.Close())
	return path
}

func TestADamagedFileIsNotServed(t *testing.T) {
	t.Parallel()
	whole := damaged(t)
	cut := newPath(t)
	must(t, "Close", opened(t, cut).Close())
	info, err := os.Stat(cut)
	must(t, "Stat", err)
	must(t, "Truncate", os.Truncate(cut, info.Size()/2))
	for name, path := range map[string]string{"overwritten": whole, "cut": cut} {
		if store, err := Open(t.Context(), path); !errors.Is(err, errDamaged) {
			t.Errorf("%s: Open returned the error %v, want errDamaged", name, err)
			if err == nil {
				store.Close()
			}
		}
	}
}

func TestBackup(t *testing.T) {
	t.Parallel()
	store, file := opened(t, newPath(t)), filepath.Join(t.TempDir(), "a 'b'.db")
	must(t, "AddUser", store.AddUser(t.Context(), person(1, "jane")))
	must(t, "Backup", store.Backup(t.Context(), file))
	wantsPrivate(t, file)
	if err := store.Backup(t.Context(), file); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a backup to a file that exists returned the error %v, want fs.ErrExist", err)
	}
	must(t, "RemoveUser", store.RemoveUser(t.Context(), person(1, "jane")))
	copied := opened(t, file)
	if _, err := copied.User(t.Context(), "main", 1); err != nil {
		t.Errorf("the copy returned the error %v, want the user", err)
	}
	hurt, err := Administer(t.Context(), damaged(t))
	must(t, "Administer", err)
	defer hurt.Close()
	none := newPath(t)
	if err := hurt.Backup(t.Context(), none); !errors.Is(err, errDamaged) {
		t.Errorf("a backup of a damaged file returned the error %v, want errDamaged", err)
	}
	if _, err := os.Stat(none); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a backup that failed left a file: %v", err)
	}
}

// TestBulkWaitsForTheDiskOnce: the last write is one that waits, and it goes to the log.
func TestBulkWaitsForTheDiskOnce(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	store, err := Administer(t.Context(), path)
	must(t, "Administer", err)
	defer store.Close()
	failed, written := errors.New("failed"), int64(0)
	err = store.Bulk(t.Context(), func() error {
		wants(t, store, "PRAGMA synchronous", 1) // NORMAL
		must(t, "AddUser", store.AddUser(t.Context(), person(1, "jane")))
		info, err := os.Stat(path + "-wal")
		must(t, "Stat", err)
		written = info.Size()
		return failed
	})
	if !errors.Is(err, failed) {
		t.Errorf("Bulk returned the error %v, want that of the changes", err)
	}
	wants(t, store, "PRAGMA synchronous", 2) // FULL
	info, err := os.Stat(path + "-wal")
	must(t, "Stat", err)
	if info.Size() <= written {
		t.Errorf("the log has %d bytes after %d: nothing was written that waits", info.Size(), written)
	}
}
