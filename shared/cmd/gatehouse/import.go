package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"gatehouse/functions"
	"gatehouse/shared/bulk"
	"gatehouse/shared/directory"
	"gatehouse/shared/password"
	"gatehouse/shared/product"
)

func (u *users) importUsers() *cobra.Command {
	var given importFlags
	command := &cobra.Command{
		Use:   "import FILE|-",
		Short: "Import users from JSON lines, a dump of Django or a table of CSV",
		Long: `Imports users from a file, or from stdin with -, one JSON object a line:

  id                             whole number; chosen if absent
  username, email, name          at least one of username and email
  password                       plain text, hashed here; held to the rules for new passwords
  password_hash                  bcrypt, one of Django's formats or Crafter's; "!..." is none
  active, confirmed              true if absent
  created_at                     RFC 3339; now if absent
  account_type, image_url, invite_link, root_role, email_sent, scim_id, seat_type, company_role,
  product_updates_email_consent, permissions

null, "" and absent are the same. The file may be compressed with gzip.

--from django reads what manage.py dumpdata writes of the user model: username, email, first_name,
last_name, password, is_active, date_joined, and pk as the id. Objects of other models are passed
over. --model says which one is the user's, if it is the project's own.

--from csv reads a table with a header. Its columns are named as the fields above; --map says so of
others, and can name first_name, last_name, deleted and service (a service account) too. With --map
or --preset, which knows the tables of some products, columns that are not named do not count.
Permissions are a JSON array, a time without a zone is in UTC, and \N is none.

A bad line is named on stderr with its number and the reason, and nothing of it is stored; the
others are imported. The exit status is 1 if any line failed. --rejects keeps the bad lines, to be
mended and imported.

Users that are there already are not changed: their lines fail because their names are taken. With
--on-conflict skip such lines are passed over. With replace, the user with the line's id becomes
what the line says or, for a line without an id, the one with its username or e-mail address; what
is so already is not written. A line without a password leaves the old one, "!" removes it, and
created_at stays as it is. So do active and confirmed where the line does not mention them.

--any-password takes passwords in plain text that are too short or too common for a new user.

An import that was stopped or killed is completed by the same command with --on-conflict skip: every
user is stored whole or not at all.`,
		Example: `  gatehouse users import users.jsonl
  gatehouse users import users.jsonl.gz --realm customers --dry-run --json
  gatehouse users import users.jsonl --on-conflict replace --rejects bad.jsonl
  gatehouse users import other-company.jsonl --new-ids
  manage.py dumpdata auth.user | gatehouse users import - --from django
  gatehouse users import accounts.json.gz --from django --model accounts.user
  gatehouse users import users.csv --from csv --preset unleash
  gatehouse users import users.csv --from csv --map login=username --map mail=email --map hash=password_hash`,
		Args: cobra.ExactArgs(1),
	}
	command.RunE = func(cmd *cobra.Command, args []string) error {
		form, err := given.form()
		if err != nil {
			return usageError{err}
		}
		if given.dryRun {
			remove, err := u.imagineStore()
			if err != nil {
				return err
			}
			defer remove()
		}
		return u.runOn(creating, func(ctx context.Context, s store, args []string) error {
			return inBulk(ctx, s, func() error { return u.importFile(ctx, s, args[0], form, given) })
		})(cmd, args)
	}
	given.addTo(command)
	completes(command, "from", fromJSONLines, fromDjango, fromCSV)
	completes(command, "preset", presets()...)
	completes(command, "on-conflict", string(bulk.Fail), string(bulk.Skip), string(bulk.Replace))
	command.Flags().BoolVar(&u.asJSON, "json", false, "print the counts as JSON")
	return command
}

func (u *users) importFile(ctx context.Context, s store, file string, form bulk.Form, given importFlags) error {
	settings, err := u.config()
	if err != nil {
		return err
	}
	hasher, err := password.New(settings.BcryptCost)
	if err != nil {
		return err
	}
	source := u.stdin
	if file != "-" {
		opened, err := os.Open(file)
		if err != nil {
			return fmt.Errorf("opening the file to import: %w", err)
		}
		defer func() { _ = opened.Close() }()
		source = opened
	}
	var rejects *bulk.Rejects
	if given.rejects != "" {
		if rejects, err = bulk.NewRejects(given.rejects, form); err != nil {
			return err
		}
	}
	progress := newProgress(source, u.stderr)
	i := &bulk.Importer{
		Store: s, Hasher: hasher, Realm: u.realm, Form: form, OnConflict: bulk.Conflict(given.onConflict),
		NewIDs: given.newIDs, DryRun: given.dryRun, Rejects: rejects, Now: now, Called: called,
		BadLine: progress.badLine, Warning: progress.warning, Settled: progress.settled,
	}
	if !given.anyPassword {
		i.CheckNew = func(user directory.User, plain string) error {
			return product.CheckPassword(settings, functions.Products(), user, plain)
		}
	}
	count, fault := i.Import(ctx, progress)
	progress.clear()
	return errors.Join(u.conclude(i, count, fault, given), rejects.Close())
}

// conclude says how far an import came. The error is what stopped it or, if it came to its end, that lines failed.
func (u *users) conclude(i *bulk.Importer, count bulk.Tally, fault error, given importFlags) error {
	if err := u.printTally(i, count); err != nil {
		return errors.Join(fault, err)
	}
	switch {
	case fault != nil && i.DryRun:
		return fmt.Errorf("stopped after line %d: %w", count.Line, fault)
	case fault != nil:
		return fmt.Errorf("stopped after line %d: %w; what is imported stays", count.Line, fault)
	case count.Failed == 0:
		return nil
	}
	did, next := "were not", "mend their lines and import those again"
	if i.DryRun {
		did, next = "would not be", "mend their lines"
	}
	if i.Rejects.Kept() > 0 {
		next = "mend their lines in " + given.rejects + " and import that"
	}
	return fmt.Errorf("%d of %d users %s imported; %s", count.Failed, count.All(), did, next)
}
