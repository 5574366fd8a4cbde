package functions_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"gatehouse/functions"
	"gatehouse/functions/functionstest"
	"gatehouse/shared/demo"
	"gatehouse/shared/directory"
)

// vector is a hash that a product's own hasher made.
type vector struct{ Algorithm, Password, Encoded string }

// vectors are one of each format that users are imported with.
func vectors(t *testing.T) map[string]vector {
	t.Helper()
	text, err := os.ReadFile("../shared/password/testdata/password-vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Vectors []struct {
			vector
			Verifies bool
		}
		Crafter []vector `json:"crafter_vectors"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	found := map[string]vector{"crafter": file.Crafter[1]}
	for _, each := range file.Vectors {
		if _, ok := found[each.Algorithm]; !ok && each.Verifies && len(each.Password) > 3 && each.Algorithm != "md5" {
			found[each.Algorithm] = each.vector
		}
	}
	return found
}

// logins are how each product's clients send a user name and a password.
var logins = map[string]struct{ resource, body string }{
	"AISquareLogin": {"/api/v1/iam/accounts/login", `{"login":%q,"password":%q}`},
	"CrafterLogin":  {"/api/1/services/api/1/security/login.json", `{"username":%q,"password":%q}`},
	"UnleashLogin":  {"/auth/simple/login", `{"username":%q,"password":%q}`},
	"SocialIDLogin": {"/v1/marketing/login/users/login", `{"username":%q,"password":%q}`},
}

// TestSecurity12ImportedUsersLogInEverywhere: whoever comes from one product logs in through all of them with the password
// as it was, and after that the stored hash is bcrypt at the configured cost.
func TestSecurity12ImportedUsersLogInEverywhere(t *testing.T) {
	t.Parallel()
	for function, login := range logins {
		t.Run(function, func(t *testing.T) {
			t.Parallel()
			e := functionstest.New(t, functions.Handlers[function], login.resource, map[string]string{"BCRYPT_COST": "5"})
			err := e.Store.AddApplication(t.Context(), directory.Application{
				ID: demo.ApplicationID, Realm: demo.Realm, SecretDigest: directory.Digest(demo.ApplicationSecret),
			})
			if err != nil {
				t.Fatal(err)
			}
			for algorithm, vector := range vectors(t) {
				hash, err := e.Hasher.Import(vector.Encoded)
				if err != nil {
					t.Fatal(err)
				}
				user := e.Add(directory.Record{Username: "from-" + algorithm, PasswordHash: hash})
				request := &http.Request{Header: http.Header{"Content-Type": {"application/json"}}}
				request.SetBasicAuth(strconv.Itoa(demo.ApplicationID), demo.ApplicationSecret)
				for range 2 { // with the imported hash, then with the one that replaced it
					answer := e.Do(http.MethodPost, login.resource, request.Header, fmt.Sprintf(login.body, user.Username, vector.Password))
					if answer.Status >= 300 {
						t.Errorf("%s: %d %s", algorithm, answer.Status, answer.Body)
					}
				}
				stored, err := e.Store.User(t.Context(), demo.Realm, user.ID)
				if err != nil {
					t.Fatal(err)
				}
				bare := strings.TrimPrefix(stored.PasswordHash, "bcrypt_sha256$")
				if cost := bare[4:6]; !strings.HasPrefix(bare, "$2") || cost < "05" {
					t.Errorf("%s: stored is %.20s..., want bcrypt at cost 5 or more", algorithm, stored.PasswordHash)
				}
			}
		})
	}
}
