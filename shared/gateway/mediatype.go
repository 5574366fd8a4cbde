package gateway

import "strings"

// MediaType is the value of a Content-Type header, or of a Content-Disposition, which is built alike.
type MediaType struct {
	Type       string            // "application/json", in lower case; whatever stood there, if it is no media type
	Parameters map[string]string // by name in lower case; of equal names the last counts
}

// ParseMediaType reads a media type for both kinds of servers. A lenient one, like Django, takes what it can get: the
// text before the first semicolon, trimmed, and every parameter with a name and an equals sign. strict says whether a
// strict one accepts the header at all, by the grammar of RFC 9110, section 8.3.1, with the narrower names of RFC 6838,
// section 4.2: exactly what npm's media-typer 0.3.0 accepts, which decides whether body-parser looks at a body.
func ParseMediaType(header string) (mt MediaType, strict bool) {
	head, rest, more := strings.Cut(header, ";")
	mt = MediaType{Type: strings.ToLower(strings.TrimSpace(head)), Parameters: map[string]string{}}
	strict = isMediaType(strings.Trim(head, " "))
	for more {
		var parameter string
		parameter, rest, more = cutParameter(rest)
		name, value, _ := strings.Cut(parameter, "=")
		strict = strict && isToken(strings.Trim(name, " ")) && isParameterValue(strings.Trim(value, " "))
		if name = strings.TrimSpace(name); name != "" && strings.Contains(parameter, "=") {
			mt.Parameters[strings.ToLower(name)] = unquote(strings.TrimSpace(value))
		}
	}
	return mt, strict
}

// cutParameter cuts at the first semicolon that is not inside a quoted string.
func cutParameter(text string) (parameter, rest string, more bool) {
	quoted := false
	for at := 0; at < len(text); at++ {
		switch c := text[at]; {
		case c == '"':
			quoted = !quoted
		case c == '\\' && quoted:
			at++
		case c == ';' && !quoted:
			return text[:at], text[at+1:], true
		}
	}
	return text, "", false
}

// unquote undoes a quoted string (RFC 9110, section 5.6.4); other text is returned as it is.
func unquote(text string) string {
	if len(text) < 2 || text[0] != '"' || text[len(text)-1] != '"' {
		return text
	}
	plain := make([]byte, 0, len(text))
	for at := 1; at < len(text)-1; at++ {
		if text[at] == '\\' && at+1 < len(text)-1 {
			at++
		}
		plain = append(plain, text[at])
	}
	return string(plain)
}

func isMediaType(text string) bool {
	kind, subtype, found := strings.Cut(text, "/")
	return found && isRestrictedName(kind, "!#$&^_-") && isRestrictedName(subtype, "!#$&^_.+-")
}

// isRestrictedName is RFC 6838's restricted-name: a letter or digit, then up to 126 of these and the marks.
func isRestrictedName(text, marks string) bool {
	if text == "" || len(text) > 127 || !isAlphanumeric(text[0]) {
		return false
	}
	return allBytes(text, func(c byte) bool { return isAlphanumeric(c) || strings.IndexByte(marks, c) >= 0 })
}

func isToken(text string) bool {
	return text != "" && allBytes(text, func(c byte) bool {
		return isAlphanumeric(c) || strings.IndexByte("!#$%&'*+-.^_`|~", c) >= 0
	})
}

// isParameterValue says whether text is a token or one whole quoted string.
func isParameterValue(text string) bool {
	if len(text) < 2 || text[0] != '"' {
		return isToken(text)
	}
	inner := text[1 : len(text)-1]
	for at := 0; at < len(inner); at++ {
		switch c := inner[at]; {
		case c == '\\':
			if at++; at == len(inner) || inner[at] < ' ' || inner[at] > '~' {
				return false
			}
		case c == '"' || c < ' ' || c == 0x7F:
			return false
		}
	}
	return text[len(text)-1] == '"'
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}

func allBytes(text string, ok func(byte) bool) bool {
	for i := range len(text) {
		if !ok(text[i]) {
			return false
		}
	}
	return true
}
