package wire_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"gatehouse/shared/wire"
)

func TestParseJSON(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       wire.Value
	}{
		{"null", `null`, wire.Value{}},
		{"false among spaces", " \t\r\nfalse \n", wire.Value{Kind: wire.Bool, Text: "false"}},
		{"number keeps its literal", `-1.50E+02`, number("-1.50E+02")},
		{"raw text", "\"zoë \u2028<&>\x7f\"", text("zoë \u2028<&>\x7f")},
		{"escapes", `"\"\\\/\b\f\n\r\t\u00e9\u0000"`, text("\"\\/\b\f\n\r\té\x00")},
		{"surrogate pair", `"\ud83d\uDD11"`, text("🔑")},
		{"lone high surrogate", `"a\ud800b"`, text("a\xed\xa0\x80b")},
		{"high surrogate before a pair", `"\ud83d\ud83d\udd11"`, text("\xed\xa0\xbd🔑")},
		{"surrogates the wrong way round", `"\udd11\ud83d"`, text("\xed\xb4\x91\xed\xa0\xbd")},
		{"nested arrays", `[1,[[]],2]`, wire.Value{Kind: wire.Array, Depth: 3, Elements: []wire.Value{
			number("1"),
			{Kind: wire.Array, Depth: 2, Elements: []wire.Value{{Kind: wire.Array, Depth: 1}}},
			number("2"),
		}}},
		{"empty object", `{}`, wire.Value{Kind: wire.Object, Depth: 1}},
		{"members keep order, case and duplicates", `{"b":1, "B":{} ,"\u0062" : 2}`, wire.Value{
			Kind: wire.Object, Depth: 2, Members: []wire.Member{
				{Name: "b", Value: number("1")},
				{Name: "B", Value: wire.Value{Kind: wire.Object, Depth: 1}},
				{Name: "b", Value: number("2")},
			},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := wire.ParseJSON([]byte(tt.text))
			if err != nil {
				t.Fatalf("ParseJSON(%q): %v", tt.text, err)
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("ParseJSON(%q) = %+v, want %+v", tt.text, got, tt.want)
			}
		})
	}
}

func number(literal string) wire.Value {
	return wire.Value{Kind: wire.Number, Text: literal}
}

func text(text string) wire.Value {
	return wire.Value{Kind: wire.String, Text: text}
}

// The rows up to "blank" were recorded with the products' own servers; the texts are jsontext's.
func TestSecurity14ParseJSONRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"truncated", `{"login":"jane.doe"`, "unexpected EOF: line 1 column 20 (char 19)"},
		{"trailing comma", `{"login":"jane.doe","password":"x",}`, "invalid character ',' at start of value: line 1 column 35 (char 34)"},
		{"two documents", `{"login":"jane.doe","password":"x"}{}`, "unexpected data after the value: line 1 column 36 (char 35)"},
		{"bad escape", `{"login":"\x41","password":"x"}`, "invalid escape sequence `\\x` in string: line 1 column 11 (char 10)"},
		{"single quotes", `{'username':'alice'}`, `invalid character '\'' at start of value: line 1 column 2 (char 1)`},
		{"third line", "{\n  \"login\": \"x\",\n  \"password\": oops\n}", "invalid character 'o' at start of value: line 3 column 15 (char 32)"},
		{"columns count code points", `{"login":"zoë日本🔑", oops}`, "invalid character 'o' at start of value: line 1 column 20 (char 19)"},
		{"blank", `  `, "unexpected EOF: line 1 column 3 (char 2)"},
		{"leading zero", `01`, "unexpected data after the value: line 1 column 2 (char 1)"},
		{"fraction without digits", `1.`, "unexpected EOF: line 1 column 1 (char 0)"},
		{"mismatched brackets", `[1}`, "invalid character '}' after array element (expecting ',' or ']'): line 1 column 3 (char 2)"},
		{"raw newline in a string", "\"a\nb\"", `invalid character '\n' in string (expecting non-control character): line 1 column 3 (char 2)`},
		{"code unit with a sign", `"\u+123"`, "invalid escape sequence `\\u+123` in string: line 1 column 2 (char 1)"},
		{"broken second half of a pair", `"\ud83d\uzzzz"`, "invalid escape sequence `\\uzzzz` in string: line 1 column 8 (char 7)"},
		{"no-break space is not white space", "\u00a01", `invalid character '\u00a0' at start of value: line 1 column 1 (char 0)`},
		{"byte order mark", "\ufeff{}", `invalid character '\ufeff' at start of value: line 1 column 1 (char 0)`},
		{"invalid UTF-8", "\n\"é\xff\"", "invalid UTF-8: line 2 column 3 (char 3)"},
		{"without an end", strings.Repeat("[", 51_200), "unexpected EOF: line 1 column 51201 (char 51200)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v, err := wire.ParseJSON([]byte(tt.text))
			if err == nil {
				t.Fatalf("ParseJSON(%q) = %+v, want error %q", tt.text, v, tt.want)
			}
			if err.Error() != tt.want {
				t.Errorf("ParseJSON(%q): error %q, want %q", tt.text, err, tt.want)
			}
		})
	}
}

