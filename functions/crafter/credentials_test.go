package crafter_test

import (
	"net/http"
	"strings"
	"testing"

	"gatehouse/shared/gateway"
)

const right = `{"username":"admin","password":"admin_secret"}`

var bodyOf = map[int]string{200: ok, 400: badRequest, 401: badCredentials, 413: `{"message":"Payload Too Large"}`}

func TestBodies(t *testing.T) {
	t.Parallel()
	const (
		json, form = "application/json", "application/x-www-form-urlencoded"
		fields     = "username=admin&password=admin_secret"
		multipart  = "multipart/form-data; boundary=x"
	)
	tests := []struct {
		name, contentType, body string
		status                  int
	}{
		{"no content type", "", right, 200},
		{"called nothing that is known", `;;=";`, right, 200},
		{"no trimming of the name", json, `{"username":" admin","password":"admin_secret"}`, 401},
		{"NUL and more", json, `{"username":"admin","password":"admin_secret\u0000x"}`, 401},
		{"lone surrogate in the password", json, `{"username":"admin","password":"\udfff"}`, 401},
		{"last of duplicates is null", json, `{"username":"admin","password":"admin_secret","password":null}`, 401},
		{"number as user name", json, `{"username":1,"password":"admin_secret"}`, 400},
		{"array", json, `{"username":["admin"],"password":"admin_secret"}`, 400},
		{"null", json, `null`, 400},
		{"nested deeply", json, `{"a":` + strings.Repeat("[", 40_000) + strings.Repeat("]", 40_000) + `}`, 401},
		{"byte order mark", json, "\ufeff" + right, 400},
		{"ISO-8859-1", `application/json; charset="iso-8859-1"`, "{\"username\":\"zo\xe9\",\"password\":\"p\xe4ssw\xf6rd\"}", 200},
		{"ISO-8859-1 without saying so", json, "{\"username\":\"zo\xe9\",\"password\":\"p\xe4ssw\xf6rd\"}", 401},
		{"unknown charset is UTF-8", "application/json; charset=klingon", `{"username":"zoé","password":"pässwörd"}`, 200},

		{"form in any letter case, with a charset", "Application/X-WWW-Form-Urlencoded; charset=UTF-8", fields, 200},
		{"escaped form", form, "user%6eame=zo%C3%A9&password=p%C3%A4ssw%C3%B6rd", 200},
		{"last of duplicate fields", form, fields + "&username=x", 401},
		{"plus is a space", form, "username=admin&password=admin+secret", 401},
		{"white space as a form", form, "  ", 400},
		{"begins as JSON does", form, "{" + fields, 400},
		{"form called JSON", json, fields, 400},
		{"multipart", multipart, "--x\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\nadmin\r\n--x--", 400},
	}
	e := newEndpoint(t, off)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			header := http.Header{}
			if tt.contentType != "" {
				header.Set("Content-Type", tt.contentType)
			}
			expect(t, e.Do(http.MethodPost, resource, header, tt.body), tt.status, bodyOf[tt.status])
		})
	}
}

func TestQuery(t *testing.T) {
	t.Parallel()
	const rightQuery = "username=admin&password=admin_secret"
	tests := []struct {
		name, method, query, body string
		status                    int
	}{
		{"escaped", http.MethodGet, "username=zo%C3%A9&password=p%C3%A4ssw%C3%B6rd", "", 200},
		{"last of duplicates", http.MethodGet, "username=x&" + rightQuery, "", 200},
		{"GET ignores a broken body", http.MethodGet, rightQuery, "{", 200},
		{"GET with a body too large", http.MethodGet, rightQuery, strings.Repeat(" ", gateway.MaxBody+1), 413},
		{"POST with a body ignores the query", http.MethodPost, rightQuery, "{}", 401},
		{"POST does not mix body and query", http.MethodPost, "password=admin_secret", `{"username":"admin"}`, 401},
		{"POST with white space has a body", http.MethodPost, rightQuery, "\n", 400},
	}
	e := newEndpoint(t, off)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := e.Do(tt.method, resource+"?"+tt.query, nil, tt.body)
			expect(t, got, tt.status, bodyOf[tt.status])
		})
	}
}
