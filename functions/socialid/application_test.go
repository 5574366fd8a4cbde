package socialid_test

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"gatehouse/shared/directory"
	"gatehouse/shared/test/endpointtest"
)

func TestBasicAuthentication(t *testing.T) {
	t.Parallel()
	encode := base64.StdEncoding.EncodeToString
	pair := "138:" + documentedApplication.Secret
	right := encode([]byte(pair))
	tests := []struct {
		name          string
		authorization []string
		admitted      bool
	}{
		{"scheme in another letter case", []string{"bAsIc " + right}, true},
		{"more spaces", []string{"Basic   " + right}, true},
		{"twice", []string{"Basic " + right, "Basic " + right}, false},
		{"another scheme", []string{"Bearer " + right}, false},
		{"no padding", []string{"Basic " + base64.RawStdEncoding.EncodeToString([]byte("138:x"))}, false},
		{"broken base64", []string{"Basic %%%"}, false},
		{"stray bits", []string{"Basic " + right[:len(right)-2] + "Z="}, false},
		{"nothing but a colon", []string{"Basic " + encode([]byte(":"))}, false},
		{"digest for the secret", []string{basic(138, directory.Digest(documentedApplication.Secret))}, false},
		{"application 0", []string{basic(0, "")}, false},
		{"negative", []string{basic(-138, documentedApplication.Secret)}, false},
		{"leading zero", []string{"Basic " + encode([]byte("0"+pair))}, false},
		{"number too large", []string{"Basic " + encode([]byte("9223372036854775808:x"))}, false},
	}
	e := newEndpoint(t, off)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := e.Do(http.MethodPost, resource, http.Header{"Authorization": tt.authorization}, john)
			if tt.admitted {
				expect(t, got, 201, "")
				return
			}
			expect(t, got, 401, unauthorized)
			// The gateway delivers WWW-Authenticate under this name.
			if challenge := got.Header.Get("X-Amzn-Remapped-WWW-Authenticate"); challenge != `Basic realm="Login App"` {
				t.Errorf("the challenge is %q", challenge)
			}
		})
	}
}

func TestOwnRealm(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, nil)
	foreign := header(foreignID, foreignSecret)
	expect(t, e.Do(http.MethodPost, resource, foreign, john), 404, notFound)
	hash, err := e.Hasher.Hash("foreign_secret")
	if err != nil {
		t.Fatal(err)
	}
	err = e.Store.AddUser(t.Context(), directory.User{
		Realm: "foreign", ID: 341, Username: "john_doe", PasswordHash: hash, Active: true, Confirmed: true,
		CreatedAt: endpointtest.Start,
	})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, e.Do(http.MethodPost, resource, foreign, john), 403, wrong)
	expect(t, e.Do(http.MethodPost, resource, foreign, `{"username":"john_doe","password":"foreign_secret"}`), 201, "")
	expect(t, logIn(e, john), 201, "")
	expect(t, logIn(e, `{"username":"john_doe","password":"foreign_secret"}`), 403, wrong)
}

func TestAppLimit(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, map[string]string{"APP_LIMIT": "2", "SOURCE_LIMIT": "1"})
	for i := range 2 {
		expect(t, from(e, "198.51.100."+strconv.Itoa(i), documented, john), 201, "")
	}
	got := from(e, "198.51.100.7", documented, john)
	expect(t, got, 429, tooMany)
	if after := got.Header.Get("Retry-After"); after != "55" { // the clock stands at 03:04:05.678
		t.Errorf("Retry-After is %q, want 55", after)
	}
	expect(t, from(e, "198.51.100.7", strict, john), 201, "")
	e.Clock.Advance(time.Minute)
	expect(t, from(e, "198.51.100.7", documented, john), 201, "")
}

// TestSecurity07AddressLimit counts only failed authentication by address, because an application logs in all its
// users from one address.
func TestSecurity07AddressLimit(t *testing.T) {
	t.Parallel()
	const guesser, server = "198.51.100.7", "203.0.113.9"
	e := newEndpoint(t, map[string]string{"SOURCE_LIMIT": "2"})
	for range 5 {
		expect(t, from(e, guesser, documented, john), 201, "")
	}
	guess := header(documentedApplication.ID, theSecret)
	expect(t, from(e, guesser, guess, john), 401, unauthorized)
	expect(t, from(e, guesser, nil, john), 401, unauthorized)
	throttled := from(e, guesser, guess, john)
	expect(t, throttled, 429, tooMany)
	if after := throttled.Header.Get("Retry-After"); after != "55" {
		t.Errorf("Retry-After is %q, want 55", after)
	}
	// A right secret gets the same response as a wrong one, or the attacker could go on guessing.
	if diff := cmp.Diff(throttled, from(e, guesser, documented, john)); diff != "" {
		t.Errorf("a throttled address is answered by its secret (-wrong +right):\n%s", diff)
	}
	expect(t, from(e, server, documented, john), 201, "")
	e.Clock.Advance(time.Minute)
	expect(t, from(e, guesser, documented, john), 201, "")
}
