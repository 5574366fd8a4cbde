package socialid

import (
	"strings"

	"gatehouse/shared/directory"
	"gatehouse/shared/gateway"
	"gatehouse/shared/wire"
)

// credentials are the parameters in the body. An empty one is missing. The password is exactly what was sent.
type credentials struct{ username, email, password string }

// identifiers returns those given: at least one, or readCredentials would have refused.
func (c credentials) identifiers() []directory.Identifier {
	var given []directory.Identifier
	if c.username != "" {
		given = append(given, directory.Username(c.username))
	}
	if c.email != "" {
		given = append(given, directory.EmailAddress(c.email))
	}
	return given
}

// readCredentials reads the body as a JSON object, whatever its Content-Type is, in the charset of the Content-Type, or in
// UTF-8 if that is missing or unknown. UTF-8 is left to the JSON reader, which refuses invalid bytes: decoding would replace
// them, and different passwords could become one.
func readCredentials(r *gateway.Request) (credentials, *gateway.Response) {
	charset := wire.ParseMediaType(r.Header.Get("Content-Type")).Parameters["charset"]
	text, known := wire.DecodeCharset(charset, r.Body)
	if !known || wire.CharsetName(charset) == "utf8" {
		text = r.Body
	}
	object, err := wire.ParseJSON(text)
	if err != nil {
		return credentials{}, new(invalid("The request body is not valid JSON: " + err.Error() + "."))
	}
	if object.Kind != wire.Object {
		return credentials{}, new(invalid("The request body is not a JSON object."))
	}
	var given credentials
	var flaws []string
	for _, parameter := range []struct {
		name string
		into *string
	}{{"username", &given.username}, {"email_address", &given.email}, {"password", &given.password}} {
		value, _ := object.Member(parameter.name)
		switch value.Kind {
		case wire.String:
			*parameter.into = value.Text
		case wire.Null:
		default:
			flaws = append(flaws, parameter.name+" is not a string")
		}
	}
	// Types first: a user name that is a number is not missing.
	if len(flaws) == 0 {
		flaws = given.missing()
	}
	if len(flaws) > 0 {
		return credentials{}, new(invalid(strings.Join(flaws, ", ")))
	}
	return given, nil
}

// missing returns a problem for each required parameter that is absent.
func (c credentials) missing() []string {
	var flaws []string
	if c.username == "" && c.email == "" {
		flaws = append(flaws, "username or email_address can't be blank")
	}
	if c.password == "" {
		flaws = append(flaws, "password can't be blank")
	}
	return flaws
}
