package crafter

import (
	"bytes"
	"net/http"

	"gatehouse/shared/gateway"
	"gatehouse/shared/wire"
)

// credentials are what a client sent, neither of them empty.
type credentials struct{ username, password string }

// readCredentials reads the credentials of a request. The last of two values of one name counts. Without allowQuery, a
// query contains no credentials.
//
//   - GET: the documented parameters in the query. A body is ignored.
//   - POST without a body: the same.
//   - POST with a body that begins with { or [: JSON, whatever the Content-Type is. Studio's own interfaces sent JSON as
//     application/json, as application/xml, and as curl's default, application/x-www-form-urlencoded.
//   - POST with any other body: a form, if the Content-Type is that of a form.
//
// The real server did not check for required parameters, so null, "" and absent are alike. A request without a name or
// a password gets the same response as a wrong password. It is not counted as an attempt: its sender learns nothing.
func readCredentials(r *gateway.Request, allowQuery bool) (credentials, *gateway.Response) {
	given, refusal := findCredentials(r, allowQuery)
	if refusal == nil && (given.username == "" || given.password == "") {
		refusal = new(refused())
	}
	return given, refusal
}

func findCredentials(r *gateway.Request, allowQuery bool) (credentials, *gateway.Response) {
	if r.Method == http.MethodGet || len(r.Body) == 0 {
		if !allowQuery {
			return credentials{}, nil
		}
		return credentials{r.Query["username"], r.Query["password"]}, nil
	}
	contentType := wire.ParseMediaType(r.Header.Get("Content-Type"))
	text, _ := wire.DecodeCharset(contentType.Parameters["charset"], r.Body) // as on the real server, U+FFFD for invalid bytes
	start := bytes.TrimLeft(text, " \t\n\r")
	switch {
	case len(start) > 0 && (start[0] == '{' || start[0] == '['):
		return fromJSON(text)
	case len(start) > 0 && contentType.Type == "application/x-www-form-urlencoded":
		form := wire.ParseForm("utf-8", r.Body)
		return credentials{form["username"], form["password"]}, nil
	}
	return credentials{}, new(malformed())
}

// fromJSON reads the two strings of an object. A value that is neither a string nor null is the client's mistake; the real
// server responded with a 500.
func fromJSON(text []byte) (credentials, *gateway.Response) {
	object, err := wire.ParseJSON(text)
	if err != nil || object.Kind != wire.Object {
		return credentials{}, new(malformed())
	}
	username, _ := object.Member("username")
	password, _ := object.Member("password")
	for _, value := range []wire.Value{username, password} {
		if value.Kind != wire.String && value.Kind != wire.Null {
			return credentials{}, new(malformed())
		}
	}
	return credentials{username.Text, password.Text}, nil
}
