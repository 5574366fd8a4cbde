package gateway

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// stringInto reads a string literal whose opening quote has been passed. Text without an escape shares the memory of
// the body.
func (r *jsonReader) stringInto(into *string) error {
	opening, start := r.at-1, r.at
	var decoded []byte
	for r.at < len(r.text) {
		switch c := r.text[r.at]; {
		case c == '"':
			*into = r.text[start:r.at]
			if decoded != nil {
				*into = string(append(decoded, *into...))
			}
			r.at++
			return nil
		case c < ' ':
			return r.fail("Invalid control character at")
		case c != '\\':
			r.at++
		case r.at+1 == len(r.text):
			r.at++ // nothing to escape: the string is unterminated
		default:
			var err error
			if decoded, err = r.escape(append(decoded, r.text[start:r.at]...)); err != nil {
				return err
			}
			start = r.at
		}
	}
	return newJSONError("Unterminated string starting at", r.text, opening)
}

// escape reads one escape sequence, a surrogate pair as one, and appends what it stands for.
func (r *jsonReader) escape(dst []byte) ([]byte, error) {
	c := r.text[r.at+1]
	if i := strings.IndexByte(`"\/bfnrt`, c); i >= 0 {
		r.at += 2
		return append(dst, "\"\\/\b\f\n\r\t"[i]), nil
	}
	if c != 'u' {
		return nil, r.fail(`Invalid \escape`)
	}
	unit, ok := codeUnit(r.text[r.at:])
	if !ok {
		r.at++ // CPython points at the u
		return nil, r.fail(`Invalid \uXXXX escape`)
	}
	r.at += 6
	if low, ok := codeUnit(r.text[r.at:]); ok {
		if pair := utf16.DecodeRune(unit, low); pair != utf8.RuneError {
			r.at += 6
			return utf8.AppendRune(dst, pair), nil
		}
	}
	return appendWTF8(dst, unit), nil
}

// codeUnit returns the UTF-16 code unit of an escape \uXXXX at the start of text.
func codeUnit(text string) (rune, bool) {
	if len(text) < 6 || text[:2] != `\u` {
		return 0, false
	}
	unit, err := strconv.ParseUint(text[2:6], 16, 16)
	return rune(unit), err == nil
}

// appendWTF8 is utf8.AppendRune that keeps surrogates: bcryptjs, for one, hashes their three bytes.
func appendWTF8(dst []byte, r rune) []byte {
	if !utf16.IsSurrogate(r) {
		return utf8.AppendRune(dst, r)
	}
	return append(dst, 0xED, 0x80|byte(r>>6&0x3F), 0x80|byte(r&0x3F))
}

// AppendQuoted appends text, which is WTF-8, as a JSON string literal in the form of JavaScript's JSON.stringify
// (ECMA-262, QuoteJSONString): the quote, the backslash, control characters and lone surrogates are escaped; everything
// else is itself, < > & and U+2028 included. A byte that is not WTF-8 becomes U+FFFD.
func AppendQuoted(dst []byte, text string) []byte {
	dst = append(dst, '"')
	for text != "" {
		r, size := utf8.DecodeRuneInString(text)
		unit, lone := loneSurrogate(text)
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

// loneSurrogate returns the surrogate whose three WTF-8 bytes text starts with.
func loneSurrogate(text string) (rune, bool) {
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
