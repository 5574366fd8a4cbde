package gateway_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"gatehouse/shared/gateway"
)

func TestParseJSON(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       gateway.Value
	}{
		{"null", `null`, gateway.Value{}},
		{"true", `true`, gateway.Value{Kind: gateway.Bool, Text: "true"}},
		{"false among spaces", " \t\r\nfalse \n", gateway.Value{Kind: gateway.Bool, Text: "false"}},
		{"number keeps its literal", `-1.50E+02`, number("-1.50E+02")},
		{"negative zero", `-0`, number("-0")},
		{"big integer", `123456789012345678901234567890`, number("123456789012345678901234567890")},
		{"empty string", `""`, text("")},
		{"raw text", "\"zoë \u2028<&>\x7f\"", text("zoë \u2028<&>\x7f")},
		{"escapes", `"\"\\\/\b\f\n\r\t\u00e9\u0000"`, text("\"\\/\b\f\n\r\té\x00")},
		{"escape between text", `"a\nb\nc"`, text("a\nb\nc")},
		{"surrogate pair", `"\ud83d\uDD11"`, text("🔑")},
		{"lone high surrogate", `"a\ud800b"`, text("a\xed\xa0\x80b")},
		{"lone low surrogate", `"\udfff"`, text("\xed\xbf\xbf")},
		{"high surrogate before a pair", `"\ud83d\ud83d\udd11"`, text("\xed\xa0\xbd🔑")},
		{"surrogates the wrong way round", `"\udd11\ud83d"`, text("\xed\xb4\x91\xed\xa0\xbd")},
		{"empty array", `[ ]`, gateway.Value{Kind: gateway.Array, Depth: 1}},
		{"nested arrays", `[1,[[]],2]`, gateway.Value{Kind: gateway.Array, Depth: 3, Elements: []gateway.Value{
			number("1"),
			{Kind: gateway.Array, Depth: 2, Elements: []gateway.Value{{Kind: gateway.Array, Depth: 1}}},
			number("2"),
		}}},
		{"empty object", `{}`, gateway.Value{Kind: gateway.Object, Depth: 1}},
		{"members keep order, case and duplicates", `{"b":1, "B":{} ,"\u0062" : 2}`, gateway.Value{
			Kind: gateway.Object, Depth: 2, Members: []gateway.Member{
				{Name: "b", Value: number("1")},
				{Name: "B", Value: gateway.Value{Kind: gateway.Object, Depth: 1}},
				{Name: "b", Value: number("2")},
			},
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := gateway.ParseJSON([]byte(tt.text))
			if err != nil {
				t.Fatalf("ParseJSON(%q): %v", tt.text, err)
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("ParseJSON(%q) = %+v, want %+v", tt.text, got, tt.want)
			}
		})
	}
}

func number(literal string) gateway.Value {
	return gateway.Value{Kind: gateway.Number, Text: literal}
}

func text(text string) gateway.Value {
	return gateway.Value{Kind: gateway.String, Text: text}
}

