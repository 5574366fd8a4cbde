package unleash

import (
	"fmt"
	"net/http"
	"regexp"

	"gatehouse/shared/directory"
	"gatehouse/shared/gateway"
	"gatehouse/shared/wire"
)

// checkContentType is the server's second look at the content type, which ignores whatever stands behind a semicolon. The
// body parser is stricter: "application/json;" passes here although the parser did not look at the body.
func checkContentType(r *gateway.Request) *gateway.Response {
	sent := r.Header.Get("Content-Type")
	if wire.ParseMediaType(sent).Type == jsonType {
		return nil
	}
	if sent == "" {
		sent = "you didn't provide one"
	}
	text := fmt.Sprintf("We do not accept the content-type you provided (%s). Try using one of the content-types we do accept "+
		"instead (%s) and make sure the body is in the corresponding format.", sent, jsonType)
	return new(requestError(http.StatusUnsupportedMediaType, "ContentTypeError", text, wire.ObjectOf("message", text)))
}

// credentials are what loginSchema lets through.
type credentials struct{ username, password string }

// validate is the server's loginSchema: an object with username and password, both strings or what can be made one, and
// nothing else. Only the first error is told: the body's type, then what is missing, what is too much, and the types.
func validate(body wire.Value) (credentials, *gateway.Response) {
	if body.Kind != wire.Object {
		return credentials{}, wrongType("/body", "object", body)
	}
	username, hasUsername := body.Member("username")
	password, hasPassword := body.Member("password")
	if !hasUsername {
		return credentials{}, missing("username")
	}
	if !hasPassword {
		return credentials{}, missing("password")
	}
	for _, name := range keysOf(body) {
		if name != "username" && name != "password" {
			return credentials{}, additional(name)
		}
	}
	if !scalar(username) {
		return credentials{}, wrongType("/body/username", "string", username)
	}
	if !scalar(password) {
		return credentials{}, wrongType("/body/password", "string", password)
	}
	return credentials{username: coerce(username), password: coerce(password)}, nil
}

func scalar(value wire.Value) bool {
	return value.Kind != wire.Array && value.Kind != wire.Object
}

// coerce makes a string of a scalar as the server's validator (ajv, coerceTypes) does.
func coerce(value wire.Value) string {
	if value.Kind == wire.Number {
		return javaScriptNumber(value.Text)
	}
	return value.Text // of null: empty
}

// The entries of details have their properties in the server's order, which differs between them.

func missing(name string) *gateway.Response {
	path := "/body/" + name
	return badData(wire.ObjectOf(
		"path", path,
		"message", fmt.Sprintf("The `%s` property is required. It was not present on the data you sent.", path),
	))
}

func additional(name string) *gateway.Response {
	path := "/body"
	if name != "" {
		path += "/" + name
	}
	return badData(wire.ObjectOf(
		"path", path,
		"message", fmt.Sprintf("The `/body` object of the request body does not allow additional properties. "+
			"Your request included the `%s` property.", path),
	))
}

func wrongType(path, want string, sent wire.Value) *gateway.Response {
	shown := "[value too large or deeply nested to display]"
	if sent.Depth <= wire.MaxDepth {
		shown = string(appendStringified(nil, sent))
	}
	return badData(wire.ObjectOf(
		"message", fmt.Sprintf("The `%s` property must be %s. You sent %s.", path, want, shown),
		"path", path,
	))
}

func badData(detail wire.Raw) *gateway.Response {
	return new(requestError(http.StatusBadRequest, "BadDataError", "Request validation failed: your request body or params "+
		"contain invalid data. Refer to the `details` list for more information.", detail))
}

// email is the server's expression, letter for letter: not anchored at the start, and +-/ is a range. The letter case is
// spelled out because JavaScript's i folds ASCII only here, while Go's would take the Kelvin sign for a K.
var email = regexp.MustCompile(
	`[A-Za-z0-9.!#$%&'*+-/=?^_{|}~]+@[A-Za-z0-9][A-Za-z0-9.!#$%&'*+-/=?^_{|}~]*\.[A-Za-z]{2,}$`)

// maxEmail is how long an e-mail address may be for the server, in UTF-16 units.
const maxEmail = 500

// identifiers is what the server looks the user up by: what looks like an e-mail address is never tried as a user name, and
// nothing else is tried as an e-mail address.
func (c credentials) identifiers() []directory.Identifier {
	if utf16Length(c.username) <= maxEmail && email.MatchString(c.username) {
		return []directory.Identifier{directory.EmailAddress(c.username)}
	}
	return []directory.Identifier{directory.Username(c.username)}
}

// utf16Length counts a WTF-8 text as JavaScript does: one for each character, two for those of four bytes.
func utf16Length(text string) int {
	units := 0
	for i := range len(text) {
		if text[i]&0xC0 != 0x80 {
			units++
		}
		if text[i] >= 0xF0 {
			units++
		}
	}
	return units
}
