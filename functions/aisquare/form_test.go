package aisquare_test

import (
	"net/http"
	"strings"
	"testing"
)

const zoeIsIn = `{"detail":"Login successful","login":"zoë","password":"********"}`

func TestForms(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, off)
	const form = "application/x-www-form-urlencoded"
	tests := []struct {
		name, contentType, body string
		status                  int
		want                    string
	}{
		{"the last of two", form, "login=x&password=x&login=jane.doe&password=SecurePass123!", 200, janeIsIn},
		{"unknown charset", form + "; charset=klingon", "login=zo%C3%AB&password=pässwörd", 200, zoeIsIn},
		{"ISO-8859-1", form + "; charset=iso-8859-1", "login=zo%EB&password=p\xe4ssw%F6rd", 200, zoeIsIn},
		{"ISO-8859-1 that nobody named", form, "login=zo\xeb&password=p\xe4ssw\xf6rd", 200, zoeIsIn},
		{"not ASCII, as it says", form + "; charset=ascii", "login=zo\xeb&password=p\xe4ssw\xf6rd", 200, zoeIsIn},
		{"escaped separators in ISO-8859-1", form + ";charset=latin1", "login=jane.doe%26x%3D%2B%25&password=x", 400, invalid},
		{"1000 fields", form, "login=jane.doe&password=SecurePass123!" + strings.Repeat("&x=", 998), 200, janeIsIn},
		{"1001 fields", form, "login=jane.doe&password=SecurePass123!" + strings.Repeat("&x=", 999), 400,
			`{"detail":"Form parse error - more than 1000 form fields"}`},
	}
	for _, tt := range tests {
		got := e.Do(http.MethodPost, path, http.Header{"Content-Type": {tt.contentType}}, tt.body)
		expect(t, tt.name, got, tt.status, tt.want)
	}
}

// part is one part of a multipart body.
func part(disposition, content string) string {
	return "--B\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n" + content + "\r\n"
}

func TestMultipart(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, off)
	const form, end = "multipart/form-data; boundary=B", "--B--\r\n"
	name, password := part(`name="login"`, "jane.doe"), part(`name="password"`, "SecurePass123!")
	tests := []struct {
		name, contentType, body string
		status                  int
		want                    string
	}{
		{"other letter case", "Multipart/Form-Data; boundary=B", name + password + end, 400,
			`{"detail":"Multipart form parse error - Invalid Content-Type: Multipart/Form-Data; boundary=B"}`},
		{"a pattern", "*/form-data; boundary=B", name + password + end, 400,
			`{"detail":"Multipart form parse error - Invalid Content-Type: */form-data; boundary=B"}`},
		{"a pattern that Django takes", "multipart/*; boundary=B", name + password + end, 200, janeIsIn},
		{"other multipart", "multipart/mixed; boundary=B", name + end, 415, unsupported("multipart/mixed; boundary=B")},
		{"1001 fields", form, strings.Repeat(part(`name="x"`, ""), 999) + name + password + end, 400,
			`{"detail":"Multipart form parse error - more than 1000 form fields"}`},
	}
	for _, tt := range tests {
		got := e.Do(http.MethodPost, path, http.Header{"Content-Type": {tt.contentType}}, tt.body)
		expect(t, tt.name, got, tt.status, tt.want)
	}
}
