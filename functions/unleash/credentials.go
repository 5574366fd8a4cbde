package unleash

import (
	"fmt"
	"regexp"
	"slices"

	"gatehouse/shared/directory"
	"gatehouse/shared/gateway"
	"gatehouse/shared/wire"
)

// credentials are what loginSchema lets through.
type credentials struct{ username, password string }

// readCredentials checks the content type and then the parsed body, as the real server does.
func readCredentials(r *gateway.Request, body wire.Value) (credentials, *gateway.Response) {
	if refusal := jsonOnly(r); refusal != nil {
		return credentials{}, refusal
	}
	given, refusal := read(body, []string{"username", "password"}, "username", "password")
	return credentials{username: given["username"], password: given["password"]}, refusal
}

// jsonOnly refuses another content type. It ignores whatever stands behind a semicolon. The body parser is stricter:
// "application/json;" passes here, although the parser did not look at the body.
func jsonOnly(r *gateway.Request) *gateway.Response {
	contentType := r.Header.Get("Content-Type")
	switch {
	case contentType == "":
		return new(unsupportedType("you didn't provide one"))
	case wire.ParseMediaType(contentType).Type != jsonType:
		return new(unsupportedType(contentType))
	}
	return nil
}

// read is the real server's validation of a body by its schema: an object with the required properties and no others than
// these, all strings or coercible to strings. Only the first error is shown: the body's type, then what is missing, what is too
// much, and the types.
func read(body wire.Value, required []string, properties ...string) (map[string]string, *gateway.Response) {
	if body.Kind != wire.Object {
		return nil, wrongType("/body", "object", body)
	}
	for _, name := range required {
		if _, ok := body.Member(name); !ok {
			return nil, missing(name)
		}
	}
	for _, member := range javaScriptOrder(body.Members) {
		if !slices.Contains(properties, member.Name) {
			return nil, additional(member.Name)
		}
	}
	given := map[string]string{}
	for _, name := range properties {
		value, ok := body.Member(name)
		switch {
		case ok && !scalar(value):
			return nil, wrongType(wire.Text("/body/"+name), "string", value)
		case ok:
			given[name] = coerce(value)
		}
	}
	return given, nil
}

func scalar(value wire.Value) bool {
	return value.Kind != wire.Array && value.Kind != wire.Object
}

// coerce converts a scalar to a string as the real server's validator (ajv, coerceTypes) does.
func coerce(value wire.Value) string {
	if value.Kind == wire.Number {
		return javaScriptNumber(value.Text)
	}
	return value.Text // of null: empty
}

func missing(name string) *gateway.Response {
	path := wire.Text("/body/" + name)
	return new(invalid(pathDetail{
		Path:    path,
		Message: "The `" + path + "` property is required. It was not present on the data you sent.",
	}))
}

func additional(name string) *gateway.Response {
	path := wire.Text("/body")
	if name != "" {
		path += wire.Text("/" + name)
	}
	return new(invalid(pathDetail{
		Path: path,
		Message: "The `/body` object of the request body does not allow additional properties. " +
			"Your request included the `" + path + "` property.",
	}))
}

func wrongType(path wire.Text, want string, sent wire.Value) *gateway.Response {
	shown := "[value too large or deeply nested to display]"
	if sent.Depth <= wire.MaxDepth {
		shown = string(appendStringified(nil, sent))
	}
	return new(invalid(detail{wire.Text(fmt.Sprintf("The `%s` property must be %s. You sent %s.", path, want, shown)), path}))
}

// email is the real server's expression, letter for letter: not anchored at the start, and +-/ is a range. The letter case is
// written out because JavaScript's i folds ASCII only here, while Go's would also match the Kelvin sign as a K.
var email = regexp.MustCompile(
	`[A-Za-z0-9.!#$%&'*+-/=?^_{|}~]+@[A-Za-z0-9][A-Za-z0-9.!#$%&'*+-/=?^_{|}~]*\.[A-Za-z]{2,}$`)

// maxEmail is the real server's limit of an e-mail address, in UTF-16 units.
const maxEmail = 500

// identifiers returns what the real server looks the user up by: text in the form of an e-mail address is never tried as a
// user name, and nothing else is tried as an e-mail address.
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
