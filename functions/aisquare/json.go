package aisquare

import (
	"bytes"
	"errors"

	"gatehouse/shared/gateway"
)

// maxDepth is about where Python's reader gives up, with a 500.
const maxDepth = 1000

var (
	errTooDeep     = errors.New("nested deeper than 1000 levels")
	errHugeInteger = errors.New("an integer has more than 4300 digits")
	errNoByteMark  = errors.New("the body does not start with a byte order mark, which its charset needs")
)

func parseJSON(contentType string, body []byte) (gateway.Value, error) {
	text, err := jsonText(charsetOf(contentType), body)
	if err != nil {
		return gateway.Value{}, err
	}
	data, err := gateway.ParseJSON(text)
	switch {
	case err != nil:
		return gateway.Value{}, err
	case data.Depth > maxDepth:
		return gateway.Value{}, errTooDeep
	case holdsHugeInteger(data):
		return gateway.Value{}, errHugeInteger
	}
	return data, nil
}

// jsonText decodes a JSON body. UTF-8 is left to the JSON reader, which says where it is not valid. Python's utf-16 and
// utf-32, unlike their little- and big-endian kin, want a byte order mark.
func jsonText(charset string, body []byte) ([]byte, error) {
	switch gateway.CharsetName(charset) {
	case "", "utf8":
		return body, nil
	case "utf16":
		if !bytes.HasPrefix(body, []byte("\xff\xfe")) && !bytes.HasPrefix(body, []byte("\xfe\xff")) {
			return nil, errNoByteMark
		}
	case "utf32":
		if !bytes.HasPrefix(body, []byte("\xff\xfe\x00\x00")) && !bytes.HasPrefix(body, []byte("\x00\x00\xfe\xff")) {
			return nil, errNoByteMark
		}
	}
	return decode(charset, body)
}
