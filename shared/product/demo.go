package product

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"gatehouse/shared/directory"
	"gatehouse/shared/password"
)

// DemoRealm holds the example users and applications.
const DemoRealm = "main"

// created is when Unleash's document says that its example user was created.
var created = time.Date(2023, time.June, 30, 11, 41, 0, 123_000_000, time.UTC)

// Fill adds the example users and applications of the products to a directory that holds none of them. Their passwords and
// secrets are public: only `serve --demo`, `tables create --demo` and tests may call it.
func Fill(ctx context.Context, store directory.Store, hasher *password.Hasher, products []Product) error {
	users := make([]directory.User, len(products))
	var group errgroup.Group
	for i, p := range products { // a newcomer waits for the hashes, so they are computed in parallel
		users[i] = p.Login.User.User(DemoRealm, created)
		group.Go(func() (err error) {
			users[i].PasswordHash, err = hasher.Hash(p.Login.User.Password)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return fmt.Errorf("hashing the demo passwords: %w", err)
	}
	for i, p := range products {
		if err := store.AddUser(ctx, users[i]); err != nil {
			return fmt.Errorf("adding the demo user %s: %w", users[i].Username, err)
		}
		if app := p.Login.Application; app != nil {
			err := store.AddApplication(ctx, directory.Application{
				ID: app.ID, Realm: DemoRealm, SecretDigest: directory.Digest(app.Secret), CreatedAt: created,
			})
			if err != nil {
				return fmt.Errorf("adding the demo application %d: %w", app.ID, err)
			}
		}
	}
	return nil
}

// Present names what of the demo a directory holds: the example users in these realms whose password is still the public
// one, and the example applications whose secret is.
func Present(
	ctx context.Context, store directory.Store, realms []string, hasher *password.Hasher, products []Product,
) (present []string, err error) {
	found := make([]string, len(realms)*len(products))
	var group errgroup.Group
	for i := range found {
		example := products[i%len(products)].Login.User
		group.Go(func() error {
			user, err := store.FindUser(ctx, realms[i/len(products)], directory.Username(example.Username))
			if errors.Is(err, directory.ErrNotFound) {
				return nil
			}
			if err != nil {
				return fmt.Errorf("looking for the demo user %s: %w", example.Username, err)
			}
			if same, _ := hasher.Verify(user.PasswordHash, example.Password); same {
				found[i] = example.Username
			}
			return nil
		})
	}
	err = group.Wait()
	present = slices.DeleteFunc(found, func(name string) bool { return name == "" })
	for _, p := range products {
		if example := p.Login.Application; example != nil {
			stored, findErr := store.Application(ctx, example.ID)
			switch {
			case findErr == nil && stored.HasSecret(example.Secret):
				present = append(present, fmt.Sprintf("application %d", example.ID))
			case findErr != nil && !errors.Is(findErr, directory.ErrNotFound):
				return nil, fmt.Errorf("looking for the demo application %d: %w", example.ID, findErr)
			}
		}
	}
	return present, err
}