// TestParseJSONDeep nests as deeply as a body of 100 KiB can. What stands beside the deep value is still read.
func TestParseJSONDeep(t *testing.T) {
	t.Parallel()
	arrays := func(levels int) string { return strings.Repeat("[", levels) + strings.Repeat("]", levels) }
	objects := strings.Repeat(`{"\"[":`, 14_000) + `["]\\",{}]` + strings.Repeat("}", 14_000)
	for name, deep := range map[string]string{"arrays": arrays(51_000), "objects": objects, "one level more": arrays(wire.MaxDepth + 1)} {
		v, err := wire.ParseJSON([]byte(`{"a":1,"deep":` + deep + `,"b":2}`))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		member, _ := v.Member("deep")
		last, _ := v.Member("b")
		if member.Depth <= wire.MaxDepth || last.Text != "2" || len(v.Members) != 3 {
			t.Errorf("%s: depth %d, then %q, %d members", name, member.Depth, last.Text, len(v.Members))
		}
	}
	v, err := wire.ParseJSON([]byte(arrays(wire.MaxDepth)))
	if err != nil || v.Depth != wire.MaxDepth {
		t.Errorf("%d arrays: depth %d, %v", wire.MaxDepth, v.Depth, err)
	}
}

func FuzzParseJSON(f *testing.F) {
	for _, seed := range []string{
		`{"login":"jane.doe","password":"x"}`, `[1,2.5e-3,-0,true,false,null,"\ud83d\udd11\ud800\n"]`,
		` {"2":{"a":[{}]},"a":1,"a":2,"10":1e400} `, "\ufeff1", "\"\xff\"", `{"a":01,}`, `"\u12`, `[[`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		v, err := wire.ParseJSON(body)
		// encoding/json accepts invalid UTF-8, and levels below MaxDepth are not checked.
		if want := utf8.Valid(body) && json.Valid(body); want != (err == nil) && v.Depth <= wire.MaxDepth {
			t.Fatalf("ParseJSON(%q): error %v, encoding/json accepts: %t", body, err, want)
		}
		if err != nil {
			checkPosition(t, body, err)
		}
	})
}

func checkPosition(t *testing.T, body []byte, err error) {
	t.Helper()
	var fault *wire.JSONError
	if !errors.As(err, &fault) {
		t.Fatalf("ParseJSON(%q): error of type %T, want *JSONError", body, err)
	}
	length, lines := utf8.RuneCount(body), bytes.Count(body, []byte("\n"))+1
	inside := func(position, first, last int) bool { return first <= position && position <= last }
	if !inside(fault.Offset, 0, length) || !inside(fault.Line, 1, lines) || !inside(fault.Column, 1, length+1) {
		t.Errorf("ParseJSON(%q): %v is not a position in it", body, err)
	}
}
