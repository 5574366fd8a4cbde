package aisquare

import (
	"strings"
	"testing"
)

// TestPythonNumber holds what CPython 3.11 prints with str(json.loads(literal)).
func TestPythonNumber(t *testing.T) {
	t.Parallel()
	digits := strings.Repeat("1234567890", 40)
	tests := []struct{ literal, want string }{
		{"-0", "0"},
		{"-12", "-12"},
		{digits, digits},
		{"-0.0", "-0.0"},
		{"1.50", "1.5"},
		{"1E2", "100.0"},
		{"0.30000000000000004", "0.30000000000000004"},
		{"1E15", "1000000000000000.0"},
		{"1E16", "1e+16"},
		{"12345678901234567.0", "1.2345678901234568e+16"},
		{"0.00012", "0.00012"},
		{"0.00001", "1e-05"},
		{"-0.0000123", "-1.23e-05"},
		{"1e-400", "0.0"},
		{"1.7976931348623157e308", "1.7976931348623157e+308"},
		{"1e400", "inf"},
		{"-1e400", "-inf"},
	}
	for _, tt := range tests {
		if got := pythonNumber(tt.literal); got != tt.want {
			t.Errorf("the literal %s is %q, want %q", tt.literal, got, tt.want)
		}
	}
}

// TestPythonStrip goes through every character: those that are trimmed are exactly CPython's str.isspace().
func TestPythonStrip(t *testing.T) {
	t.Parallel()
	spaces := "\t\n\v\f\r\x1c\x1d\x1e\x1f \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009" +
		"\u200a\u2028\u2029\u202f\u205f\u3000"
	for r := rune(0); r <= 0x10FFFF; r++ {
		if r >= 0xD800 && r <= 0xDFFF {
			continue
		}
		trimmed := pythonStrip(string(r)+"x"+string(r)) == "x" && r != 'x'
		if want := strings.ContainsRune(spaces, r); trimmed != want {
			t.Errorf("U+%04X is trimmed: %t, want %t", r, trimmed, want)
		}
	}
	if got := pythonStrip(" a b "); got != "a b" {
		t.Errorf("inner spaces: got %q, want %q", got, "a b")
	}
	if surrogate := "\xed\xa0\x80"; pythonStrip(surrogate) != surrogate {
		t.Errorf("a lone surrogate is trimmed, want it kept")
	}
}
