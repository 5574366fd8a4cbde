package crafter_test

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

const right = `{"username":"admin","password":"admin_secret"}`

func TestJSON(t *testing.T) {
	t.Parallel()
	zoe := `{"username":"zoé","password":"pässwörd"}`
	tests := []struct {
		name, contentType, body string
		status                  int
	}{
		{"plain", "application/json", right, 200},
		{"white space around", "application/json", "\r\n\t " + right + "\n", 200},
		{"escaped", "application/json", `{"user\u006eame":"\u0061dmin","password":"admin\u005fsecret"}`, 200},
		{"other members", "application/json", `{"a":[{}],"username":"admin","password":"admin_secret","b":null}`, 200},
		{"no content type", "", right, 200},
		{"called XML", "application/xml; charset=utf-8", right, 200},
		{"called text", "text/plain", right, 200},
		{"called a form", "application/x-www-form-urlencoded", right, 200},
		{"called multipart", "multipart/form-data; boundary=x", right, 200},
		{"called nothing that is known", `;;=";`, right, 200},

		{
			"last of duplicates is right",
			"application/json", `{"username":"x","username":"admin","password":"admin_secret"}`, 200,
		},
		{
			"last of duplicates is wrong",
			"application/json", `{"username":"admin","username":"x","password":"admin_secret"}`, 401,
		},
		{"names are case-sensitive", "application/json", `{"Username":"admin","Password":"admin_secret"}`, 401},
		{
			"other case does not override",
			"application/json", `{"username":"admin","password":"admin_secret","Password":"x"}`, 200,
		},
		{"no trimming of the name", "application/json", `{"username":" admin","password":"admin_secret"}`, 401},
		{"no trimming of the password", "application/json", `{"username":"admin","password":"admin_secret "}`, 401},
		{"NUL and more", "application/json", `{"username":"admin","password":"admin_secret\u0000x"}`, 401},
		{"lone surrogate in the name", "application/json", `{"username":"admin\ud800","password":"admin_secret"}`, 401},
		{"lone surrogate in the password", "application/json", `{"username":"admin","password":"\udfff"}`, 401},

		{"empty object", "application/json", `{}`, 401},
		{"no password", "application/json", `{"username":"admin"}`, 401},
		{"no user name", "application/json", `{"password":"admin_secret"}`, 401},
		{"null password", "application/json", `{"username":"admin","password":null}`, 401},
		{"null user name", "application/json", `{"username":null,"password":"admin_secret"}`, 401},
		{"empty password", "application/json", `{"username":"admin","password":""}`, 401},
		{"empty user name", "application/json", `{"username":"","password":"admin_secret"}`, 401},
		{
			"last of duplicates is null",
			"application/json", `{"username":"admin","password":"admin_secret","password":null}`, 401,
		},

		{"number as password", "application/json", `{"username":"admin","password":1}`, 400},
		{"number as user name", "application/json", `{"username":1,"password":"admin_secret"}`, 400},
		{"bool", "application/json", `{"username":"admin","password":true}`, 400},
		{"array", "application/json", `{"username":["admin"],"password":"admin_secret"}`, 400},
		{"object", "application/json", `{"username":"admin","password":{"$ne":""}}`, 400},
		{"no user name, number as password", "application/json", `{"password":1}`, 400},

		{"an array", "application/json", `["admin","admin_secret"]`, 400},
		{"an array of the object", "application/json", "[" + right + "]", 400},
		{"a string", "application/json", `"admin"`, 400},
		{"a number", "application/json", `1`, 400},
		{"null", "application/json", `null`, 400},
		{"white space", "application/json", " \r\n\t", 400},
		{"breaks off", "application/json", `{`, 400},
		{"trailing comma", "application/json", `{"username":"admin","password":"admin_secret",}`, 400},
		{"something behind", "application/json", right + `x`, 400},
		{"two objects", "application/json", right + right, 400},
		{"single quotes", "application/json", `{'username':'admin','password':'admin_secret'}`, 400},
		{"control character", "application/json", "{\"username\":\"admin\",\"password\":\"admin\nsecret\"}", 400},
		{"nested without end", "application/json", strings.Repeat("[", 100_000), 400},
		{"nested deeply", "application/json", `{"a":` + strings.Repeat("[", 40_000) + strings.Repeat("]", 40_000) + `}`, 401},
		{"byte order mark", "application/json", "\ufeff" + right, 400},

		{"UTF-8", "application/json; charset=UTF-8", zoe, 200},
		{"UTF-8 unless said otherwise", "application/json", zoe, 200},
		{"ISO-8859-1", `application/json; charset="iso-8859-1"`, latin1(zoe), 200},
		{"ISO-8859-1 without saying so", "application/json", latin1(zoe), 401},
		{"UTF-16", "application/json; charset=utf-16", "\xff\xfe" + utf16(right), 200},
		{"UTF-16 without a mark", "application/json; charset=utf-16le", utf16(right), 200},
		{"UTF-16 without saying so", "application/json", utf16(right), 400},
		{"unknown charset is UTF-8", "application/json; charset=klingon", zoe, 200},
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

var bodyOf = map[int]string{200: ok, 401: badCredentials, 400: badRequest}

func TestForm(t *testing.T) {
	t.Parallel()
	const form = "application/x-www-form-urlencoded"
	tests := []struct {
		name, contentType, body string
		status                  int
	}{
		{"plain", form, "username=admin&password=admin_secret", 200},
		{
			"any letter case, with a charset",
			"Application/X-WWW-Form-Urlencoded; charset=UTF-8", "username=admin&password=admin_secret", 200,
		},
		{"escaped", form, "user%6eame=%61dmin&password=admin%5Fsecret", 200},
		{"UTF-8", form, "username=zo%C3%A9&password=p%C3%A4ssw%C3%B6rd", 200},
		{"other fields", form, "a=1&username=admin&password=admin_secret&_csrf=x", 200},
		{"last of duplicates is right", form, "username=x&username=admin&password=admin_secret", 200},
		{"last of duplicates is wrong", form, "username=admin&username=x&password=admin_secret", 401},
		{"plus is a space", form, "username=admin&password=admin+secret", 401},
		{"no password", form, "username=admin", 401},
		{"empty password", form, "username=admin&password=", 401},
		{"no user name", form, "password=admin_secret", 401},
		{"nothing that is a field", form, "&&&", 401},
		{"broken escapes", form, "username=%&password=%zz", 401},
		{"white space", form, "  ", 400},
		{"begins as JSON does", form, "{username=admin&password=admin_secret", 400},
		{"called text", "text/plain", "username=admin&password=admin_secret", 400},
		{"called JSON", "application/json", "username=admin&password=admin_secret", 400},
		{"called nothing", "", "username=admin&password=admin_secret", 400},
		{
			"multipart",
			"multipart/form-data; boundary=x",
			"--x\r\nContent-Disposition: form-data; name=\"username\"\r\n\r\nadmin\r\n--x--", 400,
		},
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
		{"GET", http.MethodGet, rightQuery, "", 200},
		{"POST without a body", http.MethodPost, rightQuery, "", 200},
		{"escaped", http.MethodGet, "username=%61dmin&password=admin%5Fsecret", "", 200},
		{"UTF-8", http.MethodGet, "username=zo%C3%A9&password=p%C3%A4ssw%C3%B6rd", "", 200},
		{"last of duplicates is right", http.MethodGet, "username=x&" + rightQuery, "", 200},
		{"last of duplicates is wrong", http.MethodGet, rightQuery + "&username=x", "", 401},
		{"names are case-sensitive", http.MethodGet, "Username=admin&password=admin_secret", "", 401},
		{"wrong password", http.MethodGet, "username=admin&password=guess", "", 401},
		{"no password", http.MethodGet, "username=admin", "", 401},
		{"empty user name", http.MethodGet, "username=&password=admin_secret", "", 401},
		{"nothing", http.MethodGet, "", "", 401},
		{"POST with nothing at all", http.MethodPost, "", "", 401},
		{"GET ignores a right body", http.MethodGet, "", right, 401},
		{"GET ignores a broken body", http.MethodGet, rightQuery, "{", 200},
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
