package socialid_test

import (
	"net/http"
	"strings"
	"testing"
)

// latin1 is a text of up to U+00FF in ISO-8859-1.
func latin1(text string) string {
	var out []byte
	for _, r := range text {
		out = append(out, byte(r))
	}
	return string(out)
}

// utf16 is an ASCII text in UTF-16, little-endian.
func utf16(text string) string {
	var out []byte
	for i := range len(text) {
		out = append(out, text[i], 0)
	}
	return string(out)
}

func TestIdentifiers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		status     int
		want       string
	}{
		{"user name", john, 201, ""},
		{"e-mail address", `{"email_address":"john_doe@domain.com","password":"john_doe_secret"}`, 201, ""},
		{
			"e-mail address in another letter case",
			`{"email_address":"John_Doe@DOMAIN.com","password":"john_doe_secret"}`, 201, "",
		},
		{"both", `{"username":"john_doe","email_address":"john_doe@domain.com","password":"john_doe_secret"}`, 201, ""},
		{
			"an empty user name is none",
			`{"username":"","email_address":"john_doe@domain.com","password":"john_doe_secret"}`, 201, "",
		},
		{"null is none", `{"username":"john_doe","email_address":null,"password":"john_doe_secret"}`, 201, ""},
		{"other members", `{"user":{"username":"jane"},"username":"john_doe","password":"john_doe_secret","x":1}`, 201, ""},
		{"last of duplicates", `{"username":"x","username":"john_doe","password":"john_doe_secret"}`, 201, ""},
		{"escaped", `{"user\u006eame":"john\u005fdoe","password":"john_doe_secret"}`, 201, ""},

		{
			"names of two users, the first one's password",
			`{"username":"john_doe","email_address":"jane@domain.com","password":"john_doe_secret"}`, 404, notFound,
		},
		{
			"names of two users, the second one's password",
			`{"username":"john_doe","email_address":"jane@domain.com","password":"jane_secret"}`, 404, notFound,
		},
		{
			"the address is unknown",
			`{"username":"john_doe","email_address":"x@domain.com","password":"john_doe_secret"}`, 404, notFound,
		},
		{
			"the user name is unknown",
			`{"username":"x","email_address":"john_doe@domain.com","password":"john_doe_secret"}`, 404, notFound,
		},
		{"both are unknown", `{"username":"x","email_address":"x@domain.com","password":"x"}`, 404, notFound},
		{"an address as user name", `{"username":"john_doe@domain.com","password":"john_doe_secret"}`, 404, notFound},
		{"a user name as address", `{"email_address":"john_doe","password":"john_doe_secret"}`, 404, notFound},
		{"lone surrogate", `{"username":"john_doe\ud800","password":"john_doe_secret"}`, 404, notFound},
		{"lone surrogate in the password", `{"username":"john_doe","password":"\udfff"}`, 403, wrong},
		{"NUL and more", `{"username":"john_doe","password":"john_doe_secret\u0000x"}`, 403, wrong},
		{"password in another letter case", `{"username":"john_doe","password":"John_doe_secret"}`, 403, wrong},
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
		notJSON      = "The request body is not valid JSON: "
		notAnObject  = "The request body is not a JSON object."
	)
	tests := []struct {
		name, body, description string
	}{
		{"nothing", `{}`, nameText + ", " + passwordText},
		{"no password", `{"username":"john_doe"}`, passwordText},
		{"null password", `{"username":"john_doe","password":null}`, passwordText},
		{"empty password", `{"username":"john_doe","password":""}`, passwordText},
		{"no name", `{"password":"x"}`, nameText},
		{"empty and null name", `{"username":"","email_address":null,"password":"x"}`, nameText},
		{"wrapped in user", `{"user":` + john + `}`, nameText + ", " + passwordText},
		{"names are case-sensitive", `{"Username":"john_doe","password":"x"}`, nameText},
		{"number as user name", `{"username":1,"password":"x"}`, "username is not a string"},
		{"bool as address", `{"email_address":false,"password":"x"}`, "email_address is not a string"},
		{
			"address is no string, user name is right",
			`{"username":"john_doe","email_address":[],"password":"john_doe_secret"}`,
			"email_address is not a string",
		},
		{
			"object as password",
			`{"username":"john_doe","password":{"$ne":""}}`, "password is not a string",
		},
		{"number as password, no name", `{"password":123456}`, "password is not a string"},
		{
			"no strings at all",
			`{"username":1,"email_address":2,"password":3}`,
			"username is not a string, email_address is not a string, password is not a string",
		},

		{"an array", `[]`, notAnObject},
		{"a string", `"john_doe"`, notAnObject},
		{"null", `null`, notAnObject},
		{"no body", ``, notJSON + "unexpected EOF: line 1 column 1 (char 0)."},
		{"a form", `username=john_doe&password=john_doe_secret`, notJSON + "invalid character 'u' at start of value: line 1 column 1 (char 0)."},
		{
			"trailing comma",
			`{"username":"john_doe",}`,
			notJSON + "invalid character ',' at start of value: line 1 column 23 (char 22).",
		},
		{"something behind", `{} {}`, notJSON + "unexpected data after the value: line 1 column 4 (char 3)."},
		{"byte order mark", "\ufeff" + john, notJSON + `invalid character '\\ufeff' at start of value: line 1 column 1 (char 0).`},
		{"not UTF-8", "{\"\xe9\":1}", notJSON + "invalid UTF-8: line 1 column 3 (char 2)."},
		{
			"nested without end",
			strings.Repeat("[", 100_000), notJSON + "unexpected EOF: line 1 column 100001 (char 100000).",
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
	zoe := `{"username":"zoé","password":"pässwörd"}`
	tests := []struct {
		name, contentType, body string
		status                  int
	}{
		{"JSON", "application/json", zoe, 201},
		{"none", "", zoe, 201},
		{"a form, as curl -d says", "application/x-www-form-urlencoded", zoe, 201},
		{"text", "text/plain", zoe, 201},
		{"nothing that is known", `;;=";`, zoe, 201},
		{"UTF-8", "application/json; charset=utf-8", zoe, 201},
		{"ISO-8859-1", `application/json; charset="ISO-8859-1"`, latin1(zoe), 201},
		{"UTF-16", "application/json; charset=utf-16", "\xff\xfe" + utf16(john), 201},
		{"unknown charset is UTF-8", "application/json; charset=klingon", zoe, 201},
		{"ISO-8859-1 without saying so", "application/json", latin1(zoe), 400},
		{"ISO-8859-1 that says UTF-8", "application/json; charset=UTF-8", latin1(zoe), 400},
		{"ISO-8859-1 that says utf8", "application/json; charset=utf8", latin1(zoe), 400},
		{"UTF-16 without saying so", "application/json", utf16(john), 400},
	}
	e := newEndpoint(t, off)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{"Authorization": {basic(documentedApplication.ID, documentedApplication.Secret)}}
			if tt.contentType != "" {
				header.Set("Content-Type", tt.contentType)
			}
			got := e.Do(http.MethodPost, resource, header, tt.body)
			want := ""
			if tt.status == http.StatusBadRequest {
				want = got.Body // checked in TestSecurity14BadRequests
			}
			expect(t, got, tt.status, want)
		})
	}
}
