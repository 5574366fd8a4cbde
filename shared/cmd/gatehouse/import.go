package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gatehouse/functions"
	"gatehouse/shared/bulk"
	"gatehouse/shared/directory"
	"gatehouse/shared/product"
)

// importing is `gatehouse users import`.
type importing struct {
	*users
	bulk.Importer
	from, model, preset string
	columns             []string
	rejects             string
	anyPassword         bool
}

func (u *users) importUsers() *cobra.Command {
	i := &importing{users: u}
	command := u.withJSON(&cobra.Command{
		Use:   "import FILE|-",
		Short: "Import users from JSON lines, a dump of Django or a CSV table",
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

--from django reads the user model (--model) of a manage.py dumpdata and ignores other objects.
--from csv reads a table with a header. Columns are named as the fields above, or by --map, which can
also name first_name, last_name, deleted and service (a service account). With --map or --preset,
other columns are ignored. Permissions are a JSON array, a time without a zone is in UTC, \N is none.

A bad line is reported on stderr and not stored; the others are imported. The exit status is 1 if a
line failed. --rejects keeps the bad lines, to be mended and imported.

A line whose user exists fails. --on-conflict skip ignores it. With replace, the user with the line's
id, or without an id the one with its names, becomes what the line describes. It keeps created_at,
and its password, active and confirmed unless the line mentions them; password_hash "!" removes the
password.

An import that was stopped or killed is completed by the same command with --on-conflict skip: every
user is stored whole or not at all.`,
		Example: `  gatehouse users import users.jsonl
  gatehouse users import users.jsonl.gz --realm customers --dry-run --json
  gatehouse users import users.jsonl --on-conflict replace --rejects bad.jsonl
  manage.py dumpdata auth.user | gatehouse users import - --from django
  gatehouse users import users.csv --from csv --map login=username --map mail=email --map hash=password_hash`,
	})
	command.RunE = func(cmd *cobra.Command, args []string) (err error) {
		if i.Form, err = i.form(); err != nil {
			return usageError{err}
		}
		if i.DryRun {
			remove, err := u.imagineStore()
			if err != nil {
				return err
			}
			defer remove()
		}
		return u.runOn(creating, func(ctx context.Context, s store, args []string) error {
			return inBulk(ctx, s, func() error { return i.run(ctx, s, args[0]) })
		})(cmd, args)
	}
	products := slices.Sorted(maps.Keys(presets()))
	flags := command.Flags()
	flags.StringVar(&i.from, "from", "jsonl", "the form of the file: `jsonl|django|csv`")
	flags.StringVar(&i.model, "model", bulk.DjangoModel, "Django's user model, as `app.model`")
	flags.StringVar(&i.preset, "preset", "", "the product that the table is from: `"+strings.Join(products, "|")+"`")
	flags.StringArrayVar(&i.columns, "map", nil, "the field of a column, as `column=field`; repeat it for more")
	flags.StringVar((*string)(&i.OnConflict), "on-conflict", string(bulk.Fail),
		"what happens to a line whose user exists: `fail|skip|replace`")
	flags.BoolVar(&i.DryRun, "dry-run", false, "check everything, also against the directory, and store nothing")
	flags.StringVar(&i.rejects, "rejects", "", "a new `file` for the bad lines, in the form of the input")
	flags.BoolVar(&i.anyPassword, "any-password", false, "accept plain-text passwords that no new user could choose")
	flags.BoolVar(&i.NewIDs, "new-ids", false, "ignore the ids of the file and choose new ones: to merge directories")
	completes(command, "from", "jsonl", "django", "csv")
	completes(command, "preset", products...)
	completes(command, "on-conflict", string(bulk.Fail), string(bulk.Skip), string(bulk.Replace))
	return command
}

// form returns the form that the flags name, or the mistake in them.
func (i *importing) form() (bulk.Form, error) {
	switch {
	case !slices.Contains([]bulk.Conflict{bulk.Fail, bulk.Skip, bulk.Replace}, i.OnConflict):
		return nil, errors.New("--on-conflict must be fail, skip or replace")
	case i.from != "csv" && (i.preset != "" || len(i.columns) > 0):
		return nil, errors.New("--map and --preset need --from csv")
	case i.from != "django" && i.model != bulk.DjangoModel:
		return nil, errors.New("--model needs --from django")
	case i.from == "jsonl":
		return bulk.JSONLines(), nil
	case i.from == "django":
		return bulk.Django(i.model, i.NewIDs), nil
	case i.from != "csv":
		return nil, errors.New("--from must be jsonl, django or csv")
	}
	columns, found := presets()[i.preset]
	if i.preset != "" && !found {
		return nil, errors.New("--preset must be " + strings.Join(slices.Sorted(maps.Keys(presets())), " or "))
	}
	return bulk.CSV(columns, i.columns)
}

// presets returns the columns of the products whose tables of users are known.
func presets() map[string]map[string]string {
	known := map[string]map[string]string{}
	for _, p := range functions.Products() {
		if p.Columns != nil {
			known[p.Name] = p.Columns
		}
	}
	return known
}

func (i *importing) run(ctx context.Context, s store, file string) error {
	settings, hasher, err := i.hasher()
	if err != nil {
		return err
	}
	source := i.stdin
	if file != "-" {
		opened, err := os.Open(file)
		if err != nil {
			return fmt.Errorf("opening the file to import: %w", err)
		}
		defer opened.Close()
		source = opened
	}
	if i.rejects != "" {
		if i.Rejects, err = bulk.NewRejects(i.rejects, i.Form); err != nil {
			return err
		}
	}
	progress := newProgress(source, i.stderr)
	i.Store, i.Hasher, i.Realm, i.Now, i.Called = s, hasher, i.realm, now, called
	i.BadLine, i.Warning, i.Settled = progress.badLine, progress.warning, progress.settled
	if !i.anyPassword {
		i.CheckNew = func(user directory.User, plain string) error {
			return product.CheckPassword(settings, functions.Products(), user, plain)
		}
	}
	count, fault := i.Import(ctx, progress)
	progress.clear()
	return errors.Join(i.conclude(count, fault), i.Rejects.Close())
}

// conclude prints how far the import came. It returns what stopped the import, or an error if lines failed.
func (i *importing) conclude(count bulk.Tally, fault error) error {
	if err := i.result(count, "%s", i.summary(count)); err != nil {
		return errors.Join(fault, err)
	}
	did, next, stays := "were not", "mend their lines and import those again", "; what is imported stays"
	if i.DryRun {
		did, next, stays = "would not be", "mend their lines", ""
	}
	if i.Rejects.Kept() > 0 {
		next = "mend their lines in " + i.rejects + " and import that"
	}
	switch {
	case fault != nil:
		return fmt.Errorf("stopped after line %d: %w%s", count.Line, fault, stays)
	case count.Failed > 0:
		return fmt.Errorf("%d of %d users %s imported; %s", count.Failed, count.All(), did, next)
	}
	return nil
}

// summary returns the counts that the flags allow for, and for a dry run the formats of the passwords.
func (i *importing) summary(count bulk.Tally) string {
	text := fmt.Sprintf("imported %d", count.Imported)
	switch i.OnConflict {
	case bulk.Fail:
	case bulk.Skip:
		text += fmt.Sprintf(", skipped %d", count.Skipped)
	case bulk.Replace:
		text += fmt.Sprintf(", replaced %d, unchanged %d", count.Replaced, count.Unchanged)
	}
	text += fmt.Sprintf(", failed %d", count.Failed)
	if !i.DryRun {
		return text
	}
	var formats, slower []string
	for _, format := range slices.Sorted(maps.Keys(count.Formats)) {
		formats = append(formats, fmt.Sprintf("%s %d", printable(format), count.Formats[format]))
		if slow, found := count.Slower[format]; found {
			slower = append(slower, fmt.Sprintf("%s %d, up to %.1f times as long", printable(format), slow.Count, slow.Times))
		}
	}
	text = "dry run, nothing is stored: " + text
	if len(formats) > 0 {
		text += "\npasswords: " + strings.Join(formats, ", ")
	}
	if len(slower) > 0 {
		text += "\nslower at login until upgraded: " + strings.Join(slower, "; ")
	}
	return text
}
