package aisquare_test

import (
	"strings"
	"testing"
)

func TestFields(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, off)
	both := func(problem string) string { return `{"login":["` + problem + `"],"password":["` + problem + `"]}` }
	const (
		missing   = "This field is required."
		blank     = "This field may not be blank."
		null      = "This field may not be null."
		notText   = "Not a valid string."
		nul       = "Null characters are not allowed."
		surrogate = "Surrogate characters are not allowed: U+"
	)
	tests := []struct{ name, body, want string }{
		{"names are not trimmed", `{" login":"x","password ":"x"}`, both(missing)},
		{"a boolean is not its text", `{"login":"True","password":true}`, `{"password":["` + notText + `"]}`},
		{"NUL", `{"login":"a\u0000","password":"\u0000"}`, both(nul)},
		{"surrogates", `{"login":"a\ud800b\udfff","password":"\udc00"}`,
			`{"login":["` + surrogate + `D800."],"password":["` + surrogate + `DC00."]}`},
		{"a pair the wrong way round", `{"login":"\udd11\ud83d","password":"x"}`, `{"login":["` + surrogate + `DD11."]}`},
		{"NUL and surrogate", `{"login":"\ud800\u0000","password":"x"}`,
			`{"login":["` + nul + `","` + surrogate + `D800."]}`},
		{"a pair is a character", `{"login":"\ud83d\udd11","password":"x"}`, invalid},
		{"the last character before the surrogates", `{"login":"\ud7ff","password":"\ue000"}`, invalid},
		{"a surrogate in an ignored property", `{"login":"x","password":"x","y":"\ud800"}`, invalid},
		{"4300 digits", `{"login":` + strings.Repeat("7", 4300) + `,"password":1}`, invalid},
		{"a float of 4400 digits", `{"login":` + strings.Repeat("7", 4400) + `.0,"password":1}`, invalid},
	}
	for _, tt := range tests {
		expect(t, tt.name, post(e, tt.body), 400, tt.want)
	}
}

func TestNoDictionary(t *testing.T) {
	t.Parallel()
	e := newEndpoint(t, off)
	for body, kind := range map[string]string{
		`[]`: "list", `[{"login":"jane.doe"}]`: "list", `"x"`: "str", `""`: "str", `42`: "int", `-0`: "int", `1.5`: "float",
		`1e2`: "float", `1E400`: "float", `true`: "bool", ` false `: "bool",
	} {
		expect(t, body, post(e, body), 400,
			`{"non_field_errors":["Invalid data. Expected a dictionary, but got `+kind+`."]}`)
	}
	expect(t, "null", post(e, "null"), 400, `{"non_field_errors":["No data provided"]}`)
}
