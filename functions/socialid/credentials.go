package socialid

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"

	"gatehouse/shared/directory"
	"gatehouse/shared/gateway"
	"gatehouse/shared/wire"
)

// applicationCredentials reads the application's id and secret from HTTP Basic authentication (RFC 7617). A header that is
// missing, sent twice, not Basic, not canonical base64, without a colon, or with a user name that is no positive decimal
// number gives id 0 and no secret. No application has them, so a broken header goes the same steps as a wrong secret.
func applicationCredentials(header http.Header) (id int64, secret string) {
	sent := header.Values("Authorization")
	if len(sent) != 1 {
		return 0, ""
	}
	scheme, token, _ := strings.Cut(strings.Trim(sent[0], " \t"), " ")
	token = strings.TrimLeft(token, " ")
	plain, err := base64.StdEncoding.DecodeString(token)
	// Go's decoder passes over line breaks and stray bits, which no client sends: encoding again finds them.
	if err != nil || !strings.EqualFold(scheme, "Basic") || base64.StdEncoding.EncodeToString(plain) != token {
		return 0, ""
	}
	name, secret, found := strings.Cut(string(plain), ":")
	id, err = strconv.ParseInt(name, 10, 64)
	if !found || err != nil || id < 1 || strconv.FormatInt(id, 10) != name {
		return 0, ""
	}
	return id, secret
}

// parameters are what the body names. An empty one is missing. The password is exactly what was sent.
type parameters struct{ username, email, password string }

// identifiers are those given: at least one, or readParameters would have refused.
func (p parameters) identifiers() []directory.Identifier {
	var given []directory.Identifier
	if p.username != "" {
		given = append(given, directory.Username(p.username))
	}
	if p.email != "" {
		given = append(given, directory.EmailAddress(p.email))
	}
	return given
}

// readParameters reads the body as a JSON object, whatever the Content-Type calls it, in the charset that it names; in
// UTF-8 if that is not given or not known. The problem is empty, or what a 400 says.
func readParameters(r *gateway.Request) (given parameters, problem string) {
	contentType := wire.ParseMediaType(r.Header.Get("Content-Type"))
	object, err := wire.ParseJSON(decode(contentType.Parameters["charset"], r.Body))
	if err != nil {
		return parameters{}, "The request body is not valid JSON: " + err.Error() + "."
	}
	if object.Kind != wire.Object {
		return parameters{}, "The request body is not a JSON object."
	}
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
		return parameters{}, strings.Join(flaws, ", ")
	}
	return given, ""
}

// missing says which of the required parameters are not there.
func (p parameters) missing() []string {
	var flaws []string
	if p.username == "" && p.email == "" {
		flaws = append(flaws, "username or email_address can't be blank")
	}
	if p.password == "" {
		flaws = append(flaws, "password can't be blank")
	}
	return flaws
}

// decode reads the body in the charset named. UTF-8 is left to the JSON reader: it refuses invalid bytes, which decoding
// would replace, so that different passwords could come out as one.
func decode(charset string, body []byte) []byte {
	if strings.EqualFold(charset, "utf-8") || strings.EqualFold(charset, "utf8") {
		return body
	}
	text, _ := wire.DecodeCharset(charset, body)
	return text
}
