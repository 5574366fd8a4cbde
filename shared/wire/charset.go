package wire

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
)

// separators are what may join the parts of a charset's label.
var separators = strings.NewReplacer("-", "", "_", "")

// CharsetName returns a charset's label in one spelling: lower case, without separators, as in utf16le.
func CharsetName(label string) string { return separators.Replace(strings.ToLower(label)) }

// charsets are the ones whose decoders replace what is invalid, so they never fail.
var charsets = map[string]encoding.Encoding{
	"utf8":    unicode.UTF8,
	"utf16":   unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
	"utf16le": unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM),
	"utf16be": unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM),
}

// DecodeCharset converts a body to valid UTF-8. The label is the charset of a Content-Type, in any letter case, its parts
// joined by -, _ or nothing: utf-8, utf-16, utf-16le, utf-16be, iso-8859-1 (latin1) or us-ascii (ascii). A body with any
// other label is read as UTF-8, and known is false.
//
// What is invalid in the charset becomes U+FFFD, in UTF-8 one for each maximal subpart as in CPython and JavaScript
// (Unicode Standard, section 3.9, "U+FFFD Substitution of Maximal Subparts"); see [Lossy].
//
// The byte order mark of utf-16 decides the order of the bytes and is dropped. Without a mark utf-16 is little-endian,
// as in CPython and iconv-lite. Where the label names the order, and in utf-8, the mark stays as U+FEFF.
func DecodeCharset(label string, body []byte) (text []byte, known bool) {
	switch name := CharsetName(label); name {
	case "iso88591", "latin1":
		return decodeBytes(body, 0x100), true
	case "usascii", "ascii":
		return decodeBytes(body, 0x80), true
	default:
		charset, known := charsets[name]
		if !known {
			charset = unicode.UTF8
		}
		text, _ = charset.NewDecoder().Bytes(body)
		return text, known
	}
}

// Lossy reports whether text, which [DecodeCharset] made of the body, may lack some of its bytes. A U+FFFD that the body
// itself contains counts as lost, except in UTF-8.
func Lossy(text, body []byte) bool {
	return !bytes.Equal(text, body) && bytes.Contains(text, []byte("\ufffd"))
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
