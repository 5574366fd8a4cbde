package target

import (
	"net/http"
	"regexp"
	"slices"
)

// token is what every token looks like, in a cookie or in a body.
var token = regexp.MustCompile(`\b[0-9a-f]{64}\b`)

// Tokens returns the session tokens that a response hands out, each once. A cookie that scripts may read opens nothing.
func Tokens(header http.Header, body string) []string {
	tokens := token.FindAllString(body, -1)
	for _, cookie := range (&http.Response{Header: header}).Cookies() {
		if cookie.HttpOnly {
			tokens = append(tokens, token.FindAllString(cookie.Value, -1)...)
		}
	}
	slices.Sort(tokens)
	return slices.Compact(tokens)
}
