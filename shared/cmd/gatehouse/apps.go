package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"iter"
	"strconv"

	"github.com/spf13/cobra"

	"gatehouse/shared/directory"
)

// applications is `gatehouse apps`.
type applications struct{ *app }

func newApps(a *app) *cobra.Command {
	p := &applications{a}
	return group(&cobra.Command{
		Use:   "apps",
		Short: "Add, show, limit and remove applications",
		Long: `Administers the applications that log in the users of their realm, each with its id and secret. With
limits of its own an application counts failures apart; without, they count in the realm.`,
		Example: `  gatehouse apps add --realm customers
  gatehouse apps list --json
  gatehouse apps rotate-secret 138`,
	}, p.add(), p.list(), p.show(), p.setLimits(), p.rotateSecret(), p.remove())
}

// find returns the application that a command's ID names.
func (p *applications) find(ctx context.Context, s directory.ApplicationStore, id string) (directory.Application, error) {
	number, err := strconv.ParseInt(id, 10, 64)
	if err != nil || number <= 0 {
		return directory.Application{}, usageError{fmt.Errorf("%q is not the id of an application: a positive whole number", id)}
	}
	application, err := s.Application(ctx, number)
	if errors.Is(err, directory.ErrNotFound) {
		err = fmt.Errorf("%w; `gatehouse apps list` shows what is there", directory.ErrNotFound)
	}
	if err != nil {
		err = fmt.Errorf("application %d: %w", number, err)
	}
	return application, err
}

// onApplication returns a RunE that calls do with the application that the command's ID names.
func (p *applications) onApplication(
	do func(ctx context.Context, s store, application directory.Application) error,
) func(*cobra.Command, []string) error {
	return p.runOn(existing, func(ctx context.Context, s store, args []string) error {
		application, err := p.find(ctx, s, args[0])
		if err != nil {
			return err
		}
		return do(ctx, s, application)
	})
}

// applicationsIn returns every application of a store by its id.
func applicationsIn(ctx context.Context, s store) (map[int64]directory.Application, error) {
	applications := map[int64]directory.Application{}
	for application, err := range s.Applications(ctx) {
		if err != nil {
			return nil, fmt.Errorf("listing the applications: %w", err)
		}
		applications[application.ID] = application
	}
	return applications, nil
}

func (p *applications) list() *cobra.Command {
	var realm string
	command := p.withJSON(&cobra.Command{
		Use:   "list",
		Short: "List the applications",
		Long:  "Lists the applications with their realms and limits; never their secrets, of which only digests are stored.",
		Example: `  gatehouse apps list --realm customers
  gatehouse apps list --json | jq .id`,
		RunE: p.runOn(existing, func(ctx context.Context, s store, _ []string) error {
			return p.print(s.Applications(ctx), realm)
		}),
	})
	command.Flags().StringVar(&realm, "realm", "", "only the applications of this `realm`")
	return command
}

func (p *applications) show() *cobra.Command {
	return p.withJSON(&cobra.Command{
		Use:     "show ID",
		Short:   "Show an application",
		Long:    "Shows an application with its realm and limits; never its secret, of which only a digest is stored.",
		Example: `  gatehouse apps show 138`,
		RunE: p.onApplication(func(_ context.Context, _ store, application directory.Application) error {
			return p.print(func(yield func(directory.Application, error) bool) { yield(application, nil) }, "")
		}),
	})
}

// print prints the applications of a realm, or all with the realm "".
func (p *applications) print(applications iter.Seq2[directory.Application, error], realm string) error {
	list := p.newList("ID", "REALM", "LIMITS", "CREATED")
	for application, err := range applications {
		if err != nil {
			return errors.Join(list.flush(), fmt.Errorf("listing the applications: %w", err))
		}
		if realm != "" && application.Realm != realm {
			continue
		}
		err = list.add(applicationViewOf(application), application.ID, printable(application.Realm),
			limits(application), moment(optional(application.CreatedAt), "-"))
		if err != nil {
			return err
		}
	}
	return list.flush()
}

// maxApplicationID is the largest integer that every JSON reader keeps exactly (RFC 8259, section 6).
const maxApplicationID = 1<<53 - 1

func (p *applications) add() *cobra.Command {
	var application directory.Application
	var own ownLimits
	var fromStdin bool
	command := p.withJSON(&cobra.Command{
		Use:   "add",
		Short: "Add an application",
		Long: `Adds an application and prints its secret, this once: only a digest is stored. With --id and
--secret-stdin, clients keep theirs.`,
		Example: `  gatehouse apps add --realm customers --limit 5 --lockout-minutes 60
  pass show client/138 | gatehouse apps add --id 138 --secret-stdin`,
		RunE: p.runOn(creating, func(ctx context.Context, s store, _ []string) error {
			if err := checkRealm(application.Realm); err != nil {
				return err
			}
			if application.ID < 0 || application.ID > maxApplicationID {
				return usageError{fmt.Errorf("--id must be from 1 to %d, which every client can read", int64(maxApplicationID))}
			}
			if err := own.apply(&application); err != nil {
				return err
			}
			return p.enroll(ctx, s, application, fromStdin)
		}),
	})
	flags := command.Flags()
	flags.Int64Var(&application.ID, "id", 0, "the application's `number`; chosen at random if not given")
	flags.StringVar(&application.Realm, "realm", "main", "the `realm` whose users it logs in")
	own.addTo(command)
	flags.BoolVar(&fromStdin, "secret-stdin", false, "take the secret from stdin instead of making one")
	return command
}

