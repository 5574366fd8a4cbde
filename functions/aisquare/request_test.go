package aisquare_test

import (
	"net/http"
	"strings"
	"testing"

	"gatehouse/shared/gateway"
)

const (
	required      = `{"login":["This field is required."],"password":["This field is required."]}`
	notFound      = `{"detail":"Not found."}`
	notAcceptable = `{"detail":"Could not satisfy the request Accept header."}`
	tooLarge      = `{"detail":"Request body is too large."}`
)

func methodNotAllowed(method string) string {
	return `{"detail":"Method \"` + method + `\" not allowed."}`
}

func unsupported(contentType string) string {
	return `{"detail":"Unsupported media type \"` + contentType + `\" in request."}`
}

// TestOrder sends requests that are wrong in two ways: the response is to the problem that is checked first.
func TestOrder(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, off)
	large := strings.Repeat(" ", gateway.MaxBody) + "{"
	tests := []struct {
		name, method, query, accept, contentType, body string
		status                                         int
		want                                           string
	}{
		{"format, accept", "POST", "?format=xml", "text/plain", "application/json", right, 404, notFound},
		{"accept, method", "GET", "", "application/xml", "", "", 406, notAcceptable},
		{"method, JSON", "PUT", "", "*/*", "application/json", "{", 405, methodNotAllowed("PUT")},
		{"method, size", "PUT", "", "*/*", "application/json", large, 405, methodNotAllowed("PUT")},
		{"type, size", "POST", "", "*/*", "text/plain", large, 415, unsupported("text/plain")},
		{"size, JSON", "POST", "", "*/*", "application/json", large, 413, tooLarge},
		{"JSON, fields", "POST", "", "*/*", "application/json", `{"login":null`, 400,
			`{"detail":"JSON parse error - unexpected EOF: line 1 column 14 (char 13)"}`},
	}
	for _, tt := range tests {
		header := http.Header{"Accept": {tt.accept}}
		if tt.contentType != "" {
			header.Set("Content-Type", tt.contentType)
		}
		expect(t, tt.name, e.Do(tt.method, path+tt.query, header, tt.body), tt.status, tt.want)
	}
	header := asJSON.Clone()
	header.Set("Accept", "application/json; indent=4")
	expect(t, "indented", e.Do(http.MethodGet, path, header, ""), 405, "{\n    \"detail\": \"Method \\\"GET\\\" not allowed.\"\n}")
}

func TestSecurity14Size(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, off)
	largest := right + strings.Repeat(" ", gateway.MaxBody-len(right))
	expect(t, "JSON of 102,400 bytes", post(e, largest), 200, janeIsIn)
	expect(t, "JSON of one byte more", post(e, largest+" "), 413, tooLarge)
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	body := "login=jane.doe&password=SecurePass123%21&x=" + strings.Repeat("x", gateway.MaxBody)
	expect(t, "a form", e.Do(http.MethodPost, path, form, body), 413, tooLarge)
}

// TestEmptyBody: no body is an empty object, whatever its type.
func TestEmptyBody(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, off)
	expect(t, "no type", e.Do(http.MethodPost, path, nil, ""), 400, required)
	for _, contentType := range []string{"multipart/form-data", "text/plain", ""} {
		expect(t, contentType, e.Do(http.MethodPost, path, http.Header{"Content-Type": {contentType}}, ""), 400, required)
	}
}

func TestContentTypes(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, off)
	form := "login=jane.doe&password=SecurePass123%21"
	tests := []struct {
		contentType, body string
		taken             bool
	}{
		{"application/json", right, true},
		{" application/json ; charset=utf-8", right, true},
		{`application/json; charset="UTF-8"; indent=4`, right, true},
		{"application/json; charset=unknown", right, true},
		{"*/json", right, true},
		{"Application/X-WWW-Form-URLEncoded; Charset=UTF-8", form, true},
		{"text/plain", right, false},
		{"application", right, false},
		{"application/json, text/plain", right, false},
		{"", right, false},
	}
	for _, tt := range tests {
		got := e.Do(http.MethodPost, path, http.Header{"Content-Type": {tt.contentType}}, tt.body)
		if tt.taken {
			expect(t, tt.contentType, got, 200, janeIsIn)
			continue
		}
		expect(t, tt.contentType, got, 415, unsupported(tt.contentType))
	}
	quoted := http.Header{"Content-Type": {`text/x; a="b\c"`}}
	expect(t, "quotes", e.Do(http.MethodPost, path, quoted, right), 415, unsupported(`text/x; a=\"b\\c\"`))
}
