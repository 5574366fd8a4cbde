package target

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"gatehouse/functions"
	"gatehouse/shared/attempts"
	"gatehouse/shared/directory"
	"gatehouse/shared/password"
	"gatehouse/shared/product"
	"gatehouse/shared/store/storetest"
)

// Target is a Gatehouse that is served on this machine.
type Target interface {
	// URL is what clients call, without a slash at its end.
	URL() string
	// Store is the target's store, opened a second time.
	Store() storetest.Store
	// PIDs are the processes that serve.
	PIDs() []int
	// Log is what the processes have logged so far.
	Log() string
}

// Settings of a target, by the names of their environment variables. BCRYPT_COST is 4 unless it is given.
type Settings map[string]string

// Uncapped returns the settings without a limit to a user's sessions, for tests that count stored sessions.
func (s Settings) Uncapped() Settings {
	all := Settings{}
	maps.Copy(all, s)
	for _, p := range functions.Products() {
		for _, setting := range p.Settings {
			if strings.HasSuffix(setting.Name, sessionCap) {
				all[setting.Name] = "0"
			}
		}
	}
	return all
}

// sessionCap ends the name of every setting that limits a user's sessions.
const sessionCap = "_SESSION_CAP"

// environment is what a process is given, NAME=value: the settings on top of others, and nothing of this process's own.
func (s Settings) environment(others map[string]string) []string {
	all := map[string]string{"BCRYPT_COST": "4"}
	maps.Copy(all, others)
	maps.Copy(all, s)
	var environment []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		environment = append(environment, name+"="+all[name])
	}
	return environment
}

// FillDemo adds the demo users and application to a store, their passwords hashed at a cost.
func FillDemo(t testing.TB, store storetest.Store, cost int) {
	t.Helper()
	hasher, err := password.New(cost)
	check(t, err)
	check(t, product.Fill(t.Context(), store, hasher, functions.Products()))
}

// Hash is a password as a target stores it, at a bcrypt cost.
func Hash(t testing.TB, plain string, cost int) string {
	t.Helper()
	hasher, err := password.New(cost)
	check(t, err)
	hash, err := hasher.Hash(plain)
	check(t, err)
	return hash
}

// Policy is what a target holds accounts to, unless its settings say otherwise.
var Policy = attempts.Policy{Limit: 10, Lockout: 30 * time.Minute, Cap: 100}

// Lock counts as many failures on an account as lock it, behind the target's back.
func Lock(t testing.TB, store storetest.Store, account directory.Account) {
	t.Helper()
	now := time.Now().UTC().Truncate(time.Millisecond)
	for range Policy.Limit {
		_, err := store.Refuse(t.Context(), account, Policy, now)
		check(t, err)
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
