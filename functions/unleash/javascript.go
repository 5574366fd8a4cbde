package unleash

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"gatehouse/shared/wire"
)

// appendStringified appends the value as JavaScript's JSON.stringify(JSON.parse(text)) writes it: without white space,
// numbers as in javaScriptNumber (null for those that JSON lacks), members in the order of javaScriptOrder.
func appendStringified(dst []byte, v wire.Value) []byte {
	switch v.Kind {
	case wire.Number:
		number := javaScriptNumber(v.Text)
		if strings.HasSuffix(number, "Infinity") {
			number = "null"
		}
		return append(dst, number...)
	case wire.Bool:
		return append(dst, v.Text...)
	case wire.String:
		return wire.AppendQuoted(dst, v.Text)
	case wire.Array:
		dst = append(dst, '[')
		for i, element := range v.Elements {
			dst = appendStringified(appendComma(dst, i), element)
		}
		return append(dst, ']')
	case wire.Object:
		dst = append(dst, '{')
		for i, member := range javaScriptOrder(v.Members) {
			dst = append(wire.AppendQuoted(appendComma(dst, i), member.Name), ':')
			dst = appendStringified(dst, member.Value)
		}
		return append(dst, '}')
	default:
		return append(dst, "null"...)
	}
}

func appendComma(dst []byte, i int) []byte {
	if i == 0 {
		return dst
	}
	return append(dst, ',')
}

// javaScriptOrder returns an object's members as JavaScript lists them after JSON.parse (ECMA-262, OrdinaryOwnPropertyKeys):
// array indices (0 to 2^32-2 without leading zeros) in ascending order, then the others as first sent. Each name is listed
// once, with the value sent last.
func javaScriptOrder(sent []wire.Member) []wire.Member {
	members := make([]wire.Member, 0, len(sent))
	place := make(map[string]int, len(sent))
	for _, member := range sent {
		if at, again := place[member.Name]; again {
			members[at].Value = member.Value
			continue
		}
		place[member.Name] = len(members)
		members = append(members, member)
	}
	slices.SortStableFunc(members, func(a, b wire.Member) int {
		return cmp.Compare(arrayIndex(a.Name), arrayIndex(b.Name))
	})
	return members
}

// noArrayIndex is one more than the highest array index, so that other names sort last.
const noArrayIndex = math.MaxUint32

func arrayIndex(name string) uint64 {
	index, err := strconv.ParseUint(name, 10, 32)
	if err != nil || strconv.FormatUint(index, 10) != name {
		return noArrayIndex
	}
	return index
}

// javaScriptNumber returns JavaScript's String(Number(literal)) for the literal of a JSON number (ECMA-262,
// Number::toString): the shortest decimal that reads back as the same float64, with an exponent from 1e21 upward and
// below 1e-6. Too large is "Infinity" or "-Infinity", negative zero "0".
func javaScriptNumber(literal string) string {
	x, err := strconv.ParseFloat(literal, 64)
	switch {
	case errors.Is(err, strconv.ErrRange) && x > 0:
		return "Infinity"
	case errors.Is(err, strconv.ErrRange):
		return "-Infinity"
	case x == 0:
		return "0"
	case math.Abs(x) >= 1e21 || math.Abs(x) < 1e-6:
		return strings.Replace(strconv.FormatFloat(x, 'e', -1, 64), "e-0", "e-", 1)
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}
