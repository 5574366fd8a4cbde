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
		Long: `Exports all users of a realm to a file, or to stdout with - or without a file, in the format that
users import reads: one JSON object a line. Imported into an empty directory, the file makes the
same users again, with their ids, passwords and profiles. What is counted on them, their sessions
and the applications are not part of it.

The file holds the password hashes, so only its owner may read it: keep it as carefully as the
directory. What a shell writes stdout to is readable by others unless umask 077 comes first. It is
complete or not there: an export that fails leaves no half of one. A file that is there already is
replaced only with --force.

The users of a SQLite directory come in the order of their ids; those of DynamoDB in the order that
the table gives them in.`,
		Example: `  gatehouse users export users.jsonl
  (umask 077; gatehouse users export --realm customers | gzip > customers.jsonl.gz)
  gatehouse users export - | gatehouse users import - --store sqlite:copy.db`,
		Args: cobra.MaximumNArgs(1),
		RunE: u.run(func(ctx context.Context, s store, args []string) error {
			if len(args) == 0 || args[0] == "-" {
				return bulk.Export(ctx, s, u.realm, u.stdout)
			}
			return bulk.ExportFile(ctx, s, u.realm, args[0], force)
		}),
	}
	command.Flags().BoolVar(&force, "force", false, "replace the file if it is there already")
	return command
}
