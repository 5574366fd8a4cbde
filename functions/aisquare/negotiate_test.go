package aisquare

import (
	"net/http"
	"strings"
	"testing"

	"gatehouse/shared/gateway"
)

// TestNegotiate has rows that were compared with Django REST framework. The expected status is 200 for what is accepted.
func TestNegotiate(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		query  string
		accept []string // nil: no header
		status int
		indent int
	}{
		{"no header", "", nil, 200, 0},
		{"empty header", "", []string{""}, 406, 0},
		{"anything", "", []string{"*/*"}, 200, 0},
		{"JSON", "", []string{"application/json"}, 200, 0},
		{"JSON in capitals", "", []string{"APPLICATION/JSON"}, 200, 0},
		{"any application", "", []string{"application/*"}, 200, 0},
		{"HTML, which is answered with JSON", "", []string{"text/html"}, 200, 0},
		{"any text", "", []string{"text/*"}, 200, 0},
		{"any JSON", "", []string{"*/json"}, 200, 0},
		{"a browser", "", []string{"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}, 200, 0},
		{"parameters", "", []string{"application/json; charset=utf-8; version=1"}, 200, 0},
		{"q=0 counts for nothing", "", []string{"application/json;q=0"}, 200, 0},
		{"XML", "", []string{"application/xml"}, 406, 0},
		{"plain text", "", []string{"text/plain"}, 406, 0},
		{"no slash", "", []string{"*"}, 406, 0},
		{"JSON's kin", "", []string{"application/vnd.api+json"}, 406, 0},
		{"one of a list", "", []string{"image/png, application/json"}, 200, 0},
		{"one of two headers", "", []string{"image/png", "application/json"}, 200, 0},
		{"none of a list", "", []string{"image/png, text/csv;q=1,"}, 406, 0},

		{"indent", "", []string{"application/json; indent=4"}, 200, 4},
		{"indent of anything", "", []string{"*/*;indent=2"}, 200, 2},
		{"the most indent", "", []string{"application/json; indent=99"}, 200, 8},
		{"negative indent", "", []string{"application/json; indent=-1"}, 200, 0},
		{"indent that is no number", "", []string{"application/json; indent=x"}, 200, 0},
		{"quoted indent", "", []string{`application/json; indent="2"`}, 200, 2},
		{"the most specific type counts", "", []string{"application/json, */*;indent=2, application/json;indent=4"}, 200, 4},
		{"a pattern is less specific", "", []string{"application/*;indent=2, application/json"}, 200, 0},
		{"HTML is never indented", "", []string{"text/html; indent=4"}, 200, 0},
		{"JSON goes before HTML", "", []string{"text/html;level=1, application/json;indent=3"}, 200, 3},

		{"?format=json", "format=json", nil, 200, 0},
		{"?format=api", "format=api", nil, 200, 0},
		{"?format=", "format=", nil, 200, 0},
		{"?format=xml", "format=xml", nil, 404, 0},
		{"?format=JSON", "format=JSON", nil, 404, 0},
		{"?Format=xml", "Format=xml", nil, 200, 0},
		{"a wrong format goes before a wrong header", "format=xml", []string{"image/png"}, 404, 0},
		{"a format that the header does not accept", "format=json", []string{"text/html"}, 406, 0},
		{"the page's format for a client of JSON", "format=api", []string{"application/json"}, 406, 0},
	}
	for _, tt := range tests {
		name, value, _ := strings.Cut(tt.query, "=")
		r := &gateway.Request{Query: map[string]string{name: value}, Header: http.Header{}}
		if tt.accept != nil {
			r.Header["Accept"] = tt.accept
		}
		indent, refusal := negotiate(r)
		status := http.StatusOK
		if refusal != nil {
			status = refusal.Status
		}
		if status != tt.status || indent != tt.indent {
			t.Errorf("%s: status %d, indent %d; want %d, %d", tt.name, status, indent, tt.status, tt.indent)
		}
	}
}
