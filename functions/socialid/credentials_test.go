package socialid_test

import (
	"net/http"
	"testing"
)

func TestIdentifiers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		status     int
		want       string
	}{
		{"null is none", `{"username":"john_doe","email_address":null,"password":"john_doe_secret"}`, 201, ""},

		{"names of two users, the second one's password", `{"username":"john_doe","email_address":"jane@domain.com","password":"jane_secret"}`, 404, notFound},
		{"the user name is unknown", `{"username":"x","email_address":"john_doe@domain.com","password":"john_doe_secret"}`, 404, notFound},
		{"an address as user name", `{"username":"john_doe@domain.com","password":"john_doe_secret"}`, 404, notFound},
		{"lone surrogate", `{"username":"john_doe\ud800","password":"john_doe_secret"}`, 404, notFound},
		{"lone surrogate in the password", `{"username":"john_doe","password":"\udfff"}`, 403, wrong},
	}
	e := newEndpoint(t, off)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			expect(t, logIn(e, tt.body), tt.status, tt.want)
		})
	}
}

// TestSecurity14BadRequests compares whole bodies, which name each missing parameter and each that is not a string.
func TestSecurity14BadRequests(t *testing.T) {
	t.Parallel()
	const (
		nameText     = "username or email_address can't be blank"
		passwordText = "password can't be blank"
		notAnObject  = "The request body is not a JSON object."
	)
	tests := []struct {
		name, body, description string
	}{
		{"null password", `{"username":"john_doe","password":null}`, passwordText},
		{"empty and null name", `{"username":"","email_address":null,"password":"x"}`, nameText},
		{"wrapped in user", `{"user":` + john + `}`, nameText + ", " + passwordText},
		{"number as user name", `{"username":1,"password":"x"}`, "username is not a string"},
		{
			"address is no string, user name is right",
			`{"username":"john_doe","email_address":[],"password":"john_doe_secret"}`,
			"email_address is not a string",
		},
		{
			"no strings at all",
			`{"username":1,"email_address":2,"password":3}`,
			"username is not a string, email_address is not a string, password is not a string",
		},
	}
	e := newEndpoint(t, off)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			expect(t, logIn(e, tt.body), 400, `{"error":"bad_request","error_description":"`+tt.description+`"}`)
		})
	}
}

func TestContentType(t *testing.T) {
	t.Parallel()
	const utf8, latin1 = `{"username":"zoé","password":"pässwörd"}`, "{\"username\":\"zo\xe9\",\"password\":\"p\xe4ssw\xf6rd\"}"
	tests := []struct {
		name, contentType, body string
		status                  int
	}{
		{"none", "", utf8, 201},
		{"nothing that is known", `;;=";`, utf8, 201},
		{"unknown charset is UTF-8", "application/json; charset=klingon", utf8, 201},
		{"ISO-8859-1 in quotes", `application/json; charset="ISO-8859-1"`, latin1, 201},
		{"ISO-8859-1 without saying so", "application/json", latin1, 400},
		{"ISO-8859-1 that says utf8", "application/json; charset=utf8", latin1, 400},
	}
	e := newEndpoint(t, off)
	for _, tt := range tests {
		header := http.Header{"Authorization": documented["Authorization"]}
		if tt.contentType != "" {
			header.Set("Content-Type", tt.contentType)
		}
		if got := e.Do(http.MethodPost, resource, header, tt.body); got.Status != tt.status {
			t.Errorf("%s: got %d %s, want %d", tt.name, got.Status, got.Body, tt.status)
		}
	}
}
