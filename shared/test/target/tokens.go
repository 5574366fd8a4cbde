package target

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// A token is a part of a cookie's value, or a whole string of a body: digests stand in URLs of pictures too.
var (
	inCookie = regexp.MustCompile(`\b[0-9a-f]{64}\b`)
	inBody   = regexp.MustCompile(`"[0-9a-f]{64}"`)
)

// Tokens returns the session tokens that a response hands out, each once. A cookie that scripts may read opens nothing.
func Tokens(header http.Header, body string) []string {
	var tokens []string
	for _, text := range inBody.FindAllString(body, -1) {
		tokens = append(tokens, strings.Trim(text, `"`))
	}
	for _, cookie := range (&http.Response{Header: header}).Cookies() {
		if cookie.HttpOnly {
			tokens = append(tokens, inCookie.FindAllString(cookie.Value, -1)...)
		}
	}
	slices.Sort(tokens)
	return slices.Compact(tokens)
}