// The rows up to "blank" were recorded with the products' own servers; the texts are CPython's.
func TestSecurity14ParseJSONRefuses(t *testing.T) {
	t.Parallel()
	const noName = "Expecting property name enclosed in double quotes"
	tests := []struct{ name, text, want string }{
		{"truncated", `{"login":"jane.doe"`, "Expecting ',' delimiter: line 1 column 20 (char 19)"},
		{"truncated string", `{"login":"jane`, "Unterminated string starting at: line 1 column 10 (char 9)"},
		{"trailing comma", `{"login":"jane.doe","password":"x",}`, noName + ": line 1 column 36 (char 35)"},
		{"two documents", `{"login":"jane.doe","password":"x"}{}`, "Extra data: line 1 column 36 (char 35)"},
		{"bad escape", `{"login":"\x41","password":"x"}`, `Invalid \escape: line 1 column 11 (char 10)`},
		{"missing colon", `{"login" "x"}`, "Expecting ':' delimiter: line 1 column 10 (char 9)"},
		{"unquoted name", `{login:"x"}`, noName + ": line 1 column 2 (char 1)"},
		{"single quotes", `{'username':'alice'}`, noName + ": line 1 column 2 (char 1)"},
		{"comment", `{"login":"x",/*c*/"password":"y"}`, noName + ": line 1 column 14 (char 13)"},
		{"third line", "{\n  \"login\": \"x\",\n  \"password\": oops\n}", "Expecting value: line 3 column 15 (char 32)"},
		{"leading plus", `{"login":+1,"password":"x"}`, "Expecting value: line 1 column 10 (char 9)"},
		{"columns count code points", `{"login":"zoë日本🔑", oops}`, noName + ": line 1 column 20 (char 19)"},
		{"value missing", `{"login":}`, "Expecting value: line 1 column 10 (char 9)"},
		{"trailing comma in an array", `[1,]`, "Expecting value: line 1 column 4 (char 3)"},
		{"word", `hello`, "Expecting value: line 1 column 1 (char 0)"},
		{"blank", `  `, "Expecting value: line 1 column 3 (char 2)"},
		{"empty", ``, "Expecting value: line 1 column 1 (char 0)"},
		{"leading zero", `01`, "Extra data: line 1 column 2 (char 1)"},
		{"minus alone", `-`, "Expecting value: line 1 column 1 (char 0)"},
		{"fraction without digits", `1.`, "Extra data: line 1 column 2 (char 1)"},
		{"fraction without a whole", `.5`, "Expecting value: line 1 column 1 (char 0)"},
		{"exponent without digits", `[1e+]`, "Expecting ',' delimiter: line 1 column 3 (char 2)"},
		{"NaN", `NaN`, "Expecting value: line 1 column 1 (char 0)"},
		{"negative infinity", `[-Infinity]`, "Expecting value: line 1 column 2 (char 1)"},
		{"capital literal", `True`, "Expecting value: line 1 column 1 (char 0)"},
		{"mismatched brackets", `[1}`, "Expecting ',' delimiter: line 1 column 3 (char 2)"},
		{"raw newline in a string", "\"a\nb\"", "Invalid control character at: line 1 column 3 (char 2)"},
		{"raw NUL in a string", "\"\x00\"", "Invalid control character at: line 1 column 2 (char 1)"},
		{"backslash at the end", `"a\`, "Unterminated string starting at: line 1 column 1 (char 0)"},
		{"short code unit", `"\u12"`, `Invalid \uXXXX escape: line 1 column 3 (char 2)`},
		{"code unit with a sign", `"\u+123"`, `Invalid \uXXXX escape: line 1 column 3 (char 2)`},
		{"broken second half of a pair", `"\ud83d\uzzzz"`, `Invalid \uXXXX escape: line 1 column 9 (char 8)`},
		{"no-break space is no white space", "\u00a01", "Expecting value: line 1 column 1 (char 0)"},
		{"byte order mark", "\ufeff{}", "Unexpected UTF-8 BOM: line 1 column 1 (char 0)"},
		{"invalid UTF-8", "\n\"é\xff\"", "invalid UTF-8: line 2 column 3 (char 3)"},
		{"invalid UTF-8 behind a fault", "oops \xff", "invalid UTF-8: line 1 column 6 (char 5)"},
		{"raw surrogate", "\"\xed\xa0\x80\"", "invalid UTF-8: line 1 column 2 (char 1)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v, err := gateway.ParseJSON([]byte(tt.text))
			if err == nil {
				t.Fatalf("ParseJSON(%q) = %+v, want error %q", tt.text, v, tt.want)
			}
			if err.Error() != tt.want {
				t.Errorf("ParseJSON(%q): error %q, want %q", tt.text, err, tt.want)
			}
		})
	}
}

func TestValueMember(t *testing.T) {
	t.Parallel()
	v, err := gateway.ParseJSON([]byte(`{"login":"nobody","login":"jane.doe","Login":"x","":null}`))
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, want string
		found      bool
	}{
		{"login", "jane.doe", true},
		{"Login", "x", true},
		{"", "", true},
		{"LOGIN", "", false},
	}
	for _, tt := range tests {
		if got, found := v.Member(tt.name); got.Text != tt.want || found != tt.found {
			t.Errorf("Member(%q) = %q, %t, want %q, %t", tt.name, got.Text, found, tt.want, tt.found)
		}
	}
	if _, found := text("login").Member("login"); found {
		t.Error("a string has a member")
	}
}

// As deep as a body of 100 KiB allows, with and without an end.
func TestParseJSONDeep(t *testing.T) {
	t.Parallel()
	const levels = 51_200
	whole := strings.Repeat("[", levels) + strings.Repeat("]", levels)
	v, err := gateway.ParseJSON([]byte(whole))
	if err != nil {
		t.Fatalf("%d arrays: %v", levels, err)
	}
	if v.Depth != levels {
		t.Errorf("Depth = %d, want %d", v.Depth, levels)
	}
	if got := v.AppendCompact(nil); string(got) != whole {
		t.Errorf("AppendCompact gives %d bytes, want the %d sent", len(got), len(whole))
	}
	want := "Expecting property name enclosed in double quotes: line 1 column 204802 (char 204801)"
	if _, err := gateway.ParseJSON([]byte(strings.Repeat(`{"":`, levels) + "{")); err == nil || err.Error() != want {
		t.Errorf("objects without an end: error %v, want %s", err, want)
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
		v, err := gateway.ParseJSON(body)
		// encoding/json takes invalid UTF-8, and stops at 10,000 levels.
		if want := utf8.Valid(body) && json.Valid(body); want != (err == nil) && v.Depth <= 10_000 {
			t.Fatalf("ParseJSON(%q): error %v, encoding/json accepts: %t", body, err, want)
		}
		if err != nil {
			checkPosition(t, body, err)
			return
		}
		if v.Depth <= 10_000 {
			checkSameAsEncodingJSON(t, body, v)
		}
		compact := v.AppendCompact(nil)
		again, err := gateway.ParseJSON(compact)
		if err != nil {
			t.Fatalf("AppendCompact of %q is %q, which is no JSON: %v", body, compact, err)
		}
		if got := again.AppendCompact(nil); !bytes.Equal(got, compact) {
			t.Errorf("AppendCompact of %q is %q at first and %q when read again", body, compact, got)
		}
	})
}

func checkPosition(t *testing.T, body []byte, err error) {
	t.Helper()
	var fault *gateway.JSONError
	if !errors.As(err, &fault) {
		t.Fatalf("ParseJSON(%q): error of type %T, want *JSONError", body, err)
	}
	length, lines := utf8.RuneCount(body), bytes.Count(body, []byte("\n"))+1
	inside := func(position, first, last int) bool { return first <= position && position <= last }
	if !inside(fault.Offset, 0, length) || !inside(fault.Line, 1, lines) || !inside(fault.Column, 1, length+1) {
		t.Errorf("ParseJSON(%q): %v is not a position in it", body, err)
	}
}

func checkSameAsEncodingJSON(t *testing.T, body []byte, v gateway.Value) {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var want any
	if err := decoder.Decode(&want); err != nil {
		t.Fatal(err)
	}
	if got := plain(v); !reflect.DeepEqual(got, want) {
		t.Errorf("ParseJSON(%q) = %#v, encoding/json has %#v", body, got, want)
	}
}

// plain is the value as encoding/json decodes it: the last member of a name, no lone surrogates.
func plain(v gateway.Value) any {
	switch v.Kind {
	case gateway.Bool:
		return v.Text == "true"
	case gateway.Number:
		return json.Number(v.Text)
	case gateway.String:
		return withoutSurrogates(v.Text)
	case gateway.Array:
		elements := make([]any, len(v.Elements))
		for i, element := range v.Elements {
			elements[i] = plain(element)
		}
		return elements
	case gateway.Object:
		members := make(map[string]any, len(v.Members))
		for _, member := range v.Members {
			members[withoutSurrogates(member.Name)] = plain(member.Value)
		}
		return members
	default:
		return nil
	}
}

// withoutSurrogates replaces the three bytes of each by one U+FFFD.
func withoutSurrogates(wtf8 string) string {
	var out strings.Builder
	for at := 0; at < len(wtf8); {
		r, size := utf8.DecodeRuneInString(wtf8[at:])
		if r == utf8.RuneError && size == 1 {
			size = 3
		}
		out.WriteRune(r)
		at += size
	}
	return out.String()
}
