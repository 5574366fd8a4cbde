package aisquare

import (
	"fmt"
	"strings"

	"gatehouse/shared/wire"
)

// credentials are what a valid request carries, both trimmed: the server trims passwords too.
type credentials struct{ login, password string }

// validate reads the two fields as the server's DefaultLoginSerializer does. Its problems are the body of a 400: those of
// both fields, each under its name, or one about the data as a whole; nil if there are none.
func validate(data wire.Value) (given credentials, problems wire.Raw) {
	switch data.Kind {
	case wire.Object:
	case wire.Null:
		return credentials{}, wire.ObjectOf("non_field_errors", wire.ArrayOf("No data provided"))
	default:
		problem := "Invalid data. Expected a dictionary, but got " + pythonType(data) + "."
		return credentials{}, wire.ObjectOf("non_field_errors", wire.ArrayOf(problem))
	}
	var members []any
	for _, field := range []struct {
		name string
		into *string
	}{{"login", &given.login}, {"password", &given.password}} {
		var wrong []any
		if *field.into, wrong = charField(data.Member(field.name)); wrong != nil {
			members = append(members, field.name, wire.ArrayOf(wrong...))
		}
	}
	if members != nil {
		return credentials{}, wire.ObjectOf(members...)
	}
	return given, nil
}

// charField is DRF's CharField, in its order: missing, blank once trimmed, null, no text; then both of its validators, of
// which the second tells the first surrogate only.
func charField(value wire.Value, present bool) (text string, problems []any) {
	if !present {
		return "", []any{"This field is required."}
	}
	switch value.Kind {
	case wire.String:
		text = pythonStrip(value.Text)
	case wire.Number:
		text = pythonNumber(value.Text)
	case wire.Null:
		return "", []any{"This field may not be null."}
	default:
		return "", []any{"Not a valid string."}
	}
	if text == "" {
		return "", []any{"This field may not be blank."}
	}
	if strings.ContainsRune(text, 0) {
		problems = append(problems, "Null characters are not allowed.")
	}
	if surrogate, found := firstSurrogate(text); found {
		problems = append(problems, fmt.Sprintf("Surrogate characters are not allowed: U+%X.", surrogate))
	}
	return text, problems
}

// firstSurrogate finds the first lone surrogate of a WTF-8 text, where it stands as ED, A0 to BF, and one more byte: no
// character of UTF-8 begins so.
func firstSurrogate(text string) (surrogate rune, found bool) {
	for at := 0; at+2 < len(text); at++ {
		if text[at] == 0xED && text[at+1] >= 0xA0 {
			return 0xD000 | rune(text[at+1]&0x3F)<<6 | rune(text[at+2]&0x3F), true
		}
	}
	return 0, false
}
