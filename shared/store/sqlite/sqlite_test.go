package sqlite

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/store/storetest"
)

// TestMain plays the other process for the tests that need one: they start this test binary again.
func TestMain(m *testing.M) {
	if path := os.Getenv(otherProcess); path != "" {
		os.Exit(playOtherProcess(path))
	}
	os.Exit(m.Run())
}

func TestContract(t *testing.T) {
	storetest.Run(t, func(t *testing.T) storetest.Store { return opened(t, newPath(t)) })
}

// now is the moment at which these tests play.
var now = time.Date(2026, time.January, 2, 3, 4, 5, 678_000_000, time.UTC)

var usual = attempts.Policy{Limit: 10, Lockout: 30 * time.Minute, Cap: 100}

func newPath(t *testing.T) string { return filepath.Join(t.TempDir(), "gatehouse.db") }

// opened is a store that is open until the test ends.
func opened(t *testing.T, path string) *Store {
	t.Helper()
	store, err := Open(t.Context(), path)
	must(t, "Open", err)
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Errorf("Close failed: %v", err)
		}
	})
	return store
}

func must(t *testing.T, call string, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s failed: %v", call, err)
	}
}

// ask returns the one value of a query on what is stored.
func ask[T any](t *testing.T, store *Store, query string) T {
	t.Helper()
	var value T
	must(t, query, store.write.QueryRowContext(t.Context(), query).Scan(&value))
	return value
}

func wants[T comparable](t *testing.T, store *Store, query string, want T) {
	t.Helper()
	if got := ask[T](t, store, query); got != want {
		t.Errorf("%s returned %v, want %v", query, got, want)
	}
}

func person(id int64, name string) directory.User {
	return directory.User{
		Realm: "main", ID: id, Username: name, Email: name + "@example.com", PasswordHash: "$2b$04$first", Active: true, CreatedAt: now,
	}
}
