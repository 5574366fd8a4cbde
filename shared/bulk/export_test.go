package bulk

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"testing"

	"gatehouse/shared/directory"
)

// breaking is a directory whose list breaks off.
type breaking struct{ directory.Store }

func (breaking) Users(context.Context, string) iter.Seq2[directory.User, error] {
	return func(yield func(directory.User, error) bool) {
		_ = yield(directory.User{ID: 1, Username: "a"}, nil) && yield(directory.User{}, errors.New("unplugged"))
	}
}

// holds asserts what a file holds, and that nobody else can read it.
func holds(t *testing.T, file, want string) {
	t.Helper()
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != want || info.Mode().Perm() != 0o600 {
		t.Errorf("the file holds %q (%v), with mode %v; want %q, 0600", got, err, info.Mode(), want)
	}
}

func TestExportThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := filepath.Join(folder, "users.jsonl")
	if err := ExportFile(t.Context(), breaking{}, "main", file, false); err == nil || err.Error() != "listing the users: unplugged" {
		t.Errorf("error %v, want the store's", err)
	}
	if err := os.WriteFile(file, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := ExportFile(t.Context(), breaking{}, "main", file, true); err == nil {
		t.Error("an export that fails succeeded")
	}
	holds(t, file, "old")
	if left, err := fs.ReadDir(os.DirFS(folder), "."); err != nil || len(left) != 1 {
		t.Errorf("%d files are left (%v), want the old one alone", len(left), err)
	}
}

func TestExportDoesNotReplaceWhatCameMeanwhile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "users.jsonl")
	err := createFile(file, false, func(io.Writer) error { return os.WriteFile(file, []byte("theirs"), 0o600) })
	if !errors.Is(err, fs.ErrExist) {
		t.Errorf("error %v, want that the file exists", err)
	}
	holds(t, file, "theirs")
}
