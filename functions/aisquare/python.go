package aisquare

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"gatehouse/shared/wire"
)

// pythonStrip trims as Python's str.strip() does: Unicode's White_Space and the separators U+001C to U+001F, but neither
// U+200B nor U+FEFF.
func pythonStrip(text string) string {
	return strings.TrimFunc(text, func(r rune) bool { return unicode.IsSpace(r) || 0x1C <= r && r <= 0x1F })
}

// pythonNumber returns Python's str() of the number that its json module reads from a literal: "-0" is the integer 0,
// "1E2" the float 100.0, "1e400" inf.
func pythonNumber(literal string) string {
	switch {
	case literal == "-0":
		return "0"
	case isInteger(literal):
		return literal
	}
	// The only error is that of a number too large, for which x is an infinity.
	x, _ := strconv.ParseFloat(literal, 64)
	return pythonFloat(x)
}

// isInteger reports whether Python reads a number as an int, which it keeps exactly.
func isInteger(literal string) bool { return !strings.ContainsAny(literal, ".eE") }

// pythonFloat returns Python's repr of a float: the shortest decimal that reads back as the same number, with an exponent from
// 1e16 upward and below 1e-4, and never without a point or an exponent.
func pythonFloat(x float64) string {
	switch size := math.Abs(x); {
	case math.IsInf(x, 0):
		return strings.TrimPrefix(strings.ToLower(strconv.FormatFloat(x, 'f', -1, 64)), "+")
	case size >= 1e16 || size < 1e-4 && size > 0:
		return strconv.FormatFloat(x, 'e', -1, 64)
	}
	text := strconv.FormatFloat(x, 'f', -1, 64)
	if strings.Contains(text, ".") {
		return text
	}
	return text + ".0"
}

// maxDigits is Python's limit of digits in an int (sys.int_info.default_max_str_digits): the time to convert them grows
// with their square.
const maxDigits = 4300

// holdsHugeInteger reports whether the value contains an integer that Python refuses.
func holdsHugeInteger(value wire.Value) bool {
	switch value.Kind {
	case wire.Number:
		return isInteger(value.Text) && len(strings.TrimPrefix(value.Text, "-")) > maxDigits
	case wire.Array:
		return slices.ContainsFunc(value.Elements, holdsHugeInteger)
	case wire.Object:
		return slices.ContainsFunc(value.Members, func(m wire.Member) bool { return holdsHugeInteger(m.Value) })
	default:
		return false
	}
}

// pythonType returns the name of the type that Python's json module reads a value as.
func pythonType(value wire.Value) string {
	switch value.Kind {
	case wire.Array:
		return "list"
	case wire.Object:
		return "dict"
	case wire.String:
		return "str"
	case wire.Bool:
		return "bool"
	case wire.Number:
		if isInteger(value.Text) {
			return "int"
		}
		return "float"
	default:
		return "NoneType"
	}
}
