package wire

import (
	"bytes"
	"encoding/hex"
	"strings"
	"unicode/utf8"
)

// ParseForm reads an application/x-www-form-urlencoded body as Django's QueryDict does: only & separates, + is a space,
// a percent sign without two hex digits is itself, and a name without = has the empty value. The last value of a name
// wins. No form is malformed, and the text is valid UTF-8.
//
// Escapes that are not UTF-8 become U+FFFD. If the body's own bytes are not UTF-8, the whole body is ISO-8859-1, as in
// QueryDict, for clients that escape nothing.
func ParseForm(body []byte) map[string]string {
	if !utf8.Valid(body) {
		body, _ = DecodeCharset("iso-8859-1", body)
	}
	form := map[string]string{}
	for pair := range bytes.SplitSeq(body, []byte("&")) {
		if len(pair) > 0 {
			name, value, _ := bytes.Cut(pair, []byte("="))
			form[unescape(name)] = unescape(value)
		}
	}
	return form
}

// unescape is url.QueryUnescape without its errors.
func unescape(escaped []byte) string {
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
	text, _ := DecodeCharset("utf-8", plain)
	return string(text)
}

func isHexPair(text []byte) bool {
	const hexDigits = "0123456789abcdefABCDEF"
	return len(text) >= 2 && strings.IndexByte(hexDigits, text[0]) >= 0 && strings.IndexByte(hexDigits, text[1]) >= 0
}
