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

var (
	errCharset       = errors.New("the body is not valid in its charset")
	errNoByteMark    = errors.New("the body does not start with the byte order mark that its charset needs")
	errTooDeep       = errors.New("nested deeper than 1000 levels") // CPython's reader fails about there, with a 500
	errHugeInteger   = errors.New("an integer has more than 4300 digits")
	errTooManyFields = errors.New("more than 1000 form fields")
)

// maxFields is Django's DATA_UPLOAD_MAX_NUMBER_FIELDS. Django responds with an HTML page; here it is a parse error.
const maxFields = 1000

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

func parseJSON(contentType string, body []byte) (wire.Value, error) {
	text, err := jsonText(charsetOf(contentType), body)
	if err != nil {
		return wire.Value{}, err
	}
	data, err := wire.ParseJSON(text)
	switch {
	case err != nil:
		return wire.Value{}, err
	case data.Depth > wire.MaxDepth:
		return wire.Value{}, errTooDeep
	case holdsHugeInteger(data):
		return wire.Value{}, errHugeInteger
	}
	return data, nil
}

// jsonText decodes a JSON body. UTF-8 is left to the JSON reader, which reports where it is invalid. Python's utf-16, unlike
// utf-16le and utf-16be, needs a byte order mark. Nothing is replaced, because a password with an invalid byte is not a
// password.
func jsonText(charset string, body []byte) ([]byte, error) {
	switch wire.CharsetName(charset) {
	case "", "utf8":
		return body, nil
	case "utf16":
		if !bytes.HasPrefix(body, []byte("\xff\xfe")) && !bytes.HasPrefix(body, []byte("\xfe\xff")) {
			return nil, errNoByteMark
		}
	}
	text, _ := wire.DecodeCharset(charset, body)
	if wire.Lossy(text, body) {
		return nil, errCharset
	}
	return text, nil
}

func charsetOf(contentType string) string {
	return wire.ParseMediaType(contentType).Parameters["charset"]
}

// fields are a form's, by name.
type fields map[string]wire.Value

// object returns the form as JSON would have carried it.
func (f fields) object() wire.Value {
	data := wire.Value{Kind: wire.Object}
	for name, value := range f {
		data.Members = append(data.Members, wire.Member{Name: name, Value: value})
	}
	return data
}

func parseForm(contentType string, body []byte) (wire.Value, error) {
	if bytes.Count(body, []byte("&")) >= maxFields {
		return wire.Value{}, errTooManyFields
	}
	form := fields{}
	for name, text := range wire.ParseForm(charsetOf(contentType), body) {
		form[name] = wire.Value{Kind: wire.String, Text: text}
	}
	return form.object(), nil
}
