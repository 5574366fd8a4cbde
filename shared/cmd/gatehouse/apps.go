package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"gatehouse/shared/directory"
)

// applications is the state that all commands about applications share.
type applications struct {
	*app
	asJSON bool
}

func newApps(a *app) *cobra.Command {
	p := &applications{app: a}
	return group(&cobra.Command{
		Use:   "apps",
		Short: "Add, show, limit and remove applications",
		Long: `Administers the applications that log users in at an endpoint for applications, each with its id
and secret. Every command works while the store is being served from.

An application logs in the users of its realm. With limits of its own it counts their failures
apart; without, they count in the realm like those at the other endpoints.`,
		Example: `  gatehouse apps add --realm customers
  gatehouse apps list --json
  gatehouse apps rotate-secret 138`,
	}, p.add(), p.list(), p.show(), p.setLimits(), p.rotateSecret(), p.remove())
}

// run returns a RunE that calls do with a store that exists.
func (p *applications) run(do func(ctx context.Context, s store, args []string) error) func(*cobra.Command, []string) error {
	return p.runOn(existing, do)
}

func (p *applications) runOn(
	missing access, do func(ctx context.Context, s store, args []string) error,
) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		return p.withStore(cmd.Context(), missing, func(s store) error { return do(cmd.Context(), s, args) })
	}
}

// find returns the application that a command's ID names.
func (p *applications) find(ctx context.Context, s directory.ApplicationStore, id string) (directory.Application, error) {
	number, err := strconv.ParseInt(id, 10, 64)
	if err != nil || number <= 0 {
		return directory.Application{}, usageError{fmt.Errorf("%q is not the id of an application: a positive whole number", id)}
	}
	application, err := s.Application(ctx, number)
	if errors.Is(err, directory.ErrNotFound) {
		return application, fmt.Errorf("application %d: %w; `gatehouse apps list` shows what is there",
			number, directory.ErrNotFound)
	}
	if err != nil {
		return application, fmt.Errorf("reading application %d: %w", number, err)
	}
	return application, nil
}

func (p *applications) list() *cobra.Command {
	var realm string
	command := &cobra.Command{
		Use:   "list",
		Short: "List the applications",
		Long:  "Lists the applications with their realms and limits; never their secrets, of which only digests are stored.",
		Example: `  gatehouse apps list
  gatehouse apps list --realm customers
  gatehouse apps list --json | jq .id`,
		Args: cobra.NoArgs,
		RunE: p.run(func(ctx context.Context, s store, _ []string) error {
			t := newTable(p.stdout)
			if !p.asJSON {
				t.row("ID", "REALM", "LIMITS", "CREATED")
			}
			for application, err := range s.Applications(ctx) {
				if err != nil {
					return errors.Join(t.flush(), fmt.Errorf("listing the applications: %w", err))
				}
				if realm != "" && application.Realm != realm {
					continue
				}
				if p.asJSON {
					err = p.printJSON(applicationViewOf(application))
				} else {
					t.row(application.ID, printable(application.Realm), limits(application),
						moment(application.CreatedAt, "-"))
				}
				if err != nil {
					return err
				}
			}
			return t.flush()
		}),
	}
	command.Flags().StringVar(&realm, "realm", "", "only the applications of this `realm`")
	command.Flags().BoolVar(&p.asJSON, "json", false, jsonFlag)
	return command
}

// limits describes the policy for failed logins through the application.
func limits(application directory.Application) string {
	if application.AttemptLimit == 0 {
		return "those of its realm"
	}
	return fmt.Sprintf("%d failures, %d minutes", application.AttemptLimit, application.LockoutMinutes)
}

func (p *applications) show() *cobra.Command {
	command := &cobra.Command{
		Use:   "show ID",
		Short: "Show an application",
		Long:  "Shows an application with its realm and limits; never its secret, of which only a digest is stored.",
		Example: `  gatehouse apps show 138
  gatehouse apps show 138 --json`,
		Args: cobra.ExactArgs(1),
		RunE: p.run(func(ctx context.Context, s store, args []string) error {
			application, err := p.find(ctx, s, args[0])
			if err != nil {
				return err
			}
			if p.asJSON {
				return p.printJSON(applicationViewOf(application))
			}
			t := newTable(p.stdout)
			t.row("id", application.ID)
			t.row("realm", printable(application.Realm))
			t.row("limits", limits(application))
			t.row("created", moment(application.CreatedAt, "-"))
			return t.flush()
		}),
	}
	command.Flags().BoolVar(&p.asJSON, "json", false, jsonFlag)
	return command
}

func (p *applications) remove() *cobra.Command {
	var yes bool
	command := &cobra.Command{
		Use:   "remove ID",
		Short: "Remove an application",
		Long: `Removes an application: its clients can log nobody in any more, at once. Its users stay. Asks first
on a terminal; elsewhere it needs --yes.`,
		Example: `  gatehouse apps remove 138
  gatehouse apps remove 138 --yes`,
		Args: cobra.ExactArgs(1),
		RunE: p.run(func(ctx context.Context, s store, args []string) error {
			application, err := p.find(ctx, s, args[0])
			if err != nil {
				return err
			}
			if err := p.agreed(ctx, yes, fmt.Sprintf("Remove application %d?", application.ID)); err != nil {
				return err
			}
			if err := s.RemoveApplication(ctx, application.ID); err != nil {
				return fmt.Errorf("removing application %d: %w", application.ID, reason(err))
			}
			return p.say("application %d removed", application.ID)
		}),
	}
	command.Flags().BoolVar(&yes, "yes", false, yesFlag)
	return command
}
