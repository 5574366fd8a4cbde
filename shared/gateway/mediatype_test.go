package gateway_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"gatehouse/shared/gateway"
)

func TestParseMediaType(t *testing.T) {
	t.Parallel()
	none := map[string]string{}
	tests := []struct {
		name, header, kind string
		parameters         map[string]string
		strict             bool
	}{
		{"plain", "application/json", "application/json", none, true},
		{"letter case and spaces", "  APPLICATION/Json ", "application/json", none, true},
		{"charset", "application/json; charset=UTF-8", "application/json", map[string]string{"charset": "UTF-8"}, true},
		{"quoted charset", `application/json;CharSet="utf-8"`, "application/json", map[string]string{"charset": "utf-8"}, true},
		{"quoted semicolon and escapes", `a/b; x="1;\"2\\"; y=3`, "a/b", map[string]string{"x": `1;"2\`, "y": "3"}, true},
		{"spaces around", `a/b ; x = 1 ; y = "2" `, "a/b", map[string]string{"x": "1", "y": "2"}, true},
		{"last of a name", "a/b;x=1;X=2", "a/b", map[string]string{"x": "2"}, true},
		{"boundary", "multipart/form-data; boundary=B", "multipart/form-data", map[string]string{"boundary": "B"}, true},
		{"vendor tree", "application/vnd.api+json", "application/vnd.api+json", none, true},
		{"empty quoted value", `a/b;x=""`, "a/b", map[string]string{"x": ""}, true},
		{"bytes beyond ASCII in quotes", "a/b;x=\"\xe9\"", "a/b", map[string]string{"x": "\xe9"}, true},

		{"empty", "", "", none, false},
		{"semicolon at the end", "application/json;", "application/json", none, false},
		{"parameter without a value", "application/json; bad", "application/json", none, false},
		{"good and bad parameters", "a/b; charset=utf-16; bad", "a/b", map[string]string{"charset": "utf-16"}, false},
		{"empty value", "a/b;x=", "a/b", map[string]string{"x": ""}, false},
		{"empty name", "a/b;=x", "a/b", none, false},
		{"no subtype", "json", "json", none, false},
		{"two types", "application/json, text/plain", "application/json, text/plain", none, false},
		{"wildcard", "*/*", "*/*", none, false},
		{"wildcard subtype", "application/*", "application/*", none, false},
		{"space in the value", "a/b;x=1 2", "a/b", map[string]string{"x": "1 2"}, false},
		{"text after the quotes", `a/b;x="1"2`, "a/b", map[string]string{"x": `"1"2`}, false},
		{"open quotes", `a/b;x="1;y=2`, "a/b", map[string]string{"x": `"1;y=2`}, false},
		{"one quote", `a/b;x="`, "a/b", map[string]string{"x": `"`}, false},
		{"escaped closing quote", `a/b;x="1\"`, "a/b", map[string]string{"x": `1\`}, false},
		{"tab", "a/b;\tx=1", "a/b", map[string]string{"x": "1"}, false},
		{"name too long", "a/" + strings.Repeat("b", 128), "a/" + strings.Repeat("b", 128), none, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, strict := gateway.ParseMediaType(tt.header)
			if got.Type != tt.kind || !maps.Equal(got.Parameters, tt.parameters) || strict != tt.strict {
				t.Errorf("ParseMediaType(%q) = %q %q, strict %t, want %q %q, strict %t",
					tt.header, got.Type, got.Parameters, strict, tt.kind, tt.parameters, tt.strict)
			}
		})
	}
}

func FuzzParseMediaType(f *testing.F) {
	for _, seed := range []string{
		"application/json", "application/json;", `a/b; x="1;\"2\\" ; y=3`, "*/*", `a/b;x="`, "a/b;=;;x=\\\"", "\xff/é",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		mt, strict := gateway.ParseMediaType(header)
		if mt.Type != strings.ToLower(strings.TrimSpace(mt.Type)) || strings.Contains(mt.Type, ";") {
			t.Errorf("ParseMediaType(%q): type %q", header, mt.Type)
		}
		if !strict {
			return
		}
		var written strings.Builder
		written.WriteString(mt.Type)
		for name, value := range mt.Parameters {
			fmt.Fprintf(&written, `; %s="%s"`, name, strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value))
		}
		again, strict := gateway.ParseMediaType(written.String())
		if again.Type != mt.Type || !maps.Equal(again.Parameters, mt.Parameters) || !strict {
			t.Errorf("ParseMediaType(%q) = %+v, but written as %q it is %+v, strict %t", header, mt, &written, again, strict)
		}
	})
}
