// Package wire reads and writes the bodies of several products: [ParseJSON], [ParseForm] and [ParseMediaType] read what
// a client sent, [DecodeCharset] converts it to UTF-8, and [Marshal] writes a response.
//
// The readers keep what encoding/json and net/url lose, because the real servers show or use it: the literals of numbers,
// lone surrogates, the order of names, duplicates. A dialect that only one product speaks lives in that product's folder.
package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// MaxDepth is how many levels of arrays and objects a [Value] shows faithfully; its Depth shows when there are more. At
// about 1,000 levels CPython's reader fails, and real servers stop showing a value.
const MaxDepth = 1000

// Kind is one of JSON's six kinds of value.
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
// disagree about those steps.
type Value struct {
	Kind Kind

	// Text is the literal of a Number ("1.50") or a Bool ("true"), and the decoded text of a String. The text is WTF-8:
	// UTF-8 in which a lone surrogate, which only an escape like \ud800 can bring in, has its three bytes ED A0 80.
	Text string

	Elements []Value  // of an Array
	Members  []Member // of an Object, in the order sent, duplicates included

	// Depth counts the nested arrays and objects, this value included: 0 for a scalar, 1 for [], 2 for [[]]. It exceeds
	// MaxDepth for a value that is nested too deeply; its innermost levels are then missing and unchecked.
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

// JSONError reports what is wrong with a JSON text and where. Positions count code points.
type JSONError struct {
	Message string
	Offset  int // from 0
	Line    int // from 1, ended by \n only
	Column  int // from 1
}

// Error returns the message with its position in CPython's form: "unexpected EOF: line 1 column 2 (char 1)".
func (e *JSONError) Error() string {
	return fmt.Sprintf("%s: line %d column %d (char %d)", e.Message, e.Line, e.Column, e.Offset)
}

func newJSONError(message string, text []byte, at int) *JSONError {
	before := text[:at]
	lineStart := bytes.LastIndexByte(before, '\n') + 1
	return &JSONError{
		Message: message,
		Offset:  utf8.RuneCount(before),
		Line:    bytes.Count(before, []byte("\n")) + 1,
		Column:  utf8.RuneCount(before[lineStart:]) + 1,
	}
}

// ParseJSON reads one JSON value by the grammar of RFC 8259 and no more: no byte order mark, comments, trailing commas,
// NaN or Infinity, and nothing after the value. The text must be valid UTF-8; a product that accepts a byte order mark or
// replaces invalid bytes does so first. Errors are *JSONError. Time is linear in the length of the text.
func ParseJSON(text []byte) (Value, error) {
	if !utf8.Valid(text) {
		return Value{}, newJSONError("invalid UTF-8", text, firstInvalid(text))
	}
	// The decoder rejects lone surrogates unless it also accepts invalid UTF-8.
	decoder := jsontext.NewDecoder(bytes.NewBuffer(shallow(text)),
		jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	var v Value
	if err := readValue(decoder, &v); err != nil {
		if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
			return Value{}, newJSONError(syntax.Err.Error(), text, int(syntax.ByteOffset))
		}
		return Value{}, newJSONError(io.ErrUnexpectedEOF.Error(), text, len(text)) // nothing but white space
	}
	if rest := bytes.TrimLeft(text[decoder.InputOffset():], " \t\r\n"); len(rest) > 0 {
		return Value{}, newJSONError("unexpected data after the value", text, len(text)-len(rest))
	}
	return v, nil
}

func firstInvalid(text []byte) int {
	at := 0
	for {
		r, size := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && size <= 1 {
			return at
		}
		at += size
	}
}
