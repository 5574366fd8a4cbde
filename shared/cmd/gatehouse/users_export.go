package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"gatehouse/shared/directory"
)

func (u *users) export() *cobra.Command {
	var force bool
	command := &cobra.Command{
		Use:   "export [FILE|-]",
		Short: "Export the users of a realm as JSON lines",
		Long: `Exports all users of a realm to a file, or to stdout with - or without a file, in the format that
users import reads: one JSON object a line. Imported into an empty directory, the file makes the
same users again, with their ids, passwords and profiles. What is counted on them, their sessions
and the applications are not part of it.

The file holds the password hashes, so only its owner may read it: keep it as carefully as the
directory. It is complete or not there: an export that fails leaves no half of one. A file that is
there already is replaced only with --force.

The users of a SQLite directory come in the order of their ids; those of DynamoDB in the order that
the table gives them in.`,
		Example: `  gatehouse users export users.jsonl
  gatehouse users export --realm customers | gzip > customers.jsonl.gz
  gatehouse users export - | gatehouse users import - --store sqlite:copy.db`,
		Args: cobra.MaximumNArgs(1),
		RunE: u.run(func(ctx context.Context, s store, args []string) error {
			if len(args) == 0 || args[0] == "-" {
				return u.exportTo(ctx, s, u.stdout)
			}
			return createFile(args[0], force, func(w io.Writer) error { return u.exportTo(ctx, s, w) })
		}),
	}
	command.Flags().BoolVar(&force, "force", false, "replace the file if it is there already")
	return command
}

// exportTo writes the users as they come, so that any number of them fits into memory.
func (u *users) exportTo(ctx context.Context, s directory.UserStore, w io.Writer) error {
	buffered := bufio.NewWriterSize(w, 64<<10)
	encoder := json.NewEncoder(buffered)
	encoder.SetEscapeHTML(false)
	for user, err := range s.Users(ctx, u.realm) {
		if err != nil {
			return fmt.Errorf("listing the users: %w", err)
		}
		if err := encoder.Encode(directory.RecordOf(user)); err != nil { //nolint:gosec // hashes are what an export is for
			return fmt.Errorf("exporting %s: %w", called(user), err)
		}
	}
	if err := buffered.Flush(); err != nil {
		return fmt.Errorf("writing the users: %w", err)
	}
	return nil
}

// createFile has write fill a new file that only its owner can read. The file appears under its name when it is complete,
// and what stood there before stays if anything fails.
func createFile(name string, force bool, write func(io.Writer) error) (fault error) {
	if err := vacant(name, force); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*") // with mode 0600
	if err != nil {
		return fmt.Errorf("creating the file: %w", err)
	}
	defer func() {
		if fault != nil {
			_ = os.Remove(file.Name())
		}
	}()
	if err := errors.Join(write(file), file.Close()); err != nil {
		return err
	}
	if force {
		err = os.Rename(file.Name(), name)
	} else if err = os.Link(file.Name(), name); err == nil { // unlike a rename, it cannot replace a file that came meanwhile
		err = os.Remove(file.Name())
	}
	if err != nil {
		return fmt.Errorf("creating the file: %w", err)
	}
	return nil
}

// vacant says why a file of this name cannot be created.
func vacant(name string, force bool) error {
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("creating the file: %w", err)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is no regular file; to write to stdout, give -", name)
	case !force:
		return fmt.Errorf("%s is there already; --force replaces it", name)
	}
	return nil
}
