package wire

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"
)

// Marshal returns the body of a response as compact JSON, a struct's fields in their order, without escaping < > &. It
// panics if encoding/json cannot write the type. Plain strings are for our own words; use [Text] for a client's.
func Marshal(body any) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(body); err != nil {
		panic(err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}

// Text is WTF-8 text from a client or a store. [Marshal] writes it as [AppendQuoted] does.
type Text string

// MarshalJSON returns the text as a JSON string literal.
func (t Text) MarshalJSON() ([]byte, error) { return AppendQuoted(nil, string(t)), nil }

// AppendQuoted appends WTF-8 text as a JSON string literal, exactly as JavaScript's JSON.stringify writes it (ECMA-262,
// QuoteJSONString): it escapes the quote, the backslash, control characters and lone surrogates, but not < > & or U+2028.
// A byte that is not WTF-8 becomes U+FFFD.
func AppendQuoted(dst []byte, text string) []byte {
	dst = append(dst, '"')
	for text != "" {
		r, size := utf8.DecodeRuneInString(text)
		unit, lone := LoneSurrogate(text)
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', text[0])
		case r < ' ':
			dst = appendControl(dst, text[0])
		case lone:
			dst, size = appendUnit(dst, unit), 3
		default:
			dst = utf8.AppendRune(dst, r)
		}
		text = text[size:]
	}
	return append(dst, '"')
}

// LoneSurrogate returns the surrogate whose three WTF-8 bytes the text starts with, and reports whether it does.
func LoneSurrogate(text string) (rune, bool) {
	if len(text) < 3 || text[0] != 0xED || text[1]&0xE0 != 0xA0 || text[2]&0xC0 != 0x80 {
		return 0, false
	}
	return 0xD000 | rune(text[1]&0x3F)<<6 | rune(text[2]&0x3F), true
}

func appendControl(dst []byte, c byte) []byte {
	if i := strings.IndexByte("\b\t\n\f\r", c); i >= 0 {
		return append(dst, '\\', "btnfr"[i])
	}
	return appendUnit(dst, rune(c))
}

// appendUnit appends the escape \uXXXX of a UTF-16 code unit, in lower case.
func appendUnit(dst []byte, unit rune) []byte {
	const hex = "0123456789abcdef"
	return append(dst, '\\', 'u', hex[unit>>12&0xF], hex[unit>>8&0xF], hex[unit>>4&0xF], hex[unit&0xF])
}
