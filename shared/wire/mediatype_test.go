package wire_test

import (
	"maps"
	"testing"

	"gatehouse/shared/wire"
)

func TestParseMediaType(t *testing.T) {
	t.Parallel()
	none := map[string]string{}
	tests := []struct {
		name, header, kind string
		parameters         map[string]string
	}{
		{"letter case and spaces", "  APPLICATION/Json ", "application/json", none},
		{"quoted charset", `application/json;CharSet="utf-8"`, "application/json", map[string]string{"charset": "utf-8"}},
		{"quoted semicolon and escapes", `a/b; x="1;\"2\\"; y=3`, "a/b", map[string]string{"x": `1;"2\`, "y": "3"}},
		{"spaces around", `a/b ; x = 1 ; y = "2" `, "a/b", map[string]string{"x": "1", "y": "2"}},
		{"last of a name", "a/b;x=1;X=2", "a/b", map[string]string{"x": "2"}},

		{"empty", "", "", none},
		{"parameter without a value", "application/json; bad", "application/json", none},
		{"empty value", "a/b;x=", "a/b", map[string]string{"x": ""}},
		{"empty name", "a/b;=x", "a/b", none},
		{"text after the quotes", `a/b;x="1"2`, "a/b", map[string]string{"x": `"1"2`}},
		{"open quotes", `a/b;x="1;y=2`, "a/b", map[string]string{"x": `"1;y=2`}},
		{"one quote", `a/b;x="`, "a/b", map[string]string{"x": `"`}},
		{"escaped closing quote", `a/b;x="1\"`, "a/b", map[string]string{"x": `1\`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := wire.ParseMediaType(tt.header)
			if got.Type != tt.kind || !maps.Equal(got.Parameters, tt.parameters) {
				t.Errorf("ParseMediaType(%q) = %q %q, want %q %q", tt.header, got.Type, got.Parameters, tt.kind, tt.parameters)
			}
		})
	}
}
