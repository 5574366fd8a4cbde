package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"gatehouse/shared/store/sqlite"
)

func newBackup(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy a SQLite store to a new file",
		Long: `Copies the whole store to a new file, as it is at one moment, also while it is served. Copying the
store's file with cp instead can lose the last changes or damage the copy.

The file holds the password hashes, so only its owner can read it. An existing file is never
replaced, and a damaged store is not backed up.

To restore a backup, end every gatehouse that uses the store, remove its file and those beside it
whose names end with -wal and -shm, and copy the backup to its place.`,
		Example: `  gatehouse backup gatehouse-$(date +%F).db
  gatehouse backup /backup/gatehouse.db --store sqlite:/var/lib/gatehouse/gatehouse.db`,
		RunE: a.runOn(existing, func(ctx context.Context, s store, args []string) error {
			file, ok := s.(*sqlite.Store)
			if !ok {
				return errors.New("only a sqlite: store is backed up to a file; DynamoDB has point-in-time recovery")
			}
			return file.Backup(ctx, args[0])
		}),
	}
}
