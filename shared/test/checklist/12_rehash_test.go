package checklist_test

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"testing"

	"gatehouse/shared/directory"
	"gatehouse/shared/login"
	"gatehouse/shared/test/target"
)

var cost5 = map[string]string{"BCRYPT_COST": "5"}

func TestSecurity12OutdatedHashIsReplacedAtLogin(t *testing.T) {
	everywhere(t, cost5, func(t *testing.T, d *door) {
		d.Add(directory.Entry{Username: "outdated", PasswordHash: target.Hash(t, "right", 4)})
		before := d.user("outdated")
		d.expect(1, login.WrongPassword, before.Username, "guess")
		if after := d.user(before.Username); after.PasswordHash != before.PasswordHash {
			t.Error("a wrong password replaced the hash")
		}
		d.expect(1, login.Accepted, before.Username, "right")
		replaced := d.user(before.Username)
		if !strings.HasPrefix(replaced.PasswordHash, "$2a$05$") {
			t.Errorf("the stored hash begins with %.7s, want bcrypt at the configured cost", replaced.PasswordHash)
		}
		d.Spy.Calls()
		d.expect(1, login.Accepted, before.Username, "right")
		if after := d.user(before.Username); after.PasswordHash != replaced.PasswordHash || slices.Contains(d.Spy.Calls(), "Rehash") {
			t.Error("the next login replaced the hash again")
		}
	})
}

// TestSecurity12ImportedUsersLogInEverywhere: a user of one product logs in through all of them with the old password, and the
// stored hash is then bcrypt at the configured cost or above. Package password has the test of every format.
func TestSecurity12ImportedUsersLogInEverywhere(t *testing.T) {
	const superSecret = "SuperSecretPassword321#" // of Crafter's own example of a hash
	sum := sha256.Sum256([]byte(superSecret))
	hashes := map[string]string{
		"Crafter":       "Cc0d6aFNMPZLt/lTzNvrV2g/n+AOVyMYk6QcnKa5oGk=|AAECAwQFBgcICQoLDA0ODw==",
		"Unleash":       target.Hash(t, superSecret, 4),
		"Django":        "bcrypt$" + target.Hash(t, superSecret, 4),
		"bcrypt_sha256": "bcrypt_sha256$" + target.Hash(t, hex.EncodeToString(sum[:]), 4),
	}
	everywhere(t, cost5, func(t *testing.T, d *door) {
		for format, encoded := range hashes {
			hash, err := d.Hasher.Import(encoded)
			d.check(err)
			user := d.Add(directory.Entry{Username: "from " + format, PasswordHash: hash})
			d.expect(1, login.Accepted, user.Username, superSecret) // with the imported hash
			bare := strings.TrimPrefix(d.user(user.Username).PasswordHash, "bcrypt_sha256$")
			if !strings.HasPrefix(bare, "$2") || bare[4:6] < "05" {
				t.Errorf("%s: stored is %.20s..., want bcrypt at cost 5 or more", format, bare)
			}
			d.expect(1, login.Accepted, user.Username, superSecret) // with the hash that replaced it
		}
	})
}
