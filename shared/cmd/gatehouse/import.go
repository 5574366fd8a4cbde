package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"gatehouse/shared/directory"
)

func (u *users) importUsers() *cobra.Command {
	command := &cobra.Command{
		Use:   "import FILE|-",
		Short: "Import users from a file of JSON lines",
		Long: `Imports users from a file, or from stdin with -, one JSON object a line:

  id                             whole number; chosen if absent
  username, email, name          at least one of username and email
  password                       plain text, hashed here
  password_hash                  kept as it is: bcrypt, or one of Django's formats; "!..." is none
  active, confirmed              true if absent
  created_at                     RFC 3339; now if absent
  account_type, image_url, invite_link, root_role, email_sent, scim_id, seat_type, company_role,
  product_updates_email_consent, permissions

null, "" and absent are the same. A bad line is named on stderr with its number and the reason, and
nothing of it is stored; the others are imported. The exit status is 1 if any line failed. Users
that are there already are not changed: their lines fail because their names are taken.`,
		Example: `  gatehouse users import users.jsonl
  gatehouse users import users.jsonl --realm customers --json
  export-users | gatehouse users import -`,
		Args: cobra.ExactArgs(1),
		RunE: u.run(func(ctx context.Context, s store, args []string) error {
			return u.importFile(ctx, s, args[0])
		}),
	}
	command.Flags().BoolVar(&u.asJSON, "json", false, "print the counts as JSON")
	return command
}

// tally is how far an import got.
type tally struct {
	Imported int `json:"imported"`
	Failed   int `json:"failed"`
	line     int // the last that was dealt with
}

func (u *users) importFile(ctx context.Context, s store, name string) error {
	hasher, err := u.hasher()
	if err != nil {
		return err
	}
	source := u.stdin
	if name != "-" {
		file, err := os.Open(name)
		if err != nil {
			return fmt.Errorf("opening the file to import: %w", err)
		}
		defer func() { _ = file.Close() }()
		source = file
	}
	count, fault := u.importFrom(ctx, s, preparer{realm: u.realm, hasher: hasher}, source)
	if err := u.printTally(count); err != nil {
		return errors.Join(fault, err)
	}
	switch {
	case fault != nil:
		return fmt.Errorf("stopped after line %d: %w; what is imported stays", count.line, fault)
	case count.Failed > 0:
		return fmt.Errorf("%d of %d users were not imported; mend their lines and import those again",
			count.Failed, count.Failed+count.Imported)
	}
	return nil
}

func (u *users) printTally(count tally) error {
	if u.asJSON {
		return u.printJSON(count)
	}
	return u.say("imported %d, failed %d", count.Imported, count.Failed)
}

// importFrom stores the users of a source, in its order: of two lines that claim one name, the first has it. The error is a
// fault of the source or the store, or that the command was stopped; never a bad line.
func (u *users) importFrom(ctx context.Context, s directory.UserStore, p preparer, source io.Reader) (count tally, fault error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	for each := range p.prepareAll(ctx, source) {
		user, err := each.await(ctx)
		if ctx.Err() != nil {
			return count, context.Cause(ctx)
		}
		if errors.As(err, new(sourceError)) {
			return count, err
		}
		if err == nil {
			// A user that has been begun is finished, so that the counts are right when the command is stopped.
			_, err = directory.Enroll(context.WithoutCancel(ctx), s, user)
			if err != nil && !isBadLine(err) {
				return count, fmt.Errorf("storing line %d: %w", each.number, err)
			}
		}
		count.line = each.number
		if err == nil {
			count.Imported++
			continue
		}
		count.Failed++
		_, _ = fmt.Fprintf(u.stderr, "line %d: %s\n", each.number, oneLine(reason(err)))
	}
	return count, context.Cause(ctx)
}

// isBadLine says whether what went wrong is the line's fault, so that the next one may do better.
func isBadLine(err error) bool {
	return errors.Is(err, directory.ErrInvalid) || errors.As(err, new(*directory.TakenError))
}
