package wire

import (
	"bytes"
	"encoding/hex"
	"regexp"
)

// ParseForm reads an application/x-www-form-urlencoded body in a charset, see [DecodeCharset], as Django's QueryDict does:
// only & separates, + is a space, a percent sign without two hex digits is itself, and a name without = has the empty value.
// The last value of a name wins. No form is malformed, and the text is valid UTF-8.
//
// Escapes that are invalid in the charset become U+FFFD. If the body's own bytes are, the whole body is ISO-8859-1, as in
// QueryDict, for clients that escape nothing.
func ParseForm(charset string, body []byte) map[string]string {
	text, _ := DecodeCharset(charset, body)
	if Lossy(text, body) {
		text, _ = DecodeCharset("iso-8859-1", body)
	}
	form := map[string]string{}
	for pair := range bytes.SplitSeq(text, []byte("&")) {
		if len(pair) > 0 {
			name, value, _ := bytes.Cut(pair, []byte("="))
			form[unescape(charset, name)] = unescape(charset, value)
		}
	}
	return form
}

// escapes is one run of percent escapes, whose bytes belong together.
var escapes = regexp.MustCompile(`(?:%[0-9A-Fa-f]{2})+`)

func unescape(charset string, escaped []byte) string {
	spaced := bytes.ReplaceAll(escaped, []byte("+"), []byte(" "))
	return string(escapes.ReplaceAllFunc(spaced, func(run []byte) []byte {
		plain, _ := hex.AppendDecode(nil, bytes.ReplaceAll(run, []byte("%"), nil)) // the expression matches hex digits only
		text, _ := DecodeCharset(charset, plain)
		return text
	}))
}
