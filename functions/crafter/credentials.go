package crafter

import (
	"bytes"
	"net/http"

	"gatehouse/shared/gateway"
	"gatehouse/shared/wire"
)

// credentials are what a request carries. The server had no check for required parameters, so null, "" and absent are
// the same: missing.
type credentials struct{ username, password string }

// readCredentials finds the credentials in a request, and reports whether it can be read. The last of two values of one name
// counts. Without allowQuery, a query holds no credentials.
//
//   - GET: the documented parameters in the query. A body is ignored.
//   - POST without a body: the same.
//   - POST with a body that begins with { or [: JSON, whatever the Content-Type says. Studio's own interfaces sent JSON as
//     application/json, as application/xml, and as curl's default, application/x-www-form-urlencoded.
//   - POST with any other body: a form, if the Content-Type says so.
func readCredentials(r *gateway.Request, allowQuery bool) (given credentials, readable bool) {
	if r.Method == http.MethodGet || len(r.Body) == 0 {
		if !allowQuery {
			return credentials{}, true
		}
		return credentials{last(r.Query["username"]), last(r.Query["password"])}, true
	}
	contentType := wire.ParseMediaType(r.Header.Get("Content-Type"))
	text := decode(contentType.Parameters["charset"], r.Body)
	start := bytes.TrimLeft(text, " \t\n\r")
	switch {
	case len(start) == 0:
		return credentials{}, false
	case start[0] == '{' || start[0] == '[':
		return fromJSON(text)
	case contentType.Type == "application/x-www-form-urlencoded":
		form := wire.ParseForm(r.Body)
		return credentials{form["username"], form["password"]}, true
	}
	return credentials{}, false
}

func last(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[len(values)-1]
}

// decode reads the body in the charset that the Content-Type names; in UTF-8 if it names none, or one that is not
// known. As on the server, what is invalid becomes U+FFFD.
func decode(charset string, body []byte) []byte {
	text, known := wire.DecodeCharset(charset, body)
	if !known {
		text, _ = wire.DecodeCharset("utf-8", body)
	}
	return text
}

// fromJSON reads the two strings of an object. Anything but a string or null in their place is a client's mistake, of which
// the server made a 500.
func fromJSON(text []byte) (given credentials, readable bool) {
	object, err := wire.ParseJSON(text)
	if err != nil || object.Kind != wire.Object {
		return credentials{}, false
	}
	username, isText := member(object, "username")
	password, areText := member(object, "password")
	return credentials{username, password}, isText && areText
}

// member gives a member's text, which is empty for null and for a member that is not there, and whether it is one of
// these.
func member(object wire.Value, name string) (text string, ok bool) {
	value, _ := object.Member(name)
	switch value.Kind {
	case wire.String:
		return value.Text, true
	case wire.Null:
		return "", true
	default:
		return "", false
	}
}
