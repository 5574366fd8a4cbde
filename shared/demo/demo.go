// Package demo fills an empty directory with the example users of the four products' documents, so that a newcomer can try
// the documents' own requests. Their passwords are public: only `gatehouse serve`, `tables create --demo` and the tests use
// this package. [Present] finds them again where they must not be.
package demo

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"gatehouse/shared/directory"
	"gatehouse/shared/password"
)

// Realm is where the demo users are.
const Realm = "main"

// ApplicationID and ApplicationSecret are what Social ID's document logs in with.
const (
	ApplicationID     = 138
	ApplicationSecret = "e8b9ca24f1b590af67e6271297d6e1f7226625d61c5b5daa1b2f215464e292cf"
)

// Login is a demo user's name and password.
type Login struct{ Username, Password string }

// The demo users.
var (
	Jane   = Login{"jane.doe", "SecurePass123!"}  // AISquare's document; also jane.doe@example.com
	John   = Login{"john_doe", "john_doe_secret"} // Social ID's document; also john_doe@domain.com
	Hunter = Login{"hunter", "hunter_secret"}     // Unleash's document, with its example's fields
	Admin  = Login{"admin", "admin_secret"}       // for Crafter, whose document names nobody
)

// Store is what Fill needs.
type Store interface {
	directory.UserStore
	directory.ApplicationStore
}

// Fill adds the demo users and the demo application. The directory must not hold them yet.
func Fill(ctx context.Context, store Store, hasher *password.Hasher) error {
	accounts := users()
	if err := hash(accounts, hasher); err != nil {
		return fmt.Errorf("hashing the demo passwords: %w", err)
	}
	for _, each := range accounts {
		if err := store.AddUser(ctx, each.user); err != nil {
			return fmt.Errorf("adding the demo user %s: %w", each.user.Username, err)
		}
	}
	err := store.AddApplication(ctx, directory.Application{
		ID: ApplicationID, Realm: Realm, SecretDigest: directory.Digest(ApplicationSecret), CreatedAt: created,
	})
	if err != nil {
		return fmt.Errorf("adding the demo application: %w", err)
	}
	return nil
}

// hash hashes all passwords at once, each on a processor of its own: a newcomer waits for it.
func hash(accounts []account, hasher *password.Hasher) error {
	var wait sync.WaitGroup
	errs := make([]error, len(accounts))
	for i := range accounts {
		wait.Go(func() { accounts[i].user.PasswordHash, errs[i] = hasher.Hash(accounts[i].password) })
	}
	wait.Wait()
	return errors.Join(errs...)
}

// created is when Unleash's document says that its example user was created.
var created = time.Date(2023, time.June, 30, 11, 41, 0, 123_000_000, time.UTC)

type account struct {
	user     directory.User
	password string
}

func users() []account {
	rootRole, emailSent := int64(1), false
	return []account{
		{user(1, Admin.Username, "admin@example.com", "Admin"), Admin.Password},
		{user(2, Jane.Username, "jane.doe@example.com", "Jane Doe"), Jane.Password},
		{user(341, John.Username, "john_doe@domain.com", "John Doe"), John.Password},
		{
			with(user(123, Hunter.Username, "user@example.com", "User"), directory.Profile{
				AccountType: "User",
				ImageURL:    "https://example.com/242x200.png",
				InviteLink:  "http://localhost:4242/invite-link/some-secret",
				RootRole:    &rootRole,
				EmailSent:   &emailSent,
				ScimID:      "01HTMEXAMPLESCIMID7SWWGHN6",
			}),
			Hunter.Password,
		},
	}
}

func user(id int64, username, email, name string) directory.User {
	return directory.User{
		Realm: Realm, ID: id, Username: username, Email: email, Name: name,
		Active: true, Confirmed: true, CreatedAt: created,
	}
}

func with(user directory.User, profile directory.Profile) directory.User {
	user.Profile = profile
	return user
}

// Parts is how many names Present returns for a directory that holds the whole demo.
const Parts = 5

// Present names what of the demo a directory holds: the users of these realms whose password is still the public one, and
// the application if its secret is.
func Present(ctx context.Context, store Store, realms []string, hasher *password.Hasher) ([]string, error) {
	logins := []Login{Jane, John, Hunter, Admin}
	found := make([]bool, len(realms)*len(logins))
	var wait sync.WaitGroup
	for i := range found {
		realm, login := realms[i/len(logins)], logins[i%len(logins)]
		user, err := store.FindUser(ctx, realm, directory.Username(login.Username))
		if err != nil && !errors.Is(err, directory.ErrNotFound) {
			return nil, fmt.Errorf("looking for the demo user %s: %w", login.Username, err)
		}
		if err == nil {
			wait.Go(func() { found[i], _ = hasher.Verify(user.PasswordHash, login.Password) })
		}
	}
	wait.Wait()
	var present []string
	for i, isThere := range found {
		if isThere {
			present = append(present, logins[i%len(logins)].Username)
		}
	}
	application, err := store.Application(ctx, ApplicationID)
	if err != nil && !errors.Is(err, directory.ErrNotFound) {
		return nil, fmt.Errorf("looking for the demo application: %w", err)
	}
	if err == nil && application.HasSecret(ApplicationSecret) {
		present = append(present, fmt.Sprintf("application %d", ApplicationID))
	}
	return present, nil
}
