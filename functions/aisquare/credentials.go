package aisquare

import (
	"fmt"
	"strings"

	"gatehouse/shared/gateway"
	"gatehouse/shared/wire"
)

// credentials are what a valid request carries, both trimmed: the real server trims passwords too.
type credentials struct{ login, password string }

// readCredentials reads the body, in any of its three media types, and checks the two fields as the real server's
// DefaultLoginSerializer does. A refusal names the problems of both fields, or one of the body as a whole.
func readCredentials(r *gateway.Request) (credentials, *gateway.Response) {
	data, refusal := object(readBody(r))
	if refusal != nil {
		return credentials{}, refusal
	}
	var given credentials
	var found problems
	given.login, found.Login = charField(data, "login")
	given.password, found.Password = charField(data, "password")
	if found.any() {
		return credentials{}, new(invalid(found))
	}
	return given, nil
}

// object passes on the body that was read if it is one object.
func object(data wire.Value, refusal *gateway.Response) (wire.Value, *gateway.Response) {
	if refusal != nil || data.Kind == wire.Object {
		return data, refusal
	}
	problem := "Invalid data. Expected a dictionary, but got " + pythonType(data) + "."
	if data.Kind == wire.Null {
		problem = "No data provided"
	}
	return data, new(invalid(problems{Body: []string{problem}}))
}

// charField reads a field as DRF's CharField does, in its order: missing, null, not text, blank once trimmed; then both of
// its validators. The second names the first surrogate only.
func charField(data wire.Value, name string) (text string, problems []string) {
	value, present := data.Member(name)
	if !present {
		return "", []string{"This field is required."}
	}
	switch value.Kind {
	case wire.String:
		text = pythonStrip(value.Text)
	case wire.Number:
		text = pythonNumber(value.Text)
	case wire.Null:
		return "", []string{"This field may not be null."}
	default:
		return "", []string{"Not a valid string."}
	}
	if text == "" {
		return "", []string{"This field may not be blank."}
	}
	if strings.ContainsRune(text, 0) {
		problems = append(problems, "Null characters are not allowed.")
	}
	if surrogate, found := firstSurrogate(text); found {
		problems = append(problems, fmt.Sprintf("Surrogate characters are not allowed: U+%X.", surrogate))
	}
	return text, problems
}

func firstSurrogate(text string) (surrogate rune, found bool) {
	for at := range len(text) {
		if surrogate, found = wire.LoneSurrogate(text[at:]); found {
			return surrogate, true
		}
	}
	return 0, false
}
