package gateway

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Kind says which of JSON's six kinds a Value is.
type Kind uint8

// The zero Kind is Null, so the zero Value is the JSON value null.
const (
	Null Kind = iota
	Bool
	Number
	String
	Array
	Object
)

// Value is one JSON value exactly as it was sent: nothing is rounded, folded, merged or replaced, because the products
// disagree about what those steps do.
type Value struct {
	Kind Kind

	// Text is the literal of a Number ("1.50") or a Bool ("true"), and the decoded text of a String. The text is WTF-8:
	// UTF-8 in which a lone surrogate, which only an escape like \ud800 can bring in, stands as its three bytes ED A0 80.
	Text string

	Elements []Value  // of an Array
	Members  []Member // of an Object, in the order sent, duplicates included

	// Depth is how many arrays and objects are nested here, this one included: 0 for a scalar, 1 for [], 2 for [[]].
	Depth int
}

// Member is one name and value of an object.
type Member struct {
	Name  string // WTF-8, as Value.Text
	Value Value
}

// Member returns the value that an object holds under exactly this name. Of duplicate names the last wins, as in
// JavaScript and Python. A value that is not an object has no members.
func (v Value) Member(name string) (Value, bool) {
	for _, member := range slices.Backward(v.Members) {
		if member.Name == name {
			return member.Value, true
		}
	}
	return Value{}, false
}

// JSONError says what is wrong with a JSON text and where. Positions count code points, as CPython's json module does.
type JSONError struct {
	Message string
	Offset  int // from 0
	Line    int // from 1, ended by \n only
	Column  int // from 1
}

// Error words the error as CPython does: "Expecting value: line 1 column 2 (char 1)".
func (e *JSONError) Error() string {
	return fmt.Sprintf("%s: line %d column %d (char %d)", e.Message, e.Line, e.Column, e.Offset)
}

func newJSONError(message, text string, at int) *JSONError {
	before := text[:at]
	lineStart := strings.LastIndexByte(before, '\n') + 1
	return &JSONError{
		Message: message,
		Offset:  utf8.RuneCountInString(before),
		Line:    strings.Count(before, "\n") + 1,
		Column:  utf8.RuneCountInString(before[lineStart:]) + 1,
	}
}

// ParseJSON reads one JSON value by the grammar of RFC 8259 and no more: no byte order mark, comments, trailing commas,
// NaN or Infinity, and nothing after the value. The text must be valid UTF-8; a caller whose product takes a byte order
// mark or replaces invalid bytes does that first. Errors are *JSONError, worded after CPython's.
//
// It exists because encoding/json replaces lone surrogates, folds member names and stops at 10,000 levels. Here the
// depth is bounded by the length of the text alone: time is linear, and a level costs some 250 bytes of memory. Callers
// bound the body.
func ParseJSON(text []byte) (Value, error) {
	r := jsonReader{text: string(text)}
	if !utf8.ValidString(r.text) {
		return Value{}, newJSONError("invalid UTF-8", r.text, firstInvalid(r.text))
	}
	if strings.HasPrefix(r.text, byteOrderMark) {
		return Value{}, newJSONError("Unexpected UTF-8 BOM", r.text, 0)
	}
	var v Value
	r.skipSpace()
	if err := r.value(&v); err != nil {
		return Value{}, err
	}
	r.skipSpace()
	if r.at < len(r.text) {
		return Value{}, r.fail("Extra data")
	}
	return v, nil
}

const byteOrderMark = "\ufeff"

func firstInvalid(text string) int {
	for at := range text {
		if r, size := utf8.DecodeRuneInString(text[at:]); r == utf8.RuneError && size == 1 {
			return at
		}
	}
	return len(text)
}
