package wire

import "strings"

// MediaType is the value of a Content-Type header, or of a Content-Disposition, which has the same form.
type MediaType struct {
	Type       string            // "application/json", in lower case; the sent text if it is not a media type
	Parameters map[string]string // by name in lower case; of duplicate names the last wins
}

// ParseMediaType reads a media type as leniently as Django does: the text before the first semicolon, trimmed, and every
// parameter with a name and an equals sign.
func ParseMediaType(header string) MediaType {
	head, rest, more := strings.Cut(header, ";")
	mediaType := MediaType{Type: strings.ToLower(strings.TrimSpace(head)), Parameters: map[string]string{}}
	for more {
		var parameter string
		parameter, rest, more = cutParameter(rest)
		name, value, found := strings.Cut(parameter, "=")
		if name = strings.TrimSpace(name); found && name != "" {
			mediaType.Parameters[strings.ToLower(name)] = unquoted(strings.TrimSpace(value))
		}
	}
	return mediaType
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

// unquoted returns the content of a quoted string (RFC 9110, section 5.6.4), and any other text unchanged.
func unquoted(text string) string {
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
