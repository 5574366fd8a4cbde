package gateway

import (
	"bytes"
	"encoding/hex"
	"strings"
	"unicode/utf8"
)

// Form is a decoded form. The last value of a name wins.
type Form map[string]Field

// Field is what a form holds under one name.
type Field struct {
	Value string // valid UTF-8
	File  bool   // an uploaded file, which is no text for a credential to be
}

// ParseForm reads an application/x-www-form-urlencoded body as Django's QueryDict does: only & separates, + is a space,
// a percent sign without two hex digits is itself, and a name without = has the empty value. There is no wrong form.
//
// Escapes that are not UTF-8 become U+FFFD. A body whose own bytes are not UTF-8 is taken for ISO-8859-1 as a whole, as
// QueryDict does for clients that escape nothing.
func ParseForm(body []byte) Form {
	if !utf8.Valid(body) {
		body, _ = DecodeCharset("iso-8859-1", body)
	}
	form := Form{}
	for pair := range bytes.SplitSeq(body, []byte("&")) {
		if len(pair) == 0 {
			continue
		}
		name, value, _ := bytes.Cut(pair, []byte("="))
		form[unescapeForm(name)] = Field{Value: unescapeForm(value)}
	}
	return form
}

// unescapeForm is url.QueryUnescape without its errors.
func unescapeForm(escaped []byte) string {
	plain := make([]byte, 0, len(escaped))
	for at := 0; at < len(escaped); at++ {
		switch c := escaped[at]; {
		case c == '+':
			plain = append(plain, ' ')
		case c == '%' && isHexPair(escaped[at+1:]):
			plain, _ = hex.AppendDecode(plain, escaped[at+1:at+3])
			at += 2
		default:
			plain = append(plain, c)
		}
	}
	return replaceInvalid(plain)
}

func isHexPair(text []byte) bool {
	const hexDigits = "0123456789abcdefABCDEF"
	return len(text) >= 2 && strings.IndexByte(hexDigits, text[0]) >= 0 && strings.IndexByte(hexDigits, text[1]) >= 0
}
