package gateway

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
)

// AppendCompact appends the value as JavaScript's JSON.stringify(JSON.parse(text)) writes it: without white space,
// numbers as JavaScriptNumber has them (null for those it cannot hold), members in the order of Keys.
func (v Value) AppendCompact(dst []byte) []byte {
	return v.appendCompact(dst)
}

func (v *Value) appendCompact(dst []byte) []byte {
	switch v.Kind {
	case Number:
		return append(dst, finiteOrNull(JavaScriptNumber(v.Text))...)
	case Bool:
		return append(dst, v.Text...)
	case String:
		return AppendQuoted(dst, v.Text)
	case Array:
		return v.appendElements(dst)
	case Object:
		return v.appendMembers(dst)
	default:
		return append(dst, "null"...)
	}
}

func (v *Value) appendElements(dst []byte) []byte {
	dst = append(dst, '[')
	for i := range v.Elements {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = v.Elements[i].appendCompact(dst)
	}
	return append(dst, ']')
}

func (v *Value) appendMembers(dst []byte) []byte {
	dst = append(dst, '{')
	members := javaScriptOrder(v.Members)
	for i := range members {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(AppendQuoted(dst, members[i].Name), ':')
		dst = members[i].Value.appendCompact(dst)
	}
	return append(dst, '}')
}

// Keys returns an object's names as JavaScript lists them after JSON.parse (ECMA-262, OrdinaryOwnPropertyKeys): array
// indices (0 to 2^32-2 without leading zeros) in ascending order, then the others as first sent, each name once.
func (v Value) Keys() []string {
	members := javaScriptOrder(v.Members)
	names := make([]string, len(members))
	for i := range members {
		names[i] = members[i].Name
	}
	return names
}

// javaScriptOrder returns the members in the order of Keys, each with the value sent last.
func javaScriptOrder(sent []Member) []Member {
	members := make([]Member, 0, len(sent))
	place := make(map[string]int, len(sent))
	for _, member := range sent {
		if at, again := place[member.Name]; again {
			members[at].Value = member.Value
			continue
		}
		place[member.Name] = len(members)
		members = append(members, member)
	}
	slices.SortStableFunc(members, func(a, b Member) int {
		return cmp.Compare(arrayIndex(a.Name), arrayIndex(b.Name))
	})
	return members
}

// noArrayIndex is one more than the highest array index, so that other names sort behind.
const noArrayIndex = math.MaxUint32

func arrayIndex(name string) uint64 {
	if name == "" || name[0] < '0' || name[0] > '9' || name[0] == '0' && name != "0" {
		return noArrayIndex
	}
	index, err := strconv.ParseUint(name, 10, 32)
	if err != nil {
		return noArrayIndex
	}
	return index
}

// JavaScriptNumber returns what String(Number(literal)) gives in JavaScript for the literal of a JSON number (ECMA-262,
// Number::toString): the shortest decimal that reads back as the same float64, with an exponent from 1e21 upward and
// below 1e-6. Too large is "Infinity" or "-Infinity", negative zero "0", and what is no number "NaN".
func JavaScriptNumber(literal string) string {
	x, err := strconv.ParseFloat(literal, 64)
	switch {
	case errors.Is(err, strconv.ErrSyntax) || math.IsNaN(x):
		return "NaN"
	case math.IsInf(x, 1):
		return "Infinity"
	case math.IsInf(x, -1):
		return "-Infinity"
	case x == 0:
		return "0"
	case math.Abs(x) >= 1e21 || math.Abs(x) < 1e-6:
		return strings.Replace(strconv.FormatFloat(x, 'e', -1, 64), "e-0", "e-", 1)
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}

// finiteOrNull is what JSON.stringify makes of a number.
func finiteOrNull(number string) string {
	switch number {
	case "Infinity", "-Infinity", "NaN":
		return "null"
	}
	return number
}
