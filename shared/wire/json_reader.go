package wire

import (
	"bytes"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// keptLevels is two more than MaxDepth, so that even a member of the outermost object, cut short, has a Depth above MaxDepth.
const keptLevels = MaxDepth + 2

// shallow returns the text with a 0 and spaces for every array and object below keptLevels. An attacker can nest 51,200
// levels in a body, and the decoder stops at 10,000, but the products answer by what stands beside the deep value.
func shallow(text []byte) []byte {
	if len(text) <= keptLevels {
		return text
	}
	cut := bytes.Clone(text)
	level, quoted, escaped := 0, false, false
	for at, c := range text {
		deep, blank := level > keptLevels, byte(' ')
		switch {
		case escaped:
			escaped = false
		case c == '"':
			quoted = !quoted
		case quoted:
			escaped = c == '\\'
		case c == '[' || c == '{':
			if level++; level == keptLevels+1 {
				deep, blank = true, '0'
			}
		case c == ']' || c == '}':
			level--
		}
		if deep {
			cut[at] = blank
		}
	}
	return cut
}

// readValue fills the value in place, which keeps the stack frame of a level small.
func readValue(decoder *jsontext.Decoder, v *Value) error {
	switch decoder.PeekKind() {
	case jsontext.KindBeginArray:
		return readArray(decoder, v)
	case jsontext.KindBeginObject:
		return readObject(decoder, v)
	default:
		return readScalar(decoder, v)
	}
}

func readScalar(decoder *jsontext.Decoder, v *Value) error {
	literal, err := decoder.ReadValue()
	if err != nil {
		return err
	}
	switch literal.Kind() {
	case jsontext.KindNull:
	case jsontext.KindString:
		v.Kind, v.Text = String, unquote(literal)
	case jsontext.KindNumber:
		v.Kind, v.Text = Number, string(literal)
	default:
		v.Kind, v.Text = Bool, string(literal)
	}
	return nil
}

func readArray(decoder *jsontext.Decoder, v *Value) error {
	v.Kind, v.Depth = Array, 1
	_, err := decoder.ReadToken()
	for err == nil && decoder.PeekKind() != jsontext.KindEndArray {
		v.Elements = append(v.Elements, Value{})
		element := &v.Elements[len(v.Elements)-1]
		err = readValue(decoder, element)
		v.Depth = max(v.Depth, element.Depth+1)
	}
	if err == nil {
		_, err = decoder.ReadToken()
	}
	return err
}

func readObject(decoder *jsontext.Decoder, v *Value) error {
	v.Kind, v.Depth = Object, 1
	_, err := decoder.ReadToken()
	for err == nil && decoder.PeekKind() != jsontext.KindEndObject {
		var name jsontext.Value
		if name, err = decoder.ReadValue(); err != nil {
			return err
		}
		v.Members = append(v.Members, Member{Name: unquote(name)})
		member := &v.Members[len(v.Members)-1]
		err = readValue(decoder, &member.Value)
		v.Depth = max(v.Depth, member.Value.Depth+1)
	}
	if err == nil {
		_, err = decoder.ReadToken()
	}
	return err
}

// unquote decodes a valid string literal to WTF-8. The decoder's own decoding replaces lone surrogates; bcryptjs, for one,
// hashes their three bytes.
func unquote(literal []byte) string {
	var text []byte
	for rest := literal[1 : len(literal)-1]; ; {
		plain, escape, found := bytes.Cut(rest, []byte(`\`))
		if text == nil && !found {
			return string(plain)
		}
		text = append(text, plain...)
		switch {
		case !found:
			return string(text)
		case escape[0] != 'u':
			text = append(text, "\"\\/\b\f\n\r\t"[bytes.IndexByte([]byte(`"\/bfnrt`), escape[0])])
			rest = escape[1:]
		default:
			unit := codeUnit(escape)
			rest = escape[5:]
			if bytes.HasPrefix(rest, []byte(`\u`)) {
				if pair := utf16.DecodeRune(unit, codeUnit(rest[1:])); pair != utf8.RuneError {
					text, rest = utf8.AppendRune(text, pair), rest[6:]
					continue
				}
			}
			text = appendWTF8(text, unit)
		}
	}
}

// codeUnit returns the UTF-16 code unit of an escape that begins behind its backslash: uXXXX.
func codeUnit(escape []byte) rune {
	unit, _ := strconv.ParseUint(string(escape[1:5]), 16, 16) // the decoder accepted these four digits
	return rune(unit)
}

// appendWTF8 is utf8.AppendRune, except that it keeps surrogates.
func appendWTF8(text []byte, r rune) []byte {
	if !utf16.IsSurrogate(r) {
		return utf8.AppendRune(text, r)
	}
	return append(text, 0xED, 0x80|byte(r>>6&0x3F), 0x80|byte(r&0x3F))
}
