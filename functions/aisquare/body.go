package aisquare

import (
	"bytes"
	"errors"
	"slices"

	"gatehouse/shared/gateway"
	"gatehouse/shared/wire"
)

// parser reads bodies of one media type. The client sees its error after the parser's name.
type parser struct {
	mediaType, name string
	parse           func(contentType string, body []byte) (wire.Value, error)
}

// parsers are the real server's, in its order, so it reads */* and application/* as JSON.
var parsers = []parser{
	{"application/json", "JSON", parseJSON},
	{"application/x-www-form-urlencoded", "Form", parseForm},
	{"multipart/form-data", "Multipart form", parseMultipart},
}

// readBody returns the body of any media type as one JSON value. An absent body is an empty object, whatever its
// Content-Type is. An oversized body of an unsupported type gets the 415: the real server checks the type first.
func readBody(r *gateway.Request) (wire.Value, *gateway.Response) {
	if len(r.Body) == 0 {
		return wire.Value{Kind: wire.Object}, nil
	}
	contentType := r.Header.Get("Content-Type")
	mediaType := wire.ParseMediaType(contentType).Type
	at := slices.IndexFunc(parsers, func(p parser) bool { return matches(p.mediaType, mediaType) })
	switch {
	case at < 0:
		return wire.Value{}, new(unsupportedType(contentType))
	case len(r.Body) > gateway.MaxBody:
		return wire.Value{}, new(tooLarge())
	}
	data, err := parsers[at].parse(contentType, r.Body)
	if err != nil {
		return wire.Value{}, new(unparsed(parsers[at].name, err))
	}
	return data, nil
}

func charsetOf(contentType string) string {
	return wire.ParseMediaType(contentType).Parameters["charset"]
}

var errCharset = errors.New("the body is not valid in its charset")

// decode converts a body to UTF-8, from UTF-8 if the charset is missing or unknown. It replaces nothing, because a
// password with an invalid byte is not a password. The decoder writes U+FFFD for invalid bytes, so a body in another charset
// that contains a U+FFFD of its own is refused as well.
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
