package aisquare

import (
	"bytes"
	"encoding/hex"
	"net/url"
	"regexp"
	"strings"

	"gatehouse/shared/gateway"
)

// maxFields is Django's DATA_UPLOAD_MAX_NUMBER_FIELDS. It answers with an HTML page; here it is a parse error.
const maxFields = 1000

func parseForm(contentType string, body []byte) (gateway.Value, error) {
	if bytes.Count(body, []byte("&")) >= maxFields {
		return gateway.Value{}, gateway.ErrTooManyFields
	}
	return object(gateway.ParseForm(inUTF8(charsetOf(contentType), body))), nil
}

// escapes is one run of percent escapes, which stands for bytes that belong together.
var escapes = regexp.MustCompile(`(?:%[0-9A-Fa-f]{2})+`)

// inUTF8 rewrites a form of another charset as one in UTF-8, in which its escapes are too. As in Django's QueryDict, a
// body that is not valid in its charset is taken for ISO-8859-1, and wrong bytes behind escapes become U+FFFD.
func inUTF8(charset string, body []byte) []byte {
	if _, known := gateway.DecodeCharset(charset, nil); !known {
		return body
	}
	text, err := decode(charset, body)
	if err != nil {
		text, _ = gateway.DecodeCharset("iso-8859-1", body)
	}
	return escapes.ReplaceAllFunc(text, func(run []byte) []byte {
		escaped, err := hex.AppendDecode(nil, bytes.ReplaceAll(run, []byte("%"), nil))
		if err != nil {
			return run
		}
		decoded, _ := gateway.DecodeCharset(charset, escaped)
		return []byte(url.QueryEscape(string(decoded)))
	})
}

// multipartError is a Content-Type that DRF takes for multipart and Django, which looks at it again, does not.
type multipartError string

func (contentType multipartError) Error() string {
	return "Invalid Content-Type: " + string(contentType)
}

// parseMultipart refuses a Content-Type that only a pattern or other letter case makes multipart.
func parseMultipart(contentType string, body []byte) (gateway.Value, error) {
	if !strings.HasPrefix(contentType, "multipart/") {
		return gateway.Value{}, multipartError(contentType)
	}
	form, err := gateway.ParseMultipart(contentType, body)
	if err != nil {
		return gateway.Value{}, err
	}
	return object(form), nil
}

// object gives a form as JSON would have carried it. An uploaded file is as little text as an object, and is refused like
// one.
func object(form gateway.Form) gateway.Value {
	data := gateway.Value{Kind: gateway.Object}
	for name, field := range form {
		value := gateway.Value{Kind: gateway.String, Text: field.Value}
		if field.File {
			value = gateway.Value{Kind: gateway.Object}
		}
		data.Members = append(data.Members, gateway.Member{Name: name, Value: value})
	}
	return data
}
