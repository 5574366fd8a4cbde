package checklist_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"gatehouse/shared/directory"
	"gatehouse/shared/test/endpointtest"
	"gatehouse/shared/test/target"
)

// tokenText is what sessions and Social ID's tokens look like, in a cookie or in a body.
var tokenText = regexp.MustCompile(`\b[0-9a-f]{64}\b`)

// tokensOf are those that an answer hands out, but for AISquare's csrftoken, which is nowhere stored.
func tokensOf(answer endpointtest.Answer) []string {
	var tokens []string
	for _, text := range append(answer.Header.Values("Set-Cookie"), answer.Body) {
		if !strings.HasPrefix(text, "csrftoken=") {
			tokens = append(tokens, tokenText.FindAllString(text, -1)...)
		}
	}
	slices.Sort(tokens)
	return slices.Compact(tokens)
}

// TestSecurity16OnlyDigestsAreStored reads every value of the store and all of the log after logins of every kind.
func TestSecurity16OnlyDigestsAreStored(t *testing.T) {
	everywhere(t, map[string]string{"BCRYPT_COST": "5"}, searchForSecrets)
}

// TestSecurity16OnlyDigestsOfBearerTokens: AISquare's token may also go out in the body.
func TestSecurity16OnlyDigestsOfBearerTokens(t *testing.T) {
	everywhere(t, map[string]string{"BCRYPT_COST": "5", "AISQUARE_RESPONSE": "token"}, searchForSecrets, target.AISquare)
}

func searchForSecrets(t *testing.T, d *door) {
	const guess, typed, secret = "a wrong guess", "a name that is a password", "not the secret"
	d.Add(directory.Entry{Username: "outdated", PasswordHash: target.Hash(t, "right", 4)})
	tokens := tokensOf(d.send(d.right.Username, d.right.Password))
	d.send("outdated", "right")
	d.send(d.right.Username, guess)
	d.send(typed, guess)
	d.authorization = basic("138:" + secret)
	d.send(d.right.Username, d.right.Password)
	log, contents := d.Log.String(), d.stored.contents()

	for _, digest := range append(digestsOf(tokens), directory.Digest(target.SocialID.Application().Secret)) {
		if !strings.Contains(contents, digest) {
			t.Errorf("the digest %s is not stored: this test sees nothing", digest)
		}
	}
	for _, each := range append(tokens, d.right.Password, guess, typed, secret, d.authorization, target.SocialID.Application().Secret) {
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
}

func digestsOf(tokens []string) []string {
	var digests []string
	for _, each := range tokens {
		digests = append(digests, directory.Digest(each))
	}
	return digests
}
