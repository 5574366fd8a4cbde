package checklist_test

import (
	"regexp"
	"strings"
	"testing"

	"gatehouse/functions"
	"gatehouse/shared/directory"
	"gatehouse/shared/test/endpointtest"
	"gatehouse/shared/test/target"
)

// tokenText is what tokens and digests look like.
var tokenText = regexp.MustCompile(`\b[0-9a-f]{64}\b`)

func tokensOf(answer endpointtest.Answer) []string { return target.Tokens(answer.Header, answer.Body) }

// TestSecurity16OnlyDigestsAreStored reads every value of the store and the whole log after logins of every kind.
func TestSecurity16OnlyDigestsAreStored(t *testing.T) {
	const guess, typed, secret = "a wrong guess", "a name that is a password", "not the secret"
	everywhere(t, map[string]string{"BCRYPT_COST": "5"}, func(t *testing.T, d *door) {
		d.Add(directory.Entry{Username: "outdated", PasswordHash: target.Hash(t, "right", 4)})
		tokens := tokensOf(d.send(d.right.Username, d.right.Password))
		d.send("outdated", "right")
		d.send(d.right.Username, guess)
		d.send(typed, guess)
		hidden, digests := append(tokens, d.right.Password, guess, typed, secret), digestsOf(tokens)
		for _, p := range functions.Products() {
			if app := p.Login.Application; app != nil {
				d.authorization = basic(app.ID, secret)
				d.send(d.right.Username, d.right.Password)
				hidden = append(hidden, d.authorization, app.Secret)
				digests = append(digests, directory.Digest(app.Secret))
			}
		}
		log, contents := d.Log.String(), d.stored.contents()
		for _, digest := range digests {
			if !strings.Contains(contents, digest) {
				t.Errorf("the digest %s is not stored: this test sees nothing", digest)
			}
		}
		for _, each := range hidden {
			if strings.Contains(contents, each) {
				t.Errorf("%q is stored", each)
			}
			if strings.Contains(log, each) {
				t.Errorf("%q is logged", each)
			}
		}
		if strings.Contains(log, "$2a$") || strings.Contains(log, d.right.Username) || tokenText.MatchString(log) {
			t.Errorf("a hash, a name or a digest is logged:\n%s", log)
		}
	})
}

func digestsOf(tokens []string) []string {
	var digests []string
	for _, each := range tokens {
		digests = append(digests, directory.Digest(each))
	}
	return digests
}
