package sqlite

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"
)

func TestTheSwitchToWALWaitsForOtherProcesses(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	run(t, path, "PRAGMA application_id = 0")
	first, err := connect(path, 1, "NORMAL", false)
	must(t, "connect", err)
	defer first.Close()
	second, err := connect(path, 1, "NORMAL", false)
	must(t, "connect", err)
	defer second.Close()
	lock, err := first.BeginTx(t.Context(), nil)
	must(t, "BeginTx", err)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := useWAL(ctx, second); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("switching while the file is locked returned the error %v, want to wait until the context ends", err)
	}
	must(t, "Rollback", lock.Rollback())
	must(t, "useWAL", useWAL(t.Context(), second))
}

func TestMigrations(t *testing.T) {
	t.Parallel()
	store := opened(t, newPath(t))
	wants(t, store, "PRAGMA application_id", applicationID)
	wants(t, store, "PRAGMA user_version", len(migrations))
	more := slices.Concat(migrations, []string{
		"CREATE TABLE one (a INTEGER) STRICT", "CREATE TABLE two (a INTEGER) STRICT; CREATE TABLE one (a)",
	})
	if err := store.migrate(t.Context(), more); err == nil {
		t.Error("a migration that fails returned no error")
	}
	wants(t, store, "PRAGMA user_version", len(migrations))
	wants(t, store, "SELECT count(*) FROM sqlite_schema WHERE name IN ('one', 'two')", 0)
	more[len(more)-1] = "CREATE TABLE two (a INTEGER) STRICT"
	for range 2 { // the second time there is nothing to do
		must(t, "migrate", store.migrate(t.Context(), more))
		wants(t, store, "PRAGMA user_version", len(migrations)+2)
		wants(t, store, "SELECT count(*) FROM sqlite_schema WHERE name IN ('one', 'two')", 2)
	}
	if err := store.migrate(t.Context(), migrations); !errors.Is(err, errNewer) {
		t.Errorf("migrating a newer file returned the error %v, want errNewer", err)
	}
}
