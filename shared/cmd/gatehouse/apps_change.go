package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"gatehouse/shared/directory"
)

// maxApplicationID is the largest integer that every JSON reader keeps exactly (RFC 8259, section 6).
const maxApplicationID = 1<<53 - 1

func (p *applications) add() *cobra.Command {
	var id int64
	var realm string
	var own ownLimits
	var fromStdin bool
	command := &cobra.Command{
		Use:   "add",
		Short: "Add an application",
		Long: `Adds an application and prints its secret, this once: only a digest of it is stored. Clients
keep the id and secret that they have with --id and --secret-stdin.`,
		Example: `  gatehouse apps add --realm customers
  gatehouse apps add --limit 5 --lockout-minutes 60 --json
  pass show client/138 | gatehouse apps add --id 138 --secret-stdin`,
		Args: cobra.NoArgs,
		RunE: p.runOn(creating, func(ctx context.Context, s store, _ []string) error {
			application := directory.Application{ID: id, Realm: realm, CreatedAt: now()}
			if err := checkRealm(realm); err != nil {
				return err
			}
			if id < 0 || id > maxApplicationID {
				return usageError{fmt.Errorf("--id must be from 1 to %d, which every client can read", int64(maxApplicationID))}
			}
			if err := own.apply(&application); err != nil {
				return err
			}
			return p.enroll(ctx, s, application, fromStdin)
		}),
	}
	flags := command.Flags()
	flags.Int64Var(&id, "id", 0, "the application's `number`; chosen at random if not given")
	flags.StringVar(&realm, "realm", "main", "the `realm` whose users it logs in")
	own.addTo(command)
	flags.BoolVar(&fromStdin, "secret-stdin", false, "take the secret from stdin instead of making one")
	flags.BoolVar(&p.asJSON, "json", false, jsonFlag)
	return command
}

func (p *applications) enroll(ctx context.Context, s store, application directory.Application, fromStdin bool) error {
	secret := newSecret()
	shown := secret
	if fromStdin {
		var err error
		if secret, err = p.givenSecret(ctx); err != nil {
			return err
		}
		shown = "" // the operator has it
	}
	application.SecretDigest = directory.Digest(secret)
	if err := addApplication(ctx, s, &application); err != nil {
		return reason(err)
	}
	done := fmt.Sprintf("application %d added to realm %s", application.ID, printable(application.Realm))
	return p.printWithSecret(application, done, shown)
}

// addApplication stores a new application, with an id of its own if it has none.
func addApplication(ctx context.Context, s directory.ApplicationStore, application *directory.Application) error {
	if application.ID != 0 {
		return s.AddApplication(ctx, *application)
	}
	_, err := directory.WithNewID(rand.Reader, func(id int64) error {
		application.ID = id
		return s.AddApplication(ctx, *application)
	})
	return err
}

func (p *applications) setLimits() *cobra.Command {
	var own ownLimits
	command := &cobra.Command{
		Use:   "set-limits ID",
		Short: "Give an application limits of its own, or take them away",
		Long: `Gives an application limits of its own for failed logins, which it then counts apart from its
realm. --limit 0 takes the realm's policy again. What was counted before stays where it was counted.`,
		Example: `  gatehouse apps set-limits 138 --limit 5 --lockout-minutes 60
  gatehouse apps set-limits 138 --limit 0`,
		Args: cobra.ExactArgs(1),
		RunE: p.run(func(ctx context.Context, s store, args []string) error {
			application, err := p.change(ctx, s, args[0], own.apply)
			if err != nil {
				return err
			}
			if p.asJSON {
				return p.printJSON(applicationViewOf(application))
			}
			return p.say("application %d has limits: %s", application.ID, limits(application))
		}),
	}
	own.addTo(command)
	command.MarkFlagsOneRequired("limit", "lockout-minutes")
	command.Flags().BoolVar(&p.asJSON, "json", false, jsonFlag)
	return command
}

func (p *applications) rotateSecret() *cobra.Command {
	command := &cobra.Command{
		Use:   "rotate-secret ID",
		Short: "Give an application a new secret",
		Long: `Gives an application a new secret and prints it, this once: only a digest of it is stored. The old
one is refused at once.`,
		Example: `  gatehouse apps rotate-secret 138
  gatehouse apps rotate-secret 138 --json | jq -r .secret`,
		Args: cobra.ExactArgs(1),
		RunE: p.run(func(ctx context.Context, s store, args []string) error {
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
	}
	command.Flags().BoolVar(&p.asJSON, "json", false, jsonFlag)
	return command
}

// change stores the application as edit changes it. It may call edit more than once, each time on the application as it is
// stored then.
func (p *applications) change(
	ctx context.Context, s store, id string, edit func(*directory.Application) error,
) (directory.Application, error) {
	for range changeTries {
		before, err := p.find(ctx, s, id)
		if err != nil {
			return before, err
		}
		after := before
		if err := edit(&after); err != nil {
			return before, err
		}
		err = s.ReplaceApplication(ctx, before, after)
		if err == nil {
			return after, nil
		}
		if !errors.Is(err, directory.ErrChanged) {
			return before, fmt.Errorf("changing application %d: %w", before.ID, reason(err))
		}
	}
	return directory.Application{}, fmt.Errorf("application %s: %w, again and again; try later", id, directory.ErrChanged)
}

// printWithSecret prints what was done, and a secret that was minted here. Nothing else prints a secret.
func (p *applications) printWithSecret(application directory.Application, done, minted string) error {
	if p.asJSON {
		view := applicationViewOf(application)
		view.Secret = minted
		return p.printJSON(view)
	}
	if minted == "" {
		return p.say("%s", done)
	}
	return p.say("%s\nsecret: %s\nKeep it now: it is not shown again.", done, minted)
}
