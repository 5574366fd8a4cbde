package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestBackup(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.must("users", "add", "--id", "1", "--username", "jane", "--no-password")
	file := filepath.Join(t.TempDir(), "copy.db")
	c.must("backup", file).shows("")
	info, err := os.Stat(file)
	if err != nil || info.Mode() != 0o600 {
		t.Fatalf("the copy has the mode %v (error %v), want 0600", info.Mode(), err)
	}
	c.must("users", "remove", "jane", "--yes")
	c.must("users", "show", "jane", "--store", "sqlite:"+file)
	if again := c.run("backup", file); again.status != 1 || !strings.Contains(again.message, "file exists") {
		t.Errorf("a second backup to the file ended with %d and %q, want it refused", again.status, again.message)
	}
}

// TestServeRefusesADamagedStore: a directory with a hole in it must not answer logins.
func TestServeRefusesADamagedStore(t *testing.T) {
	t.Parallel()
	c := newConsole(t)
	c.must("users", "add", "--id", "1", "--username", "jane", "--no-password")
	path := strings.TrimPrefix(c.environment[storeVariable], "sqlite:")
	contents, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	clear(contents[len(contents)/2:])
	if err := os.WriteFile(path, contents, 0o600); err != nil {
		t.Fatal(err)
	}
	refused := c.run("serve", "--addr", "127.0.0.1:0")
	if refused.status != 1 || !strings.Contains(refused.message, "the database is damaged") {
		t.Errorf("serve ended with %d and %q, want that the database is damaged", refused.status, refused.message)
	}
}
