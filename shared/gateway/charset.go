package gateway

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// replacement stands for bytes that mean nothing in their charset.
const replacement = "\ufffd"

// separators are what may join the parts of a charset's label.
var separators = strings.NewReplacer("-", "", "_", "")

// CharsetName is the one spelling of a charset's label: lower case, its parts joined by nothing, as in utf16le.
func CharsetName(label string) string { return separators.Replace(strings.ToLower(label)) }

// DecodeCharset turns a body into UTF-8. The label is what a Content-Type calls charset, in any letter case, its parts
// joined by -, _ or nothing: utf-8, utf-16, utf-32, the last two also with le or be; iso-8859-1 (latin1), iso-8859-15
// (latin9), windows-1252 (cp1252) and us-ascii (ascii). With any other label the body comes back as it is, and known is
// false.
//
// What is invalid in the charset becomes U+FFFD, for UTF-8 one for each maximal subpart as in CPython and JavaScript
// (Unicode Standard, section 3.9, "U+FFFD Substitution of Maximal Subparts"), so the text of a known charset is valid
// UTF-8. A caller whose product refuses invalid UTF-8 asks utf8.Valid first.
//
// The byte order mark of utf-16 and utf-32 decides the order of the bytes and is dropped; without one they are
// little-endian, as CPython and iconv-lite have it. Where the label names the order, and in utf-8, the mark is a
// character like any other, U+FEFF: whether it is welcome is for the caller to say.
func DecodeCharset(label string, body []byte) (text []byte, known bool) {
	label = CharsetName(label)
	if charset := unicodeCharset(label); charset != nil {
		text, err := charset.NewDecoder().Bytes(body)
		if err != nil {
			// The one text that x/text gives up on: utf-32 shorter than a byte order mark.
			return []byte(replacement), true
		}
		return text, true
	}
	if charset, known := byteCharset(label); known {
		return charset.decode(body), true
	}
	return body, false
}

// replaceInvalid is DecodeCharset for UTF-8.
func replaceInvalid(text []byte) string {
	valid, _ := DecodeCharset("utf-8", text)
	return string(valid)
}

func unicodeCharset(label string) encoding.Encoding {
	switch label {
	case "utf8":
		return unicode.UTF8
	case "utf16":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case "utf16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case "utf16be":
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	case "utf32":
		return utf32.UTF32(utf32.LittleEndian, utf32.UseBOM)
	case "utf32le":
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)
	case "utf32be":
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)
	}
	return nil
}

// byteCharset returns the charsets of one byte a character. x/text has them too, in a package whose tables for forty
// charsets always come together; Lambda binaries should stay small.
func byteCharset(label string) (singleByte, bool) {
	switch label {
	case "ascii", "usascii":
		return singleByte{first: 0x80, runes: []rune(strings.Repeat(replacement, 128))}, true
	case "iso88591", "latin1":
		return singleByte{}, true
	case "iso885915", "latin9":
		return singleByte{first: 0xA4, runes: []rune("€¥Š§š©ª«¬\u00ad®¯°±²³Žµ¶·ž¹º»ŒœŸ")}, true
	case "cp1252", "windows1252":
		return singleByte{first: 0x80, runes: []rune("€�‚ƒ„…†‡ˆ‰Š‹Œ�Ž��‘’“”•–—˜™š›œ�žŸ")}, true
	}
	return singleByte{}, false
}

// singleByte is a charset in which a byte is the code point of its value, as in ISO-8859-1, but for a range of bytes.
type singleByte struct {
	first int    // byte of the range
	runes []rune // what the bytes of the range stand for
}

func (s singleByte) decode(body []byte) []byte {
	text := make([]byte, 0, len(body))
	for _, c := range body {
		r := rune(c)
		if at := int(c) - s.first; at >= 0 && at < len(s.runes) {
			r = s.runes[at]
		}
		text = utf8.AppendRune(text, r)
	}
	return text
}
