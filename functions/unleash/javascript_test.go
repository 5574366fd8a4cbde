package unleash

import (
	"slices"
	"testing"

	"gatehouse/shared/wire"
)

// The rows up to 1e400 were recorded with Unleash 8.2.0, the others are those of String(Number(...)) in node 20.
func TestJavaScriptNumber(t *testing.T) {
	t.Parallel()
	tests := []struct{ literal, want string }{
		{"67890.0", "67890"},
		{"-0", "0"},
		{"12345678901234567890", "12345678901234567000"},
		{"1e21", "1e+21"},
		{"1e-7", "1e-7"},
		{"1e400", "Infinity"},
		{"-1e400", "-Infinity"},
		{"1e-400", "0"},
		{"0.000001", "0.000001"},
		{"-1.5e300", "-1.5e+300"},
		{"1.7976931348623157e308", "1.7976931348623157e+308"},
	}
	for _, tt := range tests {
		if got := javaScriptNumber(tt.literal); got != tt.want {
			t.Errorf("javaScriptNumber(%q) = %q, want %q", tt.literal, got, tt.want)
		}
	}
}

// The rows up to "false" were recorded with Unleash 8.2.0 ("You sent ..."), the others are node 20's.
func TestAppendStringified(t *testing.T) {
	t.Parallel()
	tests := []struct{ text, want string }{
		{`null`, `null`},
		{`[1.50, 1e400, -1e400, -0, 1E3]`, `[1.5,null,null,0,1000]`},
		{`{"\udc00":"\ud83d\ude00"}`, `{"\udc00":"😀"}`},
		{`{"b":1,"10":2,"9":3,"a":4}`, `{"9":3,"10":2,"b":1,"a":4}`},
		{`{"a":1,"b":2,"a":3}`, `{"a":3,"b":2}`},
		{`{"__proto__":1}`, `{"__proto__":1}`},
		{"[\n{\"a\" : [ [ ] , {\t} ] } ]", `[{"a":[[],{}]}]`},
	}
	for _, tt := range tests {
		v, err := wire.ParseJSON([]byte(tt.text))
		if err != nil {
			t.Fatal(err)
		}
		if got := string(appendStringified([]byte("sent "), v)); got != "sent "+tt.want {
			t.Errorf("appendStringified of %s = %s, want sent %s", tt.text, got, tt.want)
		}
	}
}

func TestJavaScriptOrder(t *testing.T) {
	t.Parallel()
	v, err := wire.ParseJSON([]byte(
		`{"z":0,"4294967295":0,"4294967294":0,"01":0,"1":0,"0":0,"-1":0,"1.5":0,"+2":0,"":0,"z":1,"99999999999":0,"1_0":0}`))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, member := range javaScriptOrder(v.Members) {
		got = append(got, member.Name)
	}
	want := []string{"0", "1", "4294967294", "z", "4294967295", "01", "-1", "1.5", "+2", "", "99999999999", "1_0"}
	if !slices.Equal(got, want) {
		t.Errorf("the order is %q, want %q", got, want)
	}
}
