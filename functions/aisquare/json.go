package aisquare

import (
	"bytes"
	"errors"

	"gatehouse/shared/wire"
)

var (
	errTooDeep     = errors.New("nested deeper than 1000 levels") // CPython's reader fails about there, with a 500
	errHugeInteger = errors.New("an integer has more than 4300 digits")
	errNoByteMark  = errors.New("the body does not start with the byte order mark that its charset needs")
)

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

// jsonText decodes a JSON body. UTF-8 is left to the JSON reader, which reports where it is invalid. Python's utf-16,
// unlike utf-16le and utf-16be, needs a byte order mark.
func jsonText(charset string, body []byte) ([]byte, error) {
	switch wire.CharsetName(charset) {
	case "", "utf8":
		return body, nil
	case "utf16":
		if !bytes.HasPrefix(body, []byte("\xff\xfe")) && !bytes.HasPrefix(body, []byte("\xfe\xff")) {
			return nil, errNoByteMark
		}
	}
	return decode(charset, body)
}
