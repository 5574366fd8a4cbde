package bulk

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"gatehouse/shared/directory"
)

// Export writes all users of a realm as JSON lines, hashes included, as they come, so that any number of them fits into
// memory. Imported into an empty realm, they are the same users again.
func Export(ctx context.Context, s directory.Store, realm string, w io.Writer) error {
	buffered := bufio.NewWriterSize(w, 64<<10)
	encoder := json.NewEncoder(buffered)
	encoder.SetEscapeHTML(false)
	for user, err := range s.Users(ctx, realm) {
		if err != nil {
			return fmt.Errorf("listing the users: %w", err)
		}
		if err := encoder.Encode(directory.EntryOf(user)); err != nil { //nolint:gosec // hashes are what an export is for
			return fmt.Errorf("writing user %d: %w", user.ID, err)
		}
	}
	if err := buffered.Flush(); err != nil {
		return fmt.Errorf("writing the users: %w", err)
	}
	return nil
}

// ExportFile exports to a new file that only its owner can read. The file appears under its name when it is complete. An
// existing file is an error unless replace is set, and stays if anything fails.
func ExportFile(ctx context.Context, s directory.Store, realm, name string, replace bool) error {
	return createFile(name, replace, func(w io.Writer) error { return Export(ctx, s, realm, w) })
}

func createFile(name string, replace bool, write func(io.Writer) error) (err error) {
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s is no regular file; to write to stdout, give -", name)
	} else if err == nil && !replace {
		return fmt.Errorf("%s is there already; --force replaces it", name)
	}
	file, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*") // with mode 0600
	if err != nil {
		return fmt.Errorf("creating the file: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(file.Name())
		}
	}()
	if err := errors.Join(write(file), file.Close()); err != nil {
		return err
	}
	if replace {
		err = os.Rename(file.Name(), name)
	} else if err = os.Link(file.Name(), name); err == nil { // unlike a rename, it cannot replace a file that came meanwhile
		err = os.Remove(file.Name())
	}
	if err != nil {
		return fmt.Errorf("creating the file: %w", err)
	}
	return nil
}
