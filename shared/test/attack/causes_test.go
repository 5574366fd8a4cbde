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
	slower bool // its imported hash takes or may take longer than the configured cost, until it is replaced, as the README says
	rough  bool // its imported hash is memory-hard: what the memory costs comes on top, as the README says
	logins []target.User
}

// The password of every account that has one, and one that is nobody's, of the same length.
const (
	rightPassword = "the right password"
	wrongPassword = "some wrong guesses"
)

// causes fills a directory with so many accounts of every cause, the first of which is a wrong password and nothing else.
// Where the password is not the cause the right one is tried, for a refusal must not tell that either. Imported hashes ask
// for so many units of work at most.
func causes(t *testing.T, at target.Target, cost, accounts, units int) []cause {
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
		if f.units > units {
			continue
		}
		imported := f.hash(t, encoded, cost)
		c := made(f.name, wrongPassword, func(u *directory.User) { u.PasswordHash = imported })
		c.slower = f.units > 1<<cost || f.memory >= muchMemory
		c.rough = f.memory > 0
		all = append(all, c)
	}
	return all
}

// format is one in which users are imported, with the parameters of some year.
type format struct {
	name   string
	prefix string // of a hash that the product's own code made; empty: Crafter's, which has none
	units  int    // of work: bcrypt's 2^cost, and what package password reckons for the others
	memory int    // in KB, where it is hard on that
}

// muchMemory is what systems may take longer to hand out than bcrypt of cost 10 takes, in KB.
const muchMemory = 16_384

// formats are all that are read: with next to no work, which is topped up most; with about as much as bcrypt of cost 10; and
// with more, as newer versions of Django have.
var formats = []format{
	{"crafter", "", 0, 0}, // wrapped in bcrypt at the configured cost
	{"bcrypt, cost 4", "$2b$04$", 1 << 4, 0},
	{"bcrypt, cost 10", "$2b$10$", 1 << 10, 0}, // Unleash's
	{"Django's bcrypt, cost 4", "bcrypt$$2b$04$", 1 << 4, 0},
	{"bcrypt_sha256, cost 4", "bcrypt_sha256$$2b$04$", 1 << 4, 0},
	{"bcrypt_sha256, cost 10", "bcrypt_sha256$$2b$10$", 1 << 10, 0},
	{"bcrypt_sha256, cost 12", "bcrypt_sha256$$2b$12$", 1 << 12, 0}, // Django's
	{"pbkdf2_sha256, 10,000", "pbkdf2_sha256$10000$", 30, 0},
	{"pbkdf2_sha256, 260,000", "pbkdf2_sha256$260000$", 765, 0},     // Django 3.2
	{"pbkdf2_sha256, 1,000,000", "pbkdf2_sha256$1000000$", 2942, 0}, // Django 5.2
	{"pbkdf2_sha1, 1,000", "pbkdf2_sha1$1000$", 3, 0},
	{"pbkdf2_sha1, 260,000", "pbkdf2_sha1$260000$", 777, 0},     // Django 3.2
	{"pbkdf2_sha1, 1,000,000", "pbkdf2_sha1$1000000$", 2986, 0}, // Django 5.2
	{"scrypt, 1024, 8, 1", "scrypt$1024$", 32, 1024},
	{"scrypt, 16384, 8, 1", "scrypt$16384$Zr3kQ9vN1xB7mT5cY2wLhA$8$1$", 505, 16384},  // Django 4.0
	{"scrypt, 16384, 8, 5", "scrypt$16384$Zr3kQ9vN1xB7mT5cY2wLhA$8$5$", 2521, 16384}, // Django 5.1
	{"argon2i, 512, 2, 2", "argon2$argon2i$", 12, 512},                               // Django 2
	{"argon2id, 1024, 1, 1", "argon2$argon2id$v=19$m=1024,", 12, 1024},
	{"argon2id, 102400, 2, 8", "argon2$argon2id$v=19$m=102400,", 2276, 102400}, // Django 3.2
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
