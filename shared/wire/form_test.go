package wire_test

import (
	"maps"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"gatehouse/shared/wire"
)

// The bodies with login were recorded with Django 5.2, the wants of all rows are those of Django 3.2's QueryDict too.
func TestParseForm(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		want       map[string]string
	}{
		{"credentials", "login=jane.doe&password=SecurePass123%21",
			map[string]string{"login": "jane.doe", "password": "SecurePass123!"}},
		{"plus and escapes", "login=+zo%C3%AB+&password=p%c3%a4ss-%F0%9F%94%91",
			map[string]string{"login": " zoë ", "password": "päss-🔑"}},
		{"semicolon is data", "login=jane.doe;password=x", map[string]string{"login": "jane.doe;password=x"}},
		{"last wins", "a=1&a=2&a=", map[string]string{"a": ""}},
		{"empty pairs", "&&a=1&", map[string]string{"a": "1"}},
		{"escaped separators", "a%26b=c%3Dd%2B", map[string]string{"a&b": "c=d+"}},
		{"invalid escapes stay", "a=%zz%4&b=100%", map[string]string{"a": "%zz%4", "b": "100%"}},
		{"escapes that are no UTF-8", "a=%ff%E2%82x", map[string]string{"a": "\ufffd\ufffdx"}},
		{"raw ISO-8859-1", "a=zo\xeb&b=%C3%AB", map[string]string{"a": "zoë", "b": "ë"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := wire.ParseForm("", []byte(tt.body)); !maps.Equal(got, tt.want) {
				t.Errorf("ParseForm(%q) = %q, want %q", tt.body, got, tt.want)
			}
		})
	}
}

func FuzzParseForm(f *testing.F) {
	for _, seed := range []string{"login=a+b&password=%21", "a=%zz&b&=c", "a=%ff;b=\xff", "%C3%A9=%E2%82"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		form := wire.ParseForm("utf-8", body)
		for name, value := range form {
			if !utf8.ValidString(name) || !utf8.ValidString(value) {
				t.Errorf("field %q = %q is not UTF-8", name, value)
			}
		}
		// Where net/url sees no fault, and nothing is replaced, both read the same.
		values, err := url.ParseQuery(string(body))
		if err != nil || !utf8.Valid(body) {
			return
		}
		for name, list := range values {
			last := list[len(list)-1]
			replaced := strings.Contains(name, "\ufffd") || !utf8.ValidString(name+last)
			if !replaced && form[name] != last {
				t.Errorf("ParseForm(%q): %q = %q, net/url has %q", body, name, form[name], last)
			}
		}
	})
}
