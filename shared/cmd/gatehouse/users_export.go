package main

import (
	"context"

	"github.com/spf13/cobra"

	"gatehouse/shared/bulk"
)

func (u *users) export() *cobra.Command {
	var force bool
	command := &cobra.Command{
		Use:   "export [FILE|-]",
		Short: "Export the users of a realm as JSON lines",
		Long: `Exports all users of a realm to a file, or to stdout, in the format that users import reads. Imported
into an empty directory, they are the same users again, with their ids, passwords and profiles.
Counted attempts, sessions and applications are not exported.

The file holds the password hashes, so only its owner can read it. For stdout set umask 077. An
export that fails leaves no file. SQLite's users are in the order of their ids, DynamoDB's in none.`,
		Example: `  gatehouse users export users.jsonl
  (umask 077; gatehouse users export --realm customers | gzip > customers.jsonl.gz)
  gatehouse users export - | gatehouse users import - --store sqlite:copy.db`,
		Args: cobra.MaximumNArgs(1),
		RunE: u.runOn(existing, func(ctx context.Context, s store, args []string) error {
			if len(args) == 0 || args[0] == "-" {
				return bulk.Export(ctx, s, u.realm, u.stdout)
			}
			return bulk.ExportFile(ctx, s, u.realm, args[0], force)
		}),
	}
	command.Flags().BoolVar(&force, "force", false, "replace an existing file")
	return command
}
