package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"gatehouse/shared/config"
	"gatehouse/shared/directory"
	"gatehouse/shared/login"
	"gatehouse/shared/password"
	"gatehouse/shared/store/dynamo"
	"gatehouse/shared/store/sqlite"
)

// The defaults of --store.
const (
	defaultStore  = "sqlite:.gatehouse/gatehouse.db"
	demoStore     = "sqlite:.gatehouse/demo.db" // of `serve --demo`: the demo's users must not outlive it
	storeVariable = "GATEHOUSE_STORE"

	dynamoStore      = "dynamodb"
	endpointVariable = "AWS_ENDPOINT_URL_DYNAMODB"
)

// app holds everything that commands use of the process, so that tests can replace it.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	environment    map[string]string
	storeFlag      string // of --store; empty if it was not given
	storeDefault   string // what the command itself prefers; empty for defaultStore
	serving        bool   // logins do not wait for disk or network as administration does
	started        bool   // the command line was understood: an error is no longer one of usage
	asJSON         bool   // of --json
	yes            bool   // of --yes
}

// store is everything that the commands do with a store.
type store interface {
	login.Store
	directory.Store
}

// storeName returns the store that the command line or the environment names.
func (a *app) storeName() string {
	return cmp.Or(a.storeFlag, a.environment[storeVariable], a.storeDefault, defaultStore)
}

// onAWS reports whether the store is DynamoDB itself, and not DynamoDB Local.
func (a *app) onAWS() bool {
	return a.storeName() == dynamoStore && a.environment[endpointVariable] == ""
}

// What happens where a command finds no store.
const (
	existing = false // an error: a mistyped path must not look like an empty directory
	creating = true  // a new one is made
)

// openStore opens the store that the command line or the environment names, and returns what closes it.
func (a *app) openStore(ctx context.Context, create bool) (store, func() error, error) {
	name := a.storeName()
	if name == dynamoStore {
		open := dynamo.Administer
		if a.serving {
			open = dynamo.FromEnvironment
		}
		opened, err := open(a.environment)
		if err != nil {
			return nil, nil, fmt.Errorf("opening the store: %w", err)
		}
		return opened, func() error { return nil }, nil
	}
	kind, path, _ := strings.Cut(name, ":")
	if kind != "sqlite" || path == "" {
		return nil, nil, usageError{fmt.Errorf("the store %q is not of the form sqlite:PATH or %s", name, dynamoStore)}
	}
	if _, err := os.Stat(path); !create && errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("%s does not exist; `gatehouse serve` and `gatehouse users add` create it, --store names another",
			path)
	}
	open := sqlite.Administer
	if a.serving {
		open = sqlite.Open
	}
	opened, err := open(ctx, path)
	if err != nil {
		return nil, nil, err
	}
	return opened, opened.Close, nil
}

// withStore calls do with the open store, and closes it.
func (a *app) withStore(ctx context.Context, create bool, do func(store) error) error {
	s, closeStore, err := a.openStore(ctx, create)
	if err != nil {
		return err
	}
	err = do(s)
	if closing := closeStore(); closing != nil {
		err = errors.Join(err, fmt.Errorf("closing the store: %w", closing))
	}
	return err
}

// action is what a command does with the open store and its arguments.
type action func(ctx context.Context, s store, args []string) error

// runOn returns a RunE that carries out the action.
func (a *app) runOn(create bool, do action) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		return a.withStore(cmd.Context(), create, func(s store) error { return do(cmd.Context(), s, args) })
	}
}

// changeTries is how often a change is tried on a record that others change at the same time. A login changes a user at most
// once, when it replaces an outdated hash, so only a script in a loop conflicts more often.
const changeTries = 5

// retry calls change, which reads a record and stores it changed, again as long as others change it meanwhile.
func retry(change func() error) error {
	for range changeTries {
		if err := change(); !errors.Is(err, directory.ErrChanged) {
			return err
		}
	}
	return fmt.Errorf("%w, again and again; try later", directory.ErrChanged)
}

// imagineStore prepares a run that must leave nothing behind: where there is no store, an empty one stands in until remove
// is called.
func (a *app) imagineStore() (remove func(), err error) {
	path, isFile := strings.CutPrefix(a.storeName(), "sqlite:")
	if _, err := os.Stat(path); !isFile || path == "" || !errors.Is(err, fs.ErrNotExist) {
		return func() {}, nil
	}
	folder, err := os.MkdirTemp("", "gatehouse-")
	if err != nil {
		return nil, fmt.Errorf("making an empty store: %w", err)
	}
	a.storeFlag = "sqlite:" + filepath.Join(folder, "empty.db")
	return func() { _ = os.RemoveAll(folder) }, nil
}

// inBulk makes many changes with one wait for the disk instead of one after each.
func inBulk(ctx context.Context, s store, changes func() error) error {
	if file, ok := s.(*sqlite.Store); ok {
		return file.Bulk(ctx, changes)
	}
	return changes()
}

// config reads the settings from the environment.
func (a *app) config() (config.Config, error) {
	settings, err := config.Load(a.environment)
	if err != nil {
		err = fmt.Errorf("reading the settings: %w", err)
	}
	return settings, err
}

// hasher returns the settings, and a hasher of their cost.
func (a *app) hasher() (config.Config, *password.Hasher, error) {
	settings, err := a.config()
	if err != nil {
		return settings, nil, err
	}
	hasher, err := password.New(settings.BcryptCost)
	return settings, hasher, err
}
