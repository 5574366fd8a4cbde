package aisquare

import (
	"bytes"
	"errors"
	"slices"

	"gatehouse/shared/gateway"
	"gatehouse/shared/wire"
)

// parser reads bodies of one media type. Its error goes to the client, behind the name of what could not be parsed.
type parser struct {
	mediaType, name string
	parse           func(contentType string, body []byte) (wire.Value, error)
}

// parsers are the server's, in its order: */* and application/* are JSON to it.
var parsers = []parser{
	{"application/json", "JSON", parseJSON},
	{"application/x-www-form-urlencoded", "Form", parseForm},
	{"multipart/form-data", "Multipart form", parseMultipart},
}

// readBody gives the body as one JSON value, in whichever of the three media types it came, or the answer that refuses it.
// No body is an empty object, whatever its Content-Type says. Of a body that is both too large and of a type that is not
// taken the type is told, as that is what its sender must change first; the server too looks at the type before it reads.
func readBody(r *gateway.Request) (data wire.Value, refusal gateway.Response, ok bool) {
	if len(r.Body) == 0 {
		return wire.Value{Kind: wire.Object}, gateway.Response{}, true
	}
	contentType := r.Header.Get("Content-Type")
	mediaType := wire.ParseMediaType(contentType)
	at := slices.IndexFunc(parsers, func(p parser) bool { return matches(p.mediaType, mediaType.Type) })
	switch {
	case at < 0:
		return wire.Value{}, unsupportedMediaType(contentType), false
	case len(r.Body) > gateway.MaxBody:
		return wire.Value{}, tooLarge(), false
	}
	data, err := parsers[at].parse(contentType, r.Body)
	if err != nil {
		return wire.Value{}, parseError(parsers[at].name, err), false
	}
	return data, gateway.Response{}, true
}

func charsetOf(contentType string) string {
	return wire.ParseMediaType(contentType).Parameters["charset"]
}

var errCharset = errors.New("the body is not valid in its charset")

// decode turns a body into UTF-8: from UTF-8 itself, if the charset is missing or unknown. Nothing is replaced: a password
// with a wrong byte in it is no password. U+FFFD is what the decoder makes of wrong bytes, so a body that has one of its
// own is refused as well, unless it is in UTF-8.
func decode(charset string, body []byte) ([]byte, error) {
	text, known := wire.DecodeCharset(charset, body)
	if !known {
		text, _ = wire.DecodeCharset("utf-8", body)
	}
	if !bytes.Equal(text, body) && bytes.Contains(text, []byte("\ufffd")) {
		return nil, errCharset
	}
	return text, nil
}
