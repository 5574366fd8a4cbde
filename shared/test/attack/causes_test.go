package attack_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gatehouse/shared/directory"
	"gatehouse/shared/password"
	"gatehouse/shared/test/target"
)

// cause is a reason to refuse a login, with accounts that have it.
type cause struct {
	name   string
	rough  bool // its imported hash is memory-hard, and the time of the memory comes on top
	logins []target.User
}

// The password of every account that has one, and one that is nobody's, of the same length.
const (
	rightPassword = "the right password"
	wrongPassword = "some wrong guesses"
)

// causes fills a directory with so many accounts of every cause, the first of which is a wrong password and nothing else.
// Where the password is not the cause the right one is tried, because a refusal must not reveal that either.
func causes(t *testing.T, at target.Target, cost, accounts int) []cause {
	t.Helper()
	hash := target.Hash(t, rightPassword, cost)
	made := func(name, password string, change func(*directory.User)) cause {
		c := cause{name: name}
		for i := range accounts {
			login := target.User{Username: fmt.Sprintf("%s-%d", name, i), Password: password}
			if change != nil {
				enroll(t, at, login.Username, hash, change)
			}
			c.logins = append(c.logins, login)
		}
		return c
	}
	all := []cause{
		made("wrong", wrongPassword, asItIs),
		made("unknown", wrongPassword, nil),
		made("locked", rightPassword, asItIs),
		made("inactive", rightPassword, func(u *directory.User) { u.Active = false }),
		made("unconfirmed", rightPassword, func(u *directory.User) { u.Confirmed = false }),
		made("no password", rightPassword, func(u *directory.User) { u.PasswordHash = "" }),
		made("unreadable hash", rightPassword, func(u *directory.User) { u.PasswordHash = "md5$salt$0123" }),
		made("service account", rightPassword, func(u *directory.User) { u.AccountType = directory.ServiceAccount }),
	}
	for _, login := range all[2].logins {
		target.Lock(t, at.Store(), account(t, at, login.Username))
	}
	encoded := vectors(t)
	for _, f := range formats {
		imported := f.hash(t, encoded, cost)
		c := made(f.name, wrongPassword, func(u *directory.User) { u.PasswordHash = imported })
		c.rough = f.rough
		all = append(all, c)
	}
	return all
}

// format is a format of imported hashes.
type format struct {
	name   string
	prefix string // of a hash that the product's own code made; empty: Crafter's, which has none
	rough  bool   // memory-hard
}

// formats are those whose work is at most that of bcrypt at cost 10, so that it can be topped up: most of all the ones with next
// to no work, and hardly the ones with about as much.
var formats = []format{
	{"crafter", "", false}, // wrapped in bcrypt at the configured cost
	{"bcrypt, cost 4", "$2b$04$", false},
	{"bcrypt, cost 10", "$2b$10$", false}, // Unleash's
	{"Django's bcrypt, cost 4", "bcrypt$$2b$04$", false},
	{"bcrypt_sha256, cost 4", "bcrypt_sha256$$2b$04$", false},
	{"bcrypt_sha256, cost 10", "bcrypt_sha256$$2b$10$", false},
	{"pbkdf2_sha256, 10,000", "pbkdf2_sha256$10000$", false},
	{"pbkdf2_sha256, 260,000", "pbkdf2_sha256$260000$", false}, // Django 3.2
	{"pbkdf2_sha1, 1,000", "pbkdf2_sha1$1000$", false},
	{"pbkdf2_sha1, 260,000", "pbkdf2_sha1$260000$", false},
	{"scrypt, 1024, 8, 1", "scrypt$1024$", true},
	{"argon2i, 512, 2, 2", "argon2$argon2i$", true}, // Django 2
	{"argon2id, 1024, 1, 1", "argon2$argon2id$v=19$m=1024,", true},
}

// hash is the format's as an import stores it: Crafter's wrapped in bcrypt at the configured cost, the others as they are.
func (f format) hash(t *testing.T, encoded []string, cost int) string {
	t.Helper()
	hasher, err := password.New(cost)
	if err != nil {
		t.Fatal(err)
	}
	for _, each := range encoded {
		if f.prefix == "" && !strings.Contains(each, "|") || !strings.HasPrefix(each, f.prefix) {
			continue
		}
		imported, err := hasher.Import(each)
		if err != nil {
			t.Fatalf("importing %s: %v", f.name, err)
		}
		return imported
	}
	t.Fatalf("there is no hash of %s", f.name)
	return ""
}

// vectors are hashes that the products' own code made. Django's bcrypt is a plain one, as Unleash's, behind its name.
func vectors(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(target.Root(), "shared/password/testdata/password-vectors.json"))
	if err != nil {
		t.Fatal(err)
	}
	type vector struct{ Encoded string }
	var file struct {
		Django  []vector `json:"vectors"`
		Crafter []vector `json:"crafter_vectors"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, each := range append(file.Django, file.Crafter...) {
		all = append(all, each.Encoded)
		if plain, found := strings.CutPrefix(each.Encoded, "bcrypt$"); found {
			all = append(all, plain)
		}
	}
	return all
}