// enroll stores a new application, with an id of its own if it has none.
func (p *applications) enroll(ctx context.Context, s store, application directory.Application, fromStdin bool) (err error) {
	secret := newSecret()
	minted := secret
	if fromStdin {
		if secret, err = p.givenSecret(ctx); err != nil {
			return err
		}
		minted = ""
	}
	application.SecretDigest, application.CreatedAt = directory.Digest(secret), now()
	add := func(id int64) error {
		application.ID = id
		return s.AddApplication(ctx, application)
	}
	if application.ID != 0 {
		err = add(application.ID)
	} else {
		_, err = directory.WithNewID(rand.Reader, add)
	}
	if err != nil {
		return reason(err)
	}
	done := fmt.Sprintf("application %d added to realm %s", application.ID, printable(application.Realm))
	return p.printWithSecret(application, done, minted)
}

func (p *applications) setLimits() *cobra.Command {
	var own ownLimits
	command := p.withJSON(&cobra.Command{
		Use:   "set-limits ID",
		Short: "Give an application limits of its own, or take them away",
		Long: `Sets an application's own limits for failed logins, which it then counts apart from its realm.
--limit 0 restores the realm's policy. Earlier failures stay where they were counted.`,
		Example: `  gatehouse apps set-limits 138 --limit 5 --lockout-minutes 60
  gatehouse apps set-limits 138 --limit 0`,
		RunE: p.runOn(existing, func(ctx context.Context, s store, args []string) error {
			application, err := p.change(ctx, s, args[0], own.apply)
			if err != nil {
				return err
			}
			return p.result(applicationViewOf(application), "application %d has limits: %s", application.ID, limits(application))
		}),
	})
	own.addTo(command)
	command.MarkFlagsOneRequired("limit", "lockout-minutes")
	return command
}

func (p *applications) rotateSecret() *cobra.Command {
	return p.withJSON(&cobra.Command{
		Use:     "rotate-secret ID",
		Short:   "Give an application a new secret",
		Long:    `Prints a new secret of an application, this once: only a digest is stored. The old secret is refused.`,
		Example: `  gatehouse apps rotate-secret 138 --json | jq -r .secret`,
		RunE: p.runOn(existing, func(ctx context.Context, s store, args []string) error {
			secret := newSecret()
			application, err := p.change(ctx, s, args[0], func(application *directory.Application) error {
				application.SecretDigest = directory.Digest(secret)
				return nil
			})
			if err != nil {
				return err
			}
			return p.printWithSecret(application, fmt.Sprintf("application %d has a new secret", application.ID), secret)
		}),
	})
}

// change stores an application as edit changes it. It may call edit more than once, each time on the application as it is
// stored then.
func (p *applications) change(
	ctx context.Context, s store, id string, edit func(*directory.Application) error,
) (after directory.Application, err error) {
	err = retry(func() error {
		before, err := p.find(ctx, s, id)
		if after = before; err == nil {
			err = edit(&after)
		}
		if err != nil {
			return err
		}
		if err := s.ReplaceApplication(ctx, before, after); err != nil {
			return fmt.Errorf("changing application %d: %w", after.ID, reason(err))
		}
		return nil
	})
	return after, err
}

// printWithSecret prints what was done, and a secret that was minted here. Nothing else prints a secret.
func (p *applications) printWithSecret(application directory.Application, done, minted string) error {
	view := applicationViewOf(application)
	view.Secret = minted
	if minted != "" {
		done += "\nsecret: " + minted + "\nKeep it now: it is not shown again."
	}
	return p.result(view, "%s", done)
}

func (p *applications) remove() *cobra.Command {
	return p.withYes(&cobra.Command{
		Use:     "remove ID",
		Short:   "Remove an application",
		Long:    `Removes an application, but not its users. Asks first on a terminal; elsewhere it needs --yes.`,
		Example: `  gatehouse apps remove 138`,
		RunE: p.onApplication(func(ctx context.Context, s store, application directory.Application) error {
			if err := p.agreed(ctx, fmt.Sprintf("Remove application %d?", application.ID)); err != nil {
				return err
			}
			if err := s.RemoveApplication(ctx, application.ID); err != nil {
				return fmt.Errorf("removing application %d: %w", application.ID, reason(err))
			}
			return p.say("application %d removed", application.ID)
		}),
	})
}
