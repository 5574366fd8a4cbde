package socialid

import (
	"strings"

	"gatehouse/shared/directory"
	"gatehouse/shared/gateway"
	"gatehouse/shared/wire"
)

// credentials are the parameters in the body, with at least one identifier. The password is exactly what was sent.
type credentials struct {
	identifiers []directory.Identifier
	password    string
}

// readCredentials reads the parameters of the body, which must be an object.
func readCredentials(r *gateway.Request) (credentials, *gateway.Response) {
	object, refusal := readObject(r)
	if refusal != nil {
		return credentials{}, refusal
	}
	var flaws []string
	text := func(parameter string) string {
		value, _ := object.Member(parameter)
		if value.Kind != wire.String && value.Kind != wire.Null {
			flaws = append(flaws, parameter+" is not a string")
		}
		return value.Text
	}
	username, email, password := text("username"), text("email_address"), text("password")
	if len(flaws) > 0 { // types first: a user name that is a number is not missing
		return credentials{}, new(invalid(strings.Join(flaws, ", ")))
	}
	given := credentials{password: password}
	for _, by := range []directory.Identifier{directory.Username(username), directory.EmailAddress(email)} {
		if by.Value != "" {
			given.identifiers = append(given.identifiers, by)
		}
	}
	if given.identifiers == nil {
		flaws = append(flaws, "username or email_address can't be blank")
	}
	if password == "" {
		flaws = append(flaws, "password can't be blank")
	}
	if len(flaws) > 0 {
		return credentials{}, new(invalid(strings.Join(flaws, ", ")))
	}
	return given, nil
}

// readObject reads the body as a JSON object, whatever its Content-Type is, in the charset of the Content-Type, or in UTF-8 if
// that is missing or unknown. UTF-8 is left to the JSON reader, which refuses invalid bytes: decoding would replace them, and
// different passwords could become one.
func readObject(r *gateway.Request) (wire.Value, *gateway.Response) {
	charset := wire.ParseMediaType(r.Header.Get("Content-Type")).Parameters["charset"]
	body, known := wire.DecodeCharset(charset, r.Body)
	if !known || wire.CharsetName(charset) == "utf8" {
		body = r.Body
	}
	object, err := wire.ParseJSON(body)
	if err != nil {
		return wire.Value{}, new(invalid("The request body is not valid JSON: " + err.Error() + "."))
	}
	if object.Kind != wire.Object {
		return wire.Value{}, new(invalid("The request body is not a JSON object."))
	}
	return object, nil
}
