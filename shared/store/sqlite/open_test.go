package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"gatehouse/shared/login"
)

func TestOpenCreatesFilesForTheOwnerOnly(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "data")
	store := opened(t, filepath.Join(folder, "gatehouse.db"))
	must(t, "AddUser", store.AddUser(t.Context(), person(1, "jane")))
	for path, want := range map[string]fs.FileMode{
		folder:                       0o700 | fs.ModeDir,
		folder + "/gatehouse.db":     0o600,
		folder + "/gatehouse.db-wal": 0o600,
		folder + "/gatehouse.db-shm": 0o600,
	} {
		info, err := os.Stat(path)
		must(t, "Stat", err)
		if info.Mode() != want {
			t.Errorf("%s has the mode %v, want %v", path, info.Mode(), want)
		}
	}
}

func TestWhatWasStoredIsThereWhenOpenedAgain(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"gatehouse.db", "a b.db", "a?b=c.db", "a#b.db", "100%25.db", "ä&;'\".db", ":memory:", "file:x"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			path := filepath.Join(folder, name)
			store, err := Open(t.Context(), path)
			must(t, "Open", err)
			must(t, "AddUser", store.AddUser(t.Context(), person(1, "jane")))
			must(t, "Close", store.Close())
			files, err := os.ReadDir(folder)
			must(t, "ReadDir", err)
			if len(files) != 1 || files[0].Name() != name {
				t.Errorf("the folder holds %v, want %q alone", files, name)
			}
			if _, err := opened(t, path).User(t.Context(), "main", 1); err != nil {
				t.Errorf("User failed after opening again: %v", err)
			}
		})
	}
}

func TestConnectionsAreSetUp(t *testing.T) {
	t.Parallel()
	store := opened(t, newPath(t))
	for _, db := range []*sql.DB{store.write, store.read} {
		for pragma, want := range map[string]string{
			"journal_mode": "wal", "synchronous": "1", "foreign_keys": "1", "busy_timeout": "2000",
		} {
			var got string
			must(t, pragma, db.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got))
			if got != want {
				t.Errorf("%s is %s, want %s", pragma, got, want)
			}
		}
	}
	if got := store.write.Stats().MaxOpenConnections; got != 1 {
		t.Errorf("%d connections can write, want 1", got)
	}
	if _, err := store.read.ExecContext(t.Context(), "DELETE FROM users"); err == nil {
		t.Error("a connection that reads can write")
	}
	wants(t, store, "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%' AND NOT strict", 0)
}

func TestOpenRefusesWhatIsNotOurs(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		make func(t *testing.T, path string)
		want error
	}{
		"text":         {func(t *testing.T, path string) { fill(t, path, []byte("hello")) }, errForeign},
		"a long text":  {func(t *testing.T, path string) { fill(t, path, make([]byte, 9999)) }, errForeign},
		"a database":   {func(t *testing.T, path string) { run(t, path, "CREATE TABLE theirs (a)") }, errForeign},
		"a marked one": {func(t *testing.T, path string) { run(t, path, "PRAGMA application_id = 7") }, errForeign},
		"a newer version": {
			func(t *testing.T, path string) {
				must(t, "Close", opened(t, path).Close())
				run(t, path, "PRAGMA journal_mode = DELETE; PRAGMA user_version = 1000; PRAGMA journal_mode = WAL")
			}, errNewer,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := newPath(t)
			row.make(t, path)
			before, err := os.ReadFile(path)
			must(t, "ReadFile", err)
			_, err = Open(t.Context(), path)
			if !errors.Is(err, row.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("Open returned the error %v, want %q and the path", err, row.want)
			}
			after, err := os.ReadFile(path)
			must(t, "ReadFile", err)
			if string(after) != string(before) {
				t.Error("Open changed the file")
			}
		})
	}
}

func fill(t *testing.T, path string, contents []byte) {
	t.Helper()
	must(t, "WriteFile", os.WriteFile(path, contents, 0o600))
}

// run runs a script on a file, past the store.
func run(t *testing.T, path, script string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	must(t, "sql.Open", err)
	_, err = db.ExecContext(t.Context(), script)
	must(t, script, err)
	must(t, "Close", db.Close())
}

func TestOpenFailsWithAnError(t *testing.T) {
	t.Parallel()
	file := newPath(t)
	must(t, "WriteFile", os.WriteFile(file, nil, 0o600))
	for name, path := range map[string]string{"a folder": t.TempDir(), "no path": "", "below a file": file + "/gatehouse.db"} {
		if store, err := Open(t.Context(), path); err == nil {
			t.Errorf("Open of %s succeeded, want an error", name)
			store.Close()
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Open(ctx, newPath(t)); !errors.Is(err, context.Canceled) {
		t.Errorf("Open in an ended context returned the error %v, want context.Canceled", err)
	}
}

func TestManyOpenANewFileAtOnce(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	var wait sync.WaitGroup
	for i := range 10 {
		wait.Go(func() {
			store, err := Open(t.Context(), path)
			if err != nil {
				t.Errorf("Open failed: %v", err)
				return
			}
			defer store.Close()
			if sum, err := store.Count(t.Context(), "opened", now); err != nil || sum == 0 {
				t.Errorf("Count by store %d returned %d and the error %v, want a sum", i, sum, err)
			}
		})
	}
	wait.Wait()
	if found, err := opened(t, path).Authenticate(t.Context(), login.Credentials{}, "opened", now); err != nil || found.Failures != 10 {
		t.Errorf("counted %d, %v, want 10", found.Failures, err)
	}
}
