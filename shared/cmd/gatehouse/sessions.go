package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gatehouse/functions"
	"gatehouse/shared/directory"
	"gatehouse/shared/session"
)

func newSessions(a *app) *cobra.Command {
	u := &users{app: a}
	command := &cobra.Command{
		Use:   "sessions",
		Short: "List and end the sessions of a user",
		Long: `Administers the sessions that logins of one user began. Every command works while the store is
being served from.

` + naming,
		Example: `  gatehouse sessions list jane.doe
  gatehouse sessions end jane.doe --all`,
	}
	command.PersistentFlags().StringVar(&u.realm, "realm", "main", "the `realm` of the user")
	return group(command, u.listSessions(), u.endSessions())
}

// sessionView is a session as --json shows it: never its token, nor the whole digest.
type sessionView struct {
	ID          string    `json:"id"`
	Product     string    `json:"product"`
	Kind        string    `json:"kind"`
	Application *int64    `json:"application"` // null for products without
	CreatedAt   time.Time `json:"created_at"`
	LastUsedAt  time.Time `json:"last_used_at"`
	ExpiresAt   time.Time `json:"expires_at"` // unless it is used before
}

// idOf returns the name of a session for operators: enough of the digest to tell a user's sessions apart.
func idOf(s session.Session) string { return s.Digest[:min(12, len(s.Digest))] }

func (u *users) listSessions() *cobra.Command {
	return u.withJSON(&cobra.Command{
		Use:   "list USER",
		Short: "List the live sessions of a user",
		Long: `Lists the live sessions of a user, the newest first. The time of the last use is that of the last one
that was written, up to a tenth of the idle time ago.

` + naming,
		Example: `  gatehouse sessions list jane.doe
  gatehouse sessions list jane.doe --json | jq -r 'select(.product == "unleash") | .id'`,
		RunE: u.onUser(func(ctx context.Context, s store, user directory.User) error {
			live, err := liveSessions(ctx, s, user, "")
			if err != nil {
				return err
			}
			list := u.newList("ID", "PRODUCT", "KIND", "CREATED", "LAST USED", "EXPIRES")
			for _, l := range live {
				view := sessionView{
					ID: idOf(l), Product: l.Product, Kind: string(l.Kind),
					CreatedAt: l.Created.UTC(), LastUsedAt: l.Used.UTC(), ExpiresAt: l.Expires().UTC(),
				}
				if l.Application != 0 {
					view.Application = &l.Application
				}
				err := list.add(view, view.ID, view.Product, view.Kind,
					moment(&view.CreatedAt, ""), moment(&view.LastUsedAt, ""), moment(&view.ExpiresAt, ""))
				if err != nil {
					return err
				}
			}
			return list.flush()
		}),
	})
}

// liveSessions returns the good sessions of a user that a product began, or all with the product "", the newest first.
func liveSessions(ctx context.Context, s session.Store, user directory.User, product string) ([]session.Session, error) {
	const batch = 50 // DynamoDB reads at most 100 items in a request, of which one is the user
	stored, err := s.List(ctx, user.Realm, user.ID, product)
	if err != nil {
		return nil, fmt.Errorf("listing the sessions: %w", err)
	}
	var live []session.Session
	for some := range slices.Chunk(session.Refs(stored), batch) {
		found, err := s.Find(ctx, some...)
		if err != nil {
			return nil, fmt.Errorf("reading the sessions: %w", err)
		}
		for _, l := range found {
			if l.Good(now()) {
				live = append(live, l.Session)
			}
		}
	}
	slices.SortFunc(live, func(a, b session.Session) int {
		return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(a.Digest, b.Digest))
	})
	return live, nil
}

// ending is `gatehouse sessions end`.
type ending struct {
	*users
	product, id string
	all         bool
}

func (u *users) endSessions() *cobra.Command {
	e := &ending{users: u}
	command := &cobra.Command{
		Use:   "end USER",
		Short: "End sessions of a user",
		Long: `Ends sessions of a user at once: one, those of one product, or all. With --all, logins that are already
running are refused too, and the user must log in again everywhere.

` + naming,
		Example: `  gatehouse sessions end jane.doe --id 0b1ec2e31b9b
  gatehouse sessions end jane.doe --product unleash
  gatehouse sessions end jane.doe --all`,
		RunE: u.onUser(e.run),
	}
	flags := command.Flags()
	flags.StringVar(&e.id, "id", "", "the session with this `id`, as sessions list shows it")
	flags.StringVar(&e.product, "product", "", "all sessions of this `product`")
	flags.BoolVar(&e.all, "all", false, "all sessions of all products")
	command.MarkFlagsOneRequired("id", "product", "all")
	command.MarkFlagsMutuallyExclusive("id", "product", "all")
	completes(command, "product", productNames()...)
	return command
}

func productNames() []string {
	var names []string
	for _, p := range functions.Products() {
		names = append(names, p.Name)
	}
	return names
}

func (e *ending) run(ctx context.Context, s store, user directory.User) error {
	if e.product != "" && !slices.Contains(productNames(), e.product) {
		return usageError{fmt.Errorf("there is no product %q; the products are %s", e.product, strings.Join(productNames(), ", "))}
	}
	if e.product == "" && e.id == "" && !e.all { // a script whose variable is empty must not end all
		return usageError{errors.New("--product or --id is empty")}
	}
	live, err := liveSessions(ctx, s, user, e.product)
	if err != nil {
		return err
	}
	if e.id != "" {
		live = slices.DeleteFunc(live, func(l session.Session) bool { return idOf(l) != e.id })
		if len(live) == 0 {
			return fmt.Errorf("%s has no session %q; `gatehouse sessions list` shows them", called(user), e.id)
		}
	}
	ended := len(live)
	switch {
	case e.all:
		err = s.Revoke(ctx, user.Realm, user.ID)
	case ended > 0:
		ended, err = s.End(ctx, session.Refs(live)...)
	}
	if err != nil {
		return fmt.Errorf("ending sessions of %s: %w", called(user), reason(err))
	}
	return e.say("%s: %s ended", called(user), plural(ended, "session"))
}
