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
		{"JSON in capitals", "", []string{"APPLICATION/JSON"}, 200, 0},
		{"HTML, which is answered with JSON", "", []string{"text/html"}, 200, 0},
		{"any JSON", "", []string{"*/json"}, 200, 0},
		{"XML", "", []string{"application/xml"}, 406, 0},
		{"no slash", "", []string{"*"}, 406, 0},
		{"one of a list", "", []string{"image/png, application/json"}, 200, 0},
		{"one of two headers", "", []string{"image/png", "application/json"}, 200, 0},

		{"indent", "", []string{"application/json; indent=4"}, 200, 4},
		{"the most indent", "", []string{"application/json; indent=99"}, 200, 8},
		{"indent that is no number", "", []string{"application/json; indent=x"}, 200, 0},
		{"quoted indent", "", []string{`application/json; indent="2"`}, 200, 2},
		{"the most specific type counts", "", []string{"application/json, */*;indent=2, application/json;indent=4"}, 200, 4},
		{"a pattern is less specific", "", []string{"application/*;indent=2, application/json"}, 200, 0},
		{"HTML is never indented", "", []string{"text/html; indent=4"}, 200, 0},
		{"JSON goes before HTML", "", []string{"text/html;level=1, application/json;indent=3"}, 200, 3},

		{"?format=api", "format=api", nil, 200, 0},
		{"?format=xml", "format=xml", nil, 404, 0},
		{"?format=JSON", "format=JSON", nil, 404, 0},
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
