package aisquare_test

import (
	"net/http"
	"testing"
)

// TestRevokeToken holds what DRF's BooleanField reads. A field that is no boolean leaves the token.
func TestRevokeToken(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"AISQUARE_RESPONSE": "token", "SOURCE_LIMIT": "0"})
	const form = "application/x-www-form-urlencoded"
	for _, row := range []struct {
		contentType, body string
		revokes           bool
		problem           string
	}{
		{"", ``, false, ""},
		{"", `{}`, false, ""},
		{"", `{"revoke_token":true}`, true, ""},
		{"", `{"revoke_token":"YES"}`, true, ""},
		{"", `{"revoke_token":"t"}`, true, ""},
		{"", `{"revoke_token":1}`, true, ""},
		{"", `{"revoke_token":1.0}`, true, ""},
		{"", `{"revoke_token":"1"}`, true, ""},
		{"", `{"revoke_token":false}`, false, ""},
		{"", `{"revoke_token":"Off"}`, false, ""},
		{"", `{"revoke_token":-0.0}`, false, ""},
		{"", `{"revoke_token":"1.0"}`, false, "Must be a valid boolean."},
		{"", `{"revoke_token":" true"}`, false, "Must be a valid boolean."},
		{"", `{"revoke_token":""}`, false, "Must be a valid boolean."},
		{"", `{"revoke_token":2}`, false, "Must be a valid boolean."},
		{"", `{"revoke_token":[true]}`, false, "Must be a valid boolean."},
		{"", `{"revoke_token":null}`, false, "This field may not be null."},
		{form, `revoke_token=on`, true, ""},
		{form, `revoke_token=`, false, ""},
		{form, `revoke_token=maybe`, false, "Must be a valid boolean."},
	} {
		own, other := s.login(right), s.login(right)
		header := own.header()
		if row.contentType != "" {
			header = http.Header{"Authorization": header["Authorization"], "Content-Type": {row.contentType}}
		}
		got := s.post("logout", header, row.body)
		ended := row.problem == ""
		if ended {
			is(t, row.body, got, 200, loggedOut)
		} else {
			is(t, row.body, got, 400, `{"revoke_token":["`+row.problem+`"]}`)
		}
		if lasts := s.profile(own).Status == 200; lasts == ended {
			t.Errorf("%s: its own token lasts: %t", row.body, lasts)
		}
		if lasts := s.profile(other).Status == 200; lasts == row.revokes {
			t.Errorf("%s: the other token lasts: %t", row.body, lasts)
		}
	}
	is(t, "a list", s.logout(s.login(right), `[]`), 400, `{"non_field_errors":["Invalid data. Expected a dictionary, but got list."]}`)
}

// TestTokenHeader holds the texts of DRF's TokenAuthentication.
func TestTokenHeader(t *testing.T) {
	t.Parallel()
	s := newSite(t, map[string]string{"AISQUARE_RESPONSE": "token"})
	token := s.login(right).token
	for authorization, want := range map[string]string{
		"Token " + token:          janesProfile,
		"tOKEN \t " + token + " ": janesProfile,
		"Token":                   `{"detail":"Invalid token header. No credentials provided."}`,
		"Token " + token + " x":   `{"detail":"Invalid token header. Token string should not contain spaces."}`,
		"Token x":                 `{"detail":"Invalid token."}`,
		"Bearer " + token:         noCredentials,
		token:                     noCredentials,
		"":                        noCredentials,
	} {
		got := s.views["profile"].Do(http.MethodGet, "/api/v1/iam/accounts/profile/", http.Header{"Authorization": {authorization}}, "")
		if want == janesProfile {
			is(t, authorization, got, 200, want)
			continue
		}
		is(t, authorization, got, 401, want)
		if challenge := got.Header.Get("X-Amzn-Remapped-Www-Authenticate"); challenge != "Token" {
			t.Errorf("%q: the challenge is %q", authorization, challenge)
		}
	}
}
