package aisquare

import (
	"bytes"
	"encoding/hex"
	"net/url"
	"regexp"

	"gatehouse/shared/wire"
)

func parseForm(contentType string, body []byte) (wire.Value, error) {
	if bytes.Count(body, []byte("&")) >= maxFields {
		return wire.Value{}, errTooManyFields
	}
	form := fields{}
	for name, text := range wire.ParseForm(inUTF8(charsetOf(contentType), body)) {
		form[name] = wire.Value{Kind: wire.String, Text: text}
	}
	return form.object(), nil
}

// escapes is one run of percent escapes, whose bytes belong together.
var escapes = regexp.MustCompile(`(?:%[0-9A-Fa-f]{2})+`)

// inUTF8 converts a form of another charset to UTF-8, its escapes included. As in Django's QueryDict, a body that is not
// valid in its charset is read as ISO-8859-1, and invalid bytes behind escapes become U+FFFD.
func inUTF8(charset string, body []byte) []byte {
	if _, known := wire.DecodeCharset(charset, nil); !known {
		return body
	}
	text, err := decode(charset, body)
	if err != nil {
		text, _ = wire.DecodeCharset("iso-8859-1", body)
	}
	return escapes.ReplaceAllFunc(text, func(run []byte) []byte {
		escaped, err := hex.AppendDecode(nil, bytes.ReplaceAll(run, []byte("%"), nil))
		if err != nil {
			return run
		}
		decoded, _ := wire.DecodeCharset(charset, escaped)
		return []byte(url.QueryEscape(string(decoded)))
	})
}
