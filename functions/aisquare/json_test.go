package aisquare_test

import (
	"net/http"
	"strings"
	"testing"
)

const parseError = `{"detail":"JSON parse error - `

func TestJSONErrors(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, off)
	nested := func(levels int) string { return strings.Repeat("[", levels) + strings.Repeat("]", levels) }
	tests := []struct{ name, body, detail string }{
		{"1001 levels in an ignored property", `{"x":` + nested(1000) + `}`, "nested deeper than 1000 levels"},
		{"50,000 levels", nested(50_000), "nested deeper than 1000 levels"},
		{"4301 negative digits", `{"x":{"y":[-` + strings.Repeat("7", 4301) + `]}}`, "an integer has more than 4300 digits"},
	}
	for _, tt := range tests {
		got := post(e, tt.body)
		if !strings.HasPrefix(got.Body, parseError+tt.detail) {
			t.Errorf("%s: got %s, want %s%s...", tt.name, got.Body, parseError, tt.detail)
		}
		expect(t, tt.name, got, 400, got.Body)
	}
	expect(t, "1000 levels", post(e, nested(1000)), 400,
		`{"non_field_errors":["Invalid data. Expected a dictionary, but got list."]}`)
}

func TestCharsets(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, off)
	const (
		login    = `{"login":"zoë","password":"pässwörd"}`
		accepted = `{"detail":"Login successful","login":"zoë","password":"********"}`
	)
	tests := []struct{ name, charset, body string }{
		{"utf-8", "; charset=utf-8", login},
		{"UTF_8 in quotes", `; CHARSET="UTF_8"`, login},
		{"unknown", "; charset=klingon", login},
		{"iso-8859-1", "; charset=iso-8859-1", latin1(login)},
		{"utf-16 with a mark", "; charset=utf-16", "\xff\xfe" + utf16le(login)},
		{"utf-16le", "; charset=UTF-16LE", utf16le(login)},
	}
	for _, tt := range tests {
		header := http.Header{"Content-Type": {"application/json" + tt.charset}}
		expect(t, tt.name, e.Do(http.MethodPost, path, header, tt.body), 200, accepted)
	}
	wrong := []struct{ name, charset, body string }{
		{"utf-16 without a mark", "; charset=utf-16", utf16le(login)},
		{"utf-16le with a mark", "; charset=utf-16le", "\xff\xfe" + utf16le(login)},
		{"ISO-8859-1 for an unknown charset", "; charset=klingon", latin1(login)},
	}
	for _, tt := range wrong {
		header := http.Header{"Content-Type": {"application/json" + tt.charset}}
		got := e.Do(http.MethodPost, path, header, tt.body)
		if got.Status != 400 || !strings.HasPrefix(got.Body, parseError) {
			t.Errorf("%s: got %d %s, want 400 %s...", tt.name, got.Status, got.Body, parseError)
		}
	}
}

// latin1 is a text of ISO-8859-1 letters in that charset.
func latin1(text string) string {
	var out []byte
	for _, r := range text {
		out = append(out, byte(r))
	}
	return string(out)
}

// utf16le is a text of ISO-8859-1 letters in UTF-16, little-endian.
func utf16le(text string) string {
	var out []byte
	for _, r := range text {
		out = append(out, byte(r), 0)
	}
	return string(out)
}
