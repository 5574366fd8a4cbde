package unleash

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"gatehouse/shared/wire"
)

func TestStrictMediaType(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, header string
		strict       bool
	}{
		{"plain", "application/json", true},
		{"letter case and spaces", "  APPLICATION/Json ", true},
		{"charset", "application/json; charset=UTF-8", true},
		{"quoted charset", `application/json;CharSet="utf-8"`, true},
		{"quoted semicolon and escapes", `a/b; x="1;\"2\\"; y=3`, true},
		{"spaces around", `a/b ; x = 1 ; y = "2" `, true},
		{"vendor tree", "application/vnd.api+json", true},
		{"empty quoted value", `a/b;x=""`, true},
		{"bytes beyond ASCII in quotes", "a/b;x=\"\xe9\"", true},
		{"longest name", "a/" + strings.Repeat("b", 127), true},

		{"empty", "", false},
		{"semicolon at the end", "application/json;", false},
		{"parameter without a value", "application/json; bad", false},
		{"good and bad parameters", "a/b; charset=utf-16; bad", false},
		{"empty value", "a/b;x=", false},
		{"empty name", "a/b;=x", false},
		{"no subtype", "json", false},
		{"two types", "application/json, text/plain", false},
		{"wildcard", "*/*", false},
		{"wildcard subtype", "application/*", false},
		{"a dot in the type", "a.b/c", false},
		{"space in the value", "a/b;x=1 2", false},
		{"text after the quotes", `a/b;x="1"2`, false},
		{"open quotes", `a/b;x="1;y=2`, false},
		{"one quote", `a/b;x="`, false},
		{"escaped closing quote", `a/b;x="1\"`, false},
		{"control character in quotes", "a/b;x=\"\x7f\"", false},
		{"escaped byte beyond ASCII", "a/b;x=\"\\\xe9\"", false},
		{"tab", "a/b;\tx=1", false},
		{"line break at the end", "a/b\n", false},
		{"name too long", "a/" + strings.Repeat("b", 128), false},
	}
	for _, tt := range tests {
		if got := strictMediaType.MatchString(tt.header); got != tt.strict {
			t.Errorf("%s: %q is accepted: %t, want %t", tt.name, tt.header, got, tt.strict)
		}
	}
}

// FuzzStrictMediaType writes every accepted header anew from what the lenient reader reads in it.
func FuzzStrictMediaType(f *testing.F) {
	for _, seed := range []string{"application/json", "application/json;", `a/b; x="1;\"2\\" ; y=3`, "*/*", "\xff/é"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		if !strictMediaType.MatchString(header) {
			return
		}
		want := wire.ParseMediaType(header)
		var written strings.Builder
		written.WriteString(want.Type)
		for name, value := range want.Parameters {
			fmt.Fprintf(&written, `; %s="%s"`, name, strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value))
		}
		got := wire.ParseMediaType(written.String())
		if got.Type != want.Type || !maps.Equal(got.Parameters, want.Parameters) || !strictMediaType.MatchString(written.String()) {
			t.Errorf("%q is %+v, but written as %q it is %+v", header, want, &written, got)
		}
	})
}
