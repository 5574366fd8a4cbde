package wire

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
)

// separators are what may join the parts of a charset's label.
var separators = strings.NewReplacer("-", "", "_", "")

// CharsetName returns a charset's label in one spelling: lower case, without separators, as in utf16le.
func CharsetName(label string) string { return separators.Replace(strings.ToLower(label)) }

// DecodeCharset converts a body to UTF-8. The label is the charset of a Content-Type, in any letter case, its parts
// joined by -, _ or nothing: utf-8, utf-16, utf-16le, utf-16be, iso-8859-1 (latin1) or us-ascii (ascii). With any other
// label it returns the body unchanged, and known is false.
//
// What is invalid in the charset becomes U+FFFD, in UTF-8 one for each maximal subpart as in CPython and JavaScript
// (Unicode Standard, section 3.9, "U+FFFD Substitution of Maximal Subparts"), so the text of a known charset is valid
// UTF-8. A caller whose product refuses invalid UTF-8 calls utf8.Valid first.
//
// The byte order mark of utf-16 decides the order of the bytes and is dropped. Without a mark utf-16 is little-endian,
// as in CPython and iconv-lite. Where the label names the order, and in utf-8, the mark stays as U+FEFF.
func DecodeCharset(label string, body []byte) (text []byte, known bool) {
	switch CharsetName(label) {
	case "utf8":
		return decodeUnicode(unicode.UTF8, body), true
	case "utf16":
		return decodeUnicode(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), body), true
	case "utf16le":
		return decodeUnicode(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), body), true
	case "utf16be":
		return decodeUnicode(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), body), true
	case "iso88591", "latin1":
		return decodeBytes(body, 0x100), true
	case "usascii", "ascii":
		return decodeBytes(body, 0x80), true
	}
	return body, false
}

func decodeUnicode(charset encoding.Encoding, body []byte) []byte {
	text, _ := charset.NewDecoder().Bytes(body) // these decoders replace, so they never fail
	return text
}

// decodeBytes decodes a charset of one byte a character, in which a byte below end is the code point of its value.
func decodeBytes(body []byte, end int) []byte {
	text := make([]byte, 0, len(body))
	for _, c := range body {
		r := rune(c)
		if int(c) >= end {
			r = utf8.RuneError
		}
		text = utf8.AppendRune(text, r)
	}
	return text
}
