package target

import (
	"encoding/json"
	"net/http"
)

// Tokens are what an accepted answer hands out: the session's cookie, or Social ID's connection and login token.
func (a Answer) Tokens() []string {
	var tokens []string
	for _, cookie := range (&http.Response{Header: a.Header}).Cookies() {
		if cookie.HttpOnly { // AISquare's csrftoken is for pages to read, and opens nothing
			tokens = append(tokens, cookie.Value)
		}
	}
	var body struct {
		Connection string `json:"connection_id"`
		LoginToken string `json:"login_token"`
	}
	if err := json.Unmarshal([]byte(a.Body), &body); err == nil && body.Connection != "" {
		tokens = append(tokens, body.Connection, body.LoginToken)
	}
	return tokens
}
