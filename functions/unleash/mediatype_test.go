package unleash

import (
	"strings"
	"testing"
)

func TestStrictMediaType(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, header string
		strict       bool
	}{
		{"plain", "application/json", true},
		{"letter case and spaces", "  APPLICATION/Json ", true},
		{"quoted charset", `application/json;CharSet="utf-8"`, true},
		{"quoted semicolon and escapes", `a/b; x="1;\"2\\"; y=3`, true},
		{"vendor tree", "application/vnd.api+json", true},
		{"longest name", "a/" + strings.Repeat("b", 127), true},

		{"empty", "", false},
		{"semicolon at the end", "application/json;", false},
		{"parameter without a value", "application/json; bad", false},
		{"no subtype", "json", false},
		{"wildcard subtype", "application/*", false},
		{"space in the value", "a/b;x=1 2", false},
		{"text after the quotes", `a/b;x="1"2`, false},
		{"open quotes", `a/b;x="1;y=2`, false},
		{"control character in quotes", "a/b;x=\"\x7f\"", false},
		{"escaped byte beyond ASCII", "a/b;x=\"\\\xe9\"", false},
		{"line break at the end", "a/b\n", false},
		{"name too long", "a/" + strings.Repeat("b", 128), false},
	}
	for _, tt := range tests {
		if got := strictMediaType().MatchString(tt.header); got != tt.strict {
			t.Errorf("%s: %q is accepted: %t, want %t", tt.name, tt.header, got, tt.strict)
		}
	}
}
